"""What a rulebook may say: the typed form of one regulation under one choice of readings."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from talentcalc.core.models import StrictModel
from talentcalc.rulebook.check import Check
from talentcalc.rulebook.league import League
from talentcalc.rulebook.procedure import Procedure
from talentcalc.rulebook.score import Item, Scorecard
from talentcalc.rulebook.table import Table


class Repair(StrictModel):
    """A place that the extraction of the official text damaged, and how it is read."""

    raw: str
    read_as: str


class Clause(StrictModel):
    """One line of the clause ledger; `quote` stands verbatim in the regulation's text."""

    id: str
    status: Literal["computed", "judged", "permissive", "addressed", "procedural", "not_in_source"]
    quote: str | None = None
    note: str | None = None


class Reading(StrictModel):
    """An unclear clause: its defensible interpretations, and the one in force by default."""

    title: str
    clause: str
    default: str
    choices: dict[str, str] = Field(min_length=2)


class Rulebook(StrictModel):
    """One regulation as data: what every kind of it says."""

    id: str
    kind: str
    version: Annotated[str, BeforeValidator(str)]
    title: str
    issuer: str | None = None
    signed: date | None = None
    regulation: str
    repairs: tuple[Repair, ...] = ()
    clauses: tuple[Clause, ...]
    readings: dict[str, Reading] = {}
    procedure: Procedure
    reasons: dict[str, str]
    tables: dict[str, Table]
    checks: tuple[Check, ...] = ()

    def items(self) -> Iterator[Item]:
        """Every item, in the order of the official tables; none where nothing is scored by items."""
        yield from ()

    def items_measured_from(self, table: str) -> tuple[Item, ...]:
        """The items that a table's rows earn: the values an `item` column of it may hold."""
        return tuple(item for item in self.items() if item.measure.table == table)


class ScorecardRulebook(Rulebook):
    """A regulation that scores one organisation by indicators."""

    kind: Literal["scorecard"]
    scorecard: Scorecard

    def items(self) -> Iterator[Item]:
        """Every item, in the order of the official tables."""
        for board in self.scorecard.boards.values():
            for indicator in board.indicators():
                yield from indicator.items


class LeagueRulebook(Rulebook):
    """A regulation that ranks a city's homes by points."""

    kind: Literal["league"]
    league: League


KINDS: dict[str, type[Rulebook]] = {"scorecard": ScorecardRulebook, "league": LeagueRulebook}
"""The kinds of regulations."""
