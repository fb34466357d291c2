"""Exact numbers: points and money are fractions inside and decimal text outside."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from talentcalc.core.errors import UnfitValue
from talentcalc.messages.message import message

MOST_DIGITS = 60  # of a number that somebody wrote, with sign, point and exponent
ENDLESS_PLACES = 12  # a third, under pro rata, has no last digit: written with twelve


def to_decimal(value: object) -> Decimal:
    """A decimal from text, an integer or a decimal; a float, a bool or `nan` raises UnfitValue."""
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise UnfitValue(message("core.decimal_in_quotes"))
    if isinstance(value, str) and len(value) > MOST_DIGITS:
        raise UnfitValue(message("core.number_of_few_digits", most=MOST_DIGITS))
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        raise UnfitValue(message("core.decimal_number")) from None
    if not number.is_finite():
        raise UnfitValue(message("core.finite_number"))
    if abs(number.adjusted()) > 30 or len(number.as_tuple().digits) > MOST_DIGITS:
        raise UnfitValue(message("core.number_of_usual_size"))
    return number


def round_half_up(value: Fraction, places: int = 2) -> Fraction:
    """Round to `places` decimals, halves away from zero, as Chinese accounts do (四舍五入)."""
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(whole if value >= 0 else -whole, scale)


def decimal_places(value: Fraction) -> int | None:
    """How many decimals write `value` exactly; None if no number of them does."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def format_decimal(value: Fraction, least: int = 2) -> str:
    """`value` in decimal text with at least `least` places; an endless one with twelve."""
    places = decimal_places(value)
    if places is None:
        value, places = round_half_up(value, ENDLESS_PLACES), ENDLESS_PLACES
    places = max(places, least)
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def format_shortest(value: Fraction) -> str:
    """`value` with no more decimals than it needs, as the regulations write their numbers."""
    return format_decimal(value, least=0)


def money(value: Fraction | str) -> str:
    """Yuan with thousands separators, for people: 1,470,000.00."""
    whole, _, cents = format_decimal(Fraction(value)).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{cents}"


def format_signed(value: Fraction) -> str:
    """`value` in decimal text, with its sign also where it is more than nothing."""
    return f"+{format_decimal(value)}" if value > 0 else format_decimal(value)


def signed_money(value: Fraction | str) -> str:
    """A change of money, for people: +1,000.00, -1,000.00, or a dash where there is none."""
    change = Fraction(value)
    return "—" if not change else f"+{money(change)}" if change > 0 else money(change)


def percent(share: Fraction | str) -> str:
    """A share for people: 0.30 is 30%."""
    return f"{format_shortest(Fraction(share) * 100)}%"
