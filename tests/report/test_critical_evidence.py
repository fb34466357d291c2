"""Pivotal evidence in the sample's result and in the report, and where an answer is not told."""

import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest

from talentcalc.analysis.critical_evidence.critical_rows import MinimalRejection
from talentcalc.analysis.critical_evidence.critical_rows import critical_evidence as work_out
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.scenario import Scenarios
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.core.decimals import money
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.assess import assess, check_evidence
from talentcalc.report.sections.critical_evidence import critical_evidence
from tests.conftest import ROOT, Case, SampleResult
from tests.support.documents import ResultJson, document_of, scorecard_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sample(sample_result: SampleResult) -> ResultJson:
    """The annual sample's result."""
    return sample_result("dongsheng-2025-annual")


def table(result: ResultJson, caption: str) -> list[tuple[Any, ...]]:
    """The rows of a table of the section."""
    return next(
        list(one.rows)
        for one in critical_evidence(scorecard_of(result)).blocks
        if one.kind == "table" and caption in one.caption
    )


def test_the_samples_smallest_set_lowers_its_band_when_verifications_reject_it(sample: ResultJson) -> None:
    # By hand: 87.58 − 80 = 7.58. The most that one row loses in an indicator is 2 (B06 twice, B16, B17), so
    # three rows lose 6 at the most, and four lose 8: as many as these.
    fall = sample["pivotal"]["parts"]["base"]["fall"]
    assert (fall["edge"], fall["rows"]) == ("80", 4)
    audit = open_audit(ROOT / "params/dongsheng-2025-annual.yaml")
    evidence = read_evidence(audit.evidence, audit.rulebook)
    verified = evidence["verifications"]
    frames = [verified.frame]
    for name, keys in fall["one_set"].items():
        frames += [frames[0].iloc[[0]].assign(table=name, row_id=key, outcome="rejected") for key in keys]
    rejected = replace(verified, frame=pd.concat(frames, ignore_index=True))
    evidence = replace(evidence, tables={**evidence.tables, "verifications": rejected})
    result = document_of(assess(audit, evidence, check_evidence(audit, evidence, run_with_pandas)))
    assert result["boards"]["base"]["score"] == fall["after"]["score"] == "79.58"
    assert result["payment"]["payable"] == fall["after"]["payable"] == "683000.00"


def test_the_samples_units_by_hand(sample: ResultJson) -> None:
    units = sample["pivotal"]["units"]
    # B09: 164 orders, 150 earn all 12 points: with 149 there are 29 units of 5 × 0.4 = 11.6.
    assert [units["B09.1"]["last"][name] for name in ("quantity", "rows", "points")] == ["15", 15, "0.40"]
    assert units["B09.1"]["next"] == {"why": "cap"}
    # A02: 5,310,000 yuan of 5,000,000; 2 of 100 points of 60 % of 2,000,000 yuan are 24,000.
    last = units["A02.2"]["last"]
    assert (last["quantity"], last["strictly"], last["rows"], last["change"]) == (
        "310000",
        True,
        1,
        "-24000.00",
    )
    # B16.3 is not achieved: 1 point, and no band changes.
    assert units["B16.3"]["last"] == {"why": "nothing"}
    assert (units["B16.3"]["next"]["points"], units["B16.3"]["next"]["change"]) == ("1.00", "0.00")


def test_the_report_shows_every_pivotal_row_and_every_unit(sample: ResultJson) -> None:
    said = sample["pivotal"]
    held = table(sample, "条数最少（4 条）")
    for one, row in zip(said["parts"]["base"]["fall"]["pivotal"], held, strict=True):
        assert row[0].split()[0] == one["items"][0]
        assert all(key in row[2] for keys in one["rows"].values() for key in keys)
    rows = {row[0].split()[0]: row for row in table(sample, "其余要点不变")}
    assert set(rows) == set(said["units"])
    for item, unit in said["units"].items():
        shown = " ".join(str(getattr(cell, "text", cell)) for cell in rows[item])
        for end in ("last", "next"):
            if "change" in unit[end] and Fraction(unit[end]["change"]):
                assert money(unit[end]["change"]).lstrip("-") in shown
                assert unit[end]["points"] in shown


@pytest.mark.parametrize(
    ("end", "why", "words"),
    [
        ("fall", "lowest", "已在最低一档"),
        ("fall", "marks", "由评审打分保持"),
        ("fall", "involved", "某种缘由"),
        ("rise", "highest", "已在最高一档"),
        ("rise", "involved", "某种缘由"),
    ],
)
def test_the_report_says_why_there_is_no_answer(sample: ResultJson, end: str, why: str, words: str) -> None:
    result = deepcopy(sample)
    result["pivotal"]["parts"]["base"][end] = {"why": why, "words": "某种缘由"}
    prose = "".join(
        text
        for one in critical_evidence(scorecard_of(result)).blocks
        if one.kind == "prose"
        for text in one.paragraphs
    )
    assert words in prose


def attended(case: Case) -> Case:
    """Just over 60 points, of which 0.4 rest on 100 people who each came to two of three trainings."""
    for n in range(100):
        case.attend(f"A{n % 3 + 1:04d}", [f"P{n:03d}"]).attend(f"A{(n + 1) % 3 + 1:04d}", [f"P{n:03d}"])
    case.many("activities", 3, kind="policy_training").many("activities", 5, kind="cooperation")
    case.many("activities", 12, kind="exchange").many("activities", 12, kind="showcase")
    case.many("work_orders", 150).many("activities", 4, kind="policy_talk")
    for item, mark in (("B12.1", "6"), ("B12.2", "6"), ("B13.1", "8"), ("B13.2", "5.5")):
        case.add("judgements", {"item": item, "mark": mark})
    return case


def test_people_who_came_to_several_trainings_are_weighed_and_too_much_work_is_refused(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    # By hand: 12 (B09) + 10 (B17) + 6 (B14.1) + 4 (B03) + 2 (B01) + 25.5 + 0.75 + 0.4 (B08) = 60.65
    audit = open_audit(attended(case).write())
    scenarios = Scenarios.of_audit(audit, read_evidence(audit.evidence, audit.rulebook))
    assert scenarios.filed.scores["base"] == Fraction("60.65")
    lowered = work_out(scenarios).parts["base"].lowered
    assert isinstance(lowered, MinimalRejection)
    # One cooperation, showcase or exchange. A training is 0.25 only, for its people came to another one too.
    assert lowered.rows == 1
    assert [part.items[0] for part in lowered.critical] == ["B03.1", "B14.1", "B17.1"]
    # An answer that is not proved within the work allowed is none.
    monkeypatch.setattr("talentcalc.analysis.critical_evidence.integer_model._WORK", 1e-9)
    assert isinstance(work_out(scenarios).parts["base"].lowered, NotComputable)


def test_the_solver_is_loaded_only_where_it_is_asked() -> None:
    params = ROOT / "params/dongsheng-2025-annual.yaml"
    code = (
        "import sys; from talentcalc.pipeline.assess import assess_file; "
        f"assess_file({str(params)!r}, analysis=False); sys.exit('ortools' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, cwd=ROOT)


def test_where_payment_rests_on_the_composite_the_edge_is_in_the_boards_own_points(case: Case) -> None:
    # Half of the board and half of opinions of 100: the band's edge of 60 is at 20 of the board's own points.
    # 17.60 of marks, and 0.40 for each five orders: 34 orders are 20.00, 35 are 20.40.
    case.params["composite"] = {"boards": "0.5", "opinions": "0.5", "satisfaction": "0", "inspections": "0"}
    marks = {"B12.1": "6", "B12.2": "6", "B13.1": "5.60"}
    case.add("judgements", *({"item": item, "mark": mark} for item, mark in marks.items()))
    case.add("opinions", {"unit": "甲", "score": "100"}).many("work_orders", 34)
    said = case.whole(payment_basis="composite")["pivotal"]["parts"]["base"]
    assert said["fall"] == {"why": "lowest"}
    assert (said["rise"]["edge"], said["rise"]["more_than"], said["rise"]["rows"]) == ("20", "0.00", 1)
    case.many("work_orders", 1)
    said = case.whole(payment_basis="composite")["pivotal"]["parts"]["base"]
    assert (said["fall"]["edge"], said["fall"]["rows"]) == ("20", 1)
    assert (said["fall"]["after"]["score"], said["fall"]["after"]["shares"]["base"]) == ("20.00", "0.10")
