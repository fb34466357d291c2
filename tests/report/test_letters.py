"""The letters of a result: the same words on paper and as .docx, and no figure that is not in the result.

Expected: article 7 (payment), article 8(六) (written feedback, the right to a review), and for amounts in
capital numerals the rules for filling in bills (支付结算办法, 附一), whose own examples are marked.
"""

import copy
import re
from collections import Counter
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import page
import pytest
import yaml
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from talentcalc.core.decimals import money
from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from talentcalc.report.letters.capitals import in_capitals
from talentcalc.report.letters.files import letter_files, letters
from talentcalc.report.render.characters import literal
from talentcalc.report.render.fonts import glyphs
from talentcalc.result.document import canonical, fingerprint
from tests.conftest import ROOT, Case, SampleResult
from tests.support.documents import REDACTED, ResultJson, as_read, assess_file, in_order, result_of
from tests.support.hostile import AGENCY, SUBJECT, counted_and_set_aside, found
from tests.support.reading import squeezed

pytestmark = pytest.mark.slow

Files = dict[str, bytes]
BOTH = ["feedback.pdf", "feedback.docx", "payment-note.pdf", "payment-note.docx"]


def sample(folder: Path, name: str = "annual", **changes: Any) -> ResultJson:
    """The result of a sample whose params say something else, without how firm it is."""
    params = yaml.safe_load((ROOT / f"params/dongsheng-2025-{name}.yaml").read_text("utf-8"))
    path = folder / f"{name}.yaml"
    params |= {"evidence": str(ROOT / params["evidence"])} | changes
    path.write_text(yaml.safe_dump(params, allow_unicode=True), "utf-8")
    return as_read(assess_file(path, analysis=False))


def kinds(folder: Path, sample_result: SampleResult) -> dict[str, ResultJson]:
    """A result of each kind that gets letters."""
    review = {"agency": "示例机构", "reviewers": ["R1"], "dated": "2026-01-15", "objections_by": "2026-01-30"}
    period = {"kind": "half_year", "start": "2025-01-01", "end": "2025-12-31"}
    homes = {name: folder / name for name in ("draft", "hostile", "blocked")}
    for home in homes.values():
        home.mkdir()
    draft = Case(homes["draft"]).many("work_orders", 7)
    draft.params = {"paid": "500000.05", "review": review}
    overpaid = sample(folder, paid="1999999.99", review=review)
    return {
        "annual": sample_result("dongsheng-2025-annual"),
        "half-year": sample(folder, "half-year", review=review | {"dated": "2025-07-15"}),
        "capped": sample(folder, period=period),
        "halved": sample(folder, period=period, readings={"half_year_payment": "halved"}),
        "of the rest": sample(folder, readings={"annual_balance": "share_of_rest"}, fee="1999999.97"),
        "overpaid": overpaid,
        "draft": as_read(draft.result()),
        "hostile": as_read(assess_file(counted_and_set_aside(homes["hostile"])[0].folder / "case.yaml")),
        "blocked": as_read(assess_file(found(homes["blocked"])[0].write())),
    }


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, sample_result: SampleResult) -> dict[str, ResultJson]:
    return kinds(tmp_path_factory.mktemp("letters"), sample_result)


@pytest.fixture(scope="module")
def made(results: dict[str, ResultJson]) -> dict[str, Files]:
    """The letters of each, by file name."""
    return {kind: letter_files(result_of(result)) for kind, result in results.items()}


def lines(docx: bytes) -> list[list[str]]:
    """A .docx as lines of cells, in its order: a paragraph is a line of one cell."""
    paper = Document(BytesIO(docx))
    found: list[list[str]] = []
    for one in paper.iter_inner_content():
        found += (
            [[cell.text for cell in row.cells] for row in one.rows]
            if isinstance(one, Table)
            else [[one.text]]
        )
    return found


def text(docx: bytes) -> str:
    """All words of a .docx, in their order."""
    return "".join(squeezed(cell) for line in lines(docx) for cell in line)


def printed(pdf: bytes, docx: bytes) -> str:
    """All words of a PDF but what stands on every page, and the heads of tables that go on.

    Of the .docx only the tables' heads are taken, to know them by.
    """
    tables = Document(BytesIO(docx)).tables
    heads = ["".join(squeezed(cell.text) for cell in one.rows[0].cells) for one in tables]
    words = ""
    for number, sheet in enumerate(PdfReader(BytesIO(pdf)).pages, start=1):
        said = squeezed(sheet.extract_text())
        assert said.endswith(f"—{number}—"), number
        said = said.removesuffix(f"—{number}—")
        said = said.removeprefix("草稿").removeprefix("草稿")  # the watermark, and the head
        goes_on = next((head for head in heads if said.startswith(head)), "") if number > 1 else ""
        words += said.removeprefix(goes_on) if goes_on in words else said
    return words


@pytest.mark.parametrize("name", ["feedback", "payment-note"])
def test_both_forms_say_the_same_words_in_the_same_order(made: dict[str, Files], name: str) -> None:
    for kind, files in made.items():
        if f"{name}.pdf" in files:
            docx = files[f"{name}.docx"]
            drawn = squeezed(literal(text(docx), glyphs()))  # the PDF's font has no emoji
            assert printed(files[f"{name}.pdf"], docx) == drawn, kind


def test_which_letters_a_result_gets(
    results: dict[str, ResultJson], made: dict[str, Files], sample_result: SampleResult
) -> None:
    for kind, files in made.items():
        assert list(files) == (BOTH[:2] if kind == "blocked" else BOTH), kind
    assert letters(result_of(results["annual"] | {"redacted": REDACTED})) == {}
    assert letters(result_of(results["blocked"] | {"redacted": REDACTED})) == {}
    assert letters(result_of(sample_result("quanzhou-2025"))) == {}


def test_every_figure_of_a_letter_is_one_of_the_result(
    results: dict[str, ResultJson], made: dict[str, Files]
) -> None:
    for kind in ("annual", "half-year", "capped", "halved", "of the rest", "overpaid"):
        known = set(re.findall(r"\d+\.\d{2}(?!\d)", canonical(results[kind]).decode().replace(",", "")))
        paid = {key: Fraction(one) for key, one in results[kind]["payment"].items() if key in _AMOUNTS}
        # What the arithmetic passes through on its way, worked out here by itself.
        due, rest = paid["payable"] - paid["overpaid"], paid["fee"] - paid["paid"]
        known |= {money(abs(one)).replace(",", "") for one in (due, due + paid["paid"], rest)}
        for name, letter in made[kind].items():
            if name.endswith(".docx"):
                said = text(letter).replace(",", "")
                figures = set(re.findall(r"(?<![\d.])\d+\.\d{2}(?!\d)", said))
                assert figures <= known, (kind, name, figures - known)


_AMOUNTS = ("fee", "paid", "entitlement", "payable", "overpaid")


def test_the_feedback_has_the_scores_and_whom_to_ask_for_a_review(
    results: dict[str, ResultJson], made: dict[str, Files]
) -> None:
    result, rows = results["annual"], lines(made["annual"]["feedback.docx"])
    assert rows[0] == ["考核结果反馈书"] and rows[1] == ["东胜区人才服务中心（合成样例）运营方："]
    for _, board in in_order(result, "boards"):
        assert ["总计", board["score"], board["max"]] in rows
        assert all([one["title"], one["points"], one["max"]] in rows for one in board["categories"])
    whole = text(made["annual"]["feedback.docx"])
    assert "《东胜区人才服务中心考核管理办法》第七条（二）、第八条（三）" in whole and "第八条（六）" in whole
    assert "示例评审机构对你方2025年1月1日至2025年12月31日的运营工作进行了年度考核" in whole
    assert "向区委人才工作领导小组办公室书面申请复核" in whole and fingerprint(result_of(result)) in whole
    assert rows.index(["示例评审机构"]) + 1 == rows.index(["2026年1月15日"])
    paid = result["payment"]
    for key in ("entitlement", "paid", "payable"):
        assert f"{money(paid[key])}元" in whole


def test_the_annex_has_each_indicator_that_lost_points_and_why(
    results: dict[str, ResultJson], made: dict[str, Files]
) -> None:
    for kind in ("annual", "half-year", "draft"):
        result = results[kind]
        rows = [line for line in lines(made[kind]["feedback.docx"]) if len(line) == 4]
        by_name = {line[0].split()[0]: line for line in rows if re.match(r"[AB]\d\d ", line[0])}
        lost = [
            name
            for _, board in in_order(result, "boards")
            for name, one in board["indicators"].items()
            if Fraction(one["points"]) < Fraction(one["max"])
        ]
        assert list(by_name) == lost
        for name in lost:
            board = result["boards"]["base" if name.startswith("B") else "additional"]
            one, row = board["indicators"][name], by_name[name]
            assert row[:3] == [f"{name} {one['target']}", one["points"], one["max"]]
            for item_id, item in one["items"].items():
                short = Fraction(item["points"]) < Fraction(item["cap"])
                assert (f"{item_id} {item['label']}" in row[3]) == short
                assert (item["arithmetic"] in row[3]) or not short
                for why, number in Counter(aside["why"] for aside in item["set_aside"]).items():
                    assert f"{result['regulation']['reasons'][why]}{number}条" in row[3] or not short


def test_the_warnings_are_listed_with_what_to_do(
    results: dict[str, ResultJson], made: dict[str, Files]
) -> None:
    result = results["annual"]
    rows = lines(made["annual"]["feedback.docx"])
    listed = rows[rows.index(["材料表", "问题", "条数", "处理"]) + 1 :]
    listed = [line for line in listed if len(line) == 4]
    warned = [one for one in result["findings"] if one["severity"] == "warning"]
    assert len(listed) == len(warned) == result["checks"]["warning"] == 20
    for line, one in zip(listed, warned, strict=True):
        assert line[1:] == [one["title"], str(one.get("count") or len(one["rows"])), f"{one['remedy']}。"]


@pytest.mark.parametrize(("kind", "clause", "said"), [
    ("annual", "第七条（二）", "1,586,400.00元−703,400.00元=883,000.00元"),
    ("half-year", "第七条（一）", "应得额未超过上限，以应得额703,400.00元计：703,400.00元−0.00元="),
    # 1,586,400 above half of 2,000,000; then half of 1,586,400: both less what is paid, worked by hand.
    ("capped", "第七条（一）", "以上限1,000,000.00元计：1,000,000.00元−703,400.00元=296,600.00元"),
    ("halved", "第七条（一）", "应得额的规定比例计793,200.00元：793,200.00元−703,400.00元=89,800.00元"),
    ("of the rest", "第七条（二）", "剩余运营费为1,999,999.97元−703,400.00元=1,296,599.97元"),
    ("overpaid", "第七条（二）", "1,586,400.00元−1,999,999.99元=-413,599.99元"),
])  # fmt: skip
def test_the_payment_note_reckons_by_its_clause(
    results: dict[str, ResultJson], made: dict[str, Files], kind: str, clause: str, said: str
) -> None:
    result, note = results[kind], made[kind]["payment-note.docx"]
    paid, whole, rows = result["payment"], text(note), lines(note)
    assert said in whole and f"{clause}规定：“" in whole
    assert f"本期应付{money(paid['payable'])}元（大写：人民币{in_capitals(paid['payable'])}）" in whole
    for key, title in (("fee", "整体运营费"), ("entitlement", "应得额"), ("paid", "此前已付")):
        assert [title, "—", money(paid[key])] in rows
    assert ["本期应付", clause, money(paid["payable"])] in rows
    for part in paid["parts"]:
        assert [part["title"], part["clause"], money(part["amount"])] in rows
    assert [line[3] for line in rows if len(line) == 4].count("本次得分所在") == 1
    assert [one[0] for one in rows if one[1:] == ["", ""]] == ["经办", "审核", "批准"]
    assert ("多付413,599.99元（大写：人民币肆拾壹万叁仟伍佰玖拾玖元玖角玖分）" in whole) == (
        kind == "overpaid"
    )
    if kind == "overpaid":
        assert "如何处理由考核方决定；本说明不作抵扣。" in whole and "人民币零元整" in whole
        assert "多付413,599.99元，由考核方决定如何处理，不自动抵扣" in text(made[kind]["feedback.docx"])


def test_the_deadline_is_said_or_left_open(results: dict[str, ResultJson], made: dict[str, Files]) -> None:
    open_, said = (made[kind]["feedback.docx"] for kind in ("annual", "overpaid"))
    assert "objections_by" not in results["annual"]["review"]
    assert any("在规定时间（　　年　　月　　日前）内" in line[0] for line in lines(open_))
    assert results["overpaid"]["review"]["objections_by"] == "2026-01-30"
    assert "在规定时间（2026年1月30日前，含当日）内" in text(said)


@pytest.mark.parametrize(("day", "taken"), [
    ("2026-01-15", True), ("2026-01-16", True), ("2026-01-14", False), ("2026/02/01", False), (5, False),
    (None, False), ("", False),
])  # fmt: skip
def test_a_deadline_before_the_letter_or_that_is_no_day_is_refused(case: Case, day: Any, taken: bool) -> None:
    case.params["review"] = {
        "agency": "示例机构", "reviewers": ["R1"], "dated": "2026-01-15", "objections_by": day,
    }  # fmt: skip
    if taken:
        assert str(open_audit(case.write()).params.review.objections_by) == day
        return
    with pytest.raises(InputError) as refused:
        open_audit(case.write())
    assert [one.where for one in refused.value.problems] == ["case.yaml: review.objections_by"]


def test_a_draft_says_so_on_every_page(results: dict[str, ResultJson], made: dict[str, Files]) -> None:
    for name, content in made["draft"].items():
        if name.endswith(".pdf"):
            pages = [squeezed(one.extract_text()) for one in PdfReader(BytesIO(content)).pages]
            assert all(one.startswith("草稿草稿") for one in pages)
        else:
            (section,) = Document(BytesIO(content)).sections
            assert [one.text for one in section.header.paragraphs] == ["草稿"]
            whole = text(content)
            assert "不作为反馈和支付的依据" in whole and "、".join(results["draft"]["awaiting"]) in whole
    final = Document(BytesIO(made["annual"]["feedback.docx"])).sections[0]
    assert "".join(one.text for one in final.header.paragraphs) == ""
    assert "草稿" not in text(made["annual"]["feedback.docx"])


def test_a_blocked_audit_is_asked_to_be_corrected(
    results: dict[str, ResultJson], made: dict[str, Files]
) -> None:
    critical = [one for one in results["blocked"]["findings"] if one["severity"] == "critical"]
    rows, whole = lines(made["blocked"]["feedback.docx"]), text(made["blocked"]["feedback.docx"])
    assert rows[0] == ["考核材料更正通知书"] and f"发现关键问题{len(critical)}项" in whole
    table = [line for line in rows if len(line) == 4][1:]
    assert [line[1] for line in table] == [one["title"] for one in critical]
    assert all(one["remedy"] in line[3] for line, one in zip(table, critical, strict=True))
    assert "在规定时间（年月日前）内将材料重新报送示例机构" in whole and "申请复核" not in whole


def test_hostile_words_stay_words(made: dict[str, Files]) -> None:
    for name, content in made["hostile"].items():
        if name.endswith(".docx"):
            whole = text(content)
            for one in (SUBJECT, AGENCY):
                assert squeezed(literal(one)) in whole
            members = ZipFile(BytesIO(content))
            body = members.read("word/document.xml").decode()
            assert not re.search(r"w:(fldSimple|instrText|hyperlink|object|altChunk)|<script|<img", body)
            about = Document(BytesIO(content)).core_properties
            assert about.author == literal(AGENCY) and literal(SUBJECT) in about.title


@pytest.mark.parametrize("kind", ["annual", "overpaid", "draft", "hostile", "blocked"])
def test_the_pages_pass_page_validation(made: dict[str, Files], kind: str) -> None:
    for name, content in made[kind].items():
        for profile in ("2a", "ua1") if name.endswith(".pdf") else ():
            assert page.validate_pdf_bytes(content, profile=profile).failures == [], (name, profile)


def test_the_same_result_gives_the_same_bytes(results: dict[str, ResultJson], made: dict[str, Files]) -> None:
    for kind in ("annual", "hostile", "blocked"):
        assert letter_files(result_of(copy.deepcopy(results[kind]))) == made[kind]


def test_a_docx_is_dated_in_chinese_and_brings_nothing_along(made: dict[str, Files]) -> None:
    for kind, files in made.items():
        for name in (one for one in files if one.endswith(".docx")):
            members = ZipFile(BytesIO(files[name]))
            assert {one.date_time for one in members.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert {one.rpartition(".")[2] for one in members.namelist()} == {"xml", "rels"}
            parts = "".join(members.read(one).decode() for one in members.namelist())
            assert "TargetMode" not in parts and "vbaProject" not in parts
            paper = Document(BytesIO(files[name]))
            about = paper.core_properties
            dated = "2025-07-15" if kind == "half-year" else "2026-01-15"
            assert str(about.created) == str(about.modified) == f"{dated} 00:00:00+00:00"
            assert about.language == "zh-CN" and about.revision == 1
            language = paper.styles.element.find(f".//{qn('w:lang')}")
            assert language.get(qn("w:eastAsia")) == "zh-CN"
            for style, font in (("Normal", "仿宋"), ("Heading 1", "宋体"), ("Heading 2", "宋体")):
                fonts = paper.styles[style].element.find(f".//{qn('w:rFonts')}")
                assert fonts.get(qn("w:eastAsia")) == font and f'w:name="{font}"><w:altName' in parts
            for table in paper.tables:
                marked = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
                assert marked == [True] + [False] * (len(marked) - 1)


@pytest.mark.parametrize(("amount", "words"), [
    ("1409.50", "壹仟肆佰零玖元伍角整"),  # the rules' own, but for 整, which may follow 角
    ("6007.14", "陆仟零柒元壹角肆分"),  # the rules' own
    ("1680.32", "壹仟陆佰捌拾元叁角贰分"),  # the rules' own
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),  # the rules' own
    ("325.04", "叁佰贰拾伍元零肆分"),  # the rules' own
    ("107000.53", "壹拾万柒仟元伍角叁分"),  # the rules leave both 零 out or put one
    ("883000.00", "捌拾捌万叁仟元整"), ("0.00", "零元整"), ("0.05", "伍分"), ("0.5", "伍角整"),
    ("0.55", "伍角伍分"), ("10.05", "壹拾元零伍分"), ("10.50", "壹拾元伍角整"), ("1", "壹元整"),
    ("1005", "壹仟零伍元整"), ("1050", "壹仟零伍拾元整"), ("10005", "壹万零伍元整"),
    ("10000000", "壹仟万元整"), ("100000001", "壹亿零壹元整"), ("100010000", "壹亿零壹万元整"),
    ("1000000000000", "壹万亿元整"), ("1000100010001.01", "壹万零壹亿零壹万零壹元零壹分"),
])  # fmt: skip
def test_amounts_in_capital_numerals(amount: str, words: str) -> None:
    assert in_capitals(amount) == words


@given(st.integers(min_value=0, max_value=10**14))
def test_capital_numerals_read_back_are_the_amount(cents: int) -> None:
    words = in_capitals(Fraction(cents, 100))
    assert read_back(words) == cents
    assert "零零" not in words and not re.search(
        "零[元万亿仟佰拾角分]", words.replace("零元整", "", cents == 0)
    )
    assert words.endswith("分") != words.endswith("整")


def read_back(words: str) -> int:
    """An amount in capital numerals, in 分."""
    yuan, _, rest = words.rpartition("元")
    cents = sum(
        "零壹贰叁肆伍陆柒捌玖".index(digit) * {"角": 10, "分": 1}[unit]
        for digit, unit in re.findall("(.)([角分])", rest)
    )
    return _whole(yuan) * 100 + cents


def _whole(words: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4), ("仟", 1000), ("佰", 100), ("拾", 10)):
        high, found_, low = words.rpartition(unit)
        if found_:
            return _whole(high) * size + _whole(low)
    digits = words.strip("零")
    return "零壹贰叁肆伍陆柒捌玖".index(digits) if digits else 0


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1/3"])
def test_what_is_no_amount_has_no_capital_numerals(amount: str) -> None:
    with pytest.raises(ValueError, match="分"):
        in_capitals(Fraction(amount))
