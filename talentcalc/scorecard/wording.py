"""The arithmetic of an item in words: what was counted, what it earned, what the next points need."""

from collections.abc import Mapping
from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest, money
from talentcalc.rulebook.score import (
    Combined,
    Graded,
    Item,
    Median,
    Milestone,
    PerUnit,
    Threshold,
    TrimmedMean,
)
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import ItemPoints, JointLimit


def arithmetic(earned: ItemPoints) -> str:
    """How the points came about, e.g. 27 单 → 5 个整 5 单 × 0.4 分 = 2.00 分，余 2 单."""
    capped = ""
    if earned.uncapped > earned.cap:
        capped = f"，以上限 {format_shortest(earned.cap)} 分计"
    return _earned(earned.item, earned.quantity, earned.uncapped) + capped


def next_points(earned: ItemPoints, quantities: Mapping[str, Quantity]) -> str:
    """What would have to be shown for more points."""
    if earned.points >= earned.cap:
        return f"已达上限 {format_shortest(earned.cap)} 分"
    value, item, rest = earned.quantity.value, earned.item, f"未达上限 {format_shortest(earned.cap)} 分"
    match item.rule:
        case PerUnit(points=points, per=per, partial=partial):
            have = value or Fraction(0)
            if partial == "share":
                each = format_shortest(Fraction(points) / Fraction(per))
                return f"每再有 1 {item.unit}可再得 {each} 分；{rest}"
            short = Fraction(per) - have % Fraction(per)
            gain = min(Fraction(points), earned.cap - earned.points)
            return f"再有 {format_shortest(short)} {item.unit}可再得 {format_shortest(gain)} 分；{rest}"
        case Threshold(points=points, at_least=least, only_with=gate):
            needs = []
            if (value or 0) < least:
                needs.append(f"再有 {_amount(Fraction(least) - (value or 0), item.unit)}")
            if gate is not None and (quantities[gate.item].value or 0) < gate.at_least:
                reached = format_shortest(quantities[gate.item].value or Fraction(0))
                needs.append(f"{gate.item} 达到 {format_shortest(Fraction(gate.at_least))}（现为 {reached}）")
            return f"{'，且 '.join(needs)}，可得 {format_shortest(Fraction(points))} 分"
        case Milestone(points=points):
            return f"完成该事项并附佐证，可得 {format_shortest(Fraction(points))} 分"
        case Graded() if value is None:
            return f"待评审员打分，满分 {format_shortest(earned.cap)} 分"
        case Graded():
            missing = format_shortest(earned.cap - earned.points)
            return f"距满分 {format_shortest(earned.cap)} 分尚差 {missing} 分"


def held_in_words(held: JointLimit) -> str:
    """Why an indicator counts less than its items earned."""
    earned, limit = format_decimal(held.earned), format_shortest(held.limit)
    return f"{'、'.join(held.items)} 合计 {earned} 分，以上限 {limit} 分计"


def _earned(item: Item, quantity: Quantity, earned: Fraction) -> str:
    value, points = quantity.value, format_decimal(earned)
    match item.rule:
        case PerUnit(points=each, per=per, partial=partial):
            have, worth = (
                f"{format_shortest(value or Fraction(0))} {item.unit}",
                f"{format_shortest(Fraction(each))} 分",
            )
            if per == 1:
                return f"{have} × {worth} = {points} 分"
            if partial == "share":
                return f"{have} ÷ {format_shortest(Fraction(per))} × {worth} = {points} 分"
            units, left = divmod(value or Fraction(0), Fraction(per))
            rest = f"，余 {format_shortest(left)} {item.unit}" if left else ""
            whole = format_shortest(Fraction(per))
            return f"{have} → {units} 个整 {whole} {item.unit} × {worth} = {points} 分{rest}"
        case Threshold(at_least=least, only_with=gate):
            have = _amount(value or Fraction(0), item.unit)
            reached = "达到" if (value or 0) >= least else "未达"
            also = f"，另须 {gate.item} 达到 {format_shortest(Fraction(gate.at_least))}" if gate else ""
            return f"{have}，{reached} {_amount(Fraction(least), item.unit)}{also}，得 {points} 分"
        case Milestone():
            return f"{'已完成' if value else '没有计入的完成记录'}，得 {points} 分"
        case Graded() if value is None:
            return "尚无评分，暂计 0.00 分"
        case Graded():
            assert isinstance(item.measure.count, Combined)  # lint: marks are what is graded
            return f"{_together(item.measure.count, quantity.parts)} = {points} 分"


def _together(combination: Combined, marks: tuple[Fraction, ...]) -> str:
    """Several marks as one, before rounding, e.g. （5 + 6 + 4）÷ 3 位评审员."""
    given = [format_shortest(mark) for mark in marks]
    if isinstance(combination, Median):
        return f"{'、'.join(given)} 的中位数"
    if isinstance(combination, TrimmedMean) and len(marks) > 2:
        lowest, *middle, highest = sorted(marks)
        left = " + ".join(format_shortest(mark) for mark in middle)
        return (
            f"{'、'.join(given)} 去掉最高分 {format_shortest(highest)} 和最低分 {format_shortest(lowest)}："
            f"（{left}）÷ {len(middle)} 位评审员"
        )
    few = "不足三个评分，不去掉：" if isinstance(combination, TrimmedMean) else ""
    return f"{few}（{' + '.join(given)}）÷ {len(marks)} 位评审员"


def _amount(value: Fraction, unit: str) -> str:
    return f"{money(value) if unit == '元' else format_shortest(value)} {unit}"
