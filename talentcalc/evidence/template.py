"""Writes an empty evidence workbook: a sheet for each table, with Chinese headers, drop-downs and notes."""

from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from talentcalc.core.decimals import format_shortest
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.durable import must_be_new, write_new
from talentcalc.core.files.office import workbook_bytes
from talentcalc.core.files.temporary import temporary_files
from talentcalc.evidence.tables.cells import expected_form
from talentcalc.evidence.unrecognised_files import LISTS_SHEET
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Text, message
from talentcalc.rulebook.load import find, open_rulebook
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Column

_ROWS = 5000  # that the drop-downs and formats cover
_FORMATS = {
    "text": "@",
    "choice": "@",
    "item": "@",
    "month": "@",
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm:ss",
    "money": "0.00",
}


def write_template(rulebook: str, path: Path) -> None:
    """Write the empty workbook of a rulebook.

    Raises:
        InputError: no such rulebook, not an .xlsx path, a file that is already there, or no folder.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    book = open_rulebook(find(rulebook)).in_force({})
    must_be_a_new_workbook(path)
    with temporary_files():
        content = workbook_bytes(_workbook(book))
    write_new(path, content)


def must_be_a_new_workbook(path: Path) -> None:
    """Refuse a path at which no new workbook can be written.

    Raises:
        InputError: not an .xlsx path, a file that is already there, or no folder for it.
    """
    if path.suffix != ".xlsx":
        raise InputError(Problem("FILE", message("evidence.template_suffix", file=quote_value(str(path)))))
    must_be_new(path)


def _workbook(book: Rulebook) -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    created = datetime.combine(book.signed, datetime.min.time()) if book.signed else datetime(2000, 1, 1)
    workbook.properties.created = workbook.properties.modified = created
    workbook.properties.title = book.title
    lists = DropDownLists(workbook)
    for name, table in book.tables.items():
        sheet = workbook.create_sheet(table.title)
        sheet.freeze_panes = "A2"
        items = [item.id for item in book.items_measured_from(name)]
        for number, (column_name, column) in enumerate(table.columns.items(), start=1):
            _add_column(sheet, number, column_name, column, items, lists)
    lists.write()
    return workbook


class DropDownLists:
    """Writes the values of drop-downs to a hidden sheet: a list in a cell may have only 255 characters."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.lists: dict[tuple[str, ...], str] = {}

    def add_drop_down(
        self, sheet: Any, letter: str, column: Column, items: list[str], rows: int = _ROWS
    ) -> None:
        """Add a drop-down to a sheet's column, if the values of `column` are known."""
        choices = _choices(column, items)
        if choices:
            rule = DataValidation(
                "list", formula1=f"={self._reference(choices)}", allow_blank=column.optional
            )
            rule.error = wording(message("evidence.choose_from_list.error"), PAPERS)
            rule.errorTitle = column.title
            rule.showErrorMessage = True
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{max(rows, _ROWS)}")

    def _reference(self, values: tuple[str, ...]) -> str:
        letter = get_column_letter(len(self.lists) + 1)
        return self.lists.setdefault(values, f"{LISTS_SHEET}!${letter}$1:${letter}${len(values)}")

    def write(self) -> None:
        """Write the lists to their sheet, once all are known."""
        sheet = self.workbook.create_sheet(LISTS_SHEET)
        sheet.sheet_state = "hidden"
        for number, values in enumerate(self.lists, start=1):
            for row, value in enumerate(values, start=1):
                sheet.cell(row, number, value)


def _add_column(
    sheet: Any, number: int, name: str, column: Column, items: list[str], lists: DropDownLists
) -> None:
    letter = get_column_letter(number)
    header = sheet.cell(1, number, column.title)
    header.font = Font(bold=True)
    header.fill = PatternFill("solid", fgColor="FFDCE6F1" if column.optional else "FFFCE4D6")
    header.alignment = Alignment(vertical="center")
    header.comment = Comment(_note(name, column), "talentcalc", width=280, height=120)
    sheet.column_dimensions[letter].width = max(12, 2.2 * len(column.title) + 4)
    if column.type in _FORMATS:
        sheet.column_dimensions[letter].number_format = _FORMATS[column.type]
    lists.add_drop_down(sheet, letter, column, items)


def _choices(column: Column, items: list[str]) -> tuple[str, ...]:
    if column.type == "choice":
        return tuple(column.choices.values())
    if column.type == "item":
        return tuple(items)
    return ("是", "否") if column.type == "boolean" else ()


def _note(name: str, column: Column) -> str:
    need = message("evidence.may_be_empty") if column.optional else message("evidence.must_be_filled")
    lines: list[Text] = [
        message("evidence.key_column", column=name, need=need)
        if column.key
        else message("evidence.column", column=name, need=need)
    ]
    if column.type in ("choice", "item", "boolean"):
        lines.append(message("evidence.choose_from_list"))
    else:
        lines.append(message("evidence.text") if column.type == "text" else expected_form(column))
    if column.minimum is not None:
        lines.append(message("evidence.at_least", bound=format_shortest(Fraction(column.minimum))))
    if column.maximum is not None:
        lines.append(message("evidence.at_most", bound=format_shortest(Fraction(column.maximum))))
    if column.references is not None:
        lines.append(message("evidence.id_in_table", table=column.references))
    return "\n".join(wording(line, PAPERS) for line in lines)
