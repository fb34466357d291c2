"""Reads the sheets of a workbook of any format as rows of text, as a person sees each cell."""

from collections.abc import Iterator

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.readers.workbooks.drop_downs import holds_only_lists, list_areas
from talentcalc.evidence.readers.workbooks.file_type import (
    is_archive,
    must_be_a_workbook,
    must_have_suffix,
    xls_stream,
)
from talentcalc.evidence.readers.workbooks.sheet_builder import SheetBuilder
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Sheet, Unreadable
from talentcalc.messages.message import message

_OPEN_DOCUMENT = "content.xml"
_OTHER_FORMATS = {
    "word/document.xml": message("evidence.word_document"),
    "ppt/presentation.xml": message("evidence.powerpoint_document"),
}


def read_sheets(content: bytes, suffix: str) -> Iterator[Sheet]:
    """Read each sheet of a workbook, hidden ones too; `suffix` is that of its name.

    A percentage, a scaled or rounded number, a number that lost digits, a formula, an error and a merged
    cell are refused: what a person sees there is not the cell's value.

    Raises:
        Unreadable: no workbook, one with a password or with another format's suffix, a damaged one, or one
            that passes a bound of `bounds`.
    """
    bounds = Bounds()
    builders, names = _read_workbook(content, suffix, bounds)
    formulas = (formula for builder in builders for formula in builder.drop_downs)
    areas = list_areas(formulas, names)
    sheets = [
        builder.build(
            builder.hidden and holds_only_lists(builder.filled_cells(), areas.get(builder.title, []))
        )
        for builder in builders
    ]
    yield from sheets


def _read_workbook(content: bytes, suffix: str, bounds: Bounds) -> tuple[list[SheetBuilder], dict[str, str]]:
    """The sheets of a workbook and its defined names; only its format's reader is loaded."""
    must_be_a_workbook(content)
    if not is_archive(content):
        from talentcalc.evidence.readers.workbooks.xls import read_xls

        stream = xls_stream(content)
        must_have_suffix(suffix, message("evidence.xls_workbook"), (".xls", ".et"))
        return read_xls(stream, bounds), {}
    parts = ZipParts(content, bounds)
    if _OPEN_DOCUMENT in parts:
        from talentcalc.evidence.readers.workbooks.ods import read_ods

        must_have_suffix(suffix, message("evidence.ods_workbook"), (".ods",))
        return read_ods(parts, bounds)
    from talentcalc.evidence.readers.workbooks.ooxml_book import relationships

    relations = relationships(parts, bounds, "")
    main_part = next((target.part for target in relations.values() if target.kind == "officeDocument"), None)
    if main_part is None:
        raise Unreadable(message("evidence.zip_archive"))
    for name, format_name in _OTHER_FORMATS.items():
        if name in parts:
            raise Unreadable(message("evidence.other_document", format=format_name))
    if main_part.endswith(".bin"):
        from talentcalc.evidence.readers.workbooks.xlsb import read_xlsb

        must_have_suffix(suffix, message("evidence.xlsb_workbook"), (".xlsb",))
        return read_xlsb(parts, bounds, main_part)
    from talentcalc.evidence.readers.workbooks.ooxml import read_ooxml

    must_have_suffix(suffix, message("evidence.xlsx_workbook"), (".xlsx", ".xlsm", ".et"))
    return read_ooxml(parts, bounds, main_part)
