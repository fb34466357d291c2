"""A league's year: everything that its evidence decides, each worked out once and when it is needed."""

from dataclasses import dataclass
from functools import cached_property

from talentcalc.evidence.evidence import Evidence
from talentcalc.league.homes import Home, Season, extension_days, homes_of, season_of
from talentcalc.league.ledger import Event, Points, adjustments_of, events_of, points_of
from talentcalc.league.sanctions import Sanctions, sanctions_of
from talentcalc.league.visits import Ledger, Visits
from talentcalc.rulebook.league import League


@dataclass(frozen=True)
class LeagueContext:
    """A year of a league: its rules, its evidence, and what follows from them."""

    league: League
    year: int
    evidence: Evidence

    @cached_property
    def homes(self) -> tuple[Home, ...]:
        """Every home, by id."""
        return homes_of(self.evidence, self.league)

    @cached_property
    def extensions(self) -> dict[tuple[str, int], int]:
        """Each home's approved extension, by home and year, in days."""
        return extension_days(self.evidence)

    @cached_property
    def adjustments(self) -> dict[str, int]:
        """Each home's adjustment of the year, whether or not it takes part."""
        return adjustments_of(self.evidence, self.year)

    @cached_property
    def seasons(self) -> dict[str, Season]:
        """The season of each home that takes part."""
        return self.seasons_of(self.year)

    def seasons_of(self, year: int) -> dict[str, Season]:
        """The same of any year."""
        found = {home.id: season_of(home, year, self.league, self.extensions) for home in self.homes}
        return {home: season for home, season in found.items() if season is not None}

    @cached_property
    def sanctions(self) -> Sanctions:
        """The sanctions that bear on the year."""
        return sanctions_of(self.evidence, self.league, self.year)

    @cached_property
    def ledger(self) -> Ledger:
        """The check-ins, with what decides about them."""
        return Ledger(self.evidence, self.league.points.checkins, self.seasons, self.sanctions)

    @cached_property
    def visits(self) -> Visits:
        """What the check-ins come to."""
        return self.ledger.visits()

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event with its reports, by id."""
        return self.events_without(frozenset())

    def events_without(self, reports: frozenset[str]) -> tuple[Event, ...]:
        """The same if these media reports were void too."""
        void = reports | self.sanctions.void_in("media").keys()
        return events_of(
            self.evidence, self.league, self.seasons, self.sanctions, self.visits.attendance, void
        )

    @cached_property
    def events_by_home(self) -> dict[str, tuple[Event, ...]]:
        """Each home's events."""
        events: dict[str, list[Event]] = {home.id: [] for home in self.homes}
        for event in self.events:
            events[event.home].append(event)
        return {home: tuple(of_home) for home, of_home in events.items()}

    @cached_property
    def points(self) -> dict[str, Points]:
        """Each home's points of the year."""
        return {
            home: points_of(
                self.seasons.get(home),
                events,
                self.visits.points.get(home, {}),
                self.adjustments.get(home, 0),
            )
            for home, events in self.events_by_home.items()
        }
