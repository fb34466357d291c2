"""The result of an audit: of a scorecard or a league, scored or blocked.

The other modules hold its parts. A later version of the form is a change of this folder, and of nothing else.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from talentcalc.result.model.audit import AuditPart, Order
from talentcalc.result.model.critical_evidence import CriticalEvidence
from talentcalc.result.model.league import HomeOrder, LeaguePart
from talentcalc.result.model.part import Part
from talentcalc.result.model.sampling import SamplingResult
from talentcalc.result.model.scorecard import BoardOrder, ScorecardPart
from talentcalc.result.model.sensitivity import SensitivityAnalysis
from talentcalc.rulebook.score import PeriodKind


class PeriodDays(Part):
    """The period that was audited."""

    kind: PeriodKind
    start: date
    end: date


class ScorecardOrder(Order, BoardOrder):
    """The order of a scorecard's tables, readings and boards."""


class LeagueOrder(Order, HomeOrder):
    """The order of a league's tables, readings, homes, measures and sanctions."""


class ScorecardResult(AuditPart, ScorecardPart):
    """A scorecard that was scored; who wants the score alone does without the analyses."""

    period: PeriodDays
    order: ScorecardOrder
    sensitivity: Annotated[SensitivityAnalysis | None, Field(alias="firmness")] = None
    critical_evidence: Annotated[CriticalEvidence | None, Field(alias="pivotal")] = None
    sampling: SamplingResult | None = None


class BlockedScorecard(AuditPart):
    """A scorecard that a critical finding keeps from being scored."""

    form: Annotated[Literal["talentcalc/result/1"], Field(alias="schema")]
    status: Literal["blocked"]
    period: PeriodDays
    order: ScorecardOrder


class LeagueResult(AuditPart, LeaguePart):
    """A league's year that was ranked."""

    year: int
    order: LeagueOrder


class BlockedLeague(AuditPart):
    """A league's year that a critical finding keeps from being ranked."""

    form: Annotated[Literal["talentcalc/league/1"], Field(alias="schema")]
    status: Literal["blocked"]
    year: int
    order: LeagueOrder


AnyScorecard = ScorecardResult | BlockedScorecard
AnyLeague = LeagueResult | BlockedLeague
Scored = ScorecardResult | LeagueResult
Blocked = BlockedScorecard | BlockedLeague
Result = Scored | Blocked
