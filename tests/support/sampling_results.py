"""What a result says of the samples of a small audit, without all else that a result says."""

from typing import Any

from talentcalc.analysis.sampling.projection import evaluate_samples
from talentcalc.analysis.scenario import Scenarios
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import open_audit
from talentcalc.params.form import ScorecardParams
from talentcalc.result.sampling_part import sampling_part
from talentcalc.rulebook.model import ScorecardRulebook
from tests.conftest import Case
from tests.support.documents import document_of


def said(case: Case, **asked: object) -> dict[str, Any]:
    """The part `sampling` of the result; nothing is checked first."""
    if asked:
        case.params["sampling"] = asked
    audit = open_audit(case.write())
    book, params = audit.rulebook, audit.params
    assert isinstance(book, ScorecardRulebook) and isinstance(params, ScorecardParams)
    scenarios = Scenarios(book, params, read_evidence(audit.evidence, book))
    part = sampling_part(params, scenarios.filed.card, evaluate_samples(scenarios))
    return document_of(part) if part else {}


def verify(case: Case, table: str, keys: list[str], rejected: int) -> None:
    """Verify these rows; reject the first of them."""
    for n, key in enumerate(keys):
        outcome = "rejected" if n < rejected else "accepted"
        case.add("verifications", {"table": table, "row_id": key, "outcome": outcome})
