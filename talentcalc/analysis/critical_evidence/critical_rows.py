"""Which rows decide: the fewest whose rejection lowers a band, and the fewest more that would raise it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from talentcalc.analysis.critical_evidence.duplicate_chains import DuplicateChains
from talentcalc.analysis.critical_evidence.levels import altered
from talentcalc.analysis.critical_evidence.minimal_rejection import RejectionSearch
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.critical_evidence.part_model import CriticalPart
from talentcalc.analysis.critical_evidence.rejection_model import Keys
from talentcalc.analysis.critical_evidence.shared_rows import Part, parts
from talentcalc.analysis.critical_evidence.upgrade_gap import UpgradeSearch
from talentcalc.analysis.marginal_units import MarginalUnits, marginal_units
from talentcalc.analysis.scenario import Outcome, Scenario, Scenarios
from talentcalc.scorecard.payment import PartPaid


@dataclass(frozen=True)
class MinimalRejection:
    """The fewest rows whose rejection brings a board's score down to `edge`: `one_set` of them, and all.

    Where payment rests on the composite, `edge` is the board's own score at the edge of the band.
    """

    edge: Fraction
    rows: int
    one_set: Keys
    critical: tuple[CriticalPart, ...]
    after: Outcome


@dataclass(frozen=True)
class UpgradeGap:
    """What lifts a board's score over `edge`: more than `short` points, and the fewest further rows for it.

    Where payment rests on the composite, `edge` is the board's own score at the edge of the band.

    `rows` is None where no further rows do; then more than `marks` points of marks are needed beside all
    that rows can earn. `more` is what one choice shows beside what there is, by item.
    """

    edge: Fraction
    short: Fraction
    rows: int | None
    more: Mapping[str, Fraction]
    marks: Fraction | None
    after: Outcome | None


NoAnswer = Literal["lowest", "highest", "marks", "weightless"]
"""Why a band is not lowered or raised: it is the lowest, or the highest; rejections alone do not lower it;
payment rests on a composite in which the board's own score has no weight."""


@dataclass(frozen=True)
class BandCriticality:
    """What lowers and what raises the band that a part of the payment is in, or why nothing is said of it."""

    part: PartPaid
    lowered: MinimalRejection | NoAnswer | NotComputable
    raised: UpgradeGap | NoAnswer | NotComputable

    @property
    def board(self) -> str:
        """The board that the part pays for."""
        return self.part.part.board


@dataclass(frozen=True)
class CriticalEvidence:
    """What decides: each banded part of the payment, by its id, and each item's last and next unit."""

    parts: Mapping[str, BandCriticality]
    units: Mapping[str, MarginalUnits]


def critical_evidence(scenarios: Scenarios) -> CriticalEvidence:
    """What decides over an audit's bands and money, exactly."""
    book = scenarios.filed.book
    tables = DuplicateChains(book, scenarios.evidence, scenarios.span)
    every = parts(tuple(book.items()), tables)
    banded = [part for part in scenarios.filed.paid.parts if part.bands]
    bands = {
        part.part.id: BandCriticality(
            part, _lowered(scenarios, every, part), _raised(scenarios, tables, part)
        )
        for part in banded
    }
    return CriticalEvidence(bands, marginal_units(scenarios, every))


def _lowered(
    scenarios: Scenarios, every: tuple[Part, ...], part: PartPaid
) -> MinimalRejection | NoAnswer | NotComputable:
    edge = next(step.above for step in part.bands if part.score <= step.up_to)
    if edge is None:
        return "lowest"
    edge = _own_score(scenarios.filed, edge)
    if edge is None:
        return "weightless"
    name, filed = part.part.board, scenarios.filed
    try:
        found = RejectionSearch(filed.book.scorecard.boards[name], every, filed.card.quantities, edge)
        if found.rows is None:
            return "marks"
        critical, one_set = found.critical, found.one_set
        rejected = {(table, key): "rejected" for table, keys in one_set.items() for key in keys}
        after = scenarios.outcome(Scenario(rows=rejected))
        assert after.scores[name] <= edge, one_set  # put together, and counted as a whole
        return MinimalRejection(edge, found.rows, one_set, critical, after)
    except NotComputable as reason:
        return reason


def _raised(
    scenarios: Scenarios, tables: DuplicateChains, part: PartPaid
) -> UpgradeGap | NoAnswer | NotComputable:
    place = next(n for n, step in enumerate(part.bands) if part.score <= step.up_to)
    if place == len(part.bands) - 1:
        return "highest"
    edge = _own_score(scenarios.filed, part.bands[place].up_to)
    if edge is None:
        return "weightless"
    name, filed = part.part.board, scenarios.filed
    short = edge - filed.scores[name]
    try:
        gap = UpgradeSearch(filed.book.scorecard.boards[name], filed.card.quantities, tables, edge)
        if gap.rows is None:
            return UpgradeGap(edge, short, None, {}, edge - gap.end, None)
        more, had = gap.more(), filed.card.quantities
        raised = {
            item: altered(had[item], (had[item].value or Fraction(0)) + number)
            for item, number in more.items()
        }
        after = scenarios.outcome(Scenario(quantities=raised))
        assert after.scores[name] > edge, more
        return UpgradeGap(edge, short, gap.rows, more, None, after)
    except NotComputable as reason:
        return reason


def _own_score(filed: Outcome, edge: Fraction) -> Fraction | None:
    """The board's own score at which what payment rests on is at `edge`; None if it has no weight."""
    composed = filed.card.composed
    if filed.book.scorecard.payment.basis == "boards" or composed is None:
        return edge
    assert composed.own is not None  # the params were asked for weights
    return (edge - composed.of(Fraction(0))) / composed.own if composed.own else None
