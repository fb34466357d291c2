"""How an item's points are explained: what was counted, what it earned, what the next points need."""

from collections.abc import Mapping
from fractions import Fraction

from talentcalc.core.decimals import format_decimal, format_shortest, money
from talentcalc.messages.message import Message, Text, message
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
from talentcalc.scorecard.scoring import ItemPoints, LimitReached


def arithmetic(earned: ItemPoints) -> Message:
    """How the points came about, e.g. 27 单 → 5 个整 5 单 × 0.4 分 = 2.00 分，余 2 单."""
    uncapped = _earned(earned.item, earned.quantity, earned.uncapped)
    if earned.uncapped > earned.cap:
        return message("scorecard.held_to_cap", arithmetic=uncapped, cap=format_shortest(earned.cap))
    return uncapped


def next_points(earned: ItemPoints, quantities: Mapping[str, Quantity]) -> Message:
    """What would have to be shown for more points."""
    value, item, cap = earned.quantity.value, earned.item, format_shortest(earned.cap)
    if earned.points >= earned.cap:
        return message("scorecard.cap_reached", cap=cap)
    match item.rule:
        case PerUnit(points=points, per=per, partial="share"):
            each = format_shortest(Fraction(points) / Fraction(per))
            return message("scorecard.next_share", unit=item.unit, points=each, cap=cap)
        case PerUnit(points=points, per=per):
            short = format_shortest(Fraction(per) - (value or Fraction(0)) % Fraction(per))
            gain = format_shortest(min(Fraction(points), earned.cap - earned.points))
            return message("scorecard.next_unit", short=short, unit=item.unit, points=gain, cap=cap)
        case Threshold(points=points):
            needs = _needs(item.rule, value or Fraction(0), item.unit, quantities)
            return message("scorecard.next_threshold", needs=needs, points=format_shortest(Fraction(points)))
        case Milestone(points=points):
            return message("scorecard.next_milestone", points=format_shortest(Fraction(points)))
        case Graded() if value is None:
            return message("scorecard.mark_awaited", cap=cap)
        case Graded():
            return message(
                "scorecard.below_full_mark", cap=cap, missing=format_shortest(earned.cap - earned.points)
            )


def _needs(rule: Threshold, value: Fraction, unit: str, quantities: Mapping[str, Quantity]) -> Text:
    """What a threshold still needs: more of its own, more of the item that it asks for, or both."""
    more = gate_item = None
    if value < rule.at_least:
        more = message("scorecard.needs_more", amount=_amount(Fraction(rule.at_least) - value, unit))
    if (gate := rule.only_with) is not None and (quantities[gate.item].value or 0) < gate.at_least:
        gate_item = message(
            "scorecard.needs_other_item",
            item=gate.item,
            least=format_shortest(Fraction(gate.at_least)),
            reached=format_shortest(quantities[gate.item].value or Fraction(0)),
        )
    if more is not None and gate_item is not None:
        return message("scorecard.needs_both", more=more, item=gate_item)
    return more or gate_item or ""


def joint_limit(held: LimitReached) -> Message:
    """Why an indicator counts less than its items earned."""
    earned, limit = format_decimal(held.earned), format_shortest(held.limit)
    return message("scorecard.held_to_joint_limit", items=tuple(held.items), earned=earned, limit=limit)


def _earned(item: Item, quantity: Quantity, earned: Fraction) -> Message:
    value, points = quantity.value, format_decimal(earned)
    match item.rule:
        case PerUnit():
            return _per_unit(item.rule, value or Fraction(0), item.unit, points)
        case Threshold(at_least=least, only_with=gate):
            amount, limit = _amount(value or Fraction(0), item.unit), _amount(Fraction(least), item.unit)
            if (value or 0) >= least:
                compared = message("scorecard.reaches", amount=amount, least=limit)
            else:
                compared = message("scorecard.falls_short", amount=amount, least=limit)
            if gate is None:
                return message("scorecard.threshold", compared=compared, points=points)
            needed = format_shortest(Fraction(gate.at_least))
            return message(
                "scorecard.threshold_with_other_item",
                compared=compared,
                item=gate.item,
                needed=needed,
                points=points,
            )
        case Milestone() if value:
            return message("scorecard.milestone_done", points=points)
        case Milestone():
            return message("scorecard.milestone_not_done", points=points)
        case Graded() if value is None:
            return message("scorecard.no_mark")
        case Graded():
            assert isinstance(item.measure.count, Combined)  # lint: marks are what is graded
            return message(
                "scorecard.graded", marks=_together(item.measure.count, quantity.parts), points=points
            )


def _per_unit(rule: PerUnit, value: Fraction, unit: str, points: str) -> Message:
    have = f"{format_shortest(value)} {unit}"
    each, per = format_shortest(Fraction(rule.points)), format_shortest(Fraction(rule.per))
    if rule.per == 1:
        return message("scorecard.each_unit", have=have, each=each, points=points)
    if rule.partial == "share":
        return message("scorecard.share_of_unit", have=have, per=per, each=each, points=points)
    units, left = divmod(value, Fraction(rule.per))
    whole = message(
        "scorecard.whole_units", have=have, units=units, per=f"{per} {unit}", each=each, points=points
    )
    if not left:
        return whole
    return message("scorecard.with_rest", arithmetic=whole, rest=f"{format_shortest(left)} {unit}")


def _together(combination: Combined, marks: tuple[Fraction, ...]) -> Message:
    """Several marks as one, before rounding, e.g. （5 + 6 + 4）÷ 3 位评审员."""
    given = tuple(format_shortest(mark) for mark in marks)
    if isinstance(combination, Median):
        return message("scorecard.median", marks=given)
    if isinstance(combination, TrimmedMean) and len(marks) > 2:
        lowest, *middle, highest = sorted(marks)
        return message(
            "scorecard.trimmed_mean",
            marks=given,
            highest=format_shortest(highest),
            lowest=format_shortest(lowest),
            sum=" + ".join(format_shortest(mark) for mark in middle),
            number=len(middle),
        )
    mean = message("scorecard.mean", sum=" + ".join(given), number=len(marks))
    return message("scorecard.too_few_to_trim", mean=mean) if isinstance(combination, TrimmedMean) else mean


def _amount(value: Fraction, unit: str) -> str:
    return f"{money(value) if unit == '元' else format_shortest(value)} {unit}"
