"""Amounts in the capital numerals of Chinese accounts (大写), which no stroke can turn into others."""

from fractions import Fraction

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))


def in_capitals(amount: Fraction | str) -> str:
    """An amount of yuan in capital numerals: 883000.00 is 捌拾捌万叁仟元整.

    By the rules for filling in bills (支付结算办法, 附一): 整 ends what has no 分; one 零 stands for the
    zeros within a number; at 万 and 元, where it may be left out, it is.

    Raises:
        ValueError: a negative amount, or one with parts of a 分.
    """
    cents = Fraction(amount) * 100
    if cents < 0 or cents.denominator != 1:
        raise ValueError("an amount that is not negative, of whole 分")
    yuan, rest = divmod(cents.numerator, 100)
    tenths, hundredths = divmod(rest, 10)
    words = f"{_whole(yuan)}元" if yuan or not rest else ""
    if tenths:
        words += f"{_DIGITS[tenths]}角"
    elif hundredths and yuan:
        words += "零"
    return words + (f"{_DIGITS[hundredths]}分" if hundredths else "整")


def _whole(number: int) -> str:
    for size, name in _UNITS:
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            return _whole(high) + name + (gap + _whole(low) if low else "")
    return _DIGITS[number]
