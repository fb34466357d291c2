"""One audit from its params file to its result, without notebook or files."""

from pathlib import Path
from typing import Any

from talentcalc.analysis.critical_evidence.critical_rows import critical_evidence
from talentcalc.analysis.sampling.projection import evaluate_samples
from talentcalc.analysis.sensitivity.extremes import extremes
from talentcalc.analysis.sensitivity.readings import each_other_reading, not_computed
from talentcalc.analysis.sensitivity.rescoring import Rescoring
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.planning import plan
from talentcalc.checks.record import CheckRecord, Engine, run_checks
from talentcalc.core.findings import Finding
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.stores.snapshot import in_files
from talentcalc.params.audit import Audit, ScorecardParams, open_audit
from talentcalc.result.audit_part import audit_part
from talentcalc.result.critical_evidence_part import critical_evidence_part
from talentcalc.result.document import as_read
from talentcalc.result.league_part import league_part
from talentcalc.result.model.league import LEAGUE, LeaguePart
from talentcalc.result.model.result import (
    BlockedLeague,
    BlockedScorecard,
    LeagueOrder,
    LeagueResult,
    PeriodDays,
    Result,
    ScorecardOrder,
    ScorecardResult,
)
from talentcalc.result.model.scorecard import SCORECARD
from talentcalc.result.reviewers_part import reviewers_part
from talentcalc.result.sampling_part import sampling_part
from talentcalc.result.scorecard_part import scorecard_part
from talentcalc.result.sensitivity_part import sensitivity_part
from talentcalc.rulebook.model import LeagueRulebook, ScorecardRulebook
from talentcalc.scorecard.card import Card, score_card


def check_evidence(audit: Audit, evidence: Evidence, engine: Engine) -> CheckRecord:
    """Every check of the audit, by one engine."""
    return run_checks(plan(audit, evidence), evidence, engine)


def assess(audit: Audit, evidence: Evidence, record: CheckRecord, analyses: bool = True) -> Result:
    """The result: scored, unless something critical blocks it.

    Who wants the score alone, over and over, does without its `analyses`, which take longer than it.
    """
    params = audit.params
    if isinstance(params, ScorecardParams):
        return as_read(_scorecard(audit, params, evidence, record, analyses))
    played, findings = league_scored(audit, evidence, record)
    common = dict(audit_part(audit, evidence, record, findings)) | {"year": params.last_day.year}
    if played is None:
        order = LeagueOrder(**dict(common["order"]), homes=(), conformity=(), sanctions=())
        return as_read(BlockedLeague(**common | {"form": LEAGUE, "status": "blocked", "order": order}))
    order = LeagueOrder(**dict(common["order"]), **dict(played.order))
    return as_read(LeagueResult(**common | dict(played) | {"order": order}))


def _scorecard(
    audit: Audit, params: ScorecardParams, evidence: Evidence, record: CheckRecord, analyses: bool
) -> ScorecardResult | BlockedScorecard:
    book = audit.rulebook
    assert isinstance(book, ScorecardRulebook)
    card = None if record.blocked else score_card(book, params, evidence)
    common = dict(audit_part(audit, evidence, record, record.findings + (card.findings if card else ())))
    common["period"] = PeriodDays(**dict(params.period))
    common["order"] = ScorecardOrder(**dict(common["order"]), boards=tuple(book.scorecard.boards))
    if card is None:
        return BlockedScorecard(**common, form=SCORECARD, status="blocked")
    scored = dict(scorecard_part(book.scorecard, card)) | common
    return ScorecardResult(**scored, **_analyses(audit, book, params, card, evidence) if analyses else {})


def _analyses(
    audit: Audit, book: ScorecardRulebook, params: ScorecardParams, card: Card, evidence: Evidence
) -> dict[str, Any]:
    """How firm the score is: other readings, the reviewers' marks, the rows that decide, the samples."""
    again = Rescoring(audit, evidence)
    alternatives, ends = each_other_reading(again), extremes(again)
    reviewers = reviewers_part(book, params, card, evidence)
    found = {
        "sensitivity": sensitivity_part(alternatives, ends, not_computed(again), reviewers),
        "critical_evidence": critical_evidence_part(critical_evidence(book, params, card, evidence), card),
    }
    if audit.redaction is not None:  # under pseudonyms the same rows could not be drawn again
        return found
    return found | {"sampling": sampling_part(params, card, evaluate_samples(book, params, card, evidence))}


def league_scored(
    audit: Audit, evidence: Evidence, record: CheckRecord
) -> tuple[LeaguePart | None, tuple[Finding, ...]]:
    """What a league's result says beside the audit, None where that is blocked; and every finding."""
    from talentcalc.league.context import LeagueContext  # DuckDB is loaded only where it is needed
    from talentcalc.league.year import evaluate_year

    assert isinstance(audit.rulebook, LeagueRulebook)
    if record.blocked:
        return None, record.findings
    reckoning = LeagueContext(audit.rulebook.league, audit.params.last_day.year, evidence)
    played, findings = evaluate_year(reckoning, record)
    return None if played is None else league_part(audit.rulebook, played, evidence), findings


def assess_plainly(audit: Audit, analyses: bool = True) -> tuple[Evidence, Result]:
    """The evidence, and the same result as a full run's, by the checks that need no Great Expectations."""
    with in_files(audit) as lying:
        evidence = read_evidence(lying.evidence, audit.rulebook, audit.withheld, audit.params.ignore)
        return evidence, assess(audit, evidence, check_evidence(audit, evidence, run_with_pandas), analyses)


def assess_file(params_file: str | Path, analyses: bool = True) -> Result:
    """The same for a params file.

    Raises:
        InputError: the params file does not name an audit.
    """
    return assess_plainly(open_audit(params_file), analyses)[1]


def check_ins_of(
    audit: Audit, evidence: Evidence, column: str, key: str
) -> list[tuple[str, str | None, str | None]]:
    """The check-ins of one home (`home_id`) or talent (`talent_id`): key, month, reason for nothing."""
    from talentcalc.league.context import LeagueContext

    assert isinstance(audit.rulebook, LeagueRulebook)
    reckoning = LeagueContext(audit.rulebook.league, audit.params.last_day.year, evidence)
    return [(one.row, one.month, one.why) for one in reckoning.ledger.records(column, key)]
