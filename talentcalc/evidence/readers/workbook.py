"""A workbook's sheets as rows of text: what a person sees in each cell."""

from collections.abc import Iterator

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.readers.workbooks.content import (
    is_archive,
    must_be_a_workbook,
    must_be_named,
    xls_stream,
)
from talentcalc.evidence.readers.workbooks.drop_downs import areas_offered, holds_only_lists
from talentcalc.evidence.readers.workbooks.sheet_builder import Gathered
from talentcalc.evidence.readers.workbooks.zip_parts import Parts
from talentcalc.evidence.tables.grid import Sheet, Unreadable

_OPEN_DOCUMENT = "content.xml"
_OTHERS = {"word/document.xml": "Word 文档", "ppt/presentation.xml": "PowerPoint 文档"}


def read_sheets(content: bytes, suffix: str) -> Iterator[Sheet]:
    """Each sheet of a workbook, hidden ones too; the suffix is its name's.

    A percentage, a scaled or rounded number, a number that lost digits, a formula, an error and a merged
    cell are refused: what a person sees there is not what the cell holds.

    Raises:
        Unreadable: no workbook, one with a password or under another form's name, a damaged one, or one
            that passes a bound of `bounds`.
    """
    bounds = Bounds()
    gathered, names = _gathered(content, suffix, bounds)
    offered = areas_offered((formula for one in gathered for formula in one.lists), names)
    sheets = [
        one.sheet(one.hidden and holds_only_lists(one.filled(), offered.get(one.title, [])))
        for one in gathered
    ]
    yield from sheets


def _gathered(content: bytes, suffix: str, bounds: Bounds) -> tuple[list[Gathered], dict[str, str]]:
    """The sheets of a workbook of any form, and its defined names; each form's libraries are loaded alone."""
    must_be_a_workbook(content)
    if not is_archive(content):
        from talentcalc.evidence.readers.workbooks.xls import read_xls

        stream = xls_stream(content)
        must_be_named(suffix, "Excel 97-2003 工作簿", (".xls", ".et"))
        return read_xls(stream, bounds), {}
    parts = Parts(content, bounds)
    if _OPEN_DOCUMENT in parts:
        from talentcalc.evidence.readers.workbooks.ods import read_ods

        must_be_named(suffix, "OpenDocument 表格", (".ods",))
        return read_ods(parts, bounds)
    from talentcalc.evidence.readers.workbooks.ooxml_book import relationships

    related = relationships(parts, bounds, "")
    start = next((one.part for one in related.values() if one.kind == "officeDocument"), None)
    if start is None:
        raise Unreadable("内容是 ZIP 压缩包，不是工作簿；请解压后提交")
    for name, what in _OTHERS.items():
        if name in parts:
            raise Unreadable(f"内容是 {what}，不是工作簿；请把表格另存为 .xlsx")
    if start.endswith(".bin"):
        from talentcalc.evidence.readers.workbooks.xlsb import read_xlsb

        must_be_named(suffix, "Excel 二进制工作簿", (".xlsb",))
        return read_xlsb(parts, bounds, start)
    from talentcalc.evidence.readers.workbooks.ooxml import read_ooxml

    must_be_named(suffix, "Excel 2007 及以后的工作簿", (".xlsx", ".xlsm", ".et"))
    return read_ooxml(parts, bounds, start)
