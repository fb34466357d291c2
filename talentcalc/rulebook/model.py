"""What a rulebook may say: the typed form of one regulation under one choice of readings."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from talentcalc.rulebook.check import Check
from talentcalc.rulebook.score import Item, Scorecard
from talentcalc.rulebook.table import Table
from talentcalc.strict import Strict


class Repair(Strict):
    """A place that the extraction of the official text damaged, and how it is read."""

    raw: str
    read_as: str


class Clause(Strict):
    """One line of the clause ledger; `quote` stands verbatim in the regulation's text."""

    id: str
    status: Literal["computed", "judged", "procedural", "not_in_source"]
    quote: str | None = None
    note: str | None = None


class Reading(Strict):
    """An unclear clause: its defensible interpretations, and the one in force by default."""

    title: str
    clause: str
    default: str
    choices: dict[str, str] = Field(min_length=2)


class Rulebook(Strict):
    """One regulation as data."""

    id: str
    kind: Literal["scorecard"]
    version: Annotated[str, BeforeValidator(str)]
    title: str
    issuer: str | None = None
    signed: date | None = None
    regulation: str
    repairs: tuple[Repair, ...] = ()
    clauses: tuple[Clause, ...]
    readings: dict[str, Reading] = {}
    reasons: dict[str, str]
    tables: dict[str, Table]
    checks: tuple[Check, ...] = ()
    scorecard: Scorecard

    def items(self) -> Iterator[Item]:
        """Every item, in the order of the official tables."""
        for board in self.scorecard.boards.values():
            for indicator in board.indicators():
                yield from indicator.items

    def items_measured_from(self, table: str) -> tuple[Item, ...]:
        """The items that a table's rows earn: the values an `item` column of it may hold."""
        return tuple(item for item in self.items() if item.measure.table == table)
