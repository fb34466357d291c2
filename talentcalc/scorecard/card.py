"""One scorecard audit from evidence to money, every step kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.core.findings import Finding
from talentcalc.messages.message import message
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Payment, Scorecard
from talentcalc.scorecard.composite import Composed, owed
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.payment import Paid, near_edges, pay
from talentcalc.scorecard.scoring import BoardPoints, score_boards


@dataclass(frozen=True)
class Card:
    """Quantities, points and money of one audit; `owed` are items without marks, components without rows."""

    quantities: Mapping[str, Quantity]
    boards: Mapping[str, BoardPoints]
    paid: Paid
    owed: tuple[str, ...]
    findings: tuple[Finding, ...]
    composed: Composed | None = None


def card_of(
    book: ScorecardRulebook,
    params: ScorecardParams,
    quantities: Mapping[str, Quantity],
    composed: Composed | None,
    boards: Mapping[str, BoardPoints] | None = None,
) -> Card:
    """Score and pay what was counted; only pay where the boards are scored already."""
    card = book.scorecard
    boards = score_boards(card, quantities) if boards is None else boards
    scores = {name: board.score for name, board in boards.items()}
    paid = pay_audit(params, card.payment, scores, composed)
    waits = owed(card.payment, quantities, composed)
    return Card(quantities, boards, paid, waits, _findings(card, paid), composed)


def pay_audit(
    params: ScorecardParams, payment: Payment, scores: Mapping[str, Fraction], composed: Composed | None
) -> Paid:
    """What the boards' scores are worth in an audit, under the rules of `payment`."""
    return pay(payment, params.period.kind, scores, Fraction(params.fee), Fraction(params.paid), composed)


def _findings(card: Scorecard, paid: Paid) -> tuple[Finding, ...]:
    within = Fraction(card.payment.near_edge)
    composite = card.payment.basis == "composite"
    kind = message("scorecard.composite_score") if composite else message("scorecard.score")
    return tuple(
        Finding(
            f"payment.{part.part.id}.near_edge",
            "warning",
            "payment",
            message(
                "scorecard.near_edge.title",
                board=card.boards[part.part.board].title,
                kind=kind,
                score=format_decimal(part.score),
                edge=format_shortest(edge),
                within=format_shortest(within),
            ),
            message("scorecard.near_edge.remedy", kind=kind),
        )
        for part, edge in near_edges(paid, within)
    )
