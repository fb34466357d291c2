"""A result on the terminal: what was found, what came out, why an item got its points."""

from collections.abc import Iterator

from talentcalc.core.decimals import money
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.messages.message import Message, Text, message
from talentcalc.report.labels import STATUSES
from talentcalc.report.render.characters import literal, on_one_line
from talentcalc.report.sections.findings import SEVERITIES
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.report.terminal.language import worded
from talentcalc.report.terminal.league import league_summary
from talentcalc.result.model.findings import ReportedFinding
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
        yield f"{head}  " + on_one_line(worded(_found(finding)))
        for row in finding.rows:
            place: Text = row.row
            if row.line is not None:
                place = message("report.row", line=row.line, row=row.row)
            if row.found is not None:
                place = message("report.value_found", row=place, found=row.found)
            yield "      " + on_one_line(worded(place))


def _found(finding: ReportedFinding) -> Message:
    place: Text = finding.file or finding.table
    if finding.column is not None:
        title = finding.column_title or ""
        place = message("report.column", place=place, title=title, column=finding.column)
    if finding.expected is None:
        return message("report.finding", place=place, title=finding.title, remedy=finding.remedy)
    return message(
        "report.finding_with_expected",
        place=place,
        title=finding.title,
        expected=finding.expected,
        remedy=finding.remedy,
    )


def check_summary(result: Result) -> str:
    """The number of checks and of findings at each level, in words."""
    return worded(_checks(result))


def _checks(result: Result) -> Message:
    counts = result.checks
    checks = message(
        "report.checks",
        number=len(result.checks_run),
        critical=counts.critical,
        warning=counts.warning,
        info=counts.info,
    )
    if not result.ignored:
        return checks
    names = tuple(message("report.name", name=name) for name in result.ignored)
    return message("report.checks_but_for_ignored", checks=checks, names=names)


def summary_lines(result: Result) -> Iterator[str]:
    """The result in a few lines."""
    status = STATUSES[result.status]
    yield worded(message("report.summary", subject=result.subject, status=status, checks=_checks(result)))
    if isinstance(result, LeagueResult):
        yield from league_summary(result)
    elif isinstance(result, ScorecardResult):
        yield from _score(result)


def _score(result: ScorecardResult) -> Iterator[str]:
    for _, board in result.ordered_boards:
        score, most = str(board.score), str(board.max)
        yield worded(message("report.board_score", board=board.title, score=score, most=most))
    for name, composite in result.paying_composites.items():
        title = result.boards[name].title
        yield worded(message("report.composite_score", board=title, score=str(composite)))
    payment = result.payment
    yield worded(
        message(
            "report.payment",
            entitlement=money(payment.entitlement),
            payable=money(payment.payable),
            overpaid=money(payment.overpaid),
        )
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
        known, example = tuple(indicators), f"{next(iter(indicators))}.1"
        no_such = message("report.no_such_item", found=quote_value(target), indicators=known, item=example)
        raise InputError(Problem("ITEM", no_such))
    board, indicator = indicators[name]
    points, most = str(indicator.points), str(indicator.max)
    yield f"{name}  {board.title}  {worded(message('report.points_of_most', points=points, most=most))}"
    yield f"  {worded(message('report.indicator_target', target=indicator.target))}"
    yield f"  {worded(message('report.indicator_criterion', criterion=indicator.criterion))}"
    for limit in indicator.limits or ():
        yield f"  {worded(message('report.indicator_limit', limit=limit.words))}"
    for item_id, item in indicator.items.items():
        if target in (name, item_id):
            yield ""
            yield from _item(result, item_id, item)


def _item(result: ScorecardResult, item_id: str, item: ItemScore) -> Iterator[str]:
    reasons = result.regulation.reasons
    table = result.evidence[item.table].title
    points = message("report.points_with_limit", points=str(item.points), limit=str(item.cap))
    yield f"{item_id}  {item.label}  {worded(points)}"
    yield f"  {worded(message('report.clause', quote=item.quote))}"
    yield f"  {worded(message('report.arithmetic', arithmetic=item.arithmetic))}"
    yield f"  {worded(message('report.next_points', text=item.next))}"
    rows: Text = message("report.no_row_counts")
    if item.counted:
        rows = literal(in_few_words(result, item.table, item.counted))
    yield f"  {worded(message('report.rows_counted', table=table, number=len(item.counted), rows=rows))}"
    for reason, aside in item.set_aside_by_reason.items():
        set_aside = message(
            "report.rows_set_aside",
            title=reasons[reason],
            reason=reason,
            number=len(aside),
            rows=literal(in_few_words(result, item.table, aside)),
        )
        yield f"  {worded(set_aside)}"
