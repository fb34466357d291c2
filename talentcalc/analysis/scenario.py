"""What an audit would come to if something in it were otherwise: the one way to every “what if”."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from talentcalc.analysis.changed_evidence import ChangedMarks, changed, graded_items
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.verifications import Outcomes
from talentcalc.params.audit import Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.load import RulebookFile
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Payment
from talentcalc.scorecard.card import Card, card_of, pay_audit
from talentcalc.scorecard.composite import Composed, compose
from talentcalc.scorecard.counting import Counting, Quantity
from talentcalc.scorecard.payment import Paid
from talentcalc.scorecard.scoring import BoardPoints, rescore_boards, score_boards

Choices = Mapping[str, str]
"""Readings with a choice that is not the one in force; those in force are left out."""


@dataclass(frozen=True)
class Scenario:
    """What is supposed to be otherwise; whatever is not named stays as it is filed.

    `readings` by name, `marks` by item and reviewer, verified `rows` with their outcome by table and key,
    `quantities` by item: these take the place of what would be counted.
    """

    readings: Choices = field(default_factory=dict)
    marks: ChangedMarks = field(default_factory=dict)
    rows: Outcomes = field(default_factory=dict)
    quantities: Mapping[str, Quantity] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """What an audit comes to under a scenario: the rules in force, and every step from quantity to money."""

    book: ScorecardRulebook
    card: Card

    @property
    def scores(self) -> dict[str, Fraction]:
        """Each board's score."""
        return {name: board.score for name, board in self.card.boards.items()}

    @property
    def paid(self) -> Paid:
        """The payment."""
        return self.card.paid


class Scenarios:
    """One scorecard audit under any scenario; what scenarios have in common is counted once.

    `file` and `in_force` are the rulebook as written and the readings in force: who asks for no other
    readings does without them.
    """

    def __init__(
        self,
        book: ScorecardRulebook,
        params: ScorecardParams,
        evidence: Evidence,
        file: RulebookFile | None = None,
        in_force: Choices | None = None,
    ) -> None:
        self.params, self.evidence = params, evidence
        self._book, self._file, self.in_force = book, file, in_force or {}
        self.span = Span(params.first_day, params.last_day)
        self._counting = Counting(evidence, self.span)

    @classmethod
    def of_audit(cls, audit: Audit, evidence: Evidence) -> "Scenarios":
        """The scenarios of a scorecard's audit."""
        book, params = audit.rulebook, audit.params
        assert isinstance(book, ScorecardRulebook) and isinstance(params, ScorecardParams)
        return cls(book, params, evidence, audit.book_file, audit.readings)

    @property
    def file(self) -> RulebookFile:
        """The rulebook as written, under no reading yet."""
        assert self._file is not None
        return self._file

    @cached_property
    def filed(self) -> Outcome:
        """What the audit comes to as it is filed."""
        return self.outcome(Scenario())

    def outcome(self, scenario: Scenario) -> Outcome:
        """What the audit comes to under a scenario."""
        if scenario.quantities and scenario == Scenario(quantities=scenario.quantities):
            return self._with_quantities(scenario.quantities)
        book, counting = self.book(scenario.readings), self._counting
        if scenario.marks or scenario.rows:
            tables = {table for table, _ in scenario.rows}
            if scenario.marks:
                tables |= {item.measure.table for item in graded_items(book)}
            evidence = changed(self.evidence, book, scenario.marks, scenario.rows)
            counting = counting.with_changes(evidence, tables)
        composed = compose(book, self.params.composite, counting.components(book))
        return Outcome(
            book, card_of(book, self.params, {**counting.count(book), **scenario.quantities}, composed)
        )

    def _with_quantities(self, changes: Mapping[str, Quantity]) -> Outcome:
        """Of many such scenarios each scores the indicators again that it bears on, and no others."""
        filed = self.filed.card
        quantities = {**filed.quantities, **changes}
        boards = rescore_boards(filed.boards, quantities, changes)
        return Outcome(self._book, card_of(self._book, self.params, quantities, filed.composed, boards))

    def book(self, readings: Choices) -> ScorecardRulebook:
        """The rulebook under the readings in force but for these."""
        if not readings:
            return self._book
        book = self.file.in_force({**self.in_force, **readings})
        assert isinstance(book, ScorecardRulebook)
        return book

    def boards(self, book: ScorecardRulebook) -> dict[str, BoardPoints]:
        """Every board's points under `book`, from the evidence as filed."""
        return score_boards(book.scorecard, self._counting.count(book))

    def composed(self, book: ScorecardRulebook) -> Composed | None:
        """The composite under `book`."""
        return compose(book, self.params.composite, self._counting.components(book))

    def payable_by(self, payment: Payment) -> bool:
        """Whether the params say enough to pay by these rules: a composite needs weights."""
        return payment.basis == "boards" or self.params.composite is not None

    def paid(self, payment: Payment, scores: Mapping[str, Fraction], composed: Composed | None) -> Paid:
        """What the boards' scores are worth in this audit, under the rules of `payment`."""
        return pay_audit(self.params, payment, scores, composed)
