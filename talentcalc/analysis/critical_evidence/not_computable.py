"""The refusal of an answer that cannot be given exactly."""

REASONS = {
    "number_too_large": "数值超出可精确计算的范围",
    "too_much_work": "组合过多，不能在规定的计算量内精确得出",
    "no_common_denominator": "各要点的分值没有足够小的公分母",
    "deduction": "{about}有扣分的要点",
    "several_limits": "同一条记录计入的要点受不同的合计上限",
    "score_changes": "{about}的评分随记录变化",
    "counted_in_several_ways": "{about} 由同一些记录以多种方式计量",
    "negative_amount": "{about}有负的或过大的金额",
    "duplicates_counted_through": "{about}的重复记录与其所属记录一并变化",
    "duplicates_by_several_conditions": "{about}的重复记录有多重条件",
    "share_of_amount": "{about}按金额的比例计分",
    "any_amount": "{about}按金额是否大于零计分",
    "too_many_kinds": "{about}可增加的记录种类过多",
}
"""Why there is no answer, in the words of the report."""


class NotComputable(Exception):
    """An answer that cannot be given exactly, for one of the reasons, and what that is about."""

    def __init__(self, reason: str, about: str = "") -> None:
        super().__init__(REASONS[reason].format(about=about))
