"""The workbook of an Office Open XML file, transitional or strict: its sheets, styles and shared texts."""

import posixpath
from dataclasses import dataclass, field

from talentcalc.evidence.readers.workbooks.bounds import MOST_SHEETS, MOST_STYLES, Bounds, TooMuch
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, GENERAL, Style
from talentcalc.evidence.readers.workbooks.xml_events import nothing, read_xml
from talentcalc.evidence.readers.workbooks.xml_text import unescaped
from talentcalc.evidence.readers.workbooks.zip_parts import Parts
from talentcalc.evidence.tables.grid import Unreadable

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
"""The namespaces of a workbook's elements, transitional and strict."""

TRUE = ("1", "true", "on")


@dataclass(frozen=True)
class Related:
    """What a relationship leads to: the last word of its type, and the part."""

    kind: str
    part: str


@dataclass
class Book:
    """A workbook without its cells; `sheets` are title, hidden, and the part or None, in order."""

    sheets: list[tuple[str, bool, str | None]] = field(default_factory=list)
    since_1904: bool = False
    names: dict[str, str] = field(default_factory=dict)
    styles: list[Style] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    struck_texts: set[int] = field(default_factory=set)

    def add_sheet(self, title: str, hidden: bool, leads_to: Related | None) -> None:
        """Add a sheet; two that lead to one part are damaged."""
        part = leads_to.part if leads_to is not None else None
        if any(part == other for _, _, other in self.sheets):
            part = None
        self.sheets.append((title, hidden, part))
        if len(self.sheets) > MOST_SHEETS:
            raise TooMuch(f"工作簿超过 {MOST_SHEETS} 个工作表；请拆分")

    def style(self, place: int) -> Style:
        """A style by its number."""
        return self.styles[place] if place < len(self.styles) else Style(None)


def relationships(parts: Parts, bounds: Bounds, part: str) -> dict[str, Related]:
    """What a part leads to, by relationship; '' are those of the file."""
    folder, name = posixpath.split(part)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Related] = {}

    def started(element: str, has: dict[str, str]) -> None:
        if element.endswith(" Relationship") and has.get("TargetMode") != "External":
            target = has.get("Target", "").replace("\\", "/")
            kind = has.get("Type", "").rpartition("/")[2]
            found[has.get("Id", "")] = Related(kind, posixpath.join("/", folder, target))

    if where in parts:
        read_xml(parts.read(where), bounds, started, nothing, nothing)
    return found


def read_book(parts: Parts, bounds: Bounds, part: str) -> Book:
    """The workbook at a part; styles and texts too, but not the cells."""
    book, related = Book(), relationships(parts, bounds, part)
    name: list[str] = []
    inside: list[str] = []

    def started(element: str, has: dict[str, str]) -> None:
        inside.append(local(element))
        if inside == ["workbook", "workbookPr"]:
            book.since_1904 = has.get("date1904") in TRUE
        elif inside == ["workbook", "definedNames", "definedName"]:
            name[:] = [has.get("name", ""), ""]
        elif inside == ["workbook", "sheets", "sheet"]:
            leads_to = related.get(next((has[one] for one in has if one.endswith(" id")), ""))
            if leads_to is None or leads_to.kind == "worksheet":  # a chart's sheet is no table
                title = (unescaped(has.get("name", "")) or "").strip()
                hidden = has.get("state", "visible") != "visible"
                book.add_sheet(title, hidden, leads_to)

    def ended(_: str) -> None:
        if inside.pop() == "definedName" and name:
            book.names[name[0]] = name[1]
            name.clear()

    def text(data: str) -> None:
        if name:
            name[1] += data[:1000] if len(name[1]) < 1000 else ""

    read_xml(parts.read(part), bounds, started, ended, text)
    if not book.sheets:
        raise Unreadable("工作簿没有工作表")
    for one in related.values():
        if one.kind == "styles" and one.part in parts:
            try:
                book.styles = _styles(parts.read(one.part), bounds)
            except TooMuch:
                raise
            except Unreadable:  # keeps no text from being read; numbers are refused
                book.styles = [Style(None)]
        elif one.kind == "sharedStrings":
            _read_texts(parts.read(one.part), bounds, book)
    book.styles = book.styles or [Style(GENERAL)]
    return book


def local(element: str) -> str:
    """The name of a workbook's element; of others ''."""
    space, _, name = element.rpartition(" ")
    return name if f"{space} " in MAIN else ""


def _styles(content: bytes, bounds: Bounds) -> list[Style]:
    codes: dict[str, str] = {}
    struck: list[bool] = []
    formats: list[tuple[str, str]] = []
    inside: list[str] = []

    def started(element: str, has: dict[str, str]) -> None:
        kind = local(element)
        inside.append(kind)
        if kind == "numFmt":
            codes[has.get("numFmtId", "")] = has.get("formatCode", "")
        elif inside[-2:] == ["fonts", "font"]:
            struck.append(False)
        elif kind == "strike" and inside[-3:-1] == ["fonts", "font"]:
            struck[-1] = has.get("val", "1") in TRUE
        elif inside[-2:] == ["cellXfs", "xf"]:
            formats.append((has.get("numFmtId", "0"), has.get("fontId", "0")))
            if len(formats) > MOST_STYLES:
                raise TooMuch(f"单元格样式超过 {MOST_STYLES:,} 种；请改用 CSV，或粘贴到新工作簿")

    def ended(_: str) -> None:
        inside.pop()

    read_xml(content, bounds, started, ended, nothing)
    built_in = {str(number): code for number, code in BUILT_IN.items()}
    fonts = {str(number) for number, one in enumerate(struck) if one}
    made: dict[tuple[str, str], Style] = {}
    for number, font in formats:
        made[number, font] = Style(codes.get(number) or built_in.get(number), font in fonts)
    return [made[one] for one in formats]


def _read_texts(content: bytes, bounds: Bounds, book: Book) -> None:
    pieces: list[str] = []
    inside: list[str] = []

    def started(element: str, has: dict[str, str]) -> None:
        inside.append(local(element))
        if inside == ["sst", "si", "r", "rPr", "strike"] and has.get("val", "1") in TRUE:
            book.struck_texts.add(len(book.texts))

    def ended(_: str) -> None:
        if inside == ["sst", "si"]:
            text = "".join(pieces)
            pieces.clear()
            bounds.text(len(text))
            book.texts.append(unescaped(text))
        inside.pop()

    def text(data: str) -> None:
        if inside[-1] == "t" and inside in (["sst", "si", "t"], ["sst", "si", "r", "t"]):  # no phonetics
            pieces.append(data)

    read_xml(content, bounds, started, ended, text)
