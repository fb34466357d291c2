"""Names in other texts: replaced wherever they stand, and however they are written, or the seal is refused.

Expected: the pseudonym of the personal column's value in its place (HMAC-SHA256, see `test_pseudonyms`).
"""

import csv
from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.core.errors import InputError
from talentcalc.evidence.tables.formula_text import escape_formulas, unescape_formulas
from talentcalc.messages.catalogue import wording
from talentcalc.messages.message import Text
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess_plainly
from talentcalc.redaction.original import original_of
from talentcalc.redaction.params_file import published_params
from talentcalc.redaction.personal_names import Names
from talentcalc.redaction.personal_numbers import numbers_of_persons
from talentcalc.redaction.pseudonyms import Pseudonyms, pseudonym
from talentcalc.redaction.redact import names_in, redact
from talentcalc.redaction.same_points import same_points
from tests.conftest import Case
from tests.support.archive_packages import what_was_found
from tests.support.problems import where_of

SECRET = bytes(range(32))
PERSONS = [
    "张三",
    "张三丰",
    "阿依古丽·买买提",
    "Zhang San",
    "RC0053",
    "138001",
    "示例项目001",
    "甲",
    "101",
    "-",
]


def names(*values: str) -> Names:
    return Names(Pseudonyms(SECRET), values, ())


def p(value: str) -> str:
    return pseudonym(SECRET, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("张三", p("张三")),
        ("经办人张三，已核", f"经办人{p('张三')}，已核"),
        ("张三丰与张三", f"{p('张三丰')}与{p('张三')}"),  # the longest that begins first
        ("张\u3000三、张\u200b三", f"{p('张三')}、{p('张三')}"),
        ("阿依古丽•买买提 阿依古丽买买提", f"{p('阿依古丽·买买提')} {p('阿依古丽·买买提')}"),
        ("ZHANG SAN; zhangsan", f"{p('Zhang San')}; {p('Zhang San')}"),
        ("HD005/RC0053", f"HD005/{p('RC0053')}"),
        ("ＲＣ００５３", p("RC0053")),
        ("RC00531, XRC0053, rc0053", f"RC00531, XRC0053, {p('RC0053')}"),  # whole words alone
        ("2138001 138001元 138 001", f"2138001 {p('138001')}元 {p('138001')}"),
        ("示例项目001评估意见 示例项目0012", f"{p('示例项目001')}评估意见 示例项目0012"),
        ("甲方 101 2101 -5", "甲方 101 2101 -5"),
        ("Tel138001 QQ138001号 138001.pdf", f"Tel{p('138001')} QQ{p('138001')}号 {p('138001')}.pdf"),
        ("zhangsan2025.pdf ZhangSanCV", f"{p('Zhang San')}2025.pdf ZhangSanCV"),  # a longer word is no name
        ("", ""),
    ],
)
def test_a_name_is_replaced_however_it_is_written(text: str, expected: str) -> None:
    assert names(*PERSONS).replaced(text) == expected


def test_what_is_too_short_to_be_looked_for_is_counted() -> None:
    assert names(*PERSONS).too_short == 3


@given(
    st.lists(st.text("张三丰 aB1·", min_size=2, max_size=4), max_size=4),
    st.text("张三丰李 aB1·,", max_size=12),
)
@settings(max_examples=100, deadline=None)
def test_no_name_is_left_in_a_text_and_the_rest_of_it_stays(persons: list[str], text: str) -> None:
    after = names(*persons).replaced(text)
    chinese = [one for one in persons if set(one) <= set("张三丰") and len(one) > 1]
    assert not any(one in after for one in chinese)
    if not any(set(one) & set(text) for one in persons):
        assert after == text


def rows_of(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"evidence/{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def published(case: Case, folder: Path) -> list[str]:
    """What the seal is warned of; points and findings are the same."""
    params, told = case.write(), list[Text]()
    audit = open_audit(params)
    original = original_of(audit)
    known = names_in(original, SECRET)
    evidence, note = redact(original, known, folder, told.append)
    _, before = assess_plainly(audit, analysis=False)
    _, after = assess_plainly(open_audit(params, evidence=evidence, redaction=note), analysis=False)
    assert same_points(before, after, known.replaced) == ()
    return [wording(line, "en") for line in told]


def test_names_in_reasons_titles_keys_and_reviewers_are_replaced_and_no_point_changes(
    case: Case, tmp_path: Path
) -> None:
    case.params["review"] = {"agency": "示例机构", "reviewers": ["张三"], "dated": "2026-01-15"}
    case.add("work_orders", {"client": "张三", "order_id": "W-张三"}, {"client": "李四"})
    case.add("documents", *[{"kind": "policy_compendium", "title": "张三政策汇编"}] * 2)
    case.add("activities", {"kind": "exchange", "partner": "李四公司"}).attend("A0001", ["张三"])
    rejected = {"table": "work_orders", "row_id": "W-张三", "reviewer": "张三", "reason": "张三说李四未到"}
    case.add("verifications", rejected)
    told = published(case, tmp_path / "r")
    assert rows_of(tmp_path / "r", "work_orders")[0]["order_id"] == f"W-{p('张三')}"
    (row,) = rows_of(tmp_path / "r", "verifications")
    assert (row["row_id"], row["reviewer"]) == (f"W-{p('张三')}", p("张三"))
    assert row["reason"] == f"{p('张三')}说{p('李四')}未到"
    assert [one["title"] for one in rows_of(tmp_path / "r", "documents")] == [f"{p('张三')}政策汇编"] * 2
    everything = "".join(file.read_text("utf-8") for file in (tmp_path / "r").rglob("*.*"))
    assert "张三" not in everything and "李四" not in everything
    assert "documents.title: 2 texts name what a personal column holds; replaced" in told


def test_two_texts_that_would_become_one_are_refused_with_both_places(case: Case, tmp_path: Path) -> None:
    case.add("work_orders", {"client": "张三"})
    case.add("documents", *({"kind": "policy_compendium", "title": one} for one in ("张三汇编", "张 三汇编")))
    with pytest.raises(InputError) as refusal:
        published(case, tmp_path / "r")
    (problem,) = refusal.value.problems
    assert where_of(problem) == "documents.title, row D0002 (line 3)"
    assert "row D0001 (line 2)" in what_was_found(problem)
    assert "张" not in str(problem)


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"subject": "张三中心"}, None),
        ({"review": {"agency": "张三机构", "reviewers": ["李四"], "dated": "2026-01-15"}}, None),
        ({"readings": {"partial_units": "whole"}, "rulebook": "dongsheng-2025"}, None),
    ],
)
def test_params_are_published_without_comments_and_names(
    case: Case, params: dict[str, object], place: str | None
) -> None:
    case.params |= params
    file = case.add("work_orders", {"client": "张三"}, {"client": "李四"}).write()
    file.write_text(f"# 张三填写\n{file.read_text('utf-8')}  # 李四核对\n", "utf-8")
    audit, told = open_audit(file), list[Text]()
    content = published_params(audit, names_in(original_of(audit), SECRET), told.append).decode()
    assert "张三" not in content and "李四" not in content and "#" not in content
    assert str(case.folder) not in content and yaml.safe_load(content)["evidence"] == "evidence"
    assert yaml.safe_load(content)["fee"] == "1000000.00" and place is None


def test_a_name_in_the_name_of_the_params_file_is_refused(case: Case) -> None:
    file = case.add("work_orders", {"client": "张三"}).write()
    audit = open_audit(file.rename(file.with_name("张三-2025.yaml")))
    with pytest.raises(InputError, match="rename the file") as refusal:
        published_params(audit, names_in(original_of(audit), SECRET), lambda _: None)
    assert "张三" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证 11010519491231002X", ["an identity card's number"]),  # the example of GB 11643
        ("身份证１１０１０５１９４９１２３１００２ｘ", ["an identity card's number"]),
        ("110105 19491231 002X", ["an identity card's number"]),
        ("110105491231002", ["an identity card's number"]),  # of 15 digits, with a day
        ("110105194912310021", []),  # another check digit
        ("110105194913310020", []),  # no such day
        ("电话13800138000", ["a telephone number"]),
        ("+86 138-0013-8000", ["a telephone number"]),
        ("0477-8581234，(0595)22123456", ["a telephone number"]),
        ("合同金额 138001380001 元", []),
        ("2025-03-01 至 2025-12-31，共 20250301 份", []),
        ("P1380013800012345", []),
        ("", []),
    ],
)
def test_numbers_of_persons_are_known_by_their_shape(text: str, found: list[str]) -> None:
    assert [wording(kind, "en") for kind in numbers_of_persons(text)] == found


LIVE = ["=1+1", '=HYPERLINK("http://x")', "+1+1", "-1+cmd", "@SUM(1)", "＝1", "'=1", "''=1", "\t=1"]


@given(st.lists(st.sampled_from(LIVE) | st.text("=+-@'1.a\t＝", max_size=5) | st.none(), max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_text_is_a_formula_in_a_csv_file_and_each_comes_back_as_it_was(texts: list[str | None]) -> None:
    cells = pa.array(texts, pa.string())
    written = escape_formulas(cells)
    assert unescape_formulas(written).to_pylist() == texts
    for one in written.to_pylist():
        live = one is not None and one[:1] in [*"=+-@＝＋－＠\t\r\n"] and one != ""
        assert not live or one[1:].replace(".", "", 1).isdigit()


def test_a_formula_of_a_workbook_stays_text_in_the_published_csv(case: Case, tmp_path: Path) -> None:
    case.add("documents", *({"kind": "policy_compendium", "title": one} for one in LIVE[:2]))
    case.add("verifications", {"table": "documents", "row_id": "D0001", "reason": "-5"})
    published(case, tmp_path / "r")
    assert [one["title"] for one in rows_of(tmp_path / "r", "documents")] == [f"'{one}" for one in LIVE[:2]]
    assert rows_of(tmp_path / "r", "verifications")[0]["reason"] == "-5"
