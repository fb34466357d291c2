"""An audit scored again with other quantities or with rows rejected: the one way to its points and money."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from talentcalc.analysis.critical_evidence.parts import indicators_of
from talentcalc.analysis.critical_evidence.rejecting import Keys
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.verifications import verified_otherwise
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Indicator, Threshold
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import Quantity, count
from talentcalc.scorecard.payment import Paid, pay
from talentcalc.scorecard.scoring import score_boards, score_indicator


@dataclass(frozen=True)
class ScoredAudit:
    """An audit with its score."""

    book: ScorecardRulebook
    params: ScorecardParams
    card: Card
    evidence: Evidence

    @cached_property
    def span(self) -> Span:
        """The audit's period."""
        return Span(self.params.first_day, self.params.last_day)

    @cached_property
    def scores(self) -> dict[str, Fraction]:
        """Each board's score as it is."""
        return {name: board.score for name, board in self.card.boards.items()}

    def paid(self, scores: Mapping[str, Fraction]) -> Paid:
        """What the boards' scores are worth in this audit."""
        params = self.params
        fee, paid = Fraction(params.fee), Fraction(params.paid)
        return pay(self.book.scorecard.payment, params.period.kind, scores, fee, paid, self.card.composed)

    def own(self, edge: Fraction) -> Fraction | None:
        """The board's own score at which what payment rests on is at `edge`; None if it has no weight."""
        composed = self.card.composed
        if self.book.scorecard.payment.basis == "boards" or composed is None:
            return edge
        assert composed.own is not None  # the params were asked for weights
        return (edge - composed.of(Fraction(0))) / composed.own if composed.own else None

    def with_quantities(self, changed: Mapping[str, Quantity]) -> dict[str, Fraction]:
        """Each board's score if some quantities were others: only what they bear on is scored again."""
        quantities = {**self.card.quantities, **changed}
        concerned = {self.indicators[item].id for item in changed}
        concerned |= {self.indicators[asking].id for item in changed for asking in self._asking.get(item, ())}
        scores = {}
        for name, board in self.card.boards.items():
            changes = (
                score_indicator(one.indicator, quantities).points - one.points
                for one in board.indicators
                if one.indicator.id in concerned
            )
            scores[name] = min(self._earned[name] + sum(changes, Fraction(0)), Fraction(board.board.points))
        return scores

    def without(self, rejected: Keys) -> dict[str, Fraction]:
        """Each board's score if verifications rejected these rows, counted anew from the evidence."""
        evidence = verified_otherwise(
            self.evidence, {(name, key): "rejected" for name, keys in rejected.items() for key in keys}
        )
        concerned = [
            item.id
            for item in self.book.items()
            if item.measure.table in rejected
            or (item.measure.through is not None and item.measure.through.table in rejected)
        ]
        anew = count(self.book, evidence, self.span, concerned)
        boards = score_boards(self.book.scorecard, {**self.card.quantities, **anew})
        return {name: board.score for name, board in boards.items()}

    @cached_property
    def _earned(self) -> dict[str, Fraction]:
        """Each board's points before it is held to its own."""
        return {
            name: sum((one.points for one in board.indicators), Fraction(0))
            for name, board in self.card.boards.items()
        }

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """The indicator of each item."""
        return indicators_of(self.book.scorecard)

    @cached_property
    def _asking(self) -> dict[str, list[str]]:
        """The items that ask for each item's quantity."""
        asking: dict[str, list[str]] = {}
        for item in self.book.items():
            if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
                asking.setdefault(item.rule.only_with.item, []).append(item.id)
        return asking
