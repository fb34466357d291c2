"""What a reviewer has to know of a league beyond its evidence: ties, stars, extensions, balances."""

from collections.abc import Iterator, Mapping

from talentcalc.core.findings import Finding, Location
from talentcalc.evidence.evidence import Evidence
from talentcalc.league.context import LeagueContext
from talentcalc.league.ranking import RankPosition as Rank
from talentcalc.league.ranking import ties_across
from talentcalc.league.stars import Rating
from talentcalc.messages.message import Message, message


def overdrawn_finding(evidence: Evidence, redemptions: tuple[str, ...]) -> Iterator[Finding]:
    """Redemptions beyond the balance: critical."""
    if redemptions:
        table = evidence["redemptions"]
        lines = table.frame.index[table.keys.isin(redemptions)]
        yield Finding(
            "redemptions.within_balance",
            "critical",
            table.name,
            message("league.overdrawn.title"),
            message("league.overdrawn.remedy"),
            "points",
            table.spec.columns["points"].title,
            message("league.overdrawn.expected"),
            table.source.file if table.source else None,
            table.locations(lines, "points", show_values=True),
        )


def standing_findings(
    context: LeagueContext, ratings: Mapping[str, Rating], places: Mapping[str, Rank]
) -> Iterator[Finding]:
    """Ties across a cut, homes inside both cuts, stars out of their bounds."""
    stars = context.league.stars
    cuts = {id(place.cut): place.cut for place in places.values()}
    for cut in cuts.values():
        group = message("league.of_group", group=cut.title) if cut.title else ""
        for edge, homes in ties_across(cut, places).items():
            upper = edge == "up"
            yield Finding(
                f"ranking.tie_{edge}" + (f".{cut.group}" if cut.group else ""),
                "warning",
                "homes",
                message("league.tie_at_upper_cut.title", group=group)
                if upper
                else message("league.tie_at_lower_cut.title", group=group),
                message("league.tie.remedy"),
                rows=tuple(Location(home) for home in homes),
            )
    both = [home for home, place in places.items() if place.inside_up and place.inside_down]
    above = [home for home, rating in ratings.items() if rating.after > stars.highest]
    below = [home for home, rating in ratings.items() if rating.after < stars.lowest]
    yield from _of_homes(
        "ranking.both_cuts", message("league.both_cuts.title"), message("league.both_cuts.remedy"), both
    )
    yield from _of_homes(
        "stars.above_highest",
        message("league.above_highest.title", highest=stars.highest),
        message("league.above_highest.remedy"),
        above,
    )
    yield from _of_homes(
        "stars.below_lowest",
        message("league.below_lowest.title", lowest=stars.lowest),
        message("league.below_lowest.remedy"),
        below,
    )


def participation_findings(context: LeagueContext) -> Iterator[Finding]:
    """Extensions of a year without a season, adjustments that count for nothing."""
    year, before = context.year, context.seasons_of(context.year - 1)
    ids = [home.id for home in context.homes]
    idle = [
        f"{home}/{year - 1}" for home in ids if (home, year - 1) in context.extensions and home not in before
    ]
    lost = [f"{home}/{year}" for home in ids if home in context.adjustments and home not in context.seasons]
    yield from _of_homes(
        "extensions.without_season",
        message("league.extension_without_season.title", before=year - 1, year=year),
        message("league.extension_without_season.remedy"),
        idle,
        "extensions",
    )
    yield from _of_homes(
        "adjustments.without_season",
        message("league.adjustment_without_season.title"),
        message("league.adjustment_without_season.remedy"),
        lost,
        "adjustments",
    )


def _of_homes(
    check: str, title: Message, remedy: Message, rows: list[str], table: str = "homes"
) -> Iterator[Finding]:
    if rows:
        yield Finding(
            check, "warning", table, title, remedy, rows=tuple(Location(row) for row in sorted(rows))
        )
