"""What the desk says beside its tables, as HTML: nothing that somebody wrote becomes markup."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from talentcalc.analysis.scenario import Scenario
from talentcalc.core.decimals import format_decimal, money, percent
from talentcalc.core.errors import InputError
from talentcalc.evidence.verifications import VERIFICATIONS
from talentcalc.explore.desk import Desk
from talentcalc.explore.frames import as_taken, of_indicator, tables_of
from talentcalc.report.labels import STATUSES
from talentcalc.result.model.league import HomeResult, LeaguePart, RankedHome
from talentcalc.result.model.scorecard import BandedPart, PaymentResult, ScorecardPart

STYLE = Markup(
    "<style>"
    ".desk{font-size:14px;line-height:1.6} .desk table{border-collapse:collapse;margin:4px 0}"
    ".desk th,.desk td{padding:3px 14px 3px 0;text-align:left;vertical-align:top;white-space:normal}"
    ".desk td.n,.desk th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".desk tr{border-bottom:1px solid #dfe5ec} .desk .now,.desk th{font-weight:bold;white-space:nowrap}"
    ".desk .more{color:#1b7a43} .desk .less{color:#b3261e}"
    ".desk blockquote{margin:4px 0;padding:2px 12px;border-left:3px solid #1f3a5f;background:#f5f7fa}"
    ".desk .refused{color:#b3261e} .desk p{margin:4px 0}"
    "</style>"
)

_LISTED = 30  # changes that are listed one by one


def summary(filed: ScorecardPart, now: ScorecardPart) -> str:
    """A table of scores, bands and money as filed and now, the difference in colour and in words."""
    figures = [_Figure("状态", STATUSES[filed.status], STATUSES[now.status]), *_figures(filed, now)]
    heads = Markup("").join(Markup('<th class="n">{}</th>').format(figure.title) for figure in figures)
    rows = [
        Markup("<tr><th>{}</th>{}</tr>").format(
            title,
            Markup("").join(Markup('<td class="n {}">{}</td>').format(*cell(figure)) for figure in figures),
        )
        for title, cell in (
            ("原结果", lambda figure: ("", figure.before)),
            ("试算", lambda figure: ("now", figure.now)),
            ("增减", lambda figure: (figure.way, figure.words)),
        )
    ]
    return _desk(Markup("<table><tr><th></th>{}</tr>{}</table>").format(heads, Markup("").join(rows)))


def brief(filed: ScorecardPart, now: ScorecardPart) -> str:
    """A line of the scores and money that differ, for where the summary is out of sight."""
    words = [
        f"{figure.title} {figure.before} → {figure.now}（{figure.words}）"
        for figure in _figures(filed, now)
        if figure.way
    ]
    return note(f"试算：{'；'.join(words) or '得分和支付不变'}。")


@dataclass(frozen=True)
class _Figure:
    """A figure as filed and now, as shown; `way` is `more` or `less` where it differs."""

    title: str
    before: str
    now: str
    words: str = ""
    way: str = ""


def _figures(filed: ScorecardPart, now: ScorecardPart) -> list[_Figure]:
    figures = [
        _figure(board.title, board.score, now.boards[name].score, str) for name, board in filed.ordered_boards
    ]
    before, after = filed.payment, now.payment
    for part, new in zip(before.parts, after.parts, strict=True):
        if isinstance(part, BandedPart) and isinstance(new, BandedPart):
            figures.append(_figure(f"{part.title}支付比例", part.share, new.share, percent))
    for (title, was), (_, is_now) in zip(_amounts(before), _amounts(after), strict=True):
        figures.append(_figure(f"{title}（元）", was, is_now, money))
    return figures


def _amounts(paid: PaymentResult) -> list[tuple[str, str]]:
    return [("应得额", paid.entitlement), ("本期应付", paid.payable), ("多付", paid.overpaid)]


def _figure(title: str, before: str, now: str, format_number: Callable[[str], str]) -> _Figure:
    more = Fraction(now) - Fraction(before)
    words = f"{'增加' if more > 0 else '减少'} {format_number(format_decimal(abs(more)))}" if more else "不变"
    return _Figure(
        title,
        format_number(before),
        format_number(now),
        words,
        "more" if more > 0 else "less" if more else "",
    )


def league_summary(filed: LeaguePart, now: LeaguePart) -> str:
    """The number of homes whose points, rank and stars have changed, in words."""
    pairs = [(_standing(filed.homes[name]), _standing(home)) for name, home in now.homes.items()]
    points, ranks, stars = (sum(was[n] != is_now[n] for was, is_now in pairs) for n in range(3))
    words = f"共 {len(filed.homes)} 个站点；积分有变 {points} 个，名次有变 {ranks} 个，星级有变 {stars} 个。"
    return _desk(Markup("<p>{}</p>").format(words))


def _standing(home: HomeResult) -> tuple[int, int | None, int]:
    """A home's points, rank and stars."""
    return home.points, home.rank if isinstance(home, RankedHome) else None, home.stars_after


def made(desk: Desk, changes: Scenario) -> str:
    """The changes of a scenario, in words."""
    readings = desk.audit.rulebook.readings
    words = [
        f"{readings[name].title}：{readings[name].choices[choice]}"
        for name, choice in changes.readings.items()
    ]
    words += [f"{item} {reviewer} 评分改为 {mark}" for (item, reviewer), mark in changes.marks.items()]
    tables = desk.audit.rulebook.tables
    words += [
        f"{tables[table].title} {row}：{tables[VERIFICATIONS].columns['outcome'].choices[outcome]}"
        for (table, row), outcome in changes.rows.items()
    ]
    return note(f"试算改动 {len(words)} 处：{_listed(words)}" if words else "未作改动，试算即原结果。")


def indicator(desk: Desk, now: ScorecardPart, name: str) -> str:
    """One indicator: its clause verbatim, each item's arithmetic, and the rows treated differently."""
    new = of_indicator(now, name)
    head = Markup(
        "<p><b>{}　{} / {} 分</b></p><blockquote>年度任务指标：{}<br>给分要点：{}</blockquote>"
    ).format(name, new.points, new.max, new.target, new.criterion)
    rows = Markup("").join(
        Markup('<tr><td>{}</td><td>{}</td><td>{}</td><td class="n">{}</td></tr>').format(
            f"{item_id} {item.label}", item.arithmetic, item.next, item.points
        )
        for item_id, item in new.items.items()
    )
    table = Markup(
        '<table><tr><th>给分要点</th><th>计算</th><th>更多得分</th><th class="n">得分</th></tr>{}</table>'
    ).format(rows)
    limits = "；".join(limit.words for limit in new.limits or ())
    notes = [f"{limits}。"] if limits else []
    notes += moved(desk, now, name)
    return _desk(head + table + Markup("").join(Markup("<p>{}</p>").format(note) for note in notes))


def moved(desk: Desk, now: ScorecardPart, indicator: str) -> list[str]:
    """The rows of an indicator that are treated differently than as filed."""
    words = []
    for _, table in tables_of(desk, now, indicator):
        before, after = (as_taken(desk, result, table, indicator) for result in (desk.filed, now))
        for key in sorted({*before, *after}):
            if before.get(key) != after.get(key):
                was, will = ("；".join(taken.get(key, ["不涉及"])) for taken in (before, after))
                words.append(f"{key}：原 {was} → 现 {will}")
    return (
        [f"处理有变的记录 {len(words)} 条：{'；'.join(words[:30])}{'……' if len(words) > 30 else '。'}"]
        if words
        else []
    )


def _listed(words: list[str]) -> str:
    return "；".join(words[:_LISTED]) + ("……" if len(words) > _LISTED else "。")


def refused(refusal: InputError) -> str:
    """The reasons why a params file was refused."""
    problems = Markup("").join(Markup("<li>{}</li>").format(problem) for problem in refusal.problems)
    return _desk(Markup('<p class="refused">参数文件未能读取：</p><ul>{}</ul>').format(problems))


def note(words: str, bad: bool = False) -> str:
    """A line of text."""
    return _desk(Markup('<p class="{}">{}</p>').format("refused" if bad else "", words))


def _desk(body: Markup) -> str:
    return str(STYLE + Markup('<div class="desk">{}</div>').format(body))
