"""From quantities to points: items, indicators, boards, each held to its limit."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.rulebook.score import Board, Graded, Indicator, Item, Milestone, PerUnit, Scorecard, Threshold
from talentcalc.scorecard.counting import Quantity


@dataclass(frozen=True)
class ItemPoints:
    """What one item earned. `uncapped` is what its rule alone would give."""

    item: Item
    quantity: Quantity
    uncapped: Fraction
    points: Fraction
    cap: Fraction


@dataclass(frozen=True)
class LimitReached:
    """A limit over several items that bites: they earned `earned`, and `limit` counts."""

    items: tuple[str, ...]
    earned: Fraction
    limit: Fraction


@dataclass(frozen=True)
class IndicatorPoints:
    """What one indicator earned, and the limits that hold its items."""

    indicator: Indicator
    points: Fraction
    items: tuple[ItemPoints, ...]
    held: tuple[LimitReached, ...]


@dataclass(frozen=True)
class BoardPoints:
    """What one board earned."""

    board: Board
    score: Fraction
    indicators: tuple[IndicatorPoints, ...]


def score_boards(card: Scorecard, quantities: Mapping[str, Quantity]) -> dict[str, BoardPoints]:
    """Every board's points, exactly."""
    return {
        name: _board_points(board, (score_indicator(one, quantities) for one in board.indicators()))
        for name, board in card.boards.items()
    }


def rescore_boards(
    boards: Mapping[str, BoardPoints], quantities: Mapping[str, Quantity], changed: Collection[str]
) -> dict[str, BoardPoints]:
    """The same where the quantities of some items changed: only the indicators concerned are scored again."""
    return {
        name: _board_points(
            board.board,
            (
                score_indicator(one.indicator, quantities) if _depends_on(one.indicator, changed) else one
                for one in board.indicators
            ),
        )
        for name, board in boards.items()
    }


def _board_points(board: Board, indicators: Iterable[IndicatorPoints]) -> BoardPoints:
    scored = tuple(indicators)
    earned = sum((one.points for one in scored), Fraction(0))
    return BoardPoints(board, min(earned, Fraction(board.points)), scored)


def _depends_on(indicator: Indicator, changed: Collection[str]) -> bool:
    """Whether an item of an indicator, or one that it asks for, is among those changed."""
    gates = (one.rule.only_with for one in indicator.items if isinstance(one.rule, Threshold))
    return any(one.id in changed for one in indicator.items) or any(
        gate.item in changed for gate in gates if gate
    )


def score_indicator(indicator: Indicator, quantities: Mapping[str, Quantity]) -> IndicatorPoints:
    """One indicator's points, exactly, its items held to their limits."""
    items = [score_item(indicator, item, quantities) for item in indicator.items]
    earned = sum((item.points for item in items), Fraction(0))
    held = []
    for limit in indicator.limits:
        together = sum((item.points for item in items if item.item.id in limit.items), Fraction(0))
        if together > limit.points:
            held.append(LimitReached(limit.items, together, Fraction(limit.points)))
            earned -= together - Fraction(limit.points)
    if earned > indicator.points:
        held.append(LimitReached(tuple(item.item.id for item in items), earned, Fraction(indicator.points)))
        earned = Fraction(indicator.points)
    return IndicatorPoints(indicator, earned, tuple(items), tuple(held))


def score_item(indicator: Indicator, item: Item, quantities: Mapping[str, Quantity]) -> ItemPoints:
    """One item's points, exactly, held to its cap."""
    quantity, cap = quantities[item.id], Fraction(indicator.cap_of(item))
    uncapped = _earned(item, quantity, quantities)
    return ItemPoints(item, quantity, uncapped, min(uncapped, cap), cap)


def _earned(item: Item, quantity: Quantity, quantities: Mapping[str, Quantity]) -> Fraction:
    value = quantity.value
    if value is None:
        return Fraction(0)
    match item.rule:
        case PerUnit(points=points, per=per, partial=partial):
            units = value / Fraction(per)
            return Fraction(points) * (units if partial == "share" else units // 1)
        case Threshold(points=points, at_least=least):
            return Fraction(points) if value >= least and gate_open(item.rule, quantities) else Fraction(0)
        case Milestone(points=points):
            return Fraction(points) if value > 0 else Fraction(0)
        case Graded():
            return value


def gate_open(rule: Threshold, quantities: Mapping[str, Quantity]) -> bool:
    """Whether the other item that a threshold may ask for has reached its own."""
    if rule.only_with is None:
        return True
    return (quantities[rule.only_with.item].value or 0) >= rule.only_with.at_least
