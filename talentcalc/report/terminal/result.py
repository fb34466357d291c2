"""A result on the terminal: what was found, what came out, why an item got its points."""

from collections.abc import Iterator
from typing import Any

from talentcalc.core.decimals import money
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.report.labels import STATUSES
from talentcalc.report.render.characters import literal, on_one_line
from talentcalc.report.sections.findings import SEVERITIES
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.report.terminal.league import league_summary
from talentcalc.result.document import Result, in_order

_COLOURS = {"critical": "\x1b[31m", "warning": "\x1b[33m", "info": "\x1b[36m"}


def finding_lines(result: Result, levels: tuple[str, ...], colour: bool = False) -> Iterator[str]:
    """Every finding of these levels: what is wrong and what to do, then a line for each row."""
    for finding in result["findings"]:
        if finding["severity"] not in levels:
            continue
        level = SEVERITIES[finding["severity"]]
        head = f"{_COLOURS[finding['severity']]}{level}\x1b[0m" if colour else level
        where = finding.get("file") or finding["table"]
        column = f" · {finding.get('column_title', '')}（{finding['column']}）" if "column" in finding else ""
        expected = f"；应为 {finding['expected']}" if "expected" in finding else ""
        yield f"{head}  " + on_one_line(f"{where}{column}：{finding['title']}{expected}；{finding['remedy']}")
        for row in finding["rows"]:
            line = f"第 {row['line']} 行 " if "line" in row else ""
            found = f"：发现 {row['found']}" if "found" in row else ""
            yield "      " + on_one_line(f"{line}{row['row']}{found}")


def check_summary(result: Result) -> str:
    """How many checks, and what they found."""
    counts = result["checks"]
    left_out = "、".join(f"“{one}”" for one in result.get("ignored", ()))
    return (
        f"{len(result['checks_run'])} 项检查：关键 {counts['critical']}，"
        f"警示 {counts['warning']}，提示 {counts['info']}"
        + (f"；参数 ignore 列明不作为材料：{left_out}" if left_out else "")
    )


def summary_lines(result: Result) -> Iterator[str]:
    """The result in a few lines."""
    yield f"{result['subject']}：{STATUSES[result['status']]}；{check_summary(result)}"
    if "cuts" in result:
        yield from league_summary(result)
    for _, board in in_order(result, "boards") if "boards" in result else ():
        yield f"{board['title']}：{board['score']} / {board['max']} 分"
    if "payment" in result and result["payment"]["basis"] == "composite":
        for name, board in in_order(result, "boards"):
            yield f"{board['title']}综合考核分数（支付依据）：{result['composite']['scores'][name]} 分"
    if "payment" in result:
        payment = result["payment"]
        yield (
            f"应得额 {money(payment['entitlement'])} 元；本期应付 {money(payment['payable'])} 元；"
            f"多付 {money(payment['overpaid'])} 元"
        )


def explained(result: Result, wanted: str) -> Iterator[str]:
    """Why an item or indicator got exactly these points.

    Raises:
        InputError: no item or indicator of that id.
    """
    indicators = {
        name: (board, indicator)
        for _, board in in_order(result, "boards")
        for name, indicator in board["indicators"].items()
    }
    name = wanted.partition(".")[0]
    if name not in indicators or (wanted != name and wanted not in indicators[name][1]["items"]):
        known = (
            f"an indicator ({', '.join(indicators)}) or an item of one, such as {next(iter(indicators))}.1"
        )
        raise InputError(Problem("ITEM", quote_value(wanted), known, "name one of them"))
    board, indicator = indicators[name]
    yield f"{name}  {board['title']}  {indicator['points']} / {indicator['max']} 分"
    yield f"  年度任务指标  {indicator['target']}"
    yield f"  给分要点      {indicator['criterion']}"
    for limit in indicator.get("limits", ()):
        yield f"  限额          {limit['words']}"
    for item_id, item in indicator["items"].items():
        if wanted in (name, item_id):
            yield ""
            yield from _item(result, item_id, item)


def _item(result: Result, item_id: str, item: dict[str, Any]) -> Iterator[str]:
    reasons = result["regulation"]["reasons"]
    table = result["evidence"][item["table"]]["title"]
    yield f"{item_id}  {item['label']}  {item['points']} 分（上限 {item['cap']} 分）"
    yield f"  条文    {item['quote']}"
    yield f"  计算    {item['arithmetic']}"
    yield f"  更多    {item['next']}"
    counted = (
        literal(in_few_words(result, item["table"], item["counted"])) if item["counted"] else "没有记录计入"
    )
    yield f"  计入    {table} {len(item['counted'])} 条：{counted}"
    for why in dict.fromkeys(one["why"] for one in item["set_aside"]):
        rows = [one["row"] for one in item["set_aside"] if one["why"] == why]
        words = literal(in_few_words(result, item["table"], rows))
        yield f"  未计入  {reasons[why]}（{why}）{len(rows)} 条：{words}"
