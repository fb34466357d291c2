"""Workbooks that are handed in: read as a person sees them, whoever wrote them, or refused by name.

What a format shows is from Excel's own documentation of number formats (ECMA-376 part 1, 18.8.30–31).
"""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.datavalidation import DataValidation

from talentcalc.evidence.tables.grid import Sheet, Unreadable
from talentcalc.evidence.template import write_template
from talentcalc.messages.catalogue import wording
from tests.support.foreign_workbooks import (
    FORMS,
    Cells,
    Raw,
    as_xml,
    by_openpyxl,
    by_xlwt,
    inline,
    lines,
    ods,
    only,
    seen,
    sheets,
    styled,
)

TEXTS = st.text("aé文=+-@<&>\"',\n;𠮷_x0D 5F", min_size=1, max_size=8).filter(
    lambda text: text == text.strip("\n") and not text.isspace()
)
VALUES = st.one_of(
    TEXTS,
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.decimals(-(10**9), 10**9, places=2).map(float),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(9999, 12, 31)),
    st.datetimes(datetime(1900, 3, 1, 0, 0, 1), datetime(2999, 12, 31)).map(
        lambda one: one.replace(microsecond=0)
    ),
)

_MC = 'm:AlternateContent xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006"'


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_the_same_rows_by_every_writer_are_the_same_lines(rows: Cells) -> None:
    expected = [(n, [seen(value) for value in row]) for n, row in enumerate(rows, start=1)]
    for name, (write, suffix) in FORMS.items():
        got = lines(write(rows), suffix)
        # A moment at midnight is a day in .ods and in ISO: both are read as either.
        assert [(n, [(one or "").removesuffix(" 00:00:00") for one in row]) for n, row in got] == [
            (n, [(one or "").removesuffix(" 00:00:00") for one in row]) for n, row in expected
        ], name


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("123", "000000", "000123"),
        ("1234.5", '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "1234.50"),
        ("0", '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "0"),
        ("-3", "0.00_);(0.00)", "-3.00"),
        ("-3", "0.00_ ;[Red]\\-0.00\\ ", "-3.00"),
        ("5", '0"元"', "5"),
        ("5", "[$¥-804]#,##0.00", "5.00"),
        ("5", "G/通用格式", "5"),
        ("0.28999999999999998", "General", "0.29"),  # as Excel writes 0.29
        ("45717", 'yyyy"年"m"月"d"日"', "2025-03-01"),
        ("45717", 'm"月"d"日"', "2025-03-01"),
        ("45717", 'yyyy"年"m"月"', "2025-03"),
        ("45717.414618055554", "yyyy/m/d h:mm", "2025-03-01 09:57:03"),
        ("1", "yyyy-mm-dd", "1900-01-01"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("0.5", "h:mm", "12:00:00"),
    ],
)
def test_a_number_is_what_its_format_shows(value: str, code: str, shown: str) -> None:
    sheet = only(Raw({"a": f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>'}, styled([code])).content())
    assert list(sheet.lines) == [(1, [shown])] and sheet.refused == []


@pytest.mark.parametrize(
    ("value", "code", "found"),
    [
        ("0.5", "0%", "50%（A1）"),
        ("0.125", "0.0%", "12.5%（A1）"),
        ("12345", "0,", "12345，显示格式为“0,”（A1）"),
        ("12345", '0!.0,"万"', '12345，显示格式为“0!.0,"万"”（A1）'),
        ("5", ";;;", "5，显示格式为“;;;”（A1）"),
        ("5", '"已"0', '5，显示格式为“"已"0”（A1）'),
        ("5", '"1"0', '5，显示格式为“"1"0”（A1）'),
        ("100", "[$$-409]#,##0.00", "100，显示格式为“[$$-409]#,##0.00”（A1）"),
        ("100", '0.00"万元"', '100，显示格式为“0.00"万元"”（A1）'),
        ("-1", "0;0", "-1，显示格式为“0;0”（A1）"),
        ("-1", "0.00;[Red]0.00", "-1，显示格式为“0.00;[Red]0.00”（A1）"),
        ("0.5", "# ?/?", "0.5，显示格式为“# ?/?”（A1）"),
        ("123456", "0.00E+00", "123456，显示格式为“0.00E+00”（A1）"),
        ("85.55", "0", "85.55，显示为 86（A1）"),
        ("60", "yyyy-mm-dd", "按日期显示的 60.0（A1）"),  # 1900-02-29, which never was
        ("36.5", "[h]:mm", "按日期显示的 36.5（A1）"),
        ("1.52701199001011E+17", "General", "超过 15 位的数字（A1）"),
        ("1000000000000000", "0", "超过 15 位的数字（A1）"),
        ("0.30000000000000004", "General", "超过 15 位的数字（A1）"),
        ("1e999", "General", "超过 15 位的数字（A1）"),
        ("x", "General", "不是数字的“x”（A1）"),
    ],
)
def test_a_number_that_a_person_sees_otherwise_is_refused(value: str, code: str, found: str) -> None:
    sheet = only(Raw({"a": f'<row r="1"><c r="A1" s="1"><v>{value}</v></c></row>'}, styled([code])).content())
    assert list(sheet.lines) == [(1, [None])]
    assert [(one.line, wording(one.found, "zh"), one.position) for one in sheet.refused] == [(1, found, 0)]
    assert sheet.refused[0].expected


def test_days_since_1904_and_the_dates_that_chinese_excel_names_by_number() -> None:
    styles = '<cellXfs><xf numFmtId="14"/><xf numFmtId="31"/><xf numFmtId="58"/></cellXfs>'
    row = "".join(f'<c r="{letter}1" s="{n}"><v>45717</v></c>' for n, letter in enumerate("ABC"))
    since = Raw({"a": f'<row r="1">{row}</row>'}, styles).content()
    assert lines(since) == [(1, ["2025-03-01"] * 3)]
    later = Raw({"a": f'<row r="1">{row}</row>'}, styles, properties='<workbookPr date1904="1"/>').content()
    assert lines(later) == [(1, ["2029-03-02"] * 3)]  # 1,462 days later


def test_escapes_rich_text_phonetics_and_texts_that_a_format_hides() -> None:
    shared = (
        "<si><t>人_x000D_</t></si><si><t>_x005F_x000D_</t></si><si><t>_xD842__xDFB7_</t></si>"
        "<si><t>_xD842_</t></si><si><r><t>甲</t></r><r><rPr><strike/></rPr><t>乙</t></r>"
        "<rPh><t>jia</t></rPh></si>"
    )
    row = "".join(f'<c r="{letter}1" t="s"><v>{n}</v></c>' for n, letter in enumerate("ABCDE"))
    hidden = inline("F1", "藏", 1) + inline("G1", "_x0041_")
    sheet = only(Raw({"a": f'<row r="1">{row}{hidden}</row>'}, styled([";;;"]), shared).content())
    assert list(sheet.lines) == [(1, ["人\r", "_x000D_", "𠮷", None, "甲乙", None, "A"])]
    assert [one.position for one in sheet.refused] == [3, 5]
    assert [(one.kind, one.rows[0].found) for one in sheet.remarks] == [("struck", "E1")]


def test_formulas_errors_and_merged_cells_are_refused_by_their_place() -> None:
    cells = (
        '<c r="A1"><f>_xlfn.DISPIMG("ID_1",1)</f><v></v></c><c r="B1" t="e"><v>#N/A</v></c>'
        '<c r="C1"><f t="shared" si="0"/><v>3</v></c><c r="D1" t="str"><f>"a"</f><v>a</v></c>'
        '<c r="E1" t="b"><f>TRUE()</f><v>1</v></c>'
    )
    more = f'<row r="2">{inline("A2", "一")}</row><row r="3">{inline("B3", "二")}</row>'
    xml = f'<sheetData><row r="1">{cells}</row>{more}</sheetData><mergeCells><mergeCell ref="A2:A3"/>'
    sheet = only(Raw({"a": f"{xml}</mergeCells>"}).content())
    first = next(iter(sheet.lines))
    assert first == (1, [None, None, None, None, "true"])  # as LibreOffice keeps a typed TRUE
    assert [(one.line, one.position, wording(one.found, "zh")) for one in sheet.refused] == [
        (1, 0, "公式（A1）"),
        (1, 1, "错误值 #N/A（B1）"),
        (1, 2, "公式（C1）"),
        (1, 3, "公式（D1）"),
        (3, 0, "合并单元格（A2:A3）"),
    ]


def test_what_is_hidden_or_struck_out_is_read_and_named() -> None:
    styles = '<fonts><font/><font><strike/></font></fonts><cellXfs><xf fontId="0"/><xf fontId="1"/></cellXfs>'
    rows = (
        f'<cols><col min="2" max="2" hidden="1"/><col min="9" max="9" hidden="1"/></cols><sheetData>'
        f'<row r="1">{inline("A1", "甲")}{inline("B1", "乙")}</row>'
        f'<row r="2" hidden="1">{inline("A2", "丙")}</row><row r="3" ht="0">{inline("A3", "丁", 1)}</row>'
        '<row r="4" hidden="1"><c r="A4" s="1"/></row></sheetData>'
    )
    content = Raw(
        {"一": rows, "二": f'<row r="1">{inline("A1", "x")}</row>'}, styles, states={"二": "veryHidden"}
    )
    first, second = sheets(content.content())
    assert [line for line, _ in first.lines] == [1, 2, 3]
    assert [
        (one.severity, wording(one.title, "zh"), [row.line for row in one.rows]) for one in first.remarks
    ] == [
        ("warning", "隐藏的行也已读取", [2, 3]),
        ("warning", "隐藏的列 B 也已读取", []),
        ("warning", "带删除线的内容也已读取", [3]),
    ]
    assert not second.only_lists and [one.kind for one in second.remarks] == ["hidden_sheet"]


def hidden(sheet: Sheet) -> bool:
    return any(one.kind == "hidden_sheet" for one in sheet.remarks)


def test_a_hidden_sheet_of_lists_is_told_from_one_that_hides_rows(tmp_path: Path) -> None:
    write_template("dongsheng-2025", tmp_path / "t.xlsx")
    assert [
        one.title for one in sheets((tmp_path / "t.xlsx").read_bytes()) if hidden(one) and one.only_lists
    ] == ["选项"]
    book, made = openpyxl.Workbook(), io.BytesIO()
    for title in ("列表", "藏起的表"):
        sheet = book.create_sheet(title)
        sheet.sheet_state = "hidden"
        for values in (("类型", "级别"), ("a", "b"), ("c", "d")):
            sheet.append(values)
    for formula in ("=列表!$A$2:$A$3", "=列表!$B$2:$B$3", "=藏起的表!$A$2:$A$3"):
        offered = DataValidation("list", formula1=formula, sqref="A2:A9")
        book.worksheets[0].add_data_validation(offered)
    book.save(made)
    assert [(one.title, one.only_lists) for one in sheets(made.getvalue()) if hidden(one)] == [
        ("列表", True),
        ("藏起的表", False),  # its second column is in no drop-down
    ]


@pytest.mark.parametrize(
    ("inner", "value"),
    [
        ('t="n"><v>5</v><is><t>000</t></is>', "5"),
        ("><v>5</v><extLst><ext><v>000</v></ext></extLst>", "5"),
        ("><v>5<x>000</x></v>", "5"),
        ('t="inlineStr"><is><t>甲</t><rPh><t>jia</t></rPh><extLst><t>乙</t></extLst></is>', "甲"),
        ('t="inlineStr"><is><r><t>甲</t></r><r><t>乙</t></r></is>', "甲乙"),
    ],
)
def test_a_cell_has_the_one_value_that_stands_directly_in_it(inner: str, value: str) -> None:
    """ECMA-376 part 1, 18.3.1.4: `c` holds `f`, `v`, `is` and `extLst`; openpyxl reads the first the same."""
    assert lines(Raw({"a": f'<row r="1"><c r="A1" {inner}</c></row>'}).content()) == [(1, [value])]


@pytest.mark.parametrize(
    "inner",
    [
        "><v>5</v><v>000</v>",
        't="inlineStr"><v>5</v><is><t>000</t></is>',
        f"><{_MC}><v>5</v></m:AlternateContent>",
    ],
)
def test_a_cell_of_two_values_is_not_read(inner: str) -> None:
    sheet = only(Raw({"a": f'<row r="1"><c r="A1" {inner}</c></row>'}).content())
    with pytest.raises(Unreadable, match="另存"):
        list(sheet.lines)


def test_a_text_in_a_cell_of_numbers_is_refused_not_lost() -> None:
    sheet = only(Raw({"a": '<row r="1"><c r="A1"><is><t>x</t></is></c></row>'}).content())
    assert list(sheet.lines) == [(1, [None])] and [one.position for one in sheet.refused] == [0]


def test_sheets_and_shared_texts_of_an_extension_are_none() -> None:
    """ECMA-376 part 1, 18.4.9 and 18.2.20: texts stand in `sst`, sheets in `sheets`."""
    shared = "<extLst><ext><si><t>y</t></si></ext></extLst><si><t>x</t><extLst><t>y</t></extLst></si>"
    book = '<extLst><ext><sheet name="b" sheetId="9"/></ext></extLst>'
    row = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    assert lines(Raw({"a": row}, shared=shared, book=book).content()) == [(1, ["x"])]


def test_rows_and_settings_outside_their_own_place_are_none() -> None:
    """ECMA-376 part 1, 18.3.1.99: rows stand in `sheetData`; part 3: an extension is another program's."""
    row = f'<row r="2">{inline("A2", "y")}</row><col min="1" max="1" hidden="1"/>'
    ext = (
        f'<extLst><ext><sheetData>{row}</sheetData><cols>{row}</cols><mergeCell ref="A1:A2"/></ext></extLst>'
    )
    good = f'<sheetData><row r="1">{inline("A1", "x")}{ext}</row>{ext}</sheetData>'
    other = f"<{_MC}><m:Choice>{row}</m:Choice></m:AlternateContent>"
    sheet = only(Raw({"a": good + other + ext + row}).content())
    assert list(sheet.lines) == [(1, ["x"])] and not sheet.refused and not sheet.remarks


def test_a_damaged_sheet_says_so_and_leaves_the_others() -> None:
    good = f'<row r="1">{inline("A1", "x")}</row>'
    for bad in ("<row r='1'><c></row>", good + good, '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'):
        first, second = sheets(Raw({"坏": bad, "好": good}).content())
        with pytest.raises(Unreadable, match="另存"):
            list(first.lines)
        assert list(second.lines) == [(1, ["x"])]


@pytest.mark.parametrize(
    "styles", ["<cellXfs><xf", '<fonts><font><family val="34"/></font></fonts><fills><x/>']
)
def test_styles_never_keep_text_from_being_read(styles: str) -> None:
    assert lines(Raw({"a": f'<row r="1">{inline("A1", "x")}</row>'}, styles).content()) == [(1, ["x"])]


def test_a_row_of_spaces_or_formats_alone_is_no_row() -> None:
    rows = f'<row r="1">{inline("A1", "x")}</row><row r="2">{inline("A2", "  ")}<c r="XFD2" s="1"/></row>'
    assert lines(Raw({"a": rows}, styled(["0"])).content()) == [(1, ["x"])]


def test_an_xls_file_tells_formulas_formats_and_what_is_hidden() -> None:
    book, made = xlwt.Workbook(), io.BytesIO()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, 0.5, xlwt.easyxf(num_format_str="0%"))
    sheet.write(0, 1, xlwt.Formula("1+1"))
    sheet.write(0, 2, 7, xlwt.easyxf(num_format_str="000"))
    sheet.write(0, 3, "删", xlwt.easyxf("font: struck_out on"))
    sheet.write_merge(1, 2, 0, 0, "合")
    sheet.write(2, 1, "x")
    sheet.row(2).hidden = True
    book.add_sheet("藏").visibility = 1
    book.save(made)
    for suffix in (".xls", ".et"):
        first, second = sheets(made.getvalue(), suffix)
        assert list(first.lines) == [
            (1, [None, None, "007", "删"]),
            (2, ["合", None, None, None]),
            (3, [None, "x", None, None]),
        ]
        said = [wording(one.found, "zh") for one in first.refused]
        assert said == ["50%（A1）", "公式（B1）", "合并单元格（A2:A3）"]
        assert [one.kind for one in first.remarks] == ["hidden_rows", "struck"]
        assert hidden(second)


def test_an_ods_file_is_held_to_what_it_shows() -> None:
    def cell(kind: str, name: str, value: str, shown: str) -> str:
        held = f'office:value-type="{kind}" office:{name}="{value}"'
        return f"<table:table-cell {held}><text:p>{shown}</text:p></table:table-cell>"

    row = (
        cell("float", "value", "0.5", "0.50")
        + cell("percentage", "value", "0.5", "50%")
        + cell("currency", "value", "1234.5", "¥1,234.50")
        + cell("float", "value", "85.55", "86")
        + cell("float", "value", "5", "")
        + cell("date", "date-value", "2025-03-01T09:57:02.999999999", "2025-03-01 09:57")
        + cell("date", "date-value", "2025-03-01", "2025年3月")
        + '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/>'
        + "<table:table-cell><office:annotation><text:p>注</text:p></office:annotation>"
        '<text:p>甲<text:s text:c="2"/><text:span text:style-name="T">乙</text:span></text:p>'
        "</table:table-cell>"
    )
    styles = (
        '<style:style style:name="T" style:family="text">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    table = (
        f'<table:table table:name="表"><table:table-row>{row}</table:table-row>'
        '<table:table-row table:number-rows-repeated="2" table:visibility="collapse">'
        "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048573">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    sheet = only(ods(table, styles), ".ods")
    first, *rest = sheet.lines
    assert first == (
        1,
        ["0.50", None, "1234.50", None, None, "2025-03-01 09:57:03", "2025-03", None, "甲  乙"],
    )
    assert [(line, row[0]) for line, row in rest] == [(2, "x"), (3, "x")]
    assert [one.position for one in sheet.refused] == [1, 3, 4, 7]
    assert [(one.kind, [row.line for row in one.rows]) for one in sheet.remarks] == [
        ("hidden_rows", [2, 3]),
        ("struck", [1]),
    ]


@pytest.mark.parametrize(
    ("kind", "value", "shown", "read"),
    [
        ("string", "通过", "不通过", None),
        ("string", "通过", "", None),
        ("string", "甲  乙", "甲 乙", "甲 乙"),
        ("boolean", "true", "FALSE", None),
        ("boolean", "", "TRUE", None),
        ("boolean", "true", "真", "true"),
        ("date", "2025-03-01", "2025-03-02", None),
        ("date", "2025-03-01", "2024年3月1日", None),
        ("date", "2025-03-01", "2/3/2025", None),
        ("date", "2025-03-01T09:00:00", "2025/3/2 09:00", None),
        ("date", "2025-03-01", "1/3/2025", "2025-03-01"),  # day first
        ("date", "2025-03-01", "2025年3月1日", "2025-03-01"),
        ("date", "2025-03-01", "3月1日", "2025-03-01"),
        ("date", "2025-03-01", "25-3-1", "2025-03-01"),
        ("date", "2025-03-09", "2025年3月", "2025-03-09"),
    ],
)
def test_an_ods_cell_that_holds_one_thing_and_shows_another_is_refused(
    kind: str, value: str, shown: str, read: str | None
) -> None:
    """OpenDocument 1.3 part 3, 19.385: the attribute is the cell's value, the text what is seen."""
    held = f'office:value-type="{kind}" office:{kind}-value="{value}"'
    cell = f"<table:table-cell {held}><text:p>{shown}</text:p></table:table-cell>"
    content = ods(f'<table:table table:name="a"><table:table-row>{cell}</table:table-row></table:table>')
    sheet = only(content, ".ods")
    assert list(sheet.lines) == [(1, [read])] and len(sheet.refused) == (read is None)


@pytest.mark.parametrize("count", [10**7, 10**12])
def test_a_cell_of_spaces_is_empty_however_often_it_is_repeated(count: int) -> None:
    repeated = f'<table:table-cell table:number-columns-repeated="{count}"><text:p> </text:p>'
    row = f"<table:table-cell><text:p>x</text:p></table:table-cell>{repeated}</table:table-cell>"
    table = f'<table:table table:name="a"><table:table-row>{row}</table:table-row></table:table>'
    assert lines(ods(table), ".ods") == [(1, ["x"])]
    beyond = table.replace(
        "</table:table-row>", "<table:table-cell><text:p>x</text:p></table:table-cell>" * 2
    )
    with pytest.raises(Unreadable, match="16,384"):  # Excel's and WPS's columns
        sheets(ods(beyond.replace("</table:table>", "</table:table-row></table:table>")), ".ods")


def encrypted() -> bytes:
    """A compound document as Excel writes it around a workbook with a password: by its directory alone."""
    entry = "EncryptedPackage".encode("utf-16-le").ljust(64, b"\0") + (34).to_bytes(2, "little") + b"\2\1"
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + (22).to_bytes(2, "little") + b"\5\1"
    end, none = b"\xfe\xff\xff\xff", b"\xff\xff\xff\xff"
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\3\0\xfe\xff\x09\0\6\0" + bytes(10)
    header += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    header += end + bytes(4) + end + bytes(4) + bytes(4) + none * 108
    table = b"\xfd\xff\xff\xff" + end + none * 126
    last = b"\xfe\xff\xff\xff" + bytes(8)
    directory = b"".join(one.ljust(116, b"\0") + last for one in (root, entry))
    return header + table + directory.ljust(512, b"\0")


def archive(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as out:
        for name, text in parts.items():
            out.writestr(name.replace("__", "/"), text)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix", "says"),
    [
        (lambda: b"", ".xlsx", "空文件"),
        (lambda: b"a,b\r\n1,2\r\n", ".xlsx", r"文本（如 CSV）.*\.csv"),
        (lambda: "表,列\r\n".encode("gb18030"), ".xls", "文本（如 CSV）"),
        (lambda: b"<html><table><tr><td>1</table>", ".xls", "网页（HTML）.*另存为"),
        (
            lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            ".xls",
            "XML 表格 2003",
        ),
        (lambda: b"%PDF-1.7", ".xlsx", "PDF"),
        (encrypted, ".xlsx", "密码.*取消密码"),
        (lambda: by_xlwt([["x"]]), ".xlsx", r"Excel 97-2003 工作簿，扩展名却是 \.xlsx.*\.xls"),
        (lambda: by_openpyxl([["x"]]), ".xls", r"Excel 2007.*扩展名却是 \.xls.*\.xlsx"),
        (lambda: by_openpyxl([["x"]])[:-50], ".xlsx", "不完整或已损坏"),
        (lambda: by_xlwt([["x"]])[:1024], ".xls", "不完整或已损坏"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), ".xlsx", "不完整或已损坏"),
        (lambda: archive(a="x"), ".xlsx", "ZIP 压缩包.*解压"),
    ],
)
def test_what_is_no_workbook_is_named_as_what_it_is(
    content: Callable[[], bytes], suffix: str, says: str
) -> None:
    with pytest.raises(Unreadable, match=says):
        sheets(content(), suffix)


@given(
    st.sampled_from(sorted(FORMS)),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=4),
)
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_refused_or_read_but_never_fails_otherwise(
    name: str, damage: list[tuple[float, int]]
) -> None:
    write, suffix = FORMS[name]
    content = bytearray(write([["编号", "日", "数"], ["a", date(2025, 3, 1), 1.5]]))
    for where, byte in damage:
        content[int(where * len(content))] = byte
    try:
        for sheet in sheets(bytes(content), suffix):
            list(sheet.lines)
    except Unreadable as refused:
        assert str(refused)


def test_text_survives_as_it_was_typed() -> None:
    texts = ["_x000D_", "a\rb", "=1+1", " 空 ", "多\n行", "𠮷"]
    xml = "".join(
        f'<row r="{n}">{inline(f"A{n}", as_xml(text))}</row>' for n, text in enumerate(texts, start=1)
    )
    assert [row for _, row in lines(Raw({"a": xml}).content())] == [[one] for one in texts]
