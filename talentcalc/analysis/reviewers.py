"""How far does the score rest on the reviewers? Their spread, their agreement, and each one's weight."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from talentcalc.evidence.evidence import Evidence
from talentcalc.params.audit import ScorecardParams
from talentcalc.rulebook.check import EveryReviewer
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Combined, Graded, Item, Milestone, Payment
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.counting import Quantity, combined
from talentcalc.scorecard.payment import Paid, PartPaid, pay
from talentcalc.scorecard.scoring import score_boards

Marks = Mapping[str, Mapping[str, Fraction]]
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
    for item in _graded(book):
        quantity = card.quantities[item.id]
        named = reviewer_of[item.measure.table]
        marks[item.id] = dict(zip((named[key] for key in quantity.counted), quantity.parts, strict=True))
    return marks


def _graded(book: ScorecardRulebook) -> list[Item]:
    return [item for item in book.items() if isinstance(item.rule, Graded)]


def agreement(book: ScorecardRulebook, marks: Marks) -> Fraction | None:
    """Krippendorff's alpha for interval data, each mark as a share of its item's points.

    1 is full agreement, 0 what chance would give, less is worse than chance. None where fewer than two
    reviewers marked any item, or all marks are the same share, so that there is nothing to compare.
    Krippendorff, Content Analysis (2004), chapter 11; items that one reviewer alone marked do not enter.
    """
    most = {item.id: Fraction(item.rule.points) for item in _graded(book)}
    units = [[mark / most[item] for mark in of.values()] for item, of in marks.items() if len(of) > 1]
    values = [value for unit in units for value in unit]
    expected = _squares(values)
    if not expected:
        return None
    observed = sum((_squares(unit) / (len(unit) - 1) for unit in units), Fraction(0))
    return 1 - (len(values) - 1) * observed / expected


def _squares(values: list[Fraction]) -> Fraction:
    """The squared differences of all ordered pairs, added up."""
    total, squared = sum(values, Fraction(0)), sum((one * one for one in values), Fraction(0))
    return 2 * (len(values) * squared - total * total)


def each_reviewer(
    book: ScorecardRulebook, params: ScorecardParams, card: Card, marks: Marks
) -> dict[str, WithoutReviewer]:
    """For each reviewer of the params, the audit without that one's marks."""
    found = {}
    how = {item.id: item.measure.count for item in _graded(book)}
    for reviewer in params.review.reviewers:
        quantities = dict(card.quantities)
        for item, of in marks.items():
            others = tuple(mark for name, mark in of.items() if name != reviewer)
            if len(others) < len(of):
                by = how[item]
                assert isinstance(by, Combined)  # lint: marks are what is graded
                quantities[item] = replace(quantities[item], value=combined(by, others), parts=others)
        scores, paid = _scored(book, params, card, quantities)
        found[reviewer] = WithoutReviewer(
            tuple(item for item, of in marks.items() if reviewer not in of),
            tuple(item for item, of in marks.items() if [*of] == [reviewer]),
            scores,
            paid,
        )
    return found


def range_of_judgement(
    book: ScorecardRulebook, params: ScorecardParams, card: Card
) -> dict[str, JudgementRange]:
    """What is payable over the whole range of the judged items (marks, and what stands or does not).

    Everything countable stays as it is. For each board whose share depends on a band.
    """
    found = {}
    for part in card.paid.parts:
        if not part.bands:
            continue
        board = part.part.board
        ends = []
        for full in (False, True):
            quantities = dict(card.quantities)
            for item in (
                one for indicator in book.scorecard.boards[board].indicators() for one in indicator.items
            ):
                if isinstance(item.rule, Graded | Milestone):
                    most = Fraction(item.rule.points) if isinstance(item.rule, Graded) else Fraction(1)
                    quantities[item.id] = replace(quantities[item.id], value=most if full else Fraction(0))
            paid = _scored(book, params, card, quantities)[1]
            ends.append(next(one.score for one in paid.parts if one.part.id == part.part.id))
        low, high = ends
        found[board] = JudgementRange(part, low, high, tuple(_steps(book, params, card, part, low, high)))
    return found


def _steps(
    book: ScorecardRulebook,
    params: ScorecardParams,
    card: Card,
    part: PartPaid,
    low: Fraction,
    high: Fraction,
) -> list[tuple[Fraction, Fraction, Paid]]:
    steps = []
    payment = book.scorecard.payment.model_copy(update={"basis": "boards"})  # the composite is in already
    scores = {one.part.board: one.score for one in card.paid.parts}
    for band in part.bands:
        above = low if band.above is None else max(low, band.above)
        up_to = min(high, band.up_to)
        reached = low <= band.up_to and (band.above is None or high > band.above)
        if reached:
            paid = _paid(payment, params, card, scores | {part.part.board: up_to})
            steps.append((above, up_to, paid))
    return steps


def _scored(
    book: ScorecardRulebook, params: ScorecardParams, card: Card, quantities: Mapping[str, Quantity]
) -> tuple[dict[str, Fraction], Paid]:
    scores = {name: board.score for name, board in score_boards(book.scorecard, quantities).items()}
    return scores, _paid(book.scorecard.payment, params, card, scores)


def _paid(payment: Payment, params: ScorecardParams, card: Card, scores: Mapping[str, Fraction]) -> Paid:
    fee, paid = Fraction(params.fee), Fraction(params.paid)
    return pay(payment, params.period.kind, scores, fee, paid, card.composed)
