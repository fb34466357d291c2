"""The reviewers' weight in a score: their spread, their agreement, and the audit without each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from talentcalc.analysis.changed_evidence import graded_items
from talentcalc.analysis.scenario import Scenario, Scenarios
from talentcalc.evidence.evidence import Evidence
from talentcalc.rulebook.check import EveryReviewer
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Combined, Graded, Milestone
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import combined
from talentcalc.scorecard.payment import Paid, PartPaid

MarksByItem = Mapping[str, Mapping[str, Fraction]]
"""Item to reviewer to mark."""


@dataclass(frozen=True)
class WithoutReviewer:
    """One reviewer: the items that still want a mark, and the audit without the marks there are.

    `alone` are the items that nobody else marked: without this reviewer they have no points.
    """

    missing: tuple[str, ...]
    alone: tuple[str, ...]
    scores: Mapping[str, Fraction]
    paid: Paid


@dataclass(frozen=True)
class JudgementRange:
    """A board whose bands decide a share: its score with every judged item at nothing and at its most.

    The score is the one that payment rests on: the board's own, or its composite.
    `steps` are the bands that it can reach, each with the score it ends at and what is payable there.
    """

    part: PartPaid
    lowest: Fraction
    highest: Fraction
    steps: tuple[tuple[Fraction, Fraction, Paid], ...]


def marks_of(book: ScorecardRulebook, card: Card, evidence: Evidence) -> dict[str, dict[str, Fraction]]:
    """The marks that count, by item and reviewer, in the order of the official tables."""
    reviewer_of: dict[str, Mapping[str, str]] = {}
    for check in book.checks:
        if isinstance(check, EveryReviewer):
            rows = evidence[check.table]
            reviewer_of[check.table] = dict(zip(rows.keys, rows.frame[check.reviewer], strict=True))
    marks: dict[str, dict[str, Fraction]] = {}
    for item in graded_items(book):
        quantity = card.quantities[item.id]
        named = reviewer_of[item.measure.table]
        marks[item.id] = dict(zip((named[key] for key in quantity.counted), quantity.parts, strict=True))
    return marks


def agreement(book: ScorecardRulebook, marks: MarksByItem) -> Fraction | None:
    """Krippendorff's alpha for interval data, each mark as a share of its item's points.

    1 is full agreement, 0 what chance would give, less is worse than chance. None where fewer than two
    reviewers marked any item, or all marks are the same share, so that there is nothing to compare.
    Krippendorff, Content Analysis (2004), chapter 11; items that one reviewer alone marked do not enter.
    """
    most = {item.id: Fraction(item.rule.points) for item in graded_items(book)}
    units = [[mark / most[item] for mark in of.values()] for item, of in marks.items() if len(of) > 1]
    values = [value for unit in units for value in unit]
    expected = _squares(values)
    if not expected:
        return None
    observed = sum((_squares(unit) / (len(unit) - 1) for unit in units), Fraction(0))
    return 1 - (len(values) - 1) * observed / expected


def _squares(values: list[Fraction]) -> Fraction:
    """The squared differences of all ordered pairs, added up."""
    total, squared = sum(values, Fraction(0)), sum((value * value for value in values), Fraction(0))
    return 2 * (len(values) * squared - total * total)


def each_reviewer(scenarios: Scenarios, marks: MarksByItem) -> dict[str, WithoutReviewer]:
    """For each reviewer of the params, the audit without that one's marks."""
    found = {}
    card = scenarios.filed.card
    count = {item.id: item.measure.count for item in graded_items(scenarios.filed.book)}
    for reviewer in scenarios.params.review.reviewers:
        quantities = {}
        for item, by_reviewer in marks.items():
            remaining = tuple(mark for name, mark in by_reviewer.items() if name != reviewer)
            if len(remaining) < len(by_reviewer):
                combination = count[item]
                assert isinstance(combination, Combined)  # lint: marks are what is graded
                quantities[item] = replace(
                    card.quantities[item], value=combined(combination, remaining), parts=remaining
                )
        outcome = scenarios.outcome(Scenario(quantities=quantities))
        found[reviewer] = WithoutReviewer(
            tuple(item for item, by_reviewer in marks.items() if reviewer not in by_reviewer),
            tuple(item for item, by_reviewer in marks.items() if [*by_reviewer] == [reviewer]),
            outcome.scores,
            outcome.paid,
        )
    return found


def range_of_judgement(scenarios: Scenarios) -> dict[str, JudgementRange]:
    """What is payable over the whole range of the judged items (marks, and what stands or does not).

    Everything countable stays as it is. For each board whose share depends on a band.
    """
    found = {}
    book, card = scenarios.filed.book, scenarios.filed.card
    for part in card.paid.parts:
        if not part.bands:
            continue
        board = part.part.board
        most = {
            item.id: Fraction(item.rule.points) if isinstance(item.rule, Graded) else Fraction(1)
            for indicator in book.scorecard.boards[board].indicators()
            for item in indicator.items
            if isinstance(item.rule, Graded | Milestone)
        }
        low, high = (
            _score_with(scenarios, part, {item: most[item] * share for item in most}) for share in (0, 1)
        )
        found[board] = JudgementRange(part, low, high, tuple(_steps(scenarios, part, low, high)))
    return found


def _score_with(scenarios: Scenarios, part: PartPaid, values: Mapping[str, Fraction]) -> Fraction:
    """The score that a part of the payment rests on, if these items had these values."""
    quantities = {
        item: replace(scenarios.filed.card.quantities[item], value=value) for item, value in values.items()
    }
    paid = scenarios.outcome(Scenario(quantities=quantities)).paid
    return next(other.score for other in paid.parts if other.part.id == part.part.id)


def _steps(
    scenarios: Scenarios, part: PartPaid, low: Fraction, high: Fraction
) -> Iterator[tuple[Fraction, Fraction, Paid]]:
    payment = scenarios.filed.book.scorecard.payment
    payment = payment.model_copy(update={"basis": "boards"})  # the composite is in already
    scores = {paid.part.board: paid.score for paid in scenarios.filed.paid.parts}
    for band in part.bands:
        above = low if band.above is None else max(low, band.above)
        up_to = min(high, band.up_to)
        reached = low <= band.up_to and (band.above is None or high > band.above)
        if reached:
            yield above, up_to, scenarios.paid(payment, scores | {part.part.board: up_to}, None)
