"""The form of result.json: its published schema, and that what is read is what was written, byte for byte."""

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from talentcalc.core.models import StrictModel
from talentcalc.pipeline.assess import assess_file
from talentcalc.result import schema as published
from talentcalc.result.document import canonical, read_result, result_of, written
from talentcalc.result.model.result import BlockedLeague, BlockedScorecard, LeagueResult, ScorecardResult
from tests.conftest import Case, SampleResult
from tests.support.city import City
from tests.support.documents import REDACTED, ResultJson, least

pytestmark = pytest.mark.slow

SCHEMA = json.loads(Path(published.__file__).with_name("result.schema.json").read_text(encoding="utf-8"))
KEPT = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
SAMPLES = ("dongsheng-2025-annual", "dongsheng-2025-half-year", "quanzhou-2025")


def test_the_published_schema_is_that_of_the_model() -> None:
    assert (
        published.schema() == SCHEMA
    )  # python -m talentcalc.result.schema > talentcalc/result/result.schema.json
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_samples_result_keeps_to_the_schema_and_is_read_as_it_was_written(
    sample: str, sample_result: SampleResult
) -> None:
    document = sample_result(sample)
    assert [*KEPT.iter_errors(document)] == []
    content = canonical(document)
    assert canonical(read_result(content)) == content


def must_be_one(file: Path, kind: type[StrictModel]) -> None:
    """The result of a params file is of this kind, keeps to the schema, and is read as it was written."""
    result = assess_file(file)
    assert type(result) is kind
    assert [*KEPT.iter_errors(written(result))] == []
    assert read_result(canonical(result)) == result


def test_every_kind_of_scorecard_keeps_to_the_schema(case: Case) -> None:
    case.many("work_orders", 30).many("contracts", 3).add("judgements", {"item": "B12.1", "mark": "3"})
    must_be_one(case.write(), ScorecardResult)
    case.add("proofs", {"table": "work_orders", "row_id": "无此单", "medium": "paper"})
    must_be_one(case.write(), BlockedScorecard)


def test_every_kind_of_league_keeps_to_the_schema(city: City) -> None:
    must_be_one(city.many("talents", 2).many("homes", 2).visit(["T001"]).write(), LeagueResult)
    must_be_one(city.visit(["T999"]).write(), BlockedLeague)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    rows=st.fixed_dictionaries(
        {table: st.integers(0, 12) for table in ("work_orders", "activities", "documents", "contracts")}
    ),
    marks=st.dictionaries(st.sampled_from(["B12.1", "B13.1", "A14.2"]), st.decimals("0", "1", places=2)),
    proven=st.booleans(),
    weights=st.booleans(),
    basis=st.sampled_from(["boards", "composite"]),
)
def test_small_results_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory,
    rows: dict[str, int],
    marks: dict[str, Decimal],
    proven: bool,
    weights: bool,
    basis: str,
) -> None:
    case = Case(tmp_path_factory.mktemp("small"))
    for table, number in rows.items():
        case.add(table, *[{}] * number, proven=proven)
    case.add("judgements", *({"item": item, "mark": str(mark)} for item, mark in marks.items()))
    if weights:
        case.params["composite"] = {
            "boards": "0.8",
            "opinions": "0",
            "satisfaction": "0",
            "inspections": "0.2",
        }
        case.params["readings"] = {"payment_basis": basis}
    must_be_one(case.write(), ScorecardResult)


def changed(document: ResultJson, path: str, value: object) -> ResultJson:
    """A copy with another value at `path`; `...` takes the key out."""
    altered = copy.deepcopy(document)
    *way, last = path.split(".")
    place: Any = altered
    for key in way:
        place = place[key]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return altered


@pytest.mark.parametrize(("path", "value"), [
    ("form", "talentcalc/result/1"),  # Python's name of `schema`
    ("schema", "talentcalc/result/2"), ("schema", ...), ("status", "final"), ("status", "done"),
    ("period", ...), ("year", 2025), ("review.dated", "15.1.2026"), ("review.objections_by", None),
    ("checks.critical", "0"), ("checks.critical", True), ("ignored", None), ("ignored", [1]),
    ("redacted", None), ("redacted", {}), ("regulation.signed", ...), ("regulation.procedure.steps", []),
    ("provenance.params_sha256", "x"), ("order.boards", ...), ("new", 1), ("evidence.x", {"title": "x"}),
])  # fmt: skip
def test_what_no_run_writes_is_no_result(path: str, value: object) -> None:
    assert read_result(canonical(least(redacted=REDACTED)))
    odd = changed(least(), path, value)
    assert [*KEPT.iter_errors(odd)]
    with pytest.raises(ValueError, match=r"validation error|another form"):
        read_result(canonical(odd))


def test_the_amounts_beside_the_parts_are_those_of_the_parts(case: Case) -> None:
    document = written(assess_file(case.many("work_orders", 30).write(), analysis=False))
    assert document["payment"]["base_share"] == document["payment"]["parts"][0]["share"]
    for name in ("base_share", "base_amount", "additional_amount"):
        with pytest.raises(ValueError, match=name):
            result_of(changed(document, f"payment.{name}", "1.00"))
        with pytest.raises(ValueError, match="another form"):
            read_result(canonical(changed(document, f"payment.{name}", ...)))
