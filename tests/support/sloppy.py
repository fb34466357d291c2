"""Tables as people write them: a plain table, and the everyday forms in which each of its cells may stand."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from talentcalc.core.findings import Finding
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.evidence.tables.typed_table import typed_table
from talentcalc.rulebook.table import Column, Table

SPEC = Table(
    title="表",
    columns={
        "id": Column(title="编号", type="text", key=True),
        "day": Column(title="举办日期", type="date"),
        "at": Column(title="签到时间", type="moment"),
        "month": Column(title="月份", type="month"),
        "number": Column(title="人数", type="integer"),
        "mark": Column(title="评分", type="number"),
        "sum": Column(title="交易额（元）", type="money"),
        "done": Column(title="已办", type="boolean"),
        "kind": Column(
            title="类别",
            type="choice",
            choices={"open": "办理中", "closed": "已办结（含撤回）"},
            synonyms={"closed": ("办结", "已完成")},
        ),
        "note": Column(title="说明", type="text", optional=True),
    },
)
WIDE = {ord("0") + n: ord("０") + n for n in range(10)} | {ord("-"): ord("－"), ord(","): ord("，")}


def read(content: bytes, spec: Table = SPEC) -> tuple[EvidenceTable, dict[str, Finding]]:
    """What a CSV file is read as, and the findings, of which none comes twice."""
    findings: list[Finding] = []
    table = typed_table("t", spec, read_csv(content, spec), Source("t.csv", "0"), findings)
    assert len({one.check for one in findings}) == len(findings)
    return table, {one.check: one for one in findings}


def _dates(text: str) -> list[str]:
    one = date.fromisoformat(text)
    y, m, d = one.year, one.month, one.day
    return [
        *(f"{y}{sign}{m}{sign}{d}" for sign in "/-."),
        *(f"{y}{sign}{m:02d}{sign}{d:02d}" for sign in "/."),
        f"{y}年{m}月{d}日",
        f"{y} 年 {m:02d} 月 {d:02d} 日",
        f"{y}年{m}月{d}号",
        f"{y}{m:02d}{d:02d}",
        f"{y}/{m}/{d} 0:00",
        f"{y}年{m}月{d}日 00:00:00",
        text.translate(WIDE),
        f"{y}/{m}/{d}".translate(WIDE),
    ]


def _moments(text: str) -> list[str]:
    one = datetime.fromisoformat(text)
    hour, clock = one.hour, one.strftime("%M:%S")
    days = [form for form in _dates(text[:10]) if "0:0" not in form]
    made = [f"{day} {hour}:{clock}" for day in days]
    minute = f"{one.year}年{one.month}月{one.day}日{hour}时{one.minute}分{one.second}秒"
    return [form for form in (*made, minute, one.strftime("%Y%m%d%H%M%S")) if form != text]


def _months(text: str) -> list[str]:
    year, month = text.split("-")
    forms = [f"{year}/{month}", f"{year}年{int(month)}月", f"{year}/{int(month)}", f"{year}{month}"]
    return [*forms, f"{year}-{month}-01", text.translate(WIDE)]


def _grouped(text: str) -> str:
    whole, dot, rest = text.lstrip("-").partition(".")
    return ("-" if text.startswith("-") else "") + f"{int(whole):,}" + dot + rest


def _numbers(text: str) -> list[str]:
    forms = [
        text.translate(WIDE),
        text.replace("-", "\u2212"),
        _grouped(text),
        _grouped(text).translate(WIDE),
    ]
    return [one for one in (*forms, text if text.startswith("-") else f"+{text}") if one != text]


def _sums(text: str) -> list[str]:
    money = [
        f"¥{text}",
        f"￥{text}",
        f"{text}元",
        f"¥ {_grouped(text)}",
        f"{_grouped(text)} 元",
        f"人民币{text}元",
    ]
    return [*_numbers(text), *money]


def _truths(text: str) -> list[str]:
    return ["√", "✓", "✔", "☑", "ＴＲＵＥ", "１"] if text == "true" else ["ＦＡＬＳＥ", "０"]


def _kinds(text: str) -> list[str]:
    return {
        "open": ["办 理 中", "OPEN"],
        "closed": ["办结", "已完成", "已办结(含撤回)", "已 办 结（含撤回）"],
    }[text]


FORMS: dict[str, Callable[[str], list[str]]] = {
    "day": _dates,
    "at": _moments,
    "month": _months,
    "number": _numbers,
    "mark": _numbers,
    "sum": _sums,
    "done": _truths,
    "kind": _kinds,
}
"""By column: everyday forms of a plain cell; some cells are plain in one of them."""

PLAIN: dict[str, st.SearchStrategy[str]] = {
    "day": st.dates(date(1950, 1, 1), date(2090, 12, 31)).map(str),
    "at": st.datetimes(datetime(1950, 1, 1), datetime(2090, 12, 31)).map(
        lambda one: f"{one:%Y-%m-%d %H:%M:%S}"
    ),
    "month": st.dates(date(1950, 1, 1), date(2090, 12, 31)).map(lambda one: f"{one:%Y-%m}"),
    "number": st.integers(-(10**9), 10**9).map(str),
    "mark": st.decimals(-(10**6), 10**6, places=2).map(str),
    "sum": st.decimals(-(10**9), 10**9, places=2).map(str),
    "done": st.sampled_from(["true", "false"]),
    "kind": st.sampled_from(["open", "closed"]),
    "note": st.sampled_from(["", "无", "1.5E", "a+b"]),
}

HEADERS: dict[str, list[str]] = {
    "id": ["编号*", "编 号", "*编号", "【必填】编号", "编\n号", "ID", " Ｉｄ "],
    "day": ["举办日期（必填）", "举办日期\n(如 2025-03-01)", "举办日期*必填", "举办日期："],
    "sum": [
        "交易额(元)",
        "交易额（元）*必填",
        "交易额（人民币元）",
        "交易额（单位：元）",
        "交易额 ( 元 )",
        "sum（元）",
    ],
    "number": ["人数（人）", "人数【选填】"],
}
"""Other headers of some columns."""


FEET = [["合计"], ["", "合 计"], ["总计：", "3"], ["填表人：甲", "", "审核人：乙"], ["注：略"]]


@st.composite
def sloppy(draw: st.DrawFn) -> tuple[list[dict[str, str]], list[list[Any]], set[str], set[str]]:
    """Plain rows; a sheet that means them; the columns that it writes otherwise in cells and in headers."""
    columns, cells, headers = list(SPEC.columns), set[str](), set[str]()
    plain = [
        {"id": f"N{n}", **{name: draw(values) for name, values in PLAIN.items()}}
        for n in range(draw(st.integers(1, 4)))
    ]
    header = []
    for name in columns:
        other = name in HEADERS and draw(st.booleans())
        header.append(draw(st.sampled_from(HEADERS[name])) if other else SPEC.columns[name].title)
        headers |= {name} if other else set()
    rows: list[list[Any]] = [["二〇二五年台账"]] * draw(st.integers(0, 2))
    rows.append(header)
    for row in plain:
        written = []
        for name in columns:
            forms = [form for form in FORMS[name](row[name]) if form != row[name]] if name in FORMS else []
            otherwise: bool = draw(st.booleans())
            if forms and otherwise:
                written.append(draw(st.sampled_from(forms)))
                cells.add(name)
            else:
                written.append(row[name] + draw(st.sampled_from(["", " ", "\u3000"])))
        rows += [written + [""] * draw(st.integers(0, 2))] + [[" ", ""]] * draw(st.integers(0, 1))
    rows += [draw(st.sampled_from(FEET))] * draw(st.integers(0, 2))
    return plain, rows, cells, headers
