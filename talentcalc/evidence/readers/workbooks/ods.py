"""Reads the sheets of an OpenDocument spreadsheet (.ods), which contains the displayed text of each cell."""

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from operator import itemgetter

from talentcalc.evidence.readers.workbooks.bounds import MOST_ROWS, MOST_SHEETS, Bounds, TooLarge, must_fit
from talentcalc.evidence.readers.workbooks.cell_references import Area
from talentcalc.evidence.readers.workbooks.ods_cell import OdsCell
from talentcalc.evidence.readers.workbooks.ods_styles import Styles
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.xml_events import ignore, read_xml
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _TEXT, _OFFICE = f"{_NAMESPACE}table:1.0 ", f"{_NAMESPACE}text:1.0 ", f"{_NAMESPACE}office:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_DROP_DOWN = re.compile(r"cell-content-is-in-list\(\[?([^\]]+?)\]?\)")


def read_ods(parts: ZipParts, bounds: Bounds) -> tuple[list[SheetBuilder], dict[str, str]]:
    """Read the sheets of an .ods file, and its named ranges; a damaged file is unreadable as a whole."""
    manifest = "META-INF/manifest.xml"
    if manifest in parts and b"encryption-data" in parts.read(manifest):
        raise Unreadable(message("evidence.workbook_has_password"))
    document = _Document(bounds)
    if "styles.xml" in parts:
        try:
            read_xml(parts.read("styles.xml"), bounds, document.styles.on_start, ignore, ignore)
        except TooLarge:
            raise
        except Unreadable:  # cells can be read without styles, as their displayed texts are in the file
            document.styles = Styles()
    content = parts.read("content.xml")
    read_xml(content, bounds, document.on_start, document.on_end, document.on_text)
    if not document.sheets:
        raise Unreadable(message("evidence.workbook_without_sheets"))
    document.sheets[0].drop_downs = document.drop_downs  # the file has those of all sheets together
    return document.sheets, document.names


@dataclass
class _Document:
    """Builds the sheets from the events of content.xml."""

    bounds: Bounds
    styles: Styles = field(default_factory=Styles)
    sheets: list[SheetBuilder] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    drop_downs: dict[str, None] = field(default_factory=dict)
    cells: list[tuple[int, int, OdsCell]] = field(default_factory=list)
    cell: OdsCell | None = None
    row: int = 0
    column: int = 0
    row_repeats: int = 1
    hidden_row: bool = False
    paragraph_depth: int = 0
    skipped_depth: int = 0
    default_styles: list[tuple[int, int, str]] = field(default_factory=list)

    def on_start(self, element: str, attributes: dict[str, str]) -> None:
        """Handle a start tag."""
        if self.cell is not None:
            self._in_cell(element, attributes)
        elif element in _CELLS:
            self.cell = OdsCell(attributes, covered=element == _CELLS[1])
        elif element == f"{_TABLE}table-row":
            self.cells, self.column = [], 0
            self.hidden_row = attributes.get(f"{_TABLE}visibility", "visible") != "visible"
            self.row_repeats = _repeats(attributes, "rows")
        elif element == f"{_TABLE}table-column":
            first, last = self.column + 1, self.column + _repeats(attributes, "columns")
            self.column = last
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                self.sheets[-1].hide_columns(first, last)
            self.default_styles.append((first, last, attributes.get(f"{_TABLE}default-cell-style-name", "")))
        elif element == f"{_TABLE}table":
            hidden = attributes.get(f"{_TABLE}style-name") in self.styles.hidden_tables
            self.sheets.append(SheetBuilder(attributes.get(f"{_TABLE}name", "").strip(), hidden, self.bounds))
            self.row = self.column = 0
            self.default_styles = []
            if len(self.sheets) > MOST_SHEETS:
                raise Unreadable(message("evidence.too_many_sheets", most=MOST_SHEETS))
        elif element == f"{_TABLE}content-validation":
            self._add_drop_down(attributes.get(f"{_TABLE}condition", ""))
        elif element == f"{_TABLE}named-range":
            self.names[attributes.get(f"{_TABLE}name", "")] = attributes.get(
                f"{_TABLE}cell-range-address", ""
            )
        else:
            self.styles.on_start(element, attributes)

    def on_text(self, data: str) -> None:
        """Handle text."""
        if self.cell is not None and self.cell.paragraphs and not self.skipped_depth and self.paragraph_depth:
            self.cell.add_text(data)

    def on_end(self, element: str) -> None:
        """Handle an end tag."""
        if self.cell is not None and element not in _CELLS:
            if self.skipped_depth:
                self.skipped_depth -= 1
            elif element == f"{_TEXT}p":
                self.paragraph_depth -= 1
        elif element in _CELLS and self.cell is not None:
            repeats = self.cell.repeats
            if self.cell.has_content:
                must_fit(self.row + 1, self.column + repeats)
                self.cells.append((self.column + 1, repeats, self.cell))
            self.column += repeats
            self.cell, self.paragraph_depth = None, 0
        elif element == f"{_TABLE}table-row":
            self._end_row()

    def _in_cell(self, element: str, attributes: dict[str, str]) -> None:
        assert self.cell is not None
        if self.skipped_depth or not element.startswith(_TEXT) or element == f"{_TEXT}list":
            self.skipped_depth += 1  # a comment, a drawing, an inner table: not the cell's text
        elif element == f"{_TEXT}p":
            self.paragraph_depth += 1
            self.cell.paragraphs.append([])
        elif self.cell.paragraphs:
            self.cell.add_space(element.removeprefix(_TEXT), attributes.get(f"{_TEXT}c", "1"))
            if self.styles.struck("text", attributes.get(f"{_TEXT}style-name", "")):
                self.cell.struck = True

    def _end_row(self) -> None:
        first, last = self.row + 1, self.row + self.row_repeats
        self.row = last
        if not self.cells:
            return
        builder = self.sheets[-1]
        if last > MOST_ROWS:
            raise TooLarge(message("evidence.rows_beyond_last", most=f"{MOST_ROWS:,}"))
        self.bounds.must_have_room(self.row_repeats * sum(repeats for _, repeats, _ in self.cells))
        for row in range(first, last + 1):
            builder.start_row(row)
            if self.hidden_row:
                builder.hidden_rows.add(row)
            for start, repeats, cell in self.cells:
                for column in range(start, start + repeats):
                    cell.add_to(row, column, builder)
                    if cell.struck or self.styles.struck(
                        "table-cell", cell.style or self._default_style(column)
                    ):
                        builder.add_struck(row, column)
                if cell.column_span * cell.row_span > 1:
                    builder.add_merged(
                        Area((row, row + cell.row_span - 1), (start, start + cell.column_span - 1))
                    )

    def _default_style(self, column: int) -> str:
        if not self.styles.strikes:
            return ""
        index = bisect_right(self.default_styles, column, key=itemgetter(0)) - 1
        _, last, name = self.default_styles[index] if index >= 0 else (0, 0, "")
        return name if column <= last else ""

    def _add_drop_down(self, condition: str) -> None:
        match = _DROP_DOWN.search(condition[:1000])
        if match is not None:
            self.drop_downs[match[1]] = None


def _repeats(attributes: dict[str, str], direction: str) -> int:
    text = attributes.get(f"{_TABLE}number-{direction}-repeated", "1")
    if not text.isascii() or not text.isdigit():
        raise Unreadable(message("evidence.repeat_count_is_no_number"))
    return int(text[:12]) or 1
