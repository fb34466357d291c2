"""The steps that sign a result: those of the regulation's procedure, in their order (article 8)."""

from collections.abc import Sequence
from typing import Any

from talentcalc.archive.signing.signatures import Signature, Statement
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.messages.message import Text, message
from talentcalc.result.model.regulation import Procedure, ProcedureStep
from talentcalc.result.model.result import Result


def next_step(signatures: Sequence[Signature], procedure: Procedure) -> str:
    """The first step that nobody has signed; the last one if there is none left."""
    remaining = open_steps(signatures, procedure)
    return remaining[0].id if remaining else procedure.steps[-1].id


def open_steps(signatures: Sequence[Signature], procedure: Procedure) -> list[ProcedureStep]:
    """The steps that nobody has signed, in their order."""
    done = {signature.statement.step for signature in signatures}
    return [step for step in procedure.steps if step.id not in done]


def missing(
    signatures: Sequence[Signature], procedure: Procedure, required: Sequence[str] | None
) -> list[Problem]:
    """Steps that have to be signed and are not; without `required` steps there has to be a signature at all.

    Raises:
        InputError: a step that the procedure does not have.
    """
    known = tuple(step.id for step in procedure.steps)
    unknown = [name for name in required or () if name not in known]
    if unknown:
        raise InputError(
            Problem("--require", message("archive.no_such_step", step=quote_value(name), steps=known))
            for name in unknown
        )
    if required is None:
        return [] if signatures else [Problem(message("archive.signatures"), message("archive.unsigned"))]
    return [
        Problem(f"{step.title} ({step.id})", message("archive.step_unsigned", parties=_either(step.by)))
        for step in open_steps(signatures, procedure)
        if step.id in required
    ]


def out_of_order(signatures: Sequence[Signature], result: Result) -> list[Problem]:
    """Signatures that the procedure does not allow: a wrong step, party, person or day.

    A step may be signed by several; once the next one is signed, it is closed.
    """
    steps = {step.id: step for step in result.regulation.procedure.steps}
    order = list(steps)
    problems: list[Problem] = []
    reached, day = -1, result.review.dated
    for number, signature in enumerate(signatures):
        statement = signature.statement
        open_now = order[max(reached, 0) : reached + 2]
        faults = []
        if statement.step not in open_now:
            steps_now = _either(open_now)
            faults.append(message("archive.step_out_of_order", step=statement.step, steps=steps_now))
        if statement.step in steps:
            reached = max(reached, order.index(statement.step))
            by = steps[statement.step].by
            if statement.party not in by:
                parties = _either(by)
                faults.append(
                    message(
                        "archive.step_by_other_party",
                        step=statement.step,
                        party=statement.party,
                        parties=parties,
                    )
                )
            problems += _same_person(statement, steps[statement.step], signatures[:number])
        if statement.dated < day:
            faults.append(message("archive.signature_too_early", dated=statement.dated, earliest=day))
        day = max(day, statement.dated)
        where = message("archive.signature", number=statement.number, name=statement.name)
        problems += (Problem(where, fault) for fault in faults)
    return problems


def _either(names: Sequence[str]) -> Text:
    """One of these names; a signed file may say that there are none."""
    if len(names) < 2:
        return "".join(names)
    return message("archive.either", names=tuple(names[:-1]), last=names[-1])


def _same_person(statement: Statement, step: ProcedureStep, before: Sequence[Signature]) -> list[Problem]:
    """The problems of one person, by key or by name, in steps that are kept apart, or twice in one."""
    where = message("archive.signature", number=statement.number, name=statement.name)
    problems = []
    for earlier in (signature.statement for signature in before):
        if statement.key != earlier.key and statement.name != earlier.name:
            continue
        if earlier.step in step.apart:
            same = message("archive.step_by_same_person", step=statement.step, earlier=earlier.step)
            problems.append(Problem(where, same))
        elif earlier.step == statement.step:
            problems.append(Problem(where, message("archive.step_twice", step=statement.step)))
    return problems


def described(signature: Signature, result: Result) -> dict[str, Any]:
    """A signature in the words of the regulation: who, as what, when."""
    statement, procedure = signature.statement, result.regulation.procedure
    step = next(step for step in procedure.steps if step.id == statement.step)
    return {
        "number": statement.number,
        "step": statement.step,
        "title": step.title,
        "clause": step.clause,
        "name": statement.name,
        "party": procedure.parties[statement.party],
        "dated": statement.dated.isoformat(),
        "key": statement.key,
    }
