"""How a result becomes an issued one: the steps that are signed, in order, and by whom."""

from collections.abc import Iterator

from pydantic import Field

from talentcalc.core.errors import Problem, quote_value
from talentcalc.core.models import StrictModel


class ProcedureStep(StrictModel):
    """One step: its title, the clause it rests on, the parties that may sign it.

    Nobody signs it who signed one of the steps in `apart`.
    """

    id: str
    title: str
    clause: str | None = None
    by: tuple[str, ...] = Field(min_length=1)
    apart: tuple[str, ...] = ()


class Procedure(StrictModel):
    """The parties with their titles, and the steps in the order in which they are signed."""

    parties: dict[str, str] = Field(min_length=1)
    steps: tuple[ProcedureStep, ...] = Field(min_length=1)


def procedure_faults(procedure: Procedure, clauses: set[str], name: str) -> Iterator[Problem]:
    """Steps twice, parties and clauses that are not known, steps kept apart from none before them."""
    before: list[str] = []
    for step in procedure.steps:
        place = f"{name}: procedure.steps {step.id}"
        if step.id in before:
            yield Problem(place, "a step named twice", "each step once", "rename or remove one")
        for party in step.by:
            if party not in procedure.parties:
                known = ", ".join(procedure.parties)
                yield Problem(f"{place}.by", quote_value(party), f"one of {known}", "name a party")
        if step.clause is not None and step.clause not in clauses:
            yield Problem(
                f"{place}.clause", quote_value(step.clause), "a clause of the ledger", "name it as there"
            )
        for other in step.apart:
            if other not in before:
                yield Problem(
                    f"{place}.apart", quote_value(other), "an earlier step", "name one that comes before"
                )
        before.append(step.id)
