"""What a result says of its regulation: clauses and what became of each, readings, reasons, procedure.

These are the rulebook's words as they were in force. They are typed here once more, so that a rulebook may
come to say more without changing the form of a result.
"""

from datetime import date
from typing import Literal

from pydantic import Field

from talentcalc.result.model.part import Part


class Repair(Part):
    """A place that the extraction of the official text damaged, and how it is read."""

    raw: str
    read_as: str


class Clause(Part):
    """A clause, what became of it, and its words."""

    id: str
    status: Literal["computed", "judged", "permissive", "addressed", "procedural", "not_in_source"]
    quote: str | None = None
    note: str | None = None


class Reading(Part):
    """An unclear clause, the choices of how to read it, and the default."""

    title: str
    clause: str
    default: str
    choices: dict[str, str]


class ProcedureStep(Part):
    """A step that is signed by one of these parties, and by nobody who signed a step in `apart`."""

    id: str
    title: str
    clause: str | None
    by: tuple[str, ...] = Field(min_length=1)
    apart: tuple[str, ...]


class Procedure(Part):
    """The parties with their titles, and the steps in the order in which they are signed."""

    parties: dict[str, str]
    steps: tuple[ProcedureStep, ...] = Field(min_length=1)


class Regulation(Part):
    """The regulation that the audit rests on."""

    title: str
    issuer: str | None
    signed: date | None
    repairs: tuple[Repair, ...]
    clauses: tuple[Clause, ...]
    reasons: dict[str, str]
    procedure: Procedure
    readings: dict[str, Reading]
