"""A letter as .docx, to go on writing in an office program. The only place that imports docx."""

from collections.abc import Callable
from datetime import datetime, time
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH as AT
from docx.opc.constants import RELATIONSHIP_TYPE as REL
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

from talentcalc.core.files.office import in_one_form
from talentcalc.report.letters.letter import Addressee, Annex, Approvals, Enclosures, Letter, Signature
from talentcalc.report.render.blocks import Cell, Column, Heading, Notice, Prose, Table
from talentcalc.report.render.characters import literal
from talentcalc.result.model.result import AnyScorecard

_TEXT, _TITLE, _LATIN = "仿宋", "宋体", "Times New Roman"
_SIZES = {"Normal": 14, "Heading 1": 22, "Heading 2": 14, "Caption": 12, "Header": 14, "Footer": 12}
_CELL, _CELL_ID = "Table Text", "TableText"
_STYLES = {*_SIZES, "Table Grid", "Normal Table", "Default Paragraph Font", "No List"}
_UNUSED = {REL.CUSTOM_XML, REL.THUMBNAIL, REL.EXTENDED_PROPERTIES, REL.WEB_SETTINGS, REL.NUMBERING}
_EFFECTS = "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects"
_RED, _LINE = RGBColor(0x9C, 0x1F, 0x17), Mm(156)  # the width between the margins of an A4 sheet
_FEW, _LONG = 13, 1200  # a table of few lines and letters stays on one page
_AT = {"left": AT.LEFT, "right": AT.RIGHT, "center": AT.CENTER}

_FALLBACKS = {
    "仿宋": "FangSong,仿宋_GB2312,STFangsong,Noto Serif CJK SC",
    "宋体": "SimSun,STSong,Songti SC,Noto Serif CJK SC",
    "Times New Roman": "Liberation Serif",
}
_ENTRIES = "".join(
    f'<w:font w:name="{name}"><w:altName w:val="{fallbacks}"/></w:font>'
    for name, fallbacks in _FALLBACKS.items()
)
_FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f"{_ENTRIES}</w:fonts>"
).encode()
"""The fonts of a .docx by name, each with others that may stand in for it."""


def letter_docx(letter: Letter, result: AnyScorecard) -> bytes:
    """The letter as .docx; all of it is runs of plain text but the page number."""
    paper = Document()
    _without_unused_parts(paper)
    _styles(paper)
    _page(paper, result.status == "draft")
    _properties(paper, letter.title, result)
    title = _paragraph(paper, letter.title, "Heading 1")
    title.paragraph_format.space_after = Pt(22)
    for block in letter.blocks:
        _WRITTEN[block.kind](paper, block)
    made = BytesIO()
    paper.save(made)
    return in_one_form(made)


def _without_unused_parts(paper: Paper) -> None:
    """Remove what a letter does not need of python-docx's template, and add the table of fonts."""
    for rels in (paper.part.package.rels, paper.part.rels):
        for key in [
            key
            for key, relationship in rels.items()
            if relationship.reltype in {*_UNUSED, _EFFECTS, REL.FONT_TABLE}
        ]:
            rels.pop(key)
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"
    fonts = Part(PackURI("/word/fontTable.xml"), kind, _FONT_TABLE, paper.part.package)
    paper.part.relate_to(fonts, REL.FONT_TABLE)


def _styles(paper: Paper) -> None:
    for built_in in list(paper.styles):
        if built_in.name not in _STYLES:
            built_in.delete()
    defaults = paper.styles.element.find(qn("w:docDefaults"))
    language = defaults.find(f".//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")  # figures stay en-US: Chinese ones may be broken between digits
    paper.settings.element.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    _fonts(defaults.find(f".//{qn('w:rPr')}"), _TEXT)
    for name, size in _SIZES.items():
        style: Any = paper.styles[name]
        heading = name in ("Heading 1", "Heading 2", "Caption")
        _fonts(style.element.get_or_add_rPr(), _TITLE if heading else _TEXT)
        style.font.size, style.font.bold, style.font.italic = Pt(size), heading, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        form = style.paragraph_format
        form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(0), Pt(size * 5 // 3)
        form.keep_with_next = heading
        for link in style.element.findall(qn("w:link")):  # to a style that is not there any more
            style.element.remove(link)
    cells: Any = paper.styles.add_style(_CELL, WD_STYLE_TYPE.PARAGRAPH)
    cells.base_style, cells.font.size = paper.styles["Normal"], Pt(10.5)
    room = cells.paragraph_format
    room.line_spacing, room.space_before, room.space_after = Pt(15), Pt(1.5), Pt(1.5)
    for name, where in (("Heading 1", AT.CENTER), ("Caption", AT.CENTER), ("Footer", AT.CENTER)):
        paper.styles[name].paragraph_format.alignment = where


def _fonts(properties: Any, east_asian: str) -> None:
    for existing in properties.findall(qn("w:rFonts")):  # a theme's fonts would come before those named here
        properties.remove(existing)
    fonts = OxmlElement("w:rFonts")
    for key, name in (("ascii", _LATIN), ("hAnsi", _LATIN), ("eastAsia", east_asian), ("cs", _LATIN)):
        fonts.set(qn(f"w:{key}"), name)
    properties.insert(0, fonts)


def _page(paper: Paper, draft: bool) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(32), Mm(30)
    if draft:
        head = section.header.paragraphs[0]
        head.alignment = AT.RIGHT
        _run(head, "草稿", strong=True, red=True)
    foot = section.footer.paragraphs[0]
    foot.add_run("— ")
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    number.append(foot.add_run("1")._r)
    foot._p.append(number)
    foot.add_run(" —")


def _properties(paper: Paper, title: str, result: AnyScorecard) -> None:
    about, agency = paper.core_properties, literal(result.review.agency)[:255]
    about.title = literal(f"{title}：{result.subject}")[:255]  # no longer, says the standard
    about.author = about.last_modified_by = agency
    about.created = about.modified = datetime.combine(result.review.dated, time())
    about.language, about.comments, about.revision = "zh-CN", "", 1


def _run(paragraph: Paragraph, text: str, strong: bool = False, red: bool = False) -> None:
    run = paragraph.add_run(literal(text))
    run.bold = strong or None
    if red:
        run.font.color.rgb = _RED


def _paragraph(
    paper: Paper, text: str, style: str = "Normal", indent: int = 0, strong: bool = False, red: bool = False
) -> Paragraph:
    """Add a paragraph whose first line is indented by so many characters."""
    made = paper.add_paragraph(style=style)
    made.paragraph_format.first_line_indent = Pt(indent * 14) if indent else None
    _run(made, text, strong, red)
    return made


def _prose(paper: Paper, block: Prose) -> None:
    for text in block.paragraphs:
        _paragraph(paper, text, indent=2)


def _heading(paper: Paper, block: Heading) -> None:
    _paragraph(paper, block.text, "Heading 2", indent=2).paragraph_format.space_before = Pt(8)


def _addressee(paper: Paper, block: Addressee) -> None:
    _paragraph(paper, block.text, strong=True)


def _notice(paper: Paper, block: Notice) -> None:
    _paragraph(paper, block.text, strong=True, red=True)


def _enclosures(paper: Paper, block: Enclosures) -> None:
    for number, text in enumerate(block.entries, start=1):
        label = f"{number}. " if len(block.entries) > 1 else ""
        made = _paragraph(paper, f"附件：{label}{text}" if number == 1 else f"{label}{text}")
        form = made.paragraph_format
        form.left_indent, form.first_line_indent = Pt(14 * 6), Pt(-14 * 4 if number == 1 else -14)
        form.space_before, form.keep_with_next = Pt(14 if number == 1 else 0), True  # a signature follows


def _signature(paper: Paper, block: Signature) -> None:
    for n, text in enumerate((block.by, block.dated)):
        form = _paragraph(paper, text).paragraph_format
        form.alignment, form.right_indent = AT.RIGHT, Pt(14 * 4)
        form.space_before, form.keep_with_next = Pt(0 if n else 36), n == 0


def _annex(paper: Paper, block: Annex) -> None:
    _paragraph(paper, block.label, strong=True).paragraph_format.page_break_before = True
    _paragraph(paper, block.title, "Heading 1").paragraph_format.space_after = Pt(10)


def _table(paper: Paper, block: Table) -> None:
    _grid(paper, block.caption, block.columns, [[*row] for row in block.rows])


def _approvals(paper: Paper, block: Approvals) -> None:
    columns = tuple(Column(title, align="center") for title in block.columns)
    room: list[Any] = [""] * (len(columns) - 1)
    _grid(paper, block.caption, columns, [[signer, *room] for signer in block.rows], Mm(12))


def _grid(
    paper: Paper, caption: str, columns: tuple[Column, ...], rows: list[list[Any]], height: Mm | None = None
) -> None:
    if caption:
        _paragraph(paper, caption, "Caption").paragraph_format.space_before = Pt(8)
    table = paper.add_table(0, len(columns), "Table Grid")
    table.autofit = False
    whole = sum(column.width for column in columns)
    for grid_column, column in zip(table.columns, columns, strict=True):
        grid_column.width = Length(int(_LINE * column.width / whole))  # and so of each row's cell
    lines = [[(column.title, AT.CENTER, True) for column in columns]]
    for row in rows:
        texts = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
        lines.append(
            [(cell.text, _AT[column.align], cell.strong) for column, cell in zip(columns, texts, strict=True)]
        )
    together = len(lines) <= _FEW and sum(len(text) for line in lines for text, _, _ in line) < _LONG
    for number, line in enumerate(lines):
        row_made = table.add_row()
        if number == 0:
            row_made._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        elif height is not None:
            row_made.height, row_made.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
        _line(row_made, line, together and number < len(lines) - 1)
    paper.add_paragraph().paragraph_format.line_spacing = Pt(10)  # or two tables in a row would be one


def _line(row: _Row, cells: list[tuple[str, Any, bool]], with_next: bool) -> None:
    if sum(len(text) for text, _, _ in cells) < _LONG:  # a longer row may not fit on one page
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
    for cell, (text, where, strong) in zip(row.cells, cells, strict=True):
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        paragraph = cell.paragraphs[0]
        paragraph._p.style, paragraph.alignment = _CELL_ID, where
        if with_next:
            paragraph.paragraph_format.keep_with_next = True
        _run(paragraph, text, strong)


_WRITTEN: dict[str, Callable[[Paper, Any], None]] = {
    "prose": _prose,
    "heading": _heading,
    "notice": _notice,
    "table": _table,
    "addressee": _addressee,
    "enclosures": _enclosures,
    "signature": _signature,
    "approvals": _approvals,
    "annex": _annex,
}
