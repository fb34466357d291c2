"""One audit scored again under other readings, from the same evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.params.audit import Audit, ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Payment
from talentcalc.scorecard.composite import Composed, compose, owed
from talentcalc.scorecard.counting import Counting, Quantity
from talentcalc.scorecard.payment import Paid, pay
from talentcalc.scorecard.scoring import BoardPoints, score_boards

Choices = Mapping[str, str]
"""Readings with a choice that is not the one in force; those in force are left out."""


@dataclass(frozen=True)
class Alternative:
    """The same audit under other `readings`: only those that differ from the ones in force.

    `scores` by board; `shares` of the whole fee by part of the payment; amounts in yuan; `changes` are the
    points that an indicator gains or loses, those that keep theirs left out.
    """

    readings: Choices
    status: Literal["final", "draft"]
    scores: Mapping[str, Fraction]
    shares: Mapping[str, Fraction]
    entitlement: Fraction
    payable: Fraction
    overpaid: Fraction
    changes: Mapping[str, Fraction]


class Rescoring:
    """An audit that may be scored under any readings; what they have in common is counted once."""

    def __init__(self, audit: Audit, evidence: Evidence) -> None:
        assert isinstance(audit.params, ScorecardParams)
        self.file = audit.book_file
        self.in_force = audit.readings
        self.readings = audit.book_file.readings()
        self.period = audit.params.period.kind
        self._params = audit.params
        self._counting = Counting(evidence, Span(audit.params.first_day, audit.params.last_day))
        self._points = _by_indicator(self.boards(self.book({})))

    def book(self, changed: Choices) -> ScorecardRulebook:
        """The rulebook under the readings in force but for `changed`."""
        book = self.file.in_force({**self.in_force, **changed})
        assert isinstance(book, ScorecardRulebook)
        return book

    def quantities(self, book: ScorecardRulebook) -> dict[str, Quantity]:
        """The quantity of every item under `book`."""
        return self._counting.count(book)

    def boards(self, book: ScorecardRulebook) -> dict[str, BoardPoints]:
        """Every board's points under `book`."""
        return score_boards(book.scorecard, self.quantities(book))

    def composed(self, book: ScorecardRulebook) -> Composed | None:
        """The composite under `book`."""
        return compose(book, self._params.composite, self._counting.components(book))

    def payable_by(self, payment: Payment) -> bool:
        """Whether the params say enough to pay by these rules: a composite needs weights."""
        return payment.basis == "boards" or self._params.composite is not None

    def paid(self, payment: Payment, scores: Mapping[str, Fraction], composed: Composed | None) -> Paid:
        """What the boards' scores are worth in this audit, under the rules of `payment`."""
        params = self._params
        fee, paid = Fraction(params.fee), Fraction(params.paid)
        return pay(payment, params.period.kind, scores, fee, paid, composed)

    def under(self, changed: Choices) -> Alternative:
        """The audit under the readings in force but for `changed`."""
        book = self.book(changed)
        boards = self.boards(book)
        scores = {name: board.score for name, board in boards.items()}
        payment, composed = book.scorecard.payment, self.composed(book)
        paid = self.paid(payment, scores, composed)
        waits = owed(payment, self.quantities(book), composed)
        points = _by_indicator(boards)
        gained = {
            name: points.get(name, Fraction(0)) - self._points.get(name, Fraction(0))
            for name in {**self._points, **points}
        }
        return Alternative(
            dict(changed),
            "draft" if waits else "final",
            scores,
            {part.part.id: part.share for part in paid.parts},
            paid.entitlement,
            paid.payable,
            paid.overpaid,
            {name: points for name, points in gained.items() if points},
        )


def _by_indicator(boards: Mapping[str, BoardPoints]) -> dict[str, Fraction]:
    return {one.indicator.id: one.points for board in boards.values() for one in board.indicators}
