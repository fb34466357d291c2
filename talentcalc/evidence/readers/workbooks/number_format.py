"""Determines the text that a number format displays for a number."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from talentcalc.evidence.readers.workbooks.serial_date import displayed_date
from talentcalc.messages.message import Text, message

GENERAL = "General"
_MOST_CODE = 1000  # characters; Excel allows 255
_DIGITS = 15  # of a number that a spreadsheet program keeps
CURRENCY = re.compile("¥|￥|元|CNY|RMB|人民币")
"""The currency marks of an amount in yuan."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_.|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<power>E[+-])|(?P<char>.)",
    re.IGNORECASE | re.DOTALL,
)

BUILT_IN: dict[int, str] = {
    0: GENERAL,
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: "¥#,##0;¥-#,##0",
    6: "¥#,##0;¥-#,##0",
    7: "¥#,##0.00;¥-#,##0.00",
    8: "¥#,##0.00;¥-#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((14, 15, 30), "yyyy/m/d"),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), "m/d"),
    **dict.fromkeys((17, 27, 36, 50, 52, 57), "yyyy/m"),
    **dict.fromkeys((18, 20, 32, 34, 55), "h:mm"),
    **dict.fromkeys((19, 21, 33, 35, 45, 47, 56), "h:mm:ss"),
    22: "yyyy/m/d h:mm",
    23: GENERAL,
    24: GENERAL,
    25: GENERAL,
    26: GENERAL,
    31: "yyyy/m/d",
    37: "#,##0;(#,##0)",
    38: "#,##0;(#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)",
    **dict.fromkeys((41, 42), '#,##0;-#,##0;"-";@'),
    **dict.fromkeys((43, 44), '#,##0.00;-#,##0.00;"-"??;@'),
    46: "[h]:mm:ss",
    48: "##0.0E+0",
    49: "@",
}
"""The formats that files refer to by number, as Chinese Excel displays them (27–36 and 50–58 are dates)."""

EXPECTED_AS_DISPLAYED = message("evidence.value_as_displayed")
"""What is expected where a format displays another value than the cell's."""


class DisplayedText(NamedTuple):
    """The text that a cell displays; if that is not the cell's value, what was found and expected instead."""

    text: str | None
    found: Text | None = None
    expected: Text = ""


TOO_MANY_DIGITS = DisplayedText(
    None,
    message("evidence.long_number.found", most=_DIGITS),
    message("evidence.long_number.expected", most=_DIGITS),
)
"""The refusal of a number that lost digits, or may have."""


@dataclass(frozen=True)
class Style:
    """A cell's number format, None if unknown, and whether it is struck out."""

    code: str | None
    struck: bool = False

    @property
    def displays_text(self) -> bool:
        return displays_text(self.code)


@dataclass
class _Section:
    """One section of a format, between semicolons."""

    literals: str = ""
    brackets: list[str] = field(default_factory=list)
    chars: str = ""  # placeholders, separators and date letters, in order; ~ for a literal
    general: bool = False
    power: bool = False


@lru_cache(maxsize=1 << 16)
def displayed_number(value: float, code: str | None, since_1904: bool = False) -> DisplayedText:
    """The text that a format displays for a number, with its digits, but without grouping and currency."""
    if code is None or len(code) > _MOST_CODE:
        return DisplayedText(None, message("evidence.unknown_number_format"), EXPECTED_AS_DISPLAYED)
    sections = _sections(code)
    index = 0 if value > 0 or len(sections) == 1 else 1 if value < 0 or len(sections) == 2 else 2
    index = index if value or len(sections) > 2 else 0
    section = sections[index]
    if _is_date(section):
        text = None if _is_elapsed(section) else displayed_date(value, _date_letters(section), since_1904)
        if text:
            return DisplayedText(text)
        found = message("evidence.number_as_date", number=repr(value))
        return DisplayedText(None, found, message("evidence.date_form"))
    number = decimal_of(value)
    if number is None:
        return TOO_MANY_DIGITS
    text = _decimal_text(number) if section.general or "@" in section.chars else None
    if (
        text is None
        or section.literals
        or any(bracket[0] in "<>=" for bracket in section.brackets if bracket)
    ):
        text = _formatted(number, section, signed=index == 0)
    if text is None:
        if "%" in section.chars:
            return DisplayedText(None, _percent(number), EXPECTED_AS_DISPLAYED)
        found = message("evidence.number_in_format", number=_decimal_text(number), format=code[:40])
        return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)
    if Decimal(text) != number:
        found = message("evidence.number_displayed_as", number=_decimal_text(number), displayed=text)
        return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)
    return DisplayedText(text)


def decimal_of(value: float) -> Decimal | None:
    """The decimal number of a float, as it was typed; None if it has more digits than a spreadsheet keeps."""
    if not abs(value) < 10**_DIGITS:
        return None
    number = Decimal(repr(value))
    return number if len(number.normalize().as_tuple().digits) <= _DIGITS else None


@lru_cache(maxsize=1 << 12)
def displays_text(code: str | None) -> bool:
    """Whether the format displays the text of a text cell, and nothing else."""
    if code is None or len(code) > _MOST_CODE:
        return True
    sections = _sections(code)
    text_section = next((section for section in sections if "@" in section.chars), None)
    if text_section is None:
        displays = any(section.chars or section.general for section in sections)
        return len(sections) < 4 and (len(sections) < 3 or displays)
    return not text_section.literals.strip()


@lru_cache(maxsize=1 << 12)
def _sections(code: str) -> list[_Section]:
    sections = [_Section()]
    for token in _TOKEN.finditer(code):
        section = sections[-1]
        kind, text = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if kind == "bracket" and text.startswith("$"):
            kind, text = "quoted", text[1:].split("-")[0]
        if kind == "char" and text == ";":
            sections.append(_Section())
        elif (kind == "char" and text in "0#?.,%/@") or (kind == "char" and text.lower() in "ymdhsea"):
            section.chars += text.lower()
        elif kind == "bracket":
            section.brackets.append(text)
        elif kind == "general":
            section.general = True
        elif kind == "noon":
            section.chars += "h"
        elif kind == "power":
            section.power = True
        elif kind is not None and text.strip():
            section.literals += text
            section.chars += "~"
    return sections[:4]


def _date_letters(section: _Section) -> str:
    return "".join(char for char in section.chars if char in "ymdhsea").replace("e", "y").replace("a", "d")


def _is_date(section: _Section) -> bool:
    return _is_elapsed(section) or (not section.general and bool(_date_letters(section)))


def _is_elapsed(section: _Section) -> bool:
    """Whether a section displays elapsed time: [h]:mm."""
    return any(re.fullmatch("h+|m+|s+", bracket, re.IGNORECASE) for bracket in section.brackets)


def _formatted(number: Decimal, section: _Section, signed: bool) -> str | None:
    """The number as a section displays it; None if that is not its value alone."""
    chars, literals = section.chars, CURRENCY.sub("", section.literals)
    conditional = any(bracket[:1] in ("<", ">", "=") for bracket in section.brackets)
    has_minus = "-" in literals or "(" in literals or "（" in literals
    if literals.strip("-+()（） ") or section.power or conditional or set(chars) & {"%", "/"}:
        return None
    if section.general:
        return _decimal_text(number) if has_minus == (number < 0 and not signed) else None
    digits = [index for index, char in enumerate(chars) if char in "0#?"]
    placeholders = chars.replace("~", "").strip(",")
    if number == 0 and literals == "-" and "0" not in chars:
        return "0"  # as accounting formats write it
    if not digits or ((number < 0 or has_minus) and has_minus == (signed or number >= 0)):
        return None
    digit_chars = chars[digits[0] : digits[-1] + 1]
    if (
        "~" in digit_chars
        or digit_chars.count(".") > 1
        or chars[digits[-1] + 1 :].startswith(",")
        or ",." in chars
    ):
        return None
    whole_chars, _, decimals = digit_chars.partition(".")
    if number == 0 and "0" not in placeholders:
        return None
    min_decimals, precision = decimals.rfind("0") + 1, Decimal(1).scaleb(-len(decimals))
    magnitude = abs(number.normalize())
    if int(magnitude.as_tuple().exponent) < -len(decimals):
        magnitude = magnitude.quantize(precision, ROUND_HALF_UP)
    whole_text, _, decimal_text = format(magnitude, "f").partition(".")
    decimal_text = decimal_text.rstrip("0").ljust(min_decimals, "0")
    whole_text = whole_text.zfill(whole_chars.count("0") if "," not in whole_chars else 1)
    return ("-" if number < 0 else "") + whole_text + (f".{decimal_text}" if decimal_text else "")


def _decimal_text(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")


def _percent(number: Decimal) -> str:
    return f"{_decimal_text(number * 100)}%"
