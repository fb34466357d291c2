"""One cell of an OpenDocument spreadsheet: what it holds against what it shows."""

import re
from datetime import datetime, timedelta
from decimal import Decimal

from talentcalc.evidence.grid import Unreadable
from talentcalc.evidence.readers.workbooks.gathered import Gathered
from talentcalc.evidence.readers.workbooks.number_format import AS_SHOWN, CURRENCY, LOST, Seen, exact

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONTH = re.compile(r"[0-9]{4}[^0-9]+[0-9]{1,2}\D?")
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2}(?:\.\d+)?)S")
_CONSTANTS = {"of:=TRUE()": "true", "of:=FALSE()": "false"}  # LibreOffice keeps a typed one so
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

    @property
    def holds_something(self) -> bool:
        """Whether there is a value, a text or a formula."""
        return self.computed or self.value is not None or any(map(any, self.paragraphs))

    def add(self, element: str, count: str) -> None:
        """Take a space, a tab or a break, which are elements."""
        if element == "s":
            self.paragraphs[-1].append(" " * min(int(count), _MOST_SPACES) if count.isdigit() else " ")
        elif element in ("tab", "line-break"):
            self.paragraphs[-1].append("\t" if element == "tab" else "\n")

    def put(self, row: int, column: int, into: Gathered) -> None:
        """Put what a person sees into a cell of the sheet."""
        shown = "\n".join("".join(pieces) for pieces in self.paragraphs) if self.paragraphs else None
        if self.failed:
            into.error(row, column, (shown or "")[:20])
        elif self.computed:
            into.formula(row, column)
        elif self.constant is not None:
            into.text(row, column, self.constant)
        elif self.kind in ("float", "currency", "percentage"):
            into.number(row, column, _number(self.value or "", shown, self.kind))
        elif self.kind == "date":
            into.number(row, column, _date(self.value or "", shown))
        elif self.kind == "time":
            into.number(row, column, _time(self.value or "", shown))
        elif self.kind == "boolean":
            into.text(row, column, "true" if self.value == "true" else "false")
        else:
            into.typed(row, column, self.value or "" if shown is None else shown, shown=True)


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
        moment = datetime.fromisoformat(value) + timedelta(microseconds=500)
    except (ValueError, OverflowError):
        return Seen(None, f"不是日期的“{value[:20]}”", "日期，形如 2025-03-01")
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=None)
    if "T" in value and (moment.time() != datetime.min.time() or ":" in (shown or "")):
        return Seen(moment.isoformat(sep=" "))
    if moment.day == 1 and _MONTH.fullmatch((shown or "").strip()):
        return Seen(moment.isoformat()[:7])
    return Seen(moment.isoformat()[:10])


def _time(value: str, shown: str | None) -> Seen:
    match = _TIME.fullmatch(value)
    if match is None or int(match[1]) > 23:
        return Seen(None, f"时长“{(shown or value)[:20]}”", "日期或时间，形如 2025-03-01 09:30:00")
    hours, minutes, seconds = match.groups()
    since = timedelta(hours=int(hours), minutes=int(minutes), milliseconds=round(float(seconds) * 1000))
    return Seen(str(since).zfill(8))


def _count(has: dict[str, str], what: str) -> int:
    text = has.get(f"{_TABLE}number-{what}", "1")
    if not text.isascii() or not text.isdigit():
        raise Unreadable("单元格的重复或合并次数不是数字；请另存后重新提交")
    return int(text[:12]) or 1
