"""How a result takes in the score: boards, indicators, items and the payment."""

from collections.abc import Mapping
from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.result.composite_part import composite_part
from talentcalc.result.model.part import RowSetAside
from talentcalc.result.model.scorecard import (
    SCORECARD,
    BandAmount,
    BandedPart,
    BoardOrder,
    BoardScore,
    CategoryScore,
    Gate,
    HeldItems,
    IndicatorScore,
    ItemScore,
    JointLimit,
    MarksCombined,
    PaymentResult,
    ProportionalPart,
    RuleNumbers,
    ScorecardPart,
    TaskRows,
)
from talentcalc.rulebook.score import (
    Banded,
    Board,
    Capped,
    Category,
    Graded,
    Item,
    Mean,
    Median,
    Milestone,
    Payment,
    PerUnit,
    Portion,
    Rule,
    Scorecard,
    Threshold,
    TrimmedMean,
)
from talentcalc.scorecard.card import Card
from talentcalc.scorecard.explanations import arithmetic, joint_limit, next_points
from talentcalc.scorecard.payment import Paid, PartPaid
from talentcalc.scorecard.scoring import BoardPoints, IndicatorPoints, ItemPoints


def scorecard_part(scorecard: Scorecard, card: Card) -> ScorecardPart:
    """Status, boards and payment."""
    return ScorecardPart(
        form=SCORECARD,
        status="draft" if card.owed else "final",
        boards={name: _board(board, card) for name, board in card.boards.items()},
        payment=_payment(card.paid, scorecard.payment),
        awaiting=card.owed,
        composite=composite_part(scorecard.payment, card),
        order=BoardOrder(boards=tuple(scorecard.boards)),
    )


def _board(points: BoardPoints, card: Card) -> BoardScore:
    board = points.board
    earned = {indicator.indicator.id: indicator for indicator in points.indicators}
    return BoardScore(
        title=board.title,
        score=format_decimal(points.score),
        max=format_shortest(Fraction(board.points)),
        categories=_categories(board, earned),
        indicators={name: _indicator(indicator, card) for name, indicator in earned.items()},
    )


def _categories(board: Board, earned: Mapping[str, IndicatorPoints]) -> tuple[CategoryScore, ...]:
    def score(category: Category) -> CategoryScore:
        indicators = list(category.indicators())
        points = sum((earned[indicator.id].points for indicator in indicators), Fraction(0))
        most = sum((Fraction(indicator.points) for indicator in indicators), Fraction(0))
        return CategoryScore(
            title=category.title,
            points=format_decimal(points),
            max=format_shortest(most),
            tasks=tuple(
                TaskRows(title=task.title, indicators=tuple(indicator.id for indicator in task.indicators))
                for task in category.tasks
            ),
        )

    return tuple(score(category) for category in board.categories)


def _indicator(points: IndicatorPoints, card: Card) -> IndicatorScore:
    indicator = points.indicator
    limits = tuple(
        JointLimit(items=tuple(limit.items), points=format_shortest(Fraction(limit.points)))
        for limit in indicator.limits
    )
    held = tuple(
        HeldItems(
            items=tuple(held.items),
            earned=format_decimal(held.earned),
            limit=format_shortest(held.limit),
            words=wording(joint_limit(held), PAPERS),
        )
        for held in points.held
    )
    return IndicatorScore(
        target=indicator.target,
        criterion=indicator.criterion,
        points=format_decimal(points.points),
        max=format_shortest(Fraction(indicator.points)),
        items={item.item.id: _item(item, card) for item in points.items},
        joint_limits=limits or None,
        limits=held or None,
        caps_differ=indicator.caps_differ,
    )


def _item(points: ItemPoints, card: Card) -> ItemScore:
    item, quantity = points.item, points.quantity
    value = quantity.value or Fraction(0)
    in_hundredths = isinstance(item.rule, Graded) or item.unit == "元"
    combined = _combined(item)
    return ItemScore(
        label=item.label,
        quote=item.quote,
        kind=item.rule.kind,
        rule=_rule(item.rule),
        judged=isinstance(item.rule, Graded | Milestone),
        unit=item.unit,
        table=item.measure.table,
        quantity=format_decimal(value) if in_hundredths else format_shortest(value),
        points=format_decimal(points.points),
        cap=format_decimal(points.cap),
        arithmetic=wording(arithmetic(points), PAPERS),
        next=wording(next_points(points, card.quantities), PAPERS),
        counted=quantity.counted,
        set_aside=tuple(RowSetAside(row=aside.row, why=aside.why) for aside in quantity.set_aside),
        marks=tuple(format_shortest(mark) for mark in quantity.parts) if combined else None,
        combined=combined,
    )


def _combined(item: Item) -> MarksCombined | None:
    """How the marks of an item become one; None where it has none."""
    match item.measure.count:
        case Mean():
            return "mean"
        case Median():
            return "median"
        case TrimmedMean():
            return "trimmed_mean"
    return None


def _rule(rule: Rule) -> RuleNumbers:
    """The numbers of a rule, for whoever computes the points again."""
    points = format_shortest(Fraction(rule.points))
    match rule:
        case PerUnit(per=per, partial=partial):
            return RuleNumbers(points=points, per=format_shortest(Fraction(per)), partial=partial)
        case Threshold(at_least=least, only_with=gate):
            needed = None
            if gate is not None:
                needed = Gate(item=gate.item, at_least=format_shortest(Fraction(gate.at_least)))
            return RuleNumbers(points=points, at_least=format_shortest(Fraction(least)), only_with=needed)
    return RuleNumbers(points=points)


def _payment(paid: Paid, rules: Payment) -> PaymentResult:
    balance = paid.balance
    share = balance.rule.share if isinstance(balance.rule, Capped | Portion) else None
    return PaymentResult(
        basis=rules.basis,
        fee=format_decimal(paid.fee),
        entitlement=format_decimal(paid.entitlement),
        paid=format_decimal(paid.paid),
        payable=format_decimal(paid.payable),
        overpaid=format_decimal(paid.overpaid),
        balance_rule=balance.rule.kind,
        balance_clause=balance.clause,
        balance_share=None if share is None else format_decimal(Fraction(share)),
        round_to=format_shortest(Fraction(rules.round_to)),
        parts=tuple(_paid_part(part) for part in paid.parts),
    )


def _paid_part(paid: PartPaid) -> BandedPart | ProportionalPart:
    part = paid.part
    common = {
        "id": part.id,
        "title": part.title,
        "board": part.board,
        "clause": part.clause,
        "score": format_decimal(paid.score),
        "amount": format_decimal(paid.amount),
    }
    if not isinstance(part, Banded):
        return ProportionalPart(
            **common,
            share_of_fee=format_decimal(Fraction(part.share)),
            of=format_shortest(Fraction(part.of)),
        )
    bands = tuple(
        BandAmount(
            above=None if step.above is None else format_shortest(step.above),
            up_to=format_shortest(step.up_to),
            share=format_decimal(step.share),
            amount=format_decimal(step.amount),
        )
        for step in paid.bands
    )
    return BandedPart(**common, share=format_decimal(paid.share), bands=bands)
