"""One audit from its params file to its result, without notebook or files."""

from pathlib import Path
from typing import Any

from talentcalc.analysis.critical_evidence.critical_rows import critical_evidence
from talentcalc.analysis.sampling.projection import evaluate_samples
from talentcalc.analysis.scenario import Scenarios
from talentcalc.analysis.sensitivity.extremes import extremes
from talentcalc.analysis.sensitivity.readings import each_other_reading, not_computed
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.planning import plan
from talentcalc.checks.record import CheckRecord, Engine, run_checks
from talentcalc.core.findings import Finding
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.stores.snapshot import in_files
from talentcalc.params.audit import Audit, open_audit
from talentcalc.params.form import ScorecardParams
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


def check_evidence(audit: Audit, evidence: Evidence, engine: Engine) -> CheckRecord:
    """Every check of the audit, by one engine."""
    return run_checks(plan(audit, evidence), evidence, engine)


def assess(audit: Audit, evidence: Evidence, record: CheckRecord, analysis: bool = True) -> Result:
    """The result: scored, unless something critical blocks it.

    Who wants the score alone, over and over, does without its `analysis`, which takes longer than it.
    """
    if isinstance(audit.params, ScorecardParams):
        return as_read(_scorecard(audit, evidence, record, analysis))
    played, findings = league_scored(audit, evidence, record)
    common = dict(audit_part(audit, evidence, record, findings)) | {"year": audit.params.last_day.year}
    if played is None:
        order = LeagueOrder(**dict(common["order"]), homes=(), conformity=(), sanctions=())
        return as_read(BlockedLeague(**common | {"form": LEAGUE, "status": "blocked", "order": order}))
    order = LeagueOrder(**dict(common["order"]), **dict(played.order))
    return as_read(LeagueResult(**common | dict(played) | {"order": order}))


def _scorecard(
    audit: Audit, evidence: Evidence, record: CheckRecord, analysis: bool
) -> ScorecardResult | BlockedScorecard:
    book, params = audit.rulebook, audit.params
    assert isinstance(book, ScorecardRulebook) and isinstance(params, ScorecardParams)
    scenarios = None if record.blocked else Scenarios.of_audit(audit, evidence)
    card = scenarios.filed.card if scenarios else None
    common = dict(audit_part(audit, evidence, record, record.findings + (card.findings if card else ())))
    common["period"] = PeriodDays(**dict(params.period))
    common["order"] = ScorecardOrder(**dict(common["order"]), boards=tuple(book.scorecard.boards))
    if scenarios is None:
        return BlockedScorecard(**common, form=SCORECARD, status="blocked")
    scored = dict(scorecard_part(book.scorecard, scenarios.filed.card)) | common
    return ScorecardResult(**scored, **_analysis(audit, scenarios) if analysis else {})


def _analysis(audit: Audit, scenarios: Scenarios) -> dict[str, Any]:
    """What the score depends on: other readings, the reviewers' marks, critical evidence, the samples."""
    params, card = scenarios.params, scenarios.filed.card
    alternatives, ends = each_other_reading(scenarios), extremes(scenarios)
    parts = {
        "sensitivity": sensitivity_part(
            alternatives, ends, not_computed(scenarios), reviewers_part(scenarios)
        ),
        "critical_evidence": critical_evidence_part(critical_evidence(scenarios), card),
    }
    if audit.redaction is not None:  # under pseudonyms the same rows could not be drawn again
        return parts
    return parts | {"sampling": sampling_part(params, card, evaluate_samples(scenarios))}


def league_scored(
    audit: Audit, evidence: Evidence, record: CheckRecord
) -> tuple[LeaguePart | None, tuple[Finding, ...]]:
    """What a league's result says beside the audit, None where that is blocked; and every finding."""
    from talentcalc.league.context import LeagueContext  # DuckDB is loaded only where it is needed
    from talentcalc.league.year import evaluate_year

    assert isinstance(audit.rulebook, LeagueRulebook)
    if record.blocked:
        return None, record.findings
    context = LeagueContext(audit.rulebook.league, audit.params.last_day.year, evidence)
    played, findings = evaluate_year(context, record)
    return None if played is None else league_part(audit.rulebook, played, evidence), findings


def assess_plainly(audit: Audit, analysis: bool = True) -> tuple[Evidence, Result]:
    """The evidence, and the same result as a full run's, by the checks that need no Great Expectations."""
    with in_files(audit) as in_folder:
        evidence = read_evidence(in_folder.evidence, audit.rulebook, audit.withheld, audit.params.ignore)
        return evidence, assess(audit, evidence, check_evidence(audit, evidence, run_with_pandas), analysis)


def assess_file(params_file: str | Path, analysis: bool = True) -> Result:
    """The same for a params file.

    Raises:
        InputError: the params file does not name an audit.
    """
    return assess_plainly(open_audit(params_file), analysis)[1]


def check_ins_of(
    audit: Audit, evidence: Evidence, column: str, key: str
) -> list[tuple[str, str | None, str | None]]:
    """The check-ins of one home (`home_id`) or talent (`talent_id`): key, month, reason for nothing."""
    from talentcalc.league.context import LeagueContext

    assert isinstance(audit.rulebook, LeagueRulebook)
    context = LeagueContext(audit.rulebook.league, audit.params.last_day.year, evidence)
    return [(record.row, record.month, record.why) for record in context.ledger.records(column, key)]
