"""One scorecard audit from evidence to money, every step kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.evidence.conditions import Span
from talentcalc.evidence.submitted import Evidence
from talentcalc.exact import plain, written
from talentcalc.finding import Finding
from talentcalc.params import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Scorecard
from talentcalc.scorecard.counting import Quantity, count
from talentcalc.scorecard.payment import Paid, near_edges, pay
from talentcalc.scorecard.scoring import BoardPoints, score_boards


@dataclass(frozen=True)
class Card:
    """Quantities, points and money of one audit; `owed` are the items without any mark."""

    quantities: Mapping[str, Quantity]
    boards: Mapping[str, BoardPoints]
    paid: Paid
    owed: tuple[str, ...]
    findings: tuple[Finding, ...]


def score_card(book: ScorecardRulebook, params: ScorecardParams, evidence: Evidence) -> Card:
    """Count, score and pay, under the readings in force."""
    card = book.scorecard
    quantities = count(book, evidence, Span(params.first_day, params.last_day))
    boards = score_boards(card, quantities)
    scores = {name: board.score for name, board in boards.items()}
    paid = pay(card.payment, params.period.kind, scores, Fraction(params.fee), Fraction(params.paid))
    owed = tuple(item for item, quantity in quantities.items() if quantity.value is None)
    return Card(quantities, boards, paid, owed, _findings(card, paid))


def _findings(card: Scorecard, paid: Paid) -> tuple[Finding, ...]:
    within = Fraction(card.payment.near_edge)
    return tuple(
        Finding(
            f"payment.{part.part.id}.near_edge",
            "warning",
            "payment",
            f"{card.boards[part.part.board].title}得分 {written(part.score)} 分，"
            f"距支付档界 {plain(edge)} 分不足或恰为 {plain(within)} 分",
            "复核该板块得分：分差虽小，支付档位不同",
        )
        for part, edge in near_edges(paid, within)
    )
