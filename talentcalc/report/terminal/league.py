"""A league on the terminal: the ranking in short, and where a home's or a talent's points come from."""

from collections.abc import Iterable, Iterator

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.messages.message import Message, Text, message
from talentcalc.report.render.characters import literal
from talentcalc.report.sections.row_keys import in_few_words
from talentcalc.report.terminal.language import worded
from talentcalc.result.model.league import MediaReport, ParticipatingHome, RankedHome
from talentcalc.result.model.result import LeagueResult

_CHANGES = {"up": message("report.up_a_star"), "down": message("report.down_a_star")}


def league_summary(result: LeagueResult) -> Iterator[str]:
    """The ranking in a few lines."""
    for cut in result.cuts:
        line = message("report.cut", homes=cut.size, up=cut.up_words, down=cut.down_words)
        yield worded(message("report.cut_of_group", group=cut.title, cut=line) if cut.title else line)
    for change, title in _CHANGES.items():
        homes = tuple(
            message(
                "report.home_moved",
                home=name,
                points=str(home.points),
                before=str(home.stars_before),
                after=str(home.stars_after),
            )
            for name, home in result.ordered_homes
            if home.change == change
        )
        moved = message("report.homes_moved", change=title, homes=homes or message("report.none"))
        yield literal(worded(moved))


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
    no_such = message("report.no_such_home", found=quote_value(target), home=example, year=result.year)
    raise InputError(Problem("ITEM", no_such))


def explained_home(
    result: LeagueResult, name: str, month: str | None, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """The lines that explain a home's points by its events, reports and check-ins, key by key.

    `checkins` are (key, month, reason for nothing) of all its check-ins.
    """
    home, reasons = result.homes[name], result.regulation.reasons
    points = message("report.points", points=str(home.points))
    if month:
        points = message("report.points_of_which", points=points, month=month)
    yield literal(f"{name}  {home.name}  {worded(points)}")
    if not isinstance(home, ParticipatingHome):
        yield f"  {home.why}"
        return
    if month is None:
        total = message(
            "report.home_points",
            events=str(home.events),
            media=str(home.media),
            checkins=str(home.checkins),
            adjustment=str(home.adjustment),
            points=str(home.points),
            opening=str(home.opening_points),
            total=str(home.total),
        )
        yield f"  {worded(total)}"
        before, after = str(home.stars_before), str(home.stars_after)
        yield f"  {worded(message('report.home_stars', before=before, after=after, why=home.why))}"
    else:
        rank = home.rank_in_months.get(month) if isinstance(home, RankedHome) else None
        monthly = message("report.month_points", points=str(home.months.get(month, 0)))
        ranked = message("report.month_points_and_rank", points=monthly, rank=rank) if rank else monthly
        yield f"  {worded(ranked)}"
    for event_id, event in sorted(home.trace.events.items()):
        if month in (None, event.month):
            earned = message("report.points", points=str(event.points))
            if event.why is not None:
                earned = message("report.points_because", points=earned, reason=reasons[event.why])
            came = worded(message("report.talents_there", talents=str(event.attendance)))
            yield literal(f"  {event_id}  {worded(earned)}  {event.month or '—'}  {came}  {event.title}")
            for report in event.media:
                yield literal(f"    {report.row}  {worded(_report(result, report))}")
    yield from _check_ins(
        result, [checkin for checkin in checkins if checkin[1] is not None and month in (None, checkin[1])]
    )


def explained_talent(
    result: LeagueResult, name: str, checkins: Iterable[tuple[str, str | None, str | None]]
) -> Iterator[str]:
    """The lines that explain a talent's points."""
    talent = result.talents[name]
    points = message(
        "report.talent_points",
        earned=str(talent.earned),
        spent=str(talent.spent),
        balance=str(talent.balance),
    )
    yield literal(f"{name}  {worded(points)}")
    yield from _check_ins(result, list(checkins))


def _report(result: LeagueResult, report: MediaReport) -> Message:
    tier = result.rules.tiers[report.tier]
    if report.why is not None:
        return message("report.media_set_aside", tier=tier, reason=result.regulation.reasons[report.why])
    return message("report.media_counted", tier=tier, points=str(report.points))


def _check_ins(result: LeagueResult, checkins: list[tuple[str, str | None, str | None]]) -> Iterator[str]:
    reasons = result.regulation.reasons
    counted = [row for row, _, reason in checkins if reason is None]
    keys: Text = literal(in_few_words(result, "checkins", counted)) if counted else message("report.none")
    yield f"  {worded(message('report.checkins_counted', number=len(counted), rows=keys))}"
    for reason in sorted({checkin[2] for checkin in checkins if checkin[2] is not None}):
        rows = [row for row, _, row_reason in checkins if row_reason == reason]
        aside = message(
            "report.checkins_set_aside",
            reason=reasons[reason],
            number=len(rows),
            rows=literal(in_few_words(result, "checkins", rows)),
        )
        yield f"  {worded(aside)}"
