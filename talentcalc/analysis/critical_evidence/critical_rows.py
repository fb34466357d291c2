"""Which rows decide: the fewest whose rejection lowers a band, and the fewest more that would raise it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from talentcalc.analysis.critical_evidence.adding import together
from talentcalc.analysis.critical_evidence.least import Least, NotComputable
from talentcalc.analysis.critical_evidence.lots import AllLots
from talentcalc.analysis.critical_evidence.parts import Part, Parts
from talentcalc.analysis.critical_evidence.rejecting import Keys
from talentcalc.analysis.marginal_units import MarginalUnits, marginal_units
from talentcalc.analysis.rescored import ScoredAudit
from talentcalc.evidence.evidence import Evidence
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Board
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.payment import Paid, PartPaid


@dataclass(frozen=True)
class JointRows:
    """Items that hang on the same rows, and every row of them that some smallest set rejects.

    A smallest set rejects at least `least` and at most `most` rows of them.
    """

    items: tuple[str, ...]
    rows: Keys
    least: int
    most: int


@dataclass(frozen=True)
class Outcome:
    """What a change of the evidence leads to: the board's score and the payment."""

    score: Fraction
    paid: Paid


@dataclass(frozen=True)
class MinimalRejection:
    """The fewest rows whose rejection brings a board's score down to `edge`: one smallest set, and all.

    Where payment rests on the composite, `edge` is the board's own score at the edge of the band.
    """

    edge: Fraction
    rows: int
    told: Keys
    pivotal: tuple[JointRows, ...]
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


NotComputedReason = Literal["lowest", "highest", "marks", "weightless"]
"""Why there is no answer: the band is the lowest, or the highest; rejections alone do not lower it; payment
rests on a composite in which the board's own score has no weight."""


@dataclass(frozen=True)
class BoardCriticality:
    """How firmly a score stands in its band. A reason in words stands where an answer is not told."""

    part: PartPaid
    fall: MinimalRejection | NotComputedReason | NotComputable
    rise: UpgradeGap | NotComputedReason | NotComputable


@dataclass(frozen=True)
class CriticalEvidence:
    """What decides: each banded part of the payment, by its id, and each item's last and next unit."""

    parts: Mapping[str, BoardCriticality]
    units: Mapping[str, MarginalUnits]


def critical_evidence(
    book: ScorecardRulebook, params: ScorecardParams, card: Card, evidence: Evidence
) -> CriticalEvidence:
    """What decides over an audit's bands and money, exactly."""
    scored = ScoredAudit(book, params, card, evidence)
    lots = AllLots(book, evidence, scored.span)
    parts = Parts(book.scorecard, card.quantities, lots)
    firm = {
        part.part.id: BoardCriticality(part, _fall(scored, parts, part), _rise(scored, lots, part))
        for part in card.paid.parts
        if part.bands
    }
    return CriticalEvidence(firm, marginal_units(scored, parts.all))


def _fall(
    scored: ScoredAudit, parts: Parts, part: PartPaid
) -> MinimalRejection | NotComputedReason | NotComputable:
    edge = next(step.above for step in part.bands if part.score <= step.up_to)
    if edge is None:
        return "lowest"
    edge = scored.own(edge)
    if edge is None:
        return "weightless"
    board = scored.book.scorecard.boards[part.part.board]
    own = parts.of(_items(board))
    try:
        for one in own:
            if one.why:
                raise NotComputable(one.why)
        least = Least(board, [one.offer for one in own], edge, 1)
        if least.rows is None:
            return "marks"
        told: dict[str, tuple[str, ...]] = {}
        for number, option in least.told().items():
            _add(told, _losing(own[number], option.level))
        scores = scored.without(told)
        assert scores[part.part.board] <= edge, told  # put together, and counted as a whole
        after = Outcome(scores[part.part.board], scored.paid(scores))
        return MinimalRejection(edge, least.rows, told, _held(least, own), after)
    except NotComputable as reason:
        return reason


def _losing(part: Part, level: tuple[int, ...]) -> Keys:
    assert part.losing is not None
    return part.losing.told(level)


def _held(least: Least, parts: tuple[Part, ...]) -> tuple[JointRows, ...]:
    taken: dict[int, list[int]] = {}
    rows: dict[int, Keys] = {}
    for number, option in least.taking():
        taken.setdefault(number, []).append(option.rows)
        losing = parts[number].losing
        if option.rows and losing is not None:
            _add(rows.setdefault(number, {}), losing.among(option.level))
    return tuple(
        JointRows(
            parts[number].offer.items,
            {table: tuple(sorted(set(keys))) for table, keys in found.items()},
            min(taken[number]),
            max(taken[number]),
        )
        for number, found in sorted(rows.items())
    )


def _add(keys: Keys, more: Keys) -> None:
    for table, own in more.items():
        keys[table] = (*keys.get(table, ()), *own)


def _rise(
    scored: ScoredAudit, lots: AllLots, part: PartPaid
) -> UpgradeGap | NotComputedReason | NotComputable:
    place = next(n for n, step in enumerate(part.bands) if part.score <= step.up_to)
    if place == len(part.bands) - 1:
        return "highest"
    edge, name = scored.own(part.bands[place].up_to), part.part.board
    if edge is None:
        return "weightless"
    short, board = edge - scored.scores[name], scored.book.scorecard.boards[name]
    try:
        own = [
            one for one in together(scored.book.scorecard, scored.card.quantities, lots) if one.is_of(board)
        ]
        least = Least(board, [one.offer for one in own], edge, -1)
        if least.rows is None:
            return UpgradeGap(edge, short, None, {}, edge - least.end(), None)
        raised: dict[str, Quantity] = {}
        for number, option in least.told().items():
            raised |= own[number].raised(option.level)
        scores = scored.with_quantities(raised)
        assert scores[name] > edge, raised
        after = Outcome(scores[name], scored.paid(scores))
        return UpgradeGap(edge, short, least.rows, _more(scored, raised), None, after)
    except NotComputable as reason:
        return reason


def _more(scored: ScoredAudit, raised: Mapping[str, Quantity]) -> dict[str, Fraction]:
    """By how much each item is raised."""
    had = scored.card.quantities
    return {
        item: (one.value or Fraction(0)) - (had[item].value or Fraction(0)) for item, one in raised.items()
    }


def _items(board: Board) -> list[str]:
    return [item.id for indicator in board.indicators() for item in indicator.items]
