"""Reads an Office Open XML workbook, transitional or strict, without cells: sheets, styles, shared texts."""

import posixpath
import re
from dataclasses import dataclass, field

from talentcalc.evidence.readers.workbooks.bounds import MOST_SHEETS, MOST_STYLES, Bounds, TooLarge
from talentcalc.evidence.readers.workbooks.number_format import BUILT_IN, GENERAL, Style
from talentcalc.evidence.readers.workbooks.xml_events import ignore, read_xml
from talentcalc.evidence.readers.workbooks.zip_parts import ZipParts
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main ",
    "http://purl.oclc.org/ooxml/spreadsheetml/main ",
)
"""The namespaces of a workbook's elements, transitional and strict."""

TRUE = ("1", "true", "on")

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Relationship:
    """A relationship of a part: the last word of its type, and the part that it leads to."""

    kind: str
    part: str


@dataclass
class Book:
    """A workbook without its cells; `sheets` are the title, whether hidden, and the part or None of each."""

    sheets: list[tuple[str, bool, str | None]] = field(default_factory=list)
    since_1904: bool = False
    names: dict[str, str] = field(default_factory=dict)
    styles: list[Style] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    struck_texts: set[int] = field(default_factory=set)

    def add_sheet(self, title: str, hidden: bool, relationship: Relationship | None) -> None:
        """Add a sheet; one without a part, or with another sheet's, is damaged."""
        part = relationship.part if relationship is not None else None
        if any(part == other_part for _, _, other_part in self.sheets):
            part = None
        self.sheets.append((title, hidden, part))
        if len(self.sheets) > MOST_SHEETS:
            raise TooLarge(message("evidence.too_many_sheets", most=MOST_SHEETS))

    def style(self, index: int) -> Style:
        """The style at an index; an unknown one if there is none."""
        return self.styles[index] if index < len(self.styles) else Style(None)


def relationships(parts: ZipParts, bounds: Bounds, part: str) -> dict[str, Relationship]:
    """The relationships of a part by id; those of the whole file for ''."""
    folder, name = posixpath.split(part)
    relationships_part = posixpath.join(folder, "_rels", f"{name}.rels")
    relations: dict[str, Relationship] = {}

    def on_start(element: str, attributes: dict[str, str]) -> None:
        if element.endswith(" Relationship") and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = Relationship(kind, posixpath.join("/", folder, target))

    if relationships_part in parts:
        read_xml(parts.read(relationships_part), bounds, on_start, ignore, ignore)
    return relations


def read_book(parts: ZipParts, bounds: Bounds, part: str) -> Book:
    """Read the workbook at a part, with its styles and shared texts, but without cells."""
    book, related = Book(), relationships(parts, bounds, part)
    defined_name: list[str] = []
    open_elements: list[str] = []

    def on_start(element: str, attributes: dict[str, str]) -> None:
        open_elements.append(local(element))
        if open_elements == ["workbook", "workbookPr"]:
            book.since_1904 = attributes.get("date1904") in TRUE
        elif open_elements == ["workbook", "definedNames", "definedName"]:
            defined_name[:] = [attributes.get("name", ""), ""]
        elif open_elements == ["workbook", "sheets", "sheet"]:
            relationship = related.get(
                next((attributes[key] for key in attributes if key.endswith(" id")), "")
            )
            if relationship is None or relationship.kind == "worksheet":  # a chart sheet is no table
                title = (unescape(attributes.get("name", "")) or "").strip()
                hidden = attributes.get("state", "visible") != "visible"
                book.add_sheet(title, hidden, relationship)

    def on_end(_: str) -> None:
        if open_elements.pop() == "definedName" and defined_name:
            book.names[defined_name[0]] = defined_name[1]
            defined_name.clear()

    def on_text(data: str) -> None:
        if defined_name:
            defined_name[1] += data[:1000] if len(defined_name[1]) < 1000 else ""

    read_xml(parts.read(part), bounds, on_start, on_end, on_text)
    if not book.sheets:
        raise Unreadable(message("evidence.workbook_without_sheets"))
    for relationship in related.values():
        if relationship.kind == "styles" and relationship.part in parts:
            try:
                book.styles = _styles(parts.read(relationship.part), bounds)
            except TooLarge:
                raise
            except Unreadable:  # texts can be read without styles; numbers are refused
                book.styles = [Style(None)]
        elif relationship.kind == "sharedStrings":
            _read_texts(parts.read(relationship.part), bounds, book)
    book.styles = book.styles or [Style(GENERAL)]
    return book


def local(element: str) -> str:
    """The local name of an element in a workbook's namespaces; '' for others."""
    space, _, name = element.rpartition(" ")
    return name if f"{space} " in MAIN else ""


def unescape(text: str) -> str | None:
    """The unescaped text; None if it has an unpaired surrogate.

    `_x005F_` is an underscore, so that a text that looks like an escape can be written.
    """
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return None


def _styles(content: bytes, bounds: Bounds) -> list[Style]:
    codes: dict[str, str] = {}
    struck: list[bool] = []
    formats: list[tuple[str, str]] = []
    open_elements: list[str] = []

    def on_start(element: str, attributes: dict[str, str]) -> None:
        kind = local(element)
        open_elements.append(kind)
        if kind == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif open_elements[-2:] == ["fonts", "font"]:
            struck.append(False)
        elif kind == "strike" and open_elements[-3:-1] == ["fonts", "font"]:
            struck[-1] = attributes.get("val", "1") in TRUE
        elif open_elements[-2:] == ["cellXfs", "xf"]:
            formats.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))
            if len(formats) > MOST_STYLES:
                raise TooLarge(message("evidence.too_many_styles", most=f"{MOST_STYLES:,}"))

    def on_end(_: str) -> None:
        open_elements.pop()

    read_xml(content, bounds, on_start, on_end, ignore)
    built_in = {str(number): code for number, code in BUILT_IN.items()}
    struck_fonts = {str(font) for font, is_struck in enumerate(struck) if is_struck}
    styles: dict[tuple[str, str], Style] = {}
    for number, font in formats:
        styles[number, font] = Style(codes.get(number) or built_in.get(number), font in struck_fonts)
    return [styles[key] for key in formats]


def _read_texts(content: bytes, bounds: Bounds, book: Book) -> None:
    pieces: list[str] = []
    open_elements: list[str] = []

    def on_start(element: str, attributes: dict[str, str]) -> None:
        open_elements.append(local(element))
        if open_elements == ["sst", "si", "r", "rPr", "strike"] and attributes.get("val", "1") in TRUE:
            book.struck_texts.add(len(book.texts))

    def on_end(_: str) -> None:
        if open_elements == ["sst", "si"]:
            text = "".join(pieces)
            pieces.clear()
            bounds.count_text(len(text))
            book.texts.append(unescape(text))
        open_elements.pop()

    def on_text(data: str) -> None:
        if open_elements[-1] == "t" and open_elements in (
            ["sst", "si", "t"],
            ["sst", "si", "r", "t"],
        ):  # no phonetics
            pieces.append(data)

    read_xml(content, bounds, on_start, on_end, on_text)
