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


def wanted_of(result: LeagueResult, wanted: str) -> tuple[str, str, str | None]:
    """What an item names: (`home_id`, home, month or None), or (`talent_id`, talent, None).

    Raises:
        InputError: no home, no month of one, and no talent of that name.
    """
    if wanted in result.homes:
        return "home_id", wanted, None
    if wanted in result.talents:
        return "talent_id", wanted, None
    name, _, month = wanted.rpartition("/")
    if name in result.homes and month in {f"{result.year}-{number:02d}" for number in range(1, 13)}:
        return "home_id", name, month
    example = next(iter(result.homes), "H01")
    known = f"a home ({example}), a home's month ({example}/{result.year}-03), or a talent's id"
    raise InputError(Problem("ITEM", quote_value(wanted), known, "name one of them"))


def explained_home(
    result: LeagueResult, name: str, month: str | None, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """Why a home has exactly these points: its events, reports and check-ins, key by key.

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
    for event, one in sorted(home.trace.events.items()):
        if month in (None, one.month):
            why = f"（{reasons[one.why]}）" if one.why is not None else ""
            when, came = one.month or "—", one.attendance
            yield literal(f"  {event}  {one.points} 分{why}  {when}  到场人才 {came}  {one.title}")
            for report in one.media:
                yield literal(f"    {report.row}  {_report(result, report)}")
    yield from _check_ins(result, [one for one in checkins if one[1] is not None and month in (None, one[1])])


def explained_talent(
    result: LeagueResult, name: str, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """Why a talent has exactly these points."""
    one = result.talents[name]
    yield literal(f"{name}  获得 {one.earned}，兑换 {one.spent}，余额 {one.balance}")
    yield from _check_ins(result, list(checkins))


def _report(result: LeagueResult, report: MediaReport) -> str:
    tier = f"{result.rules.tiers[report.tier]}级"
    if report.why is not None:
        return f"{tier}，不计：{result.regulation.reasons[report.why]}"
    return f"{tier} {report.points} 分"


def _check_ins(result: LeagueResult, checkins: list[tuple[str, str | None, str | None]]) -> Iterator[str]:
    reasons = result.regulation.reasons
    counted = [row for row, _, why in checkins if why is None]
    words = literal(in_few_words(result, "checkins", counted)) if counted else "没有"
    yield f"  打卡    计入 {len(counted)} 条：{words}"
    for why in sorted({one[2] for one in checkins if one[2] is not None}):
        rows = [row for row, _, reason in checkins if reason == why]
        yield f"  未计    {reasons[why]} {len(rows)} 条：{literal(in_few_words(result, 'checkins', rows))}"
