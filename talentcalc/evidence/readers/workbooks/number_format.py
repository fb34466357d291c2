"""What does a person see in a cell that holds a number under a number format?"""

import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from talentcalc.evidence.readers.workbooks.serial_date import date_seen

GENERAL = "General"
_MOST_CODE = 1000  # characters; Excel allows 255
_DIGITS = 15  # that a spreadsheet program keeps of a number
CURRENCY = re.compile("¥|￥|元|CNY|RMB|人民币")
"""What may stand beside an amount in yuan."""

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
"""The formats that a file names by number alone, as Chinese Excel shows them (27–36 and 50–58 are dates)."""

AS_SHOWN = "数值；请按所示的值重新录入，单元格格式设为“常规”"
"""What is expected where a format shows another value than the cell's."""

_TEXT = "不超过 15 位的数字；数字最多保留 15 位，请把单元格设为“文本”后重新录入"


class Seen(NamedTuple):
    """The text that a person sees; or, where that is not what the cell holds, what was found and expected."""

    text: str | None
    found: str | None = None
    expected: str = ""


LOST = Seen(None, "超过 15 位的数字", _TEXT)
"""A number that lost digits, or may have."""


@dataclass(frozen=True)
class Style:
    """A cell's number format, None if unknown, and whether it is struck out."""

    code: str | None
    struck: bool = False

    @property
    def shows_text(self) -> bool:
        return shows_text(self.code)


@dataclass
class _Section:
    """What one of a format's sections, between semicolons, does to a value."""

    literals: str = ""
    brackets: list[str] = field(default_factory=list)
    chars: str = ""  # placeholders, separators and date letters, in order; a literal among them as ~
    general: bool = False
    power: bool = False


@lru_cache(maxsize=1 << 16)
def number_seen(value: float, code: str | None, since_1904: bool = False) -> Seen:
    """What a person sees of a number; without grouping and currency, with the digits that are shown."""
    if code is None or len(code) > _MOST_CODE:
        return Seen(None, "未知的数字格式", AS_SHOWN)
    sections = _sections(code)
    place = 0 if value > 0 or len(sections) == 1 else 1 if value < 0 or len(sections) == 2 else 2
    place = place if value or len(sections) > 2 else 0
    section = sections[place]
    if _is_date(section):
        elapsed = any(re.fullmatch("h+|m+|s+", one, re.IGNORECASE) for one in section.brackets)
        text = None if elapsed else date_seen(value, _letters(section), since_1904)
        return Seen(text) if text else Seen(None, f"按日期显示的 {value!r}", "日期，形如 2025-03-01")
    number = exact(value)
    if number is None:
        return LOST
    text = _plain(number) if section.general or "@" in section.chars else None
    if text is None or section.literals or any(one[0] in "<>=" for one in section.brackets if one):
        text = _under(number, section, signed=place == 0)
    if text is None:
        shown = _percent(number) if "%" in section.chars else f"{_plain(number)}，显示格式为“{code[:40]}”"
        return Seen(None, shown, AS_SHOWN)
    if Decimal(text) != number:
        return Seen(None, f"{_plain(number)}，显示为 {text}", AS_SHOWN)
    return Seen(text)


def exact(value: float) -> Decimal | None:
    """A number as it was typed; None if it has more digits than a spreadsheet program keeps."""
    if not abs(value) < 10**_DIGITS:
        return None
    number = Decimal(repr(value))
    return number if len(number.normalize().as_tuple().digits) <= _DIGITS else None


@lru_cache(maxsize=1 << 12)
def shows_text(code: str | None) -> bool:
    """Whether a text cell under the format shows its text, and nothing else."""
    if code is None or len(code) > _MOST_CODE:
        return True
    sections = _sections(code)
    written = next((one for one in sections if "@" in one.chars), None)
    if written is None:
        return len(sections) < 4 and (len(sections) < 3 or any(one.chars or one.general for one in sections))
    return not written.literals.strip()


@lru_cache(maxsize=1 << 12)
def _sections(code: str) -> list[_Section]:
    sections = [_Section()]
    for token in _TOKEN.finditer(code):
        here = sections[-1]
        kind, text = token.lastgroup, token[token.lastgroup] if token.lastgroup else ""
        if kind == "bracket" and text.startswith("$"):
            kind, text = "quoted", text[1:].split("-")[0]
        if kind == "char" and text == ";":
            sections.append(_Section())
        elif (kind == "char" and text in "0#?.,%/@") or (kind == "char" and text.lower() in "ymdhsea"):
            here.chars += text.lower()
        elif kind == "bracket":
            here.brackets.append(text)
        elif kind == "general":
            here.general = True
        elif kind == "noon":
            here.chars += "h"
        elif kind == "power":
            here.power = True
        elif kind is not None and text.strip():
            here.literals += text
            here.chars += "~"
    return sections[:4]


def _letters(section: _Section) -> str:
    return "".join(one for one in section.chars if one in "ymdhsea").replace("e", "y").replace("a", "d")


def _is_date(section: _Section) -> bool:
    elapsed = any(re.fullmatch("h+|m+|s+", one, re.IGNORECASE) for one in section.brackets)
    return elapsed or (not section.general and bool(_letters(section)))


def _under(number: Decimal, section: _Section, signed: bool) -> str | None:
    """The number as the section shows it, None if that is more, less or other than its value."""
    chars, literals = section.chars, CURRENCY.sub("", section.literals)
    conditional = any(one[:1] in ("<", ">", "=") for one in section.brackets)
    minus = "-" in literals or "(" in literals or "（" in literals
    if literals.strip("-+()（） ") or section.power or conditional or set(chars) & {"%", "/"}:
        return None
    if section.general:
        return _plain(number) if minus == (number < 0 and not signed) else None
    digits = [place for place, one in enumerate(chars) if one in "0#?"]
    shown = chars.replace("~", "").strip(",")
    if number == 0 and literals == "-" and "0" not in chars:
        return "0"  # as accounting formats write it
    if not digits or ((number < 0 or minus) and minus == (signed or number >= 0)):
        return None
    inner = chars[digits[0] : digits[-1] + 1]
    if "~" in inner or inner.count(".") > 1 or chars[digits[-1] + 1 :].startswith(",") or ",." in chars:
        return None
    whole, _, part = inner.partition(".")
    if number == 0 and "0" not in shown:
        return None
    least, shown_places = part.rfind("0") + 1, Decimal(1).scaleb(-len(part))
    size = abs(number.normalize())
    if int(size.as_tuple().exponent) < -len(part):
        size = size.quantize(shown_places, ROUND_HALF_UP)
    before, _, after = format(size, "f").partition(".")
    after = after.rstrip("0").ljust(least, "0")
    before = before.zfill(whole.count("0") if "," not in whole else 1)
    return ("-" if number < 0 else "") + before + (f".{after}" if after else "")


def _plain(number: Decimal) -> str:
    return format(number.normalize() + 0, "f")


def _percent(number: Decimal) -> str:
    return f"{_plain(number * 100)}%"
