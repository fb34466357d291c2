"""Converts a cell written in an unambiguous variant form to the canonical form of its type.

2025/3/1, 2025年3月1日 and 20250301 are one day; 1,234.50 and ¥1234.5元 one sum. What could be read in two
ways (3/1/2025, 1,23, 9:30 下午) is not converted: it stays as it is, and is refused.
"""

import re
from collections.abc import Callable
from datetime import date

from talentcalc.rulebook.table import ColumnType

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0xFFE5: 0xA5,
    0x2212: 0x2D,
}
"""Full-width forms of ASCII, the ideographic space, the full-width ¥ and the true minus."""

_DAY = re.compile(
    r"(\d{4}) ?(?:([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})|年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号])", re.ASCII
)
_COMPACT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}) ?(?:: ?(\d{2})(?: ?: ?(\d{2})(\.\d{1,6})?)?|[时点] ?(\d{1,2}) ?分(?: ?(\d{1,2}) ?秒)?)",
    re.ASCII,
)
_MONTH = re.compile(
    r"(\d{4}) ?(?:[-/] ?(\d{1,2})|年 ?(\d{1,2}) ?月|"  # or its first day, as a spreadsheet converts it:
    r"[-/年] ?(\d{1,2}) ?[-/月] ?0?1 ?日?(?: 0{1,2}:00(?::00)?)?)",
    re.ASCII,
)
_COMPACT_MONTH = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])", re.ASCII)
_WHOLE_NUMBER = r"([1-9]\d{0,2}(?:,\d{3})+|\d+)"
_NUMBER = re.compile(rf"([+-]?){_WHOLE_NUMBER}(\.\d+)?", re.ASCII)
_MONEY = re.compile(rf"([+-]?)(?:人民币 ?)?(?:¥ ?)?([+-]?){_WHOLE_NUMBER}(\.\d+)? ?元?", re.ASCII)
_TRUE = frozenset("√✓✔☑")


def canonical_form(kind: ColumnType, text: str) -> str | None:
    """The canonical form of a cell of a type; None if it has none, or could have two."""
    convert = _CONVERTERS.get(kind)
    return None if convert is None else convert(" ".join(text.translate(_HALF_WIDTH).split()))


def _day(text: str) -> str | None:
    day, time_text = _day_and_time(text)
    midnight = time_text in ("", "0:00", "00:00", "0:00:00", "00:00:00")
    return day if midnight else None


def _moment(text: str) -> str | None:
    day, time_text = _day_and_time(text)
    if day is None or not time_text:
        return day
    match = _TIME.fullmatch(time_text)
    if match is None:
        return None
    hour, minute, second, fraction, chinese_minute, chinese_second = match.groups()
    parts = [int(hour), int(minute or chinese_minute), int(second or chinese_second or 0)]
    if parts[0] > 23 or parts[1] > 59 or parts[2] > 59:
        return None
    return f"{day} {parts[0]:02d}:{parts[1]:02d}:{parts[2]:02d}{fraction or ''}"


def _day_and_time(text: str) -> tuple[str | None, str]:
    """The day at the beginning of a text as YYYY-MM-DD, if there is one, and the text after it."""
    compact = _COMPACT_DAY.fullmatch(text.split(" ")[0])
    if compact is not None:
        year, month, day, *clock = compact.groups()
        time_text = text[compact.end() :].strip()
        if clock[0] is not None:
            time_text = ":".join(clock) if not time_text else "twice"
        return _date(year, month, day), time_text
    match = _DAY.match(text)
    if match is None:
        return None, text
    year, _, month, day, chinese_month, chinese_day = match.groups()
    time_text = text[match.end() :]
    if time_text and not (time_text[0] in " T" or chinese_day):
        return None, text
    return _date(year, month or chinese_month, day or chinese_day), time_text.removeprefix("T").strip()


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _month(text: str) -> str | None:
    match = _MONTH.fullmatch(text) or _COMPACT_MONTH.fullmatch(text)
    if match is None:
        return None
    year, *months = match.groups()
    month = int(next(filter(None, months)))
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def _number(text: str) -> str | None:
    match = _NUMBER.fullmatch(text)
    return None if match is None else _decimal_text(*match.groups())


def _money(text: str) -> str | None:
    match = _MONEY.fullmatch(text)
    if match is None or (match[1] and match[2]):
        return None
    return _decimal_text(match[1] or match[2], match[3], match[4])


def _decimal_text(sign: str, whole: str, fraction: str | None) -> str:
    return f"{'-' if sign == '-' else ''}{whole.replace(',', '')}{fraction or ''}"


def _boolean(text: str) -> str | None:
    mark = text.replace("\ufe0f", "").replace("\ufe0e", "")
    lower = mark.lower()
    if mark in _TRUE:
        return "true"
    return lower if lower in ("1", "0", "true", "false", "是", "否") else None


_CONVERTERS: dict[ColumnType, Callable[[str], str | None]] = {
    "date": _day,
    "moment": _moment,
    "month": _month,
    "integer": _number,
    "number": _number,
    "money": _money,
    "boolean": _boolean,
}
