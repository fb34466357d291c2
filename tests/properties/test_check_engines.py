"""Two engines, one answer: the checks by Great Expectations and by pandas alone, on whatever is submitted."""

import importlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.kinds.in_range import InRangeCheck
from talentcalc.checks.record import run_checks
from tests.conftest import BOOK, ROOT, Case
from tests.support.city import City
from tests.support.flaws import FLAWS, planned, sound

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def great() -> Any:
    """The engine by Great Expectations, which takes seconds to import."""
    return importlib.import_module("talentcalc.checks.engines.great_expectations")


CELLS = [
    "",
    " ",
    "x",
    "-1",
    "0",
    "100.01",
    "2024-12-31",
    "2025-12-31",
    "2025-02-30",
    "true",
    "A0001",
    "甲",
    "activities",
    "exchange",
    "R1",
    "B12.1",
    "rejected",
    "electronic",
]
PLACES = [(name, column) for name, table in BOOK.tables.items() for column in table.columns]
SPOILT = st.tuples(st.sampled_from(PLACES), st.integers(0, 2), st.sampled_from(CELLS))
NAMED = st.sampled_from([name for name in FLAWS if not name.startswith("opinions.")])


@given(
    st.lists(NAMED, max_size=4, unique=True), st.lists(SPOILT, max_size=12), st.sampled_from([*BOOK.tables])
)
@settings(max_examples=8, deadline=None)
def test_both_engines_find_the_same_rows(
    great: Any, tmp_path_factory: pytest.TempPathFactory, flaws: list[str], spoilt: list[Any], twice: str
) -> None:
    case = sound(Case(tmp_path_factory.mktemp("both")))
    for name in flaws:
        FLAWS[name][0](case)
    case.tables[twice] += [dict(case.tables[twice][-1])]
    for (table, column), row, value in spoilt:
        case.tables[table][row % len(case.tables[table])][column] = value
    checks, evidence = planned(case.write())
    assert run_checks(checks, evidence, run_with_pandas) == run_checks(
        checks, evidence, great.run_with_great_expectations
    )


def test_both_engines_find_every_flaw_at_once(great: Any, case: Case) -> None:
    # All flaws in one folder, the file without its column last: whatever one engine can see, both do.
    sound(case)
    names = sorted(FLAWS, key=lambda name: name == "opinions.columns.present")
    for name in names:
        FLAWS[name][0](case)
    checks, evidence = planned(case.write())
    plain = run_checks(checks, evidence, run_with_pandas)
    assert plain == run_checks(checks, evidence, great.run_with_great_expectations)
    assert len({one.check for one in plain.findings} & set(FLAWS)) > 30


def test_both_engines_agree_on_the_sample_and_on_nothing(great: Any, case: Case) -> None:
    for params in (ROOT / "params/dongsheng-2025-annual.yaml", case.write()):
        checks, evidence = planned(params)
        assert run_checks(checks, evidence, run_with_pandas) == run_checks(
            checks, evidence, great.run_with_great_expectations
        )


def test_an_expectation_dropped_from_its_suite_is_an_error(
    great: Any, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite = great.gx.ExpectationSuite
    monkeypatch.setattr(
        great.gx,
        "ExpectationSuite",
        lambda name, expectations: suite(name=name, expectations=expectations[1:]),
    )
    with pytest.raises(great.SuiteError, match=r"\d+ checks went in, \d+ came out"):
        great.run_with_great_expectations(planned(sound(case).write())[0])


def test_an_expectation_without_a_result_is_an_error(
    great: Any, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = importlib.import_module("great_expectations.datasource.fluent.interfaces").Batch
    validate = batches.validate

    def short(self: Any, *arguments: Any, **named: Any) -> Any:
        answer = validate(self, *arguments, **named)
        del answer.results[-1]
        return answer

    monkeypatch.setattr(batches, "validate", short)
    with pytest.raises(great.SuiteError, match="not run: "):
        great.run_with_great_expectations(planned(sound(case).write())[0])


def test_a_bound_with_decimals_is_exact_in_both_engines(great: Any, case: Case) -> None:
    # 0.3 as a float is below 0.3: Great Expectations' own check would call 0.3 too large.
    for amount in ("0.3", "0.29", "0.31"):
        sound(case).add("contracts", {"amount": amount})
    _, evidence = planned(case.write())
    rows = evidence["contracts"]
    bounded = rows.spec.columns["amount"].model_copy(update={"minimum": None, "maximum": Decimal("0.3")})
    spec = rows.spec.model_copy(update={"columns": rows.spec.columns | {"amount": bounded}})
    check = InRangeCheck(replace(rows, spec=spec), "amount")
    too_large = rows.frame.index[rows.frame["amount"] > Decimal("0.3")].tolist()
    for engine in (run_with_pandas, great.run_with_great_expectations):
        assert engine((check,))[check.id].tolist() == too_large
    assert 0 < len(too_large) < len(rows.frame)


def test_both_engines_find_a_date_after_the_review(great: Any, tmp_path: Path) -> None:
    # The city's review is dated 2026-02-10: that day itself is not after it, nor is a day that is missing.
    days = ({"designated_on": day} for day in ("2026-02-10", "2026-02-11", ""))
    checks, _ = planned(City(tmp_path).add("homes", *days).write())
    (check,) = (check for check in checks if check.kind == "by_review")
    for engine in (run_with_pandas, great.run_with_great_expectations):
        assert engine((check,))[check.id].tolist() == [3]
    assert check.expectation()


def test_great_expectations_runs_its_own_expectations_where_it_has_them(great: Any, case: Case) -> None:
    checks, _ = planned(sound(case).write())
    named = {check.kind: check.expectation() for check in checks}
    assert {kind for kind, expectation in named.items() if expectation} == {
        *("present", "unique", "filled", "known", "in_range", "not_before"),
    }
    assert all(hasattr(great.gxe, expectation.name) for expectation in named.values() if expectation)


@pytest.mark.parametrize("kind", ["tallies", "filled", "in_range"])
def test_an_expectation_that_raises_is_an_error(
    great: Any, case: Case, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A rule of ours that raises; a column that the frame does not have.
    def broken() -> Any:
        raise RuntimeError("broken")

    checks, _ = planned(sound(case).write())
    spoilt = next(check for check in checks if check.kind == kind)
    if kind == "tallies":
        monkeypatch.setattr(spoilt, "failing", broken)
    else:
        monkeypatch.setattr(spoilt, "column", "no_such")
    with pytest.raises(great.SuiteError, match=spoilt.id):
        great.run_with_great_expectations((spoilt,))
