"""How firm a score is: points and money under every other reading, and the extremes of them together."""

from dataclasses import dataclass
from fractions import Fraction
from math import prod

from talentcalc.core.decimals import money, percent, signed_money
from talentcalc.report.charts import sensitivity as charts
from talentcalc.report.render.blocks import (
    Block,
    Bullets,
    Cell,
    Column,
    Fragment,
    Heading,
    Notice,
    Prose,
    Table,
)
from talentcalc.report.sections.audit import no_score
from talentcalc.result.model.result import AnyScorecard, Blocked, ScorecardResult
from talentcalc.result.model.sensitivity import ReadingOutcome, SensitivityAnalysis

Row = tuple[str | Cell, ...]

_A_CHARACTER = 0.13  # what a digit takes of a column's width


@dataclass(frozen=True)
class _Alternative:
    """Another choice of one reading, and its outcome."""

    name: str
    title: str
    chosen: str
    outcome: ReadingOutcome

    @property
    def words(self) -> str:
        return f"{self.title}：{self.chosen}"


def sensitivity(result: AnyScorecard) -> Fragment:
    """The section 八、条文理解的影响."""
    if isinstance(result, Blocked):
        return no_score(result)
    alternatives = list(_alternatives(result))
    ends = _analysis(result).extremes
    moving = [alternative for alternative in alternatives if not _is_same(result, alternative.outcome)]
    still = [alternative for alternative in alternatives if _is_same(result, alternative.outcome)]
    blocks: list[Block] = [
        Prose(
            (
                "条文有多种合理理解之处，逐项改用其他理解，其余理解不变，以同一材料重新计分、重新计算支付。"
                "所列均为假设，结果以本次采用的理解为准。",
            )
        ),
        *_bands(result, alternatives),
    ]
    if moving:
        drawn = [(alternative.words, alternative.outcome.payable) for alternative in moving]
        low, high = ends.lowest.payable, ends.highest.payable
        if Fraction(low) < Fraction(high):
            blocks.append(charts.payable_by_reading(drawn, result.payment.payable, low, high))
        blocks.append(_one_at_a_time(result, moving))
    if still:
        blocks.append(Prose(("改用下列理解，各板块得分、应得额和本期应付均不变：",)))
        blocks.append(Bullets(tuple(alternative.words for alternative in still)))
    if left_out := _left_out(result):
        blocks.append(Notice(left_out, "info"))
    return Fragment(*blocks, Heading("各项理解同时改用的最低与最高"), *_together(result))


def _analysis(result: ScorecardResult) -> SensitivityAnalysis:
    assert result.sensitivity is not None, "a report's result has its analyses"
    return result.sensitivity


def _alternatives(result: ScorecardResult) -> list[_Alternative]:
    readings, outcomes = result.regulation.readings, _analysis(result).readings
    return [
        _Alternative(name, readings[name].title, readings[name].choices[choice], outcome)
        for name in result.order.readings
        for choice, outcome in outcomes.get(name, {}).items()
    ]


def _left_out(result: ScorecardResult) -> str:
    """The notice of readings not computed because the params lack weights; empty if there are none."""
    rules, not_computed = result.regulation.readings, _analysis(result).not_computed
    words = "；".join(
        f"{rules[omitted.reading].title}：{rules[omitted.reading].choices[omitted.choice]}"
        for omitted in not_computed
    )
    if not not_computed:
        return ""
    return (
        "改用下列理解须先有综合评议的权重（参数文件的 composite），参数文件没有列出，"
        f"未予计算，也不计入最低与最高：{words}。"
    )


def _is_same(result: ScorecardResult, outcome: ReadingOutcome) -> bool:
    """Whether an outcome has the same points and money as the result."""
    paid = result.payment
    same = (outcome.entitlement, outcome.payable, outcome.overpaid) == (
        paid.entitlement,
        paid.payable,
        paid.overpaid,
    )
    return same and not outcome.changes


def _bands(result: ScorecardResult, alternatives: list[_Alternative]) -> list[Block]:
    """For each banded part of the payment, a notice of the readings that alone change its band."""
    blocks: list[Block] = []
    for part in result.payment.banded:
        here = percent(part.share)
        moved = [
            f"{alternative.words}（{percent(alternative.outcome.shares[part.id])}）"
            for alternative in alternatives
            if alternative.outcome.shares[part.id] != part.share
        ]
        if moved:
            words = f"单独改用下列理解，支付档位即不同：{'；'.join(moved)}。"
        else:
            words = "单独改用任何一项其他理解，支付档位都不变。"
        blocks.append(Notice(f"{part.title}本次付运营费的 {here}；{words}", "warning" if moved else "good"))
    return blocks


def _one_at_a_time(result: ScorecardResult, moving: list[_Alternative]) -> Table:
    rows: list[Row] = [_row(result, "本次采用的理解", "—", _this(result))]
    rows += (
        _row(result, alternative.words, _changes(result, alternative.outcome), alternative.outcome)
        for alternative in moving
    )
    longest = max(len(change) for row in rows for change in str(row[1]).split("，"))
    first = Column("改用的理解", 3), Column("得分有变的指标", max(1.6, _A_CHARACTER * longest))
    return Table("逐项改用其他理解的结果", (*first, *_columns(result)), tuple(rows))


def _together(result: ScorecardResult) -> list[Block]:
    readings, ends = result.regulation.readings, _analysis(result).extremes
    low, high = Fraction(ends.lowest.payable), Fraction(ends.highest.payable)
    left_out = [omitted.reading for omitted in _analysis(result).not_computed]
    ways = prod(len(reading.choices) - left_out.count(name) for name, reading in readings.items())
    words = (
        f"{len(readings)} 项条文理解的各种选择共有 {ways:,} 种组合，全部计算在内（不是抽样）："
        f"本期应付最低 {money(low)} 元，最高 {money(high)} 元，相差 {money(high - low)} 元。"
        "得到同一金额的组合不止一种时，列改动最少的一种。"
    )
    rows: list[Row] = []
    cases: list[tuple[str, ReadingOutcome, dict[str, str]]] = [
        ("最低", ends.lowest, ends.lowest.readings),
        ("本次", _this(result), {}),
        ("最高", ends.highest, ends.highest.readings),
    ]
    for title, outcome, chosen in cases:
        changed = [
            f"{readings[name].title}：{readings[name].choices[chosen[name]]}"
            for name in result.order.readings
            if name in chosen
        ]
        rows.append(_row(result, title, "；".join(changed) or "本次采用的理解", outcome))
    return [
        Prose((words,)),
        Table(
            "本期应付的最低与最高",
            (Column("情形", 0.8), Column("改用的理解", 3.8), *_columns(result)),
            tuple(rows),
        ),
    ]


def _columns(result: ScorecardResult) -> tuple[Column, ...]:
    """The columns for points and money, wide enough for scores of twelve decimals."""
    columns = []
    for name, board in result.ordered_boards:
        longest = max(len(outcome.boards[name]) for outcome in _outcomes(result))
        columns.append(Column(f"{board.title}得分", max(1.2, _A_CHARACTER * longest), "right"))
    columns += (Column(f"{part.title}支付比例", 1.2, "right") for part in result.payment.banded)
    columns.append(Column("本期应付（元）", 1.7, "right"))
    columns += [Column("多付（元）", 1.7, "right")] * _overpaid(result)
    return (*columns, Column("与本次相差（元）", 1.7, "right"))


def _row(result: ScorecardResult, first: str, second: str, outcome: ReadingOutcome) -> Row:
    scores = (outcome.boards[name] for name in result.order.boards)
    shares = (percent(outcome.shares[part.id]) for part in result.payment.banded)
    overpaid = (money(outcome.overpaid),) if _overpaid(result) else ()
    return (
        first,
        second,
        *scores,
        *shares,
        Cell(money(outcome.payable), strong=True),
        *overpaid,
        signed_money(outcome.due - result.payment.due),
    )


def _this(result: ScorecardResult) -> ReadingOutcome:
    """The result in the form of an outcome."""
    paid = result.payment
    return ReadingOutcome(
        status=result.status,
        boards={name: board.score for name, board in result.boards.items()},
        shares={part.id: part.share for part in paid.banded},
        entitlement=paid.entitlement,
        payable=paid.payable,
        overpaid=paid.overpaid,
        changes={},
    )


def _changes(result: ScorecardResult, outcome: ReadingOutcome) -> str:
    """The indicators whose points differ, in the order of the boards."""
    named = [name for name, _ in result.indicators]
    changes = outcome.changes
    return "，".join(f"{name}\u00a0{changes[name]}" for name in named if name in changes) or "—"


def _overpaid(result: ScorecardResult) -> bool:
    """Whether anything is overpaid in the result or in any outcome."""
    return any(Fraction(outcome.overpaid) for outcome in _outcomes(result))


def _outcomes(result: ScorecardResult) -> list[ReadingOutcome]:
    analysis = _analysis(result)
    outcomes = [outcome for choices in analysis.readings.values() for outcome in choices.values()]
    return [_this(result), *outcomes, analysis.extremes.lowest, analysis.extremes.highest]
