"""Small workbooks that unpack or spread beyond reason, and a program that reads them within bounds.

As a program: `python -m tests.workbook_bombs FOLDER` reads the files there and prints for each a line of
JSON: its name, what was said, the seconds, and the peak of memory until then in MB (Linux, macOS).
"""

import io
import json
import struct
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlwt

from tests.support.foreign_workbooks import Raw, inline, ods

_HEAD = f'<row r="1">{inline("A1", "unit")}{inline("B1", "score")}</row>'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _patched(part: str, pieces: list[bytes], raw: Raw | None = None, level: int = 1) -> bytes:
    """A workbook with one part replaced by pieces, each written after the other."""
    old = zipfile.ZipFile(io.BytesIO((raw or Raw({"opinions": _HEAD})).content()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w") as out:
            for piece in pieces:
                out.write(piece)
    return made.getvalue()


def _sheet(*inner: bytes) -> bytes:
    start = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode()
    return _patched("xl/worksheets/sheet1.xml", [start, *inner, b"</sheetData></worksheet>"])


def _far(row: str) -> bytes:
    return Raw({"opinions": _HEAD + "".join(row.replace("N", str(n)) for n in range(2, 20_000))}).content()


def _with_dtd(body: str) -> bytes:
    laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    before = f'<!DOCTYPE x [<!ENTITY l0 "lol">{laugh}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return Raw({"opinions": f'<row r="1">{inline("A1", body)}</row>'}, before=before).content()


def _referenced() -> bytes:
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 100_000))
    raw = Raw({"opinions": ""}, shared=f"<si><t>{'A' * 130_000}</t></si>")
    pieces = [f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode(), cells, b"</sheetData></worksheet>"]
    return _patched("xl/worksheets/sheet1.xml", pieces, raw)


def _sheets_of_one_part(count: int) -> bytes:
    raw = Raw({"opinions": _HEAD})
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, count))
    book = zipfile.ZipFile(io.BytesIO(raw.content())).read("xl/workbook.xml").decode()
    return _patched("xl/workbook.xml", [book.replace("</sheets>", f"{listed}</sheets>").encode()])


def _one_part_again() -> bytes:
    """Four hundred sheets that are one and the same, of twenty thousand cells."""
    content = _sheets_of_one_part(400)
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 20_000))
    old, made = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
            new.writestr(name, body if name.startswith("xl/worksheets") else old.read(name))
    return made.getvalue()


def _xls() -> bytearray:
    book, made = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("opinions")
    for row in range(900):
        sheet.write(row, 0, f"text {row}")
    book.save(made)
    return bytearray(made.getvalue())


def _xls_in_a_circle() -> bytes:
    content = _xls()
    table = 512 * (struct.unpack_from("<I", content, 76)[0] + 1)
    for sector in range(20):
        struct.pack_into("<I", content, table + 4 * sector, sector // 2)
    return bytes(content)


def _xls_of_blanks() -> bytes:
    """MULBLANK records: two bytes for a cell."""
    record = struct.pack("<HHHH", 0xBE, 4 + 2 * 256 + 2, 0, 0) + bytes(512) + struct.pack("<H", 255)
    content = _xls()
    start = content.index(b"\x09\x08\x10\x00", 600)
    stream = content[512:start] + content[start : start + 20] + record * 8000 + content[start + 20 :]
    count = -(-len(stream) // 512)
    stream = stream.ljust(count * 512, b"\0")
    tables = -(-(count + 200) // 127)
    chain = [n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
    name = "Workbook".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", 18, 2)
    entry = name.ljust(116, b"\0") + struct.pack("<II", 0, len(stream)) + bytes(4)
    chain += [0xFFFFFFFE] + [0xFFFFFFFD] * tables
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = (
        content[:48]
        + struct.pack("<III", count, 0, 4096)
        + struct.pack("<IIII", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    )
    header += b"".join(struct.pack("<I", count + 1 + n if n < tables else 0xFFFFFFFF) for n in range(109))
    return bytes(header + stream + entry.ljust(512, b"\0") + struct.pack(f"<{len(chain)}I", *chain))


def _table(rows: str) -> bytes:
    return ods(f'<table:table table:name="opinions">{rows}</table:table>')


_ODS_CELL = "<table:table-cell><text:p>x</text:p></table:table-cell>"
_GIGA = 1_000_000_000
BOMBS: dict[str, Callable[[], bytes]] = {
    "row_of_a_hundred_billion.xlsx": lambda: Raw({"opinions": _HEAD + f'<row r="{10**11}"/>'}).content(),
    "cells_at_xfd.xlsx": lambda: _far('<row r="N"><c r="XFDN"><v>1</v></c></row>'),
    "one_cell_at_xfd.xlsx": lambda: Raw(
        {
            "opinions": f'<row r="1">{inline("XFD1", "z")}</row>'
            + "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 20_000))
        }
    ).content(),
    "entities.xlsx": lambda: _with_dtd("&l9;"),
    "file_read_in.xlsx": lambda: _with_dtd("&x;"),
    "text_of_140_mb.xlsx": lambda: _patched(
        "xl/sharedStrings.xml",
        [f'<sst xmlns="{_MAIN}"><si><t>'.encode(), *[b"A" * 1_000_000] * 140, b"</t></si></sst>"],
        Raw({"opinions": _HEAD}, shared="<si/>"),
    ),
    "attribute_of_100_mb.xlsx": lambda: _sheet(b'<row r="', *[b"1" * 1_000_000] * 100, b'"/>'),
    "comment_of_100_mb.xlsx": lambda: _sheet(b"<!--", *[b"<" + b"-a" * 500_000] * 100, b"-->"),
    "two_million_cells.xlsx": lambda: _sheet(
        *[(b"<row>" + b"<c><v>1</v></c>" * 2 + b"</row>") * 1024] * 1024
    ),
    "elements_within_elements.xlsx": lambda: _sheet(b"<a>" * 1_000_000, b"</a>" * 1_000_000),
    "a_million_merged_ranges.xlsx": lambda: _sheet(
        _HEAD.encode(),
        b"</sheetData><mergeCells>",
        b'<mergeCell ref="A1:XFD1048576"/>' * 1_000_000,
        b"</mergeCells><sheetData>",
    ),
    "twenty_thousand_column_settings.xlsx": lambda: _sheet(
        b"</sheetData><cols>",
        *(b'<col min="%d" max="16384" hidden="1"/>' % n for n in range(20_000)),
        b"</cols><sheetData>",
    ),
    "a_million_styles.xlsx": lambda: Raw(
        {"opinions": _HEAD}, "<cellXfs>" + '<xf numFmtId="9"/>' * 1_000_000 + "</cellXfs>"
    ).content(),
    "one_text_a_hundred_thousand_times.xlsx": _referenced,
    "a_hundred_thousand_sheets.xlsx": lambda: _sheets_of_one_part(100_000),
    "one_sheet_four_hundred_times.xlsx": _one_part_again,
    "number_of_a_million_digits.xlsx": lambda: Raw(
        {"opinions": f'<row r="1"><c r="A1"><v>{"1" * 900_000}</v></c></row>'}
    ).content(),
    "format_of_a_million_characters.xlsx": lambda: Raw(
        {"opinions": '<row r="1"><c r="A1" s="1"><v>1</v></c></row>'},
        f'<numFmts><numFmt numFmtId="164" formatCode="{"0" * 900_000}"/></numFmts>'
        '<cellXfs><xf/><xf numFmtId="164"/></cellXfs>',
    ).content(),
    "twenty_thousand_parts.xlsx": lambda: b"PK\3\4" + b"PK\1\2".ljust(46, b"\0") * 20_000,
    "rows_repeated.ods": lambda: _table(
        f'<table:table-row table:number-rows-repeated="{_GIGA}">{_ODS_CELL}</table:table-row>'
    ),
    "rows_and_columns_repeated.ods": lambda: _table(
        '<table:table-row table:number-rows-repeated="1000000">'
        + _ODS_CELL.replace("-cell>", '-cell table:number-columns-repeated="16000">', 1)
        + "</table:table-row>"
    ),
    "columns_repeated.ods": lambda: _table(
        "<table:table-row>"
        + _ODS_CELL.replace("-cell>", f'-cell table:number-columns-repeated="{_GIGA}">', 1)
        + "</table:table-row>"
    ),
    "a_space_repeated.ods": lambda: _table(
        '<table:table-row table:number-rows-repeated="1000000">'
        + _ODS_CELL.replace("-cell>", f'-cell table:number-columns-repeated="{_GIGA}">', 1).replace("x", " ")
        + _ODS_CELL
        + "</table:table-row>"
    ),
    "spaces_repeated.ods": lambda: _table(
        "<table:table-row><table:table-cell><text:p>"
        + f'<text:s text:c="{_GIGA}"/>' * 100_000
        + "x</text:p></table:table-cell></table:table-row>"
    ),
    "a_long_text_repeated.ods": lambda: _table(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
        f'office:value="1"><text:p>{"1" * 130_000}</text:p></table:table-cell></table:table-row>'
    ),
    "sectors_in_a_circle.xls": _xls_in_a_circle,
    "blank_cells.xls": _xls_of_blanks,
}


def _read(file: Path) -> str:
    from talentcalc.evidence.readers.workbook import read_sheets
    from talentcalc.evidence.tables.grid import Unreadable

    said = []
    try:
        for sheet in read_sheets(file.read_bytes(), file.suffix):
            try:
                said.append(f"{len(list(sheet.lines))} rows, {len(sheet.refused)} refused")
            except Unreadable as error:
                said.append(str(error))
    except Unreadable as error:
        said.append(str(error))
    return "；".join(said)


def main(folder: Path) -> None:
    """Read each file of a folder."""
    for file in sorted(folder.iterdir()):
        start = time.process_time()
        said = _read(file)
        sys.stdout.write(json.dumps([file.name, said, time.process_time() - start, peak()]) + "\n")


def peak() -> float:
    """The most memory so far, in MB. On Linux `getrusage` would tell that of the process which started it."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text("ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
