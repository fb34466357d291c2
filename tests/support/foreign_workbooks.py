"""Workbooks as others write them: raw XML for what no library writes, each form by its own library."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import openpyxl
import xlsxwriter
import xlwt
from openpyxl.utils import get_column_letter

from talentcalc.evidence.readers.workbook import read_sheets
from talentcalc.evidence.tables.grid import Line, Sheet

MAIN = {
    "transitional": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "strict": "http://purl.oclc.org/ooxml/spreadsheetml/main",
}
RELATIONS = {
    "transitional": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "strict": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_ODS = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


@dataclass
class Raw:
    """An .xlsx file part by part; each sheet is its XML, or the rows of it alone."""

    sheets: Mapping[str, str]
    styles: str = ""
    shared: str = ""
    kind: str = "transitional"
    before: str = ""  # a sheet's root
    book: str = ""  # behind the list of sheets
    properties: str = ""
    states: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        main, relations = MAIN[self.kind], RELATIONS[self.kind]
        listed, related = "", ""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, (title, xml) in enumerate(self.sheets.items(), start=1):
                state = f' state="{self.states[title]}"' if title in self.states else ""
                listed += f'<sheet name="{title}" sheetId="{number}"{state} r:id="rId{number}"/>'
                related += _related(f"rId{number}", f"{relations}/worksheet", f"worksheets/sheet{number}.xml")
                whole = xml if "<sheetData" in xml else f"<sheetData>{xml}</sheetData>"
                archive.writestr(
                    f"xl/worksheets/sheet{number}.xml",
                    f'<?xml version="1.0"?>{self.before}<worksheet xmlns="{main}">{whole}</worksheet>',
                )
            if self.styles:
                related += _related("rIdS", f"{relations}/styles", "styles.xml")
                archive.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}">{self.styles}</styleSheet>')
            if self.shared:
                related += _related("rIdT", f"{relations}/sharedStrings", "sharedStrings.xml")
                archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{self.shared}</sst>')
            archive.writestr(
                "xl/workbook.xml",
                f'<workbook xmlns="{main}" xmlns:r="{relations}">{self.properties}'
                f"<sheets>{listed}</sheets>{self.book}</workbook>",
            )
            archive.writestr("xl/_rels/workbook.xml.rels", _relationships(related))
            start = _related("rId1", f"{relations}/officeDocument", "xl/workbook.xml")
            archive.writestr("_rels/.rels", _relationships(start))
        return made.getvalue()


def _related(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{kind}" Target="{target}"/>'


def _relationships(related: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>'


def inline(cell: str, text: str, style: int = 0) -> str:
    return f'<c r="{cell}" s="{style}" t="inlineStr"><is><t>{text}</t></is></c>'


def styled(codes: Iterable[str]) -> str:
    """Styles whose cells have these formats, by number from 1."""
    codes = list(codes)
    escaped = [code.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") for code in codes]
    formats = "".join(f'<numFmt numFmtId="{164 + n}" formatCode="{code}"/>' for n, code in enumerate(escaped))
    cells = "".join(f'<xf numFmtId="{164 + n}" fontId="0"/>' for n in range(len(codes)))
    return (
        f"<numFmts>{formats}</numFmts><fonts><font/></fonts>"
        f'<cellXfs><xf numFmtId="0" fontId="0"/>{cells}</cellXfs>'
    )


def ods(tables: str, styles: str = "") -> bytes:
    """An .ods file of these tables."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {_ODS}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        )
    return made.getvalue()


Cells = list[list[Any]]


def seen(value: Any) -> str:
    """What a person sees of a value without a format of its own, as CSV would have it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float):
        return f"{value + 0:.2f}".rstrip("0").rstrip(".")
    return str(value)


def by_openpyxl(rows: Cells) -> bytes:
    book, made = openpyxl.Workbook(), io.BytesIO()
    for n, row in enumerate(rows, start=1):
        for m, value in enumerate(row, start=1):
            cell = book.worksheets[0].cell(n, m, value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(made)
    return made.getvalue()


def by_xlsxwriter(rows: Cells) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Sheet")
        formats = {
            kind: book.add_format({"num_format": code})
            for kind, code in ((date, "yyyy/m/d"), (datetime, "yyyy/m/d h:mm"))
        }
        for n, row in enumerate(rows):
            for m, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(n, m, value)
                elif isinstance(value, date):
                    sheet.write_datetime(n, m, value, formats[type(value)])
                elif value is not None:
                    sheet.write(n, m, value)
    return made.getvalue()


def by_xlwt(rows: Cells) -> bytes:
    book, made = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet = book.add_sheet("Sheet")
    styles = {
        kind: xlwt.easyxf(num_format_str=code)
        for kind, code in ((date, "yyyy/m/d"), (datetime, "yyyy/m/d h:mm"))
    }
    for n, row in enumerate(rows):
        for m, value in enumerate(row):
            if type(value) in styles:
                sheet.write(n, m, value, styles[type(value)])
            elif value is not None:
                sheet.write(n, m, value)
    book.save(made)
    return made.getvalue()


def by_strict(rows: Cells) -> bytes:
    """StrictModel Open XML, dates as ISO text, texts inline."""
    xml = ""
    for n, row in enumerate(rows, start=1):
        xml += f'<row r="{n}">'
        for m, value in enumerate(row, start=1):
            at = f"{get_column_letter(m)}{n}"
            if isinstance(value, str):
                xml += inline(at, as_xml(value))
            elif isinstance(value, bool):
                xml += f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
            elif isinstance(value, date):
                xml += f'<c r="{at}" t="d"><v>{value.isoformat()}</v></c>'
            elif value is not None:
                xml += f'<c r="{at}"><v>{value!r}</v></c>'
        xml += "</row>"
    return Raw({"Sheet": xml}, kind="strict").content()


def by_open_document(rows: Cells) -> bytes:
    xml = ""
    for row in rows:
        xml += "<table:table-row>"
        for value in row:
            if isinstance(value, str):
                plain = as_xml(value).replace("_x005F_x", "_x")  # which only Open XML escapes
                shown = "".join(f"<text:p>{one}</text:p>" for one in plain.split("\n"))
                xml += f'<table:table-cell office:value-type="string">{shown}</table:table-cell>'
            elif value is None:
                xml += "<table:table-cell/>"
            else:
                kind = {bool: "boolean", date: "date", datetime: "date"}.get(type(value), "float")
                name = {"boolean": "boolean-value", "date": "date-value"}.get(kind, "value")
                held = str(value).lower() if kind == "boolean" else str(value).replace(" ", "T")
                shown = f"<text:p>{seen(value)}</text:p>"
                xml += f'<table:table-cell office:value-type="{kind}" office:{name}="{held}">{shown}'
                xml += "</table:table-cell>"
        xml += "</table:table-row>"
    return ods(f'<table:table table:name="Sheet">{xml}</table:table>')


FORMS = {
    "openpyxl": (by_openpyxl, ".xlsx"),
    "XlsxWriter": (by_xlsxwriter, ".xlsx"),
    "xlwt": (by_xlwt, ".xls"),
    "strict": (by_strict, ".xlsx"),
    "OpenDocument": (by_open_document, ".ods"),
}


def as_xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;").replace("_x", "_x005F_x")


def sheets(content: bytes, suffix: str = ".xlsx") -> list[Sheet]:
    return list(read_sheets(content, suffix))


def only(content: bytes, suffix: str = ".xlsx") -> Sheet:
    (sheet,) = sheets(content, suffix)
    return sheet


def lines(content: bytes, suffix: str = ".xlsx") -> list[Line]:
    return list(only(content, suffix).lines)
