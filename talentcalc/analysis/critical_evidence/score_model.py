"""A board's score as an integer expression of its items' quantities, exactly as scoring reckons it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

from talentcalc.analysis.critical_evidence.integer_model import LARGEST, Expression, IntegerModel
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.core.models import ExactDecimal
from talentcalc.messages.message import message
from talentcalc.rulebook.score import Board, Indicator, Item, Milestone, PerUnit, Threshold
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_item


@dataclass(frozen=True)
class Amount:
    """A quantity that may change: `scale` times it is the whole number `expression`, at most `most`."""

    expression: Expression
    scale: int
    most: int


class ScoreModel:
    """A board's points where some quantities are `amounts` and the others stay.

    `points` are `scale` times as many, and `most` or less.
    """

    def __init__(
        self,
        model: IntegerModel,
        board: Board,
        quantities: Mapping[str, Quantity],
        amounts: Mapping[str, Amount],
        edge: Fraction,
    ) -> None:
        self._model, self._quantities, self._amounts = model, quantities, amounts
        indicators = list(board.indicators())
        numbers = [edge, *(number for indicator in indicators for number in self._numbers(indicator))]
        self.scale = lcm(*(number.denominator for number in numbers))
        self.most = int(self.scale * sum(map(abs, numbers)))
        if self.most >= LARGEST:
            raise NotComputable(message("analysis.no_common_denominator"))
        self.item_points: dict[str, Expression] = {}  # each item's points, before a limit holds several
        self.points = model.total(self._indicator(indicator) for indicator in indicators)

    def _numbers(self, indicator: Indicator) -> Iterator[Fraction]:
        """Every number that the points of an indicator are made of."""
        yield Fraction(indicator.points)
        yield from (Fraction(limit.points) for limit in indicator.limits)
        for item in indicator.items:
            yield Fraction(indicator.cap_of(item))
            yield score_item(indicator, item, self._quantities).points
            yield Fraction(item.rule.points)
            if isinstance(item.rule, PerUnit) and item.rule.partial == "share" and item.id in self._amounts:
                yield Fraction(item.rule.points) / Fraction(item.rule.per) / self._amounts[item.id].scale

    def _whole(self, number: Fraction | ExactDecimal) -> int:
        return int(Fraction(number) * self.scale)

    def _indicator(self, indicator: Indicator) -> Expression:
        if any(item.rule.points < 0 for item in indicator.items):
            raise NotComputable(message("analysis.deduction", about=indicator.id))
        limited = [name for limit in indicator.limits for name in limit.items]
        if len(limited) > len(set(limited)):
            raise NotComputable(message("analysis.several_limits", about=indicator.id))
        points = {item.id: self._item(indicator, item) for item in indicator.items}
        self.item_points |= points
        for limit in indicator.limits:
            limited_points = [points.pop(name) for name in limit.items]
            points[limit.items[0]] = self._capped(limited_points, self._whole(limit.points))
        return self._capped(list(points.values()), self._whole(indicator.points))

    def _capped(self, several: list[Expression], cap: int) -> Expression:
        """A sum, or the cap where it is more; what cannot change is reckoned at once."""
        fixed = sum(points for points in several if isinstance(points, int))
        free = [points for points in several if not isinstance(points, int)]
        if not free:
            return min(fixed, cap)
        return self._model.minimum_of(self._model.total(free) + fixed, cap)

    def _item(self, indicator: Indicator, item: Item) -> Expression:
        changing = {item.id}
        if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
            changing.add(item.rule.only_with.item)
        if not changing & set(self._amounts):
            return self._whole(score_item(indicator, item, self._quantities).points)
        points, cap = self._whole(item.rule.points), self._whole(indicator.cap_of(item))
        match item.rule:
            case PerUnit(per=per, partial="share"):
                amount = self._amounts[item.id]
                each = self._whole(Fraction(item.rule.points) / Fraction(per) / amount.scale)
                return self._capped([each * amount.expression], cap)
            case PerUnit(per=per):
                amount = self._amounts[item.id]
                return self._capped([points * self._units(amount, Fraction(per))], cap)
            case Threshold(at_least=least, only_with=None):
                return min(points, cap) * self._reached(item.id, Fraction(least))
            case Threshold(at_least=least, only_with=gate) if gate is not None:
                reached = self._reached(item.id, Fraction(least))
                gate_open = self._reached(gate.item, Fraction(gate.at_least))
                return min(points, cap) * self._model.both(reached, gate_open)
            case Milestone():
                return min(points, cap) * self._reached(item.id, Fraction(1, self._amounts[item.id].scale))
            case _:
                raise NotComputable(message("analysis.score_changes", about=item.id))

    def _units(self, amount: Amount, per: Fraction) -> Expression:
        """The full units of an amount."""
        step = amount.scale * per
        units = self._model.whole(0, floor(amount.most / step))
        over = step.denominator * amount.expression - step.numerator * units
        self._model.add(over >= 0)
        self._model.add(over < step.numerator)
        return units

    def _reached(self, item: str, least: Fraction) -> Expression:
        """1 where an item's quantity is so much or more."""
        if item not in self._amounts:
            return int((self._quantities[item].value or 0) >= least)
        amount, answer = self._amounts[item], self._model.yes_or_no()
        self._model.equivalent(answer, amount.expression, ceil(least * amount.scale))
        return answer
