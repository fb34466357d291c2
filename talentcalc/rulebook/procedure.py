"""How a result becomes an issued one: the steps that are signed, in order, and by whom."""

from collections.abc import Iterator

from pydantic import Field

from talentcalc.core.errors import Problem, quote_value
from talentcalc.core.models import StrictModel
from talentcalc.messages.message import message


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
            yield Problem(place, message("rulebook.step_named_twice"))
        for party in step.by:
            if party not in procedure.parties:
                known = tuple(procedure.parties)
                unknown = message("rulebook.unknown_party", party=quote_value(party), known=known)
                yield Problem(f"{place}.by", unknown)
        if step.clause is not None and step.clause not in clauses:
            unknown = message("rulebook.unknown_clause_of_step", clause=quote_value(step.clause))
            yield Problem(f"{place}.clause", unknown)
        for other in step.apart:
            if other not in before:
                yield Problem(f"{place}.apart", message("rulebook.no_earlier_step", step=quote_value(other)))
        before.append(step.id)
