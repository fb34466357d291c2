"""The steps that sign a result: those of the regulation's procedure, in their order (article 8)."""

from collections.abc import Sequence

from talentcalc.archive.signing.signatures import Signature, Statement
from talentcalc.core.errors import InputError, Problem, quote_value
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
    known = ", ".join(step.id for step in procedure.steps)
    unknown = [name for name in required or () if name not in {step.id for step in procedure.steps}]
    if unknown:
        raise InputError(
            Problem("--require", quote_value(name), f"steps among {known}", "correct it") for name in unknown
        )
    if required is None:
        remedy = "have it signed; --unsigned accepts a package that nobody answers for"
        return [] if signatures else [Problem("signatures", "none", "one at least", remedy)]
    return [
        Problem(
            f"{step.title} ({step.id})",
            "no signature",
            "one by the " + " or ".join(step.by),
            "have it signed",
        )
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
            faults.append((f"step {statement.step}", " or ".join(open_now)))
        if statement.step in steps:
            reached = max(reached, order.index(statement.step))
            by = steps[statement.step].by
            if statement.party not in by:
                faults.append((f"{statement.step} by the {statement.party}", f"by the {' or '.join(by)}"))
            problems += _same_person(statement, steps[statement.step], signatures[:number])
        if statement.dated < day:
            faults.append((f"dated {statement.dated}", f"{day} or later"))
        day = max(day, statement.dated)
        where = f"signature {statement.number}, {statement.name}"
        problems += (
            Problem(where, found, expected, "sign the steps in their order, each by its party")
            for found, expected in faults
        )
    return problems


def _same_person(statement: Statement, step: ProcedureStep, before: Sequence[Signature]) -> list[Problem]:
    """The problems of one person, by key or by name, in steps that are kept apart, or twice in one."""
    where, remedy = f"signature {statement.number}, {statement.name}", "have another person sign"
    problems = []
    for earlier in (signature.statement for signature in before):
        if statement.key != earlier.key and statement.name != earlier.name:
            continue
        if earlier.step in step.apart:
            expected = f"somebody else than who signed {earlier.step}"
            problems.append(Problem(where, f"{statement.step} by the same person", expected, remedy))
        elif earlier.step == statement.step:
            problems.append(Problem(where, f"{statement.step} twice", "each step once a person", remedy))
    return problems


def described(signature: Signature, result: Result) -> dict[str, str | int]:
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
