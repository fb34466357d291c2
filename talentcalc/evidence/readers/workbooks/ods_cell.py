"""A cell of an OpenDocument spreadsheet: its value, compared with its displayed text."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from talentcalc.evidence.readers.workbooks.bounds import must_fit_a_cell
from talentcalc.evidence.readers.workbooks.number_format import (
    CURRENCY,
    EXPECTED_AS_DISPLAYED,
    TOO_MANY_DIGITS,
    DisplayedText,
    decimal_of,
)
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONTH = re.compile(r"[0-9]{4}[^0-9]+[0-9]{1,2}\D?")
_YEAR_FIRST = re.compile(r"(?<![0-9])([0-9]{4})\s?[-/.年]\s?([0-9]{1,2})\s?[-/.月]\s?([0-9]{1,2})(?![0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})(?![0-9])")
_TIME = re.compile(r"PT(\d{1,2})H(\d{1,2})M(\d{1,2}(?:\.\d+)?)S")
_CONSTANTS = {"of:=TRUE()": "true", "of:=FALSE()": "false"}  # as LibreOffice writes a constant
_TYPED = ("float", "currency", "percentage", "date", "time", "boolean")
_BOOLEANS = {"true": "true", "真": "true", "是": "true", "false": "false", "假": "false", "否": "false"}
_MOST_SPACES = 1000  # of one element


class OdsCell:
    """A cell as its element describes it; `repeats` to the right, `paragraphs` are the pieces of its text."""

    def __init__(self, attributes: dict[str, str], covered: bool) -> None:
        self.value_type = attributes.get(f"{_OFFICE}value-type", "")
        self.value = next(
            (
                attributes[f"{_OFFICE}{name}"]
                for name in ("value", "date-value", "time-value", "boolean-value", "string-value")
                if f"{_OFFICE}{name}" in attributes
            ),
            None,
        )
        formula = attributes.get(f"{_TABLE}formula")
        self.constant = _CONSTANTS.get(formula or "")
        self.computed = formula is not None and self.constant is None
        self.failed = attributes.get(f"{_CALC}value-type") == "error"
        self.style = attributes.get(f"{_TABLE}style-name", "")
        self.repeats = _count(attributes, "columns-repeated")
        self.column_span = 1 if covered else _count(attributes, "columns-spanned")
        self.row_span = 1 if covered else _count(attributes, "rows-spanned")
        self.struck = False
        self.paragraphs: list[list[str]] = []
        self.length = 0

    @cached_property
    def displayed(self) -> str | None:
        """The displayed text, None if the file has none; cached, as a cell may be repeated many times."""
        return "\n".join("".join(pieces) for pieces in self.paragraphs) if self.paragraphs else None

    @cached_property
    def has_content(self) -> bool:
        """Whether there is a value, a text or a formula; white space is none."""
        if self.computed or self.failed or self.constant is not None:
            return True
        if self.value is not None and self.value_type in _TYPED:
            return True
        return any(not (text or " ").isspace() for text in (self.value, self.displayed))

    def add_space(self, element: str, count: str) -> None:
        """Add spaces, a tab or a line break, which are elements."""
        if element == "s":
            self.add_text(" " * min(int(count), _MOST_SPACES) if count.isdigit() else " ")
        elif element in ("tab", "line-break"):
            self.add_text("\t" if element == "tab" else "\n")

    def add_text(self, text: str) -> None:
        """Add a piece of text to the last paragraph."""
        self.paragraphs[-1].append(text)
        self.length += len(text)
        must_fit_a_cell(self.length)

    def add_to(self, row: int, column: int, builder: SheetBuilder) -> None:
        """Add the displayed text to a sheet, or refuse the cell."""
        if self.failed:
            builder.refuse_error(row, column, (self.displayed or "")[:20])
        elif self.computed:
            builder.refuse_formula(row, column)
        elif self.constant is not None:
            builder.add_text(row, column, self.constant)
        elif self._text.text is None:
            builder.add_number(row, column, self._text)
        else:
            builder.add_checked_text(row, column, self._text.text, displayed=True)

    @cached_property
    def _text(self) -> DisplayedText:
        value, displayed = self.value or "", self.displayed
        if self.value_type in ("float", "currency", "percentage"):
            return _number(value, displayed, self.value_type)
        if self.value_type == "date":
            return _date(value, displayed)
        if self.value_type == "time":
            return _time(value, displayed)
        if self.value_type == "boolean":
            return _boolean(value, displayed)
        if self.value is None or displayed is None:
            return DisplayedText(value if displayed is None else displayed)
        if displayed.split() != value.split():  # white space is written in several ways
            found = message("evidence.text_displayed_as", text=value[:40], displayed=displayed[:40])
            return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)
        return DisplayedText(displayed)


def _number(value: str, displayed: str | None, value_type: str) -> DisplayedText:
    try:
        number = decimal_of(float(value))
    except ValueError:
        found = message("evidence.no_number.found", text=value[:20])
        return DisplayedText(None, found, message("evidence.no_number.expected"))
    if number is None:
        return TOO_MANY_DIGITS
    decimal_text = format(number.normalize() + 0, "f")
    if displayed is None and value_type != "percentage":
        return DisplayedText(decimal_text)
    text = re.sub(r"[\s,]", "", CURRENCY.sub("", displayed or "")).replace("\u2212", "-")
    text = re.sub(r"^[(（](.+)[)）]$", r"-\1", text)
    if text == "-" and number == 0:
        return DisplayedText("0")  # as accounting formats write it
    if _NUMBER.fullmatch(text) and Decimal(text) == number:
        return DisplayedText(text)
    found = message("evidence.value_displayed_as", value=decimal_text, displayed=(displayed or "")[:40])
    return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)


def _date(value: str, displayed: str | None) -> DisplayedText:
    try:
        exact_moment = datetime.fromisoformat(value)
        moment = exact_moment + timedelta(microseconds=500)
    except (ValueError, OverflowError):
        found = message("evidence.no_date", text=value[:20])
        return DisplayedText(None, found, message("evidence.date_form"))
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=None)
    dates = _dates_in(displayed or "")
    if dates and not dates & {exact_moment.date(), moment.date()}:
        found = message("evidence.value_displayed_as", value=value[:20], displayed=(displayed or "")[:40])
        return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)
    if "T" in value and (moment.time() != datetime.min.time() or ":" in (displayed or "")):
        return DisplayedText(moment.isoformat(sep=" "))
    if moment.day == 1 and _MONTH.fullmatch((displayed or "").strip()):
        return DisplayedText(moment.isoformat()[:7])
    return DisplayedText(moment.isoformat()[:10])


def _dates_in(displayed: str) -> set[date]:
    """The dates that a text may mean; none if it has no complete date."""
    year_first, year_last = _YEAR_FIRST.search(displayed), _YEAR_LAST.search(displayed)
    candidates = [year_first.groups()] if year_first else []
    if year_last:
        first, second, year = year_last.groups()
        candidates += [(year, first, second), (year, second, first)]
    dates = set[date]()
    for numbers in candidates:
        try:
            dates.add(date(*map(int, numbers)))
        except ValueError:
            continue
    return dates


def _time(value: str, displayed: str | None) -> DisplayedText:
    match = _TIME.fullmatch(value)
    if match is None or int(match[1]) > 23:
        found = message("evidence.duration.found", duration=(displayed or value)[:20])
        return DisplayedText(None, found, message("evidence.duration.expected"))
    hours, minutes, seconds = match.groups()
    time = timedelta(hours=int(hours), minutes=int(minutes), milliseconds=round(float(seconds) * 1000))
    return DisplayedText(str(time).zfill(8))


def _boolean(value: str, displayed: str | None) -> DisplayedText:
    displayed_value = _BOOLEANS.get((displayed or "").strip().casefold(), value)
    if value in ("true", "false") and displayed_value == value:
        return DisplayedText(value)
    found = message("evidence.boolean_displayed_as", value=value[:20], displayed=(displayed or "")[:40])
    return DisplayedText(None, found, EXPECTED_AS_DISPLAYED)


def _count(attributes: dict[str, str], quantity: str) -> int:
    text = attributes.get(f"{_TABLE}number-{quantity}", "1")
    if not text.isascii() or not text.isdigit():
        raise Unreadable(message("evidence.cell_count_is_no_number"))
    return int(text[:12]) or 1
