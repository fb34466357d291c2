"""A league on the terminal: the ranking in short, and where a home's or a talent's points come from."""

from collections.abc import Iterable, Iterator

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.report.render.characters import literal
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.result.model.league import MediaReport, ParticipatingHome, RankedHome
from talentcalc.result.model.result import LeagueResult

_CHANGES = {"up": "晋升一星", "down": "下降一星", "same": "星级不变"}


def league_summary(result: LeagueResult) -> Iterator[str]:
    """The ranking in a few lines."""
    for cut in result.cuts:
        group = f"{cut.title}：" if cut.title else ""
        yield f"{group}参加排名 {cut.size} 个站点；晋升 {cut.up_words}；下降 {cut.down_words}"
    for change in ("up", "down"):
        homes = [
            f"{name}（{home.points} 分，{home.stars_before} → {home.stars_after} 星）"
            for name, home in result.ordered_homes
            if home.change == change
        ]
        yield f"{_CHANGES[change]}：{literal('、'.join(homes)) or '没有'}"


def wanted_of(result: LeagueResult, target: str) -> tuple[str, str, str | None]:
    """The home or talent that `target` names: (`home_id` or `talent_id`, its id, a home's month or None).

    Raises:
        InputError: no home, no month of one, and no talent of that name.
    """
    if target in result.homes:
        return "home_id", target, None
    if target in result.talents:
        return "talent_id", target, None
    name, _, month = target.rpartition("/")
    if name in result.homes and month in {f"{result.year}-{number:02d}" for number in range(1, 13)}:
        return "home_id", name, month
    example = next(iter(result.homes), "H01")
    known = f"a home ({example}), a home's month ({example}/{result.year}-03), or a talent's id"
    raise InputError(Problem("ITEM", quote_value(target), known, "name one of them"))


def explained_home(
    result: LeagueResult, name: str, month: str | None, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """The lines that explain a home's points by its events, reports and check-ins, key by key.

    `checkins` are (key, month, reason for nothing) of all its check-ins.
    """
    home, reasons = result.homes[name], result.regulation.reasons
    yield literal(f"{name}  {home.name}  {home.points} 分" + (f"，其中 {month}" if month else ""))
    if not isinstance(home, ParticipatingHome):
        yield f"  {home.why}"
        return
    if month is None:
        yield (
            f"  活动 {home.events} + 媒体 {home.media} + 打卡 {home.checkins} + "
            f"测评 {home.adjustment} = {home.points}；"
            f"年初 {home.opening_points}，总积分 {home.total}"
        )
        yield f"  星级    {home.stars_before} → {home.stars_after}：{home.why}"
    else:
        rank = home.rank_in_months.get(month) if isinstance(home, RankedHome) else None
        yield f"  当月积分 {home.months.get(month, 0)}" + (f"，第 {rank} 名" if rank else "")
    for event_id, event in sorted(home.trace.events.items()):
        if month in (None, event.month):
            note = f"（{reasons[event.why]}）" if event.why is not None else ""
            when, came = event.month or "—", event.attendance
            yield literal(f"  {event_id}  {event.points} 分{note}  {when}  到场人才 {came}  {event.title}")
            for report in event.media:
                yield literal(f"    {report.row}  {_report(result, report)}")
    yield from _check_ins(
        result, [checkin for checkin in checkins if checkin[1] is not None and month in (None, checkin[1])]
    )


def explained_talent(
    result: LeagueResult, name: str, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """The lines that explain a talent's points."""
    talent = result.talents[name]
    yield literal(f"{name}  获得 {talent.earned}，兑换 {talent.spent}，余额 {talent.balance}")
    yield from _check_ins(result, list(checkins))


def _report(result: LeagueResult, report: MediaReport) -> str:
    tier = f"{result.rules.tiers[report.tier]}级"
    if report.why is not None:
        return f"{tier}，不计：{result.regulation.reasons[report.why]}"
    return f"{tier} {report.points} 分"


def _check_ins(result: LeagueResult, checkins: list[tuple[str, str | None, str | None]]) -> Iterator[str]:
    reasons = result.regulation.reasons
    counted = [row for row, _, reason in checkins if reason is None]
    words = literal(in_few_words(result, "checkins", counted)) if counted else "没有"
    yield f"  打卡    计入 {len(counted)} 条：{words}"
    for reason in sorted({checkin[2] for checkin in checkins if checkin[2] is not None}):
        rows = [row for row, _, row_reason in checkins if row_reason == reason]
        yield f"  未计    {reasons[reason]} {len(rows)} 条：{literal(in_few_words(result, 'checkins', rows))}"
