"""Which everyday form of a cell can mean one thing only, and how is it written plainly?

2025/3/1, 2025年3月1日 and 20250301 are one day; 1,234.50 and ¥1234.5元 one sum. What could be read in two
ways (3/1/2025, 1,23, 9:30 下午) is no everyday form: it stays as it is, and is refused.
"""

import re
from collections.abc import Callable
from datetime import date

from talentcalc.rulebook.table import ColumnType

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xFFE5: 0xA5, 0x2212: 0x2D}
"""Full-width forms of ASCII, the ideographic space, the full-width ¥ and the true minus."""

_DAY = re.compile(
    r"(\d{4}) ?(?:([-/.]) ?(\d{1,2}) ?\2 ?(\d{1,2})|年 ?(\d{1,2}) ?月 ?(\d{1,2}) ?[日号])", re.ASCII
)
_RUN = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?", re.ASCII)
_TIME = re.compile(
    r"(\d{1,2}) ?(?:: ?(\d{2})(?: ?: ?(\d{2})(\.\d{1,6})?)?|[时点] ?(\d{1,2}) ?分(?: ?(\d{1,2}) ?秒)?)",
    re.ASCII,
)
_MONTH = re.compile(
    r"(\d{4}) ?(?:[-/] ?(\d{1,2})|年 ?(\d{1,2}) ?月|"  # or its first day, which a spreadsheet makes of it:
    r"[-/年] ?(\d{1,2}) ?[-/月] ?0?1 ?日?(?: 0{1,2}:00(?::00)?)?)",
    re.ASCII,
)
_MONTH_RUN = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])", re.ASCII)
_WHOLE = r"([1-9]\d{0,2}(?:,\d{3})+|\d+)"
_NUMBER = re.compile(rf"([+-]?){_WHOLE}(\.\d+)?", re.ASCII)
_MONEY = re.compile(rf"([+-]?)(?:人民币 ?)?(?:¥ ?)?([+-]?){_WHOLE}(\.\d+)? ?元?", re.ASCII)
_TRUE = frozenset("√✓✔☑")


def plain_form(kind: ColumnType, text: str) -> str | None:
    """A cell of a type in its plain form; None if it has none, or could have two."""
    form = _FORMS.get(kind)
    return None if form is None else form(" ".join(text.translate(_WIDE).split()))


def _day(text: str) -> str | None:
    day, rest = _day_and_rest(text)
    midnight = rest in ("", "0:00", "00:00", "0:00:00", "00:00:00")
    return day if midnight else None


def _moment(text: str) -> str | None:
    day, rest = _day_and_rest(text)
    if day is None or not rest:
        return day
    found = _TIME.fullmatch(rest)
    if found is None:
        return None
    hour, minute, second, fraction, spoken_minute, spoken_second = found.groups()
    time = [int(hour), int(minute or spoken_minute), int(second or spoken_second or 0)]
    if time[0] > 23 or time[1] > 59 or time[2] > 59:
        return None
    return f"{day} {time[0]:02d}:{time[1]:02d}:{time[2]:02d}{fraction or ''}"


def _day_and_rest(text: str) -> tuple[str | None, str]:
    """The day at the beginning of a text, and the time after it."""
    run = _RUN.fullmatch(text.split(" ")[0])
    if run is not None:
        year, month, day, *clock = run.groups()
        rest = text[run.end() :].strip()
        if clock[0] is not None:
            rest = ":".join(clock) if not rest else "twice"
        return _date(year, month, day), rest
    found = _DAY.match(text)
    if found is None:
        return None, text
    year, _, month, day, spoken_month, spoken_day = found.groups()
    rest = text[found.end() :]
    if rest and not (rest[0] in " T" or spoken_day):
        return None, text
    return _date(year, month or spoken_month, day or spoken_day), rest.removeprefix("T").strip()


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _month(text: str) -> str | None:
    found = _MONTH.fullmatch(text) or _MONTH_RUN.fullmatch(text)
    if found is None:
        return None
    year, *months = found.groups()
    month = int(next(one for one in months if one is not None))
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


def _number(text: str) -> str | None:
    found = _NUMBER.fullmatch(text)
    return None if found is None else _written(*found.groups())


def _money(text: str) -> str | None:
    found = _MONEY.fullmatch(text)
    if found is None or (found[1] and found[2]):
        return None
    return _written(found[1] or found[2], found[3], found[4])


def _written(sign: str, whole: str, fraction: str | None) -> str:
    return f"{'-' if sign == '-' else ''}{whole.replace(',', '')}{fraction or ''}"


def _boolean(text: str) -> str | None:
    bare = text.replace("\ufe0f", "").replace("\ufe0e", "")
    lower = bare.lower()
    if bare in _TRUE:
        return "true"
    return lower if lower in ("1", "0", "true", "false", "是", "否") else None


_FORMS: dict[ColumnType, Callable[[str], str | None]] = {
    "date": _day,
    "moment": _moment,
    "month": _month,
    "integer": _number,
    "number": _number,
    "money": _money,
    "boolean": _boolean,
}
