"""The params file: what is refused, and that all of it is named at once.

Expected places and wordings come from the contract, “A params file”: unknown keys, unknown readings, a wrong
type, an end before its start, a fee that is not positive, and a date or amount that is none.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.core.errors import InputError
from talentcalc.core.yaml import load_mapping
from talentcalc.params.audit import open_audit
from talentcalc.params.form import ScorecardParams
from tests.conftest import ROOT, Case, Command
from tests.support.problems import is_whole, where_of

PERIOD = {"kind": "annual", "start": "2025-01-01", "end": "2025-12-31"}
REVIEW = {"agency": "示例机构", "reviewers": ["R1"], "dated": "2026-01-15"}
FEE = "fee: '1000000.00'"  # as `Case` writes it


def places(path: Path) -> list[str]:
    """Where the problems of a params file are, each once; every one says all that it has to."""
    with pytest.raises(InputError) as refused:
        open_audit(path)
    problems = refused.value.problems
    for problem in problems:
        assert is_whole(problem)
        assert where_of(problem).startswith(path.name)
    return list(dict.fromkeys(where_of(problem).removeprefix(f"{path.name}: ") for problem in problems))


def edited(case: Case, old: str, new: str) -> Path:
    """A params file that is right but for one line, put as its author typed it."""
    path = case.write()
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"fees": "1"}, "fees", id="unknown key"),
        pytest.param({"period": PERIOD | {"until": "2025-12-31"}}, "period.until", id="unknown key within"),
        pytest.param({"rulebook": "dongsheng-2024"}, "rulebook", id="unknown rulebook"),
        pytest.param({"rulebook": "../dongsheng-2025"}, "rulebook", id="rulebook by a path"),
        pytest.param({"readings": {"partial_unit": "whole"}}, "readings.partial_unit", id="unknown reading"),
        pytest.param({"readings": {"partial_units": "half"}}, "readings.partial_units", id="unknown choice"),
        pytest.param({"readings": {"unproven": True}}, "readings.unproven", id="choice that is no text"),
        pytest.param({"readings": ["partial_units"]}, "readings", id="readings that are a list"),
        pytest.param({"subject": 5}, "subject", id="number for text"),
        pytest.param({"subject": " "}, "subject", id="blank text"),
        pytest.param({"period": "2025"}, "period", id="text for a mapping"),
        pytest.param({"period": PERIOD | {"kind": "monthly"}}, "period.kind", id="unknown kind of period"),
        pytest.param({"period": PERIOD | {"end": "2024-12-31"}}, "period", id="end before start"),
        pytest.param({"period": PERIOD | {"start": "2025-02-30"}}, "period.start", id="impossible date"),
        pytest.param({"period": PERIOD | {"start": "2025/01/01"}}, "period.start", id="date not ISO"),
        pytest.param({"period": PERIOD | {"start": 20250101}}, "period.start", id="date as a number"),
        pytest.param({"period": PERIOD | {"start": "86400"}}, "period.start", id="date as seconds"),
        pytest.param({"period": PERIOD | {"start": "2025-W01-3"}}, "period.start", id="date as a week"),
        pytest.param({"period": PERIOD | {"start": "2025-01-01T00:00:00"}}, "period.start", id="moment"),
        pytest.param({"fee": "0"}, "fee", id="no fee"),
        pytest.param({"fee": "-0.01"}, "fee", id="negative fee"),
        pytest.param({"fee": "1.005"}, "fee", id="fee of three decimals"),
        pytest.param({"fee": "NaN"}, "fee", id="fee that is no number"),
        pytest.param({"fee": "Infinity"}, "fee", id="endless fee"),
        pytest.param({"fee": "2,000,000.00"}, "fee", id="fee with separators"),
        pytest.param({"fee": True}, "fee", id="truth for a fee"),
        pytest.param({"fee": None}, "fee", id="empty fee"),
        pytest.param({"paid": "-1"}, "paid", id="negative paid"),
        pytest.param({"paid": "0.001"}, "paid", id="paid of three decimals"),
        pytest.param({"evidence": "evidence/no-such"}, "evidence", id="no such evidence"),
        pytest.param({"evidence": "x" * 5000}, "evidence", id="evidence path too long for any file"),
        pytest.param({"review": REVIEW | {"reviewers": ["R1", "R2", "R1"]}}, "review", id="reviewer twice"),
        pytest.param({"review": REVIEW | {"reviewers": []}}, "review.reviewers", id="no reviewer"),
        pytest.param({"review": REVIEW | {"reviewers": "R1"}}, "review.reviewers", id="text for a list"),
        pytest.param({"review": REVIEW | {"dated": "2026-13-01"}}, "review.dated", id="impossible month"),
    ],
)
def test_params_a_single_fault_is_refused_by_its_key(case: Case, changes: dict[str, Any], where: str) -> None:
    case.params = changes
    (place,) = places(case.write())
    assert f"{place}.".startswith(f"{where}.")


@pytest.mark.parametrize("key", ["rulebook", "subject", "period", "evidence", "fee", "review"])
def test_params_a_missing_key_is_named(case: Case, key: str) -> None:
    # The contract's example has these keys; only `paid` and `readings` have a default.
    path = case.write()
    left = yaml.safe_load(path.read_text(encoding="utf-8"))
    del left[key]
    path.write_text(yaml.safe_dump(left), encoding="utf-8")
    assert places(path) == [key]


def test_params_all_problems_at_once(case: Case) -> None:
    # One fault of each kind in one file: none may hide another.
    case.params = {
        "fees": "1",
        "fee": "-1",
        "paid": "x",
        "subject": "",
        "evidence": "no-such",
        "period": PERIOD | {"start": "2026-01-01"},
        "readings": {"partial_units": "half", "nope": "x"},
        "review": REVIEW | {"dated": "2026-02-30"},
    }
    wanted = "evidence fee fees paid period.end readings.nope readings.partial_units review.dated subject"
    assert sorted(places(case.write())) == wanted.split()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"period": PERIOD | {"kind": "monthly", "end": "2024-12-31"}}, id="period"),
        pytest.param({"review": REVIEW | {"reviewers": ["R1", "R1"], "dated": "2026-02-30"}}, id="review"),
    ],
)
def test_params_two_faults_of_one_mapping_do_not_hide_each_other(case: Case, changes: dict[str, Any]) -> None:
    # The contract: all problems at once. An unknown kind says nothing about the order of the two dates.
    case.params = changes
    assert len(places(case.write())) == 2


@pytest.mark.parametrize("name", ["README.txt", "activities.csv"])
def test_params_evidence_is_a_folder_or_a_workbook(case: Case, name: str) -> None:
    # The contract: “folder of CSV / Parquet files or one .xlsx”; another file would pass for no evidence.
    (case.folder / name).write_text("activity_id\n", encoding="utf-8")
    case.params = {"evidence": str(case.folder / name)}
    assert places(case.write()) == ["evidence"]


def test_params_evidence_is_relative_to_the_repository_root(case: Case) -> None:
    case.params = {"evidence": "evidence/dongsheng-2025-annual"}
    path = case.write()
    assert open_audit(path).evidence == ROOT / "evidence/dongsheng-2025-annual"


@pytest.mark.parametrize("typed", ["2000000.10", '"2000000.10"', "2000000", "0.1", "9007199254740993"])
def test_params_money_quoted_or_not_is_exact(case: Case, typed: str) -> None:
    # 9007199254740993 and 2000000.10 have no binary float.
    params = open_audit(edited(case, FEE, f"fee: {typed}")).params
    assert isinstance(params, ScorecardParams)
    fee = params.fee
    assert (fee, type(fee)) == (Decimal(typed.strip('"')), Decimal)


@given(st.decimals(min_value=Decimal("0.01"), max_value=Decimal("99999999999.99"), places=2))
@settings(max_examples=50)
def test_params_any_amount_is_read_exactly(tmp_path_factory: pytest.TempPathFactory, amount: Decimal) -> None:
    path = tmp_path_factory.getbasetemp() / "amount.yaml"
    path.write_text(f'fee: {amount:f}\npaid: "{amount:f}"\n', encoding="utf-8")
    assert load_mapping(path) == {"fee": amount, "paid": f"{amount:f}"}


@pytest.mark.parametrize("typed", [".nan", ".inf", "-.inf", "0640000", "1:30"])
def test_params_numbers_that_are_not_what_they_seem_are_refused(case: Case, typed: str) -> None:
    # YAML 1.1 reads 0640000 as octal (212992) and 1:30 as sixties (90): no author of a fee means that.
    assert places(edited(case, FEE, f"fee: {typed}")) in (["case.yaml, line 2"], ["fee"])


def test_params_a_key_twice_names_its_line_and_every_one(case: Case) -> None:
    # Lines as typed here: rulebook again on 3, start again within the period on 5.
    path = case.folder / "case.yaml"
    text = "rulebook: a\nsubject: a\nrulebook: b\nperiod:\n  {start: 1, kind: annual, start: 2}\n"
    path.write_text(text, encoding="utf-8")
    assert sorted(places(path)) == ["case.yaml, line 3", "case.yaml, line 5"]


@pytest.mark.parametrize(
    "content", [b"", b"- a\n- b\n", b"text", b"1: a\n", "subject: 东胜".encode("gb18030")]
)
def test_params_no_mapping_in_utf8_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "case.yaml"
    path.write_bytes(content)
    assert places(path) == ["case.yaml"]


def test_params_a_byte_order_mark_is_no_fault(case: Case) -> None:
    path = case.write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert open_audit(path).params.subject == "示例中心"


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.mkdir [made]",
        "!!python/name:os.system",
        "!other a",
        "&a [*a]",
        "[",
        "*a",
        "\t- a",
    ],
)
def test_params_only_plain_yaml(case: Case, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.chdir(case.folder)
    path = edited(case, FEE, f"fee: {value}")
    (place,) = places(path)
    assert place.startswith("case.yaml, line ")
    assert not (case.folder / "made").exists()


def test_params_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path):  # no file, and a folder
        with pytest.raises(InputError) as refused:
            open_audit(path)
        assert [problem.where for problem in refused.value.problems] == [str(path)]


def test_exit_status_2_names_every_problem_before_anything_is_made(case: Case, talentcalc: Command) -> None:
    # The contract: exit 2 for bad params, “all problems at once, before any kernel starts”.
    case.params = {"fee": "0", "fees": "1", "readings": {"partial_units": "half"}, "evidence": "no-such"}
    path = case.write()
    before = sorted(case.folder.rglob("*"))
    ran = talentcalc("run", path, cwd=case.folder)
    assert (ran.returncode, ran.stdout) == (2, "")
    lines = ran.stderr.splitlines()
    wanted = ("fee", "fees", "readings.partial_units", "evidence")
    assert sorted(line.split(": found ")[0] for line in lines) == sorted(
        f"talentcalc: case.yaml: {key}" for key in wanted
    )
    assert all("; expected " in line for line in lines)
    assert sorted(case.folder.rglob("*")) == before


def test_params_a_value_too_large_to_write_out_is_refused_at_once(case: Case) -> None:
    # Aliases of aliases: nine lines that stand for 10^9 words.
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    path = case.folder / "case.yaml"
    path.write_text("\n".join([*lines, "subject: *a8", "readings: {unproven: *a8}"]), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        open_audit(path)
    assert all(len(str(problem)) < 400 for problem in refused.value.problems)
