"""The rules of items as formulas and in words.

A spreadsheet counts in binary fractions: 0.1 + 0.2 is not 0.3 to it. So whatever is compared or cut to a
whole is rounded to ten decimals before, points are kept to twelve, as in result.json, and amounts are rounded
as whole cents.
"""

from collections.abc import Mapping

from talentcalc.core.decimals import money
from talentcalc.result.model.scorecard import IndicatorScore, ItemScore, RuleNumbers

Named = Mapping[str, str]
"""The cell of each item's quantity."""


def near(value: str) -> str:
    """A value to ten decimals, without binary rounding errors, to be compared or cut to a whole."""
    return f"ROUND({value},10)"


def exact_points(value: str) -> str:
    """Points to twelve decimals, as in result.json."""
    return f"ROUND({value},12)"


def half_up(value: str, round_to: str = "0.01") -> str:
    """A value rounded half up (四舍五入); a tie is a whole number and a half, exact in binary too."""
    scale = 10 ** len(round_to.partition(".")[2])
    return f"ROUND(ROUND(({value})*{scale},4),0)/{scale}"


def combined(how: str, cells: str) -> str:
    """The marks given so far, combined and rounded as the regulation says; 0 without any."""
    number = f"COUNT({cells})"
    mean = f"SUM({cells})/MAX(1,{number})"
    if how == "median":
        return half_up(f"IF({number}>0,MEDIAN({cells}),0)")
    if how == "trimmed_mean":
        kept = f"(SUM({cells})-MAX({cells})-MIN({cells}))/MAX(1,{number}-2)"
        return half_up(f"IF({number}>2,{kept},{mean})")
    return half_up(mean)


def item_points(item: ItemScore, quantity: str, cap: str, quantities: Named) -> str:
    """The formula for an item's points."""
    return exact_points(f"MIN({cap},{_earned(item.kind, item.rule, quantity, quantities)})")


def _earned(kind: str, rule: RuleNumbers, quantity: str, quantities: Named) -> str:
    points = rule.points
    if kind == "per_unit":
        units = f"{quantity}/{rule.per}"
        return f"{units}*{points}" if rule.partial == "share" else f"INT({near(units)})*{points}"
    if kind == "threshold":
        reached = f"{near(quantity)}>={rule.at_least}"
        if gate := rule.only_with:
            reached = f"AND({reached},{near(quantities[gate.item])}>={gate.at_least})"
        return f"IF({reached},{points},0)"
    return f"IF({quantity}>0,{points},0)" if kind == "milestone" else quantity


def in_words(item: ItemScore) -> str:
    """An item's rule in words."""
    kind, rule, unit = item.kind, item.rule, item.unit
    points = f"{rule.points} 分"
    if kind == "per_unit":
        share = rule.partial == "share"
        remainder = "" if rule.per == "1" and not share else "，不足部分按比例" if share else "，只计满整单位"
        return f"每 {rule.per} {unit} {points}{remainder}"
    if kind == "threshold":
        least = money(rule.at_least or "0") if unit == "元" else rule.at_least
        gate = rule.only_with
        condition = f"，另须 {gate.item} 达到 {gate.at_least}" if gate else ""
        return f"达到 {least} {unit}{condition}，得 {points}"
    return f"完成（数量大于 0）得 {points}" if kind == "milestone" else f"评分，0 至 {points}"


def indicator_points(indicator: IndicatorScore, cells: Named, most: str) -> str:
    """The formula for an indicator's points: its items' sum, within joint limits and its maximum."""
    earned = f"SUM({','.join(cells.values())})"
    for limit in indicator.joint_limits or ():
        together = "+".join(cells[name] for name in limit.items)
        earned += f"-MAX(0,{together}-{limit.points})"
    return exact_points(f"MIN({most},{earned})")
