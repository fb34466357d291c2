"""A result on the terminal: what was found, what came out, why an item got its points."""

from collections.abc import Iterator

from talentcalc.core.decimals import money
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.report.labels import STATUSES
from talentcalc.report.render.characters import literal, on_one_line
from talentcalc.report.sections.findings import SEVERITIES
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.report.terminal.league import league_summary
from talentcalc.result.model.result import LeagueResult, Result, ScorecardResult
from talentcalc.result.model.scorecard import ItemScore

_COLOURS = {"critical": "\x1b[31m", "warning": "\x1b[33m", "info": "\x1b[36m"}


def finding_lines(result: Result, levels: tuple[str, ...], colour: bool = False) -> Iterator[str]:
    """The lines of every finding of these levels: what is wrong and what to do, then each row."""
    for finding in result.findings:
        if finding.severity not in levels:
            continue
        level = SEVERITIES[finding.severity]
        head = f"{_COLOURS[finding.severity]}{level}\x1b[0m" if colour else level
        where = finding.file or finding.table
        column = f" · {finding.column_title or ''}（{finding.column}）" if finding.column is not None else ""
        expected = f"；应为 {finding.expected}" if finding.expected is not None else ""
        yield f"{head}  " + on_one_line(f"{where}{column}：{finding.title}{expected}；{finding.remedy}")
        for row in finding.rows:
            line = f"第 {row.line} 行 " if row.line is not None else ""
            found = f"：发现 {row.found}" if row.found is not None else ""
            yield "      " + on_one_line(f"{line}{row.row}{found}")


def check_summary(result: Result) -> str:
    """The number of checks and of findings at each level, in words."""
    counts = result.checks
    left_out = "、".join(f"“{name}”" for name in result.ignored or ())
    return (
        f"{len(result.checks_run)} 项检查：关键 {counts.critical}，"
        f"警示 {counts.warning}，提示 {counts.info}"
        + (f"；参数 ignore 列明不作为材料：{left_out}" if left_out else "")
    )


def summary_lines(result: Result) -> Iterator[str]:
    """The result in a few lines."""
    yield f"{result.subject}：{STATUSES[result.status]}；{check_summary(result)}"
    if isinstance(result, LeagueResult):
        yield from league_summary(result)
    elif isinstance(result, ScorecardResult):
        yield from _score(result)


def _score(result: ScorecardResult) -> Iterator[str]:
    for _, board in result.ordered_boards:
        yield f"{board.title}：{board.score} / {board.max} 分"
    for name, score in result.paying_composites.items():
        yield f"{result.boards[name].title}综合考核分数（支付依据）：{score} 分"
    payment = result.payment
    yield (
        f"应得额 {money(payment.entitlement)} 元；本期应付 {money(payment.payable)} 元；"
        f"多付 {money(payment.overpaid)} 元"
    )


def explained(result: ScorecardResult, target: str) -> Iterator[str]:
    """The lines that explain the points of the indicator or item that `target` names.

    Raises:
        InputError: no item or indicator of that id.
    """
    indicators = {
        name: (board, indicator)
        for _, board in result.ordered_boards
        for name, indicator in board.indicators.items()
    }
    name = target.partition(".")[0]
    if name not in indicators or (target != name and target not in indicators[name][1].items):
        known = (
            f"an indicator ({', '.join(indicators)}) or an item of one, such as {next(iter(indicators))}.1"
        )
        raise InputError(Problem("ITEM", quote_value(target), known, "name one of them"))
    board, indicator = indicators[name]
    yield f"{name}  {board.title}  {indicator.points} / {indicator.max} 分"
    yield f"  年度任务指标  {indicator.target}"
    yield f"  给分要点      {indicator.criterion}"
    for limit in indicator.limits or ():
        yield f"  限额          {limit.words}"
    for item_id, item in indicator.items.items():
        if target in (name, item_id):
            yield ""
            yield from _item(result, item_id, item)


def _item(result: ScorecardResult, item_id: str, item: ItemScore) -> Iterator[str]:
    reasons = result.regulation.reasons
    table = result.evidence[item.table].title
    yield f"{item_id}  {item.label}  {item.points} 分（上限 {item.cap} 分）"
    yield f"  条文    {item.quote}"
    yield f"  计算    {item.arithmetic}"
    yield f"  更多    {item.next}"
    counted = literal(in_few_words(result, item.table, item.counted)) if item.counted else "没有记录计入"
    yield f"  计入    {table} {len(item.counted)} 条：{counted}"
    for reason, rows in item.set_aside_by_reason.items():
        words = literal(in_few_words(result, item.table, rows))
        yield f"  未计入  {reasons[reason]}（{reason}）{len(rows)} 条：{words}"
