"""One cell of an OpenDocument spreadsheet: what it holds against what it shows."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from talentcalc.evidence.readers.workbooks.bounds import must_fit_a_cell
from talentcalc.evidence.readers.workbooks.number_format import AS_SHOWN, CURRENCY, LOST, Seen, exact
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.tables.grid import Unreadable

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONTH = re.compile(r"[0-9]{4}[^0-9]+[0-9]{1,2}\D?")
_YEAR_FIRST = re.compile(r"(?<![0-9])([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})(?![0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?![0-9])")
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2}(?:\.\d+)?)S")
_CONSTANTS = {"of:=TRUE()": "true", "of:=FALSE()": "false"}  # LibreOffice keeps a typed one so
_TYPED = ("float", "currency", "percentage", "date", "time", "boolean")
_BOOLEANS = {"true": "true", "真": "true", "是": "true", "false": "false", "假": "false", "否": "false"}
_MOST_SPACES = 1000  # that one element stands for


class OdsCell:
    """A cell as its element says, `repeated` to the right; `paragraphs` are the pieces of its text."""

    def __init__(self, has: dict[str, str], covered: bool) -> None:
        self.kind = has.get(f"{_OFFICE}value-type", "")
        self.value = next(
            (
                has[f"{_OFFICE}{name}"]
                for name in ("value", "date-value", "time-value", "boolean-value", "string-value")
                if f"{_OFFICE}{name}" in has
            ),
            None,
        )
        formula = has.get(f"{_TABLE}formula")
        self.constant = _CONSTANTS.get(formula or "")
        self.computed = formula is not None and self.constant is None
        self.failed = has.get(f"{_CALC}value-type") == "error"
        self.style = has.get(f"{_TABLE}style-name", "")
        self.repeated = _count(has, "columns-repeated")
        self.across = 1 if covered else _count(has, "columns-spanned")
        self.down = 1 if covered else _count(has, "rows-spanned")
        self.struck = False
        self.paragraphs: list[list[str]] = []
        self.length = 0

    @cached_property
    def shown(self) -> str | None:
        """The text that a person sees; None if the file does not say. A cell may be repeated many times."""
        return "\n".join("".join(pieces) for pieces in self.paragraphs) if self.paragraphs else None

    @cached_property
    def holds_something(self) -> bool:
        """Whether there is a value, a text or a formula, so that `put` fills a cell; spaces are none."""
        if self.computed or self.failed or self.constant is not None:
            return True
        if self.value is not None and self.kind in _TYPED:
            return True
        return any(not (text or " ").isspace() for text in (self.value, self.shown))

    def add(self, element: str, count: str) -> None:
        """Take a space, a tab or a break, which are elements."""
        if element == "s":
            self.take(" " * min(int(count), _MOST_SPACES) if count.isdigit() else " ")
        elif element in ("tab", "line-break"):
            self.take("\t" if element == "tab" else "\n")

    def take(self, text: str) -> None:
        """Take a piece of the last paragraph's text."""
        self.paragraphs[-1].append(text)
        self.length += len(text)
        must_fit_a_cell(self.length)

    def put(self, row: int, column: int, into: Gathered) -> None:
        """Put what a person sees into a cell of the sheet."""
        if self.failed:
            into.error(row, column, (self.shown or "")[:20])
        elif self.computed:
            into.formula(row, column)
        elif self.constant is not None:
            into.text(row, column, self.constant)
        elif self._seen.text is None:
            into.number(row, column, self._seen)
        else:
            into.typed(row, column, self._seen.text, shown=True)

    @cached_property
    def _seen(self) -> Seen:
        value, shown = self.value or "", self.shown
        if self.kind in ("float", "currency", "percentage"):
            return _number(value, shown, self.kind)
        if self.kind == "date":
            return _date(value, shown)
        if self.kind == "time":
            return _time(value, shown)
        if self.kind == "boolean":
            return _boolean(value, shown)
        if self.value is None or shown is None:
            return Seen(value if shown is None else shown)
        if shown.split() != value.split():  # spaces are written in several ways
            return Seen(None, f"“{value[:40]}”，显示为“{shown[:40]}”", AS_SHOWN)
        return Seen(shown)


def _number(value: str, shown: str | None, kind: str) -> Seen:
    try:
        number = exact(float(value))
    except ValueError:
        return Seen(None, f"不是数字的“{value[:20]}”", "数字；请重新录入")
    if number is None:
        return LOST
    plain = format(number.normalize() + 0, "f")
    if shown is None and kind != "percentage":
        return Seen(plain)
    text = re.sub(r"[\s,]", "", CURRENCY.sub("", shown or "")).replace("\u2212", "-")
    text = re.sub(r"^[(（](.+)[)）]$", r"-\1", text)
    if text == "-" and number == 0:
        return Seen("0")  # as accounting formats write it
    if _NUMBER.fullmatch(text) and Decimal(text) == number:
        return Seen(text)
    return Seen(None, f"{plain}，显示为“{(shown or '')[:40]}”", AS_SHOWN)


def _date(value: str, shown: str | None) -> Seen:
    try:
        held = datetime.fromisoformat(value)
        moment = held + timedelta(microseconds=500)
    except (ValueError, OverflowError):
        return Seen(None, f"不是日期的“{value[:20]}”", "日期，形如 2025-03-01")
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=None)
    said = _dates_in(shown or "")
    if said and not said & {held.date(), moment.date()}:
        return Seen(None, f"{value[:20]}，显示为“{(shown or '')[:40]}”", AS_SHOWN)
    if "T" in value and (moment.time() != datetime.min.time() or ":" in (shown or "")):
        return Seen(moment.isoformat(sep=" "))
    if moment.day == 1 and _MONTH.fullmatch((shown or "").strip()):
        return Seen(moment.isoformat()[:7])
    return Seen(moment.isoformat()[:10])


def _dates_in(shown: str) -> set[date]:
    """The dates that a text may mean if it shows a whole one; none if it shows less."""
    year_first, year_last = _YEAR_FIRST.search(shown), _YEAR_LAST.search(shown)
    meant = [year_first.groups()] if year_first else []
    if year_last:
        one, other, year = year_last.groups()
        meant += [(year, one, other), (year, other, one)]
    found = set[date]()
    for numbers in meant:
        try:
            found.add(date(*map(int, numbers)))
        except ValueError:
            continue
    return found


def _time(value: str, shown: str | None) -> Seen:
    match = _TIME.fullmatch(value)
    if match is None or int(match[1]) > 23:
        return Seen(None, f"时长“{(shown or value)[:20]}”", "日期或时间，形如 2025-03-01 09:30:00")
    hours, minutes, seconds = match.groups()
    since = timedelta(hours=int(hours), minutes=int(minutes), milliseconds=round(float(seconds) * 1000))
    return Seen(str(since).zfill(8))


def _boolean(value: str, shown: str | None) -> Seen:
    said = _BOOLEANS.get((shown or "").strip().casefold(), value)
    if value in ("true", "false") and said == value:
        return Seen(value)
    return Seen(None, f"逻辑值“{value[:20]}”，显示为“{(shown or '')[:40]}”", AS_SHOWN)


def _count(has: dict[str, str], what: str) -> int:
    text = has.get(f"{_TABLE}number-{what}", "1")
    if not text.isascii() or not text.isdigit():
        raise Unreadable("单元格的重复或合并次数不是数字；请另存后重新提交")
    return int(text[:12]) or 1
