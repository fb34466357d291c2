"""The proof that a redacted audit has the original's points, and all else that may not change."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from talentcalc.core.errors import Problem
from talentcalc.messages.message import message
from talentcalc.result.document import written
from talentcalc.result.model.findings import CheckRun, ReportedFinding
from talentcalc.result.model.part import TakenRows
from talentcalc.result.model.result import Blocked, LeagueResult, Result, ScorecardResult, Scored

Replaced = Callable[[str], str]
"""A text as it is published."""

_NOT_KEPT = (
    *("unknown_column", "unnamed", "sheet", "separator", "alike", "form", "wrapped"),
    *("title_rows", "foot_rows", "hidden_sheet", "hidden_rows", "hidden_columns", "struck"),
)
"""Findings of what a redacted audit leaves out, and of how things are written, which it does not keep."""


def same_points(before: Result, after: Result, replaced: Replaced = lambda text: text) -> tuple[Problem, ...]:
    """The differences of a redacted audit's result from the original's; empty if it may be published.

    A text may be what it was or what `replaced` makes of it.

    Status, points, quantities, ranks and money are to be the same, and so is the number of rows, of those
    that count and do not, and of each finding's. Row keys, talents' ids, files' names and hashes may be
    pseudonyms, and so are only counted. No value of either result is told.
    """
    statuses = (
        (message("redaction.status_of_audit"), before),
        (message("redaction.status_of_redacted_audit"), after),
    )
    blocked = [status for status, result in statuses if isinstance(result, Blocked)]
    if blocked:
        return tuple(Problem(status, message("redaction.blocked")) for status in blocked)
    return tuple(
        Problem(where, message("redaction.not_the_same"))
        for where in _different(_comparable(before), _comparable(after), replaced, "result")
    )


def _comparable(result: Result) -> dict[str, Any]:
    """A result with numbers in the place of whatever may be a pseudonym."""
    if isinstance(result, Blocked):
        return {}
    scored = _scorecard(result) if isinstance(result, ScorecardResult) else _league(result)
    return scored | {
        "rulebook": result.rulebook,
        "subject": result.subject,
        "review": written(result.review),
        "readings": result.readings,
        "status": result.status,
        "awaiting": list(result.awaiting),
        "evidence": {
            name: {"rows": table.rows, "verified": table.verified, "months": table.months}
            for name, table in result.evidence.items()
        },
        "checks_run": {check.check: check.failed for check in result.checks_run if _kept(check)},
        "findings": Counter(
            (
                finding.check,
                finding.severity,
                len(finding.rows),
                finding.count,
                finding.at_stake and finding.at_stake.points,
            )
            for finding in result.findings
            if _kept(finding)
        ),
        "proofs": _proofs(result),
    }


def _scorecard(result: ScorecardResult) -> dict[str, Any]:
    boards = {name: written(board) for name, board in result.boards.items()}
    for name, board in result.boards.items():
        for indicator_id, indicator in board.indicators.items():
            items = boards[name]["indicators"][indicator_id]["items"]
            for item_id, item in indicator.items.items():
                items[item_id] |= _counted(item)
    compared: dict[str, Any] = {
        "period": written(result.period),
        "payment": written(result.payment),
        "boards": boards,
    }
    if result.sensitivity is not None:
        compared["firmness"] = written(result.sensitivity)
    if result.composite is not None:
        components = [written(component) | _counted(component) for component in result.composite.components]
        compared["composite"] = written(result.composite) | {"components": components}
    if result.critical_evidence is not None:  # but for the rows: of equal ones, the first by key is told
        compared["pivotal"] = result.critical_evidence.model_dump(
            mode="json", by_alias=True, exclude={"parts": {"__all__": {"fall": {"rejected", "critical"}}}}
        )
    return compared


def _league(result: LeagueResult) -> dict[str, Any]:
    return {
        "year": result.year,
        "homes": {name: written(home) for name, home in result.homes.items()},
        "ranked": result.ranked,
        "months": {month: written(leaders) for month, leaders in result.months.items()},
        "first_points": result.first_points,
        "cuts": [written(cut) for cut in result.cuts],
        "talents": sorted(
            (talent.earned, talent.spent, talent.balance) for talent in result.talents.values()
        ),
        "sanctions": {
            name: written(sanction) | {"concerns": bool(sanction.concerns)}
            for name, sanction in result.sanctions.items()
        },
    }


def _proofs(result: Scored) -> dict[str, Any]:
    """The number of proof files that are missing, that are alike, and of proofs on paper."""
    alike = Counter(result.proof_files.values())
    missing = alike.pop(None, 0)
    return {"missing": missing, "alike": Counter(alike.values()), "paper": len(result.paper_proofs)}


def _kept(check: CheckRun | ReportedFinding) -> bool:
    return check.check.rpartition(".")[2] not in _NOT_KEPT


def _counted(rows: TakenRows) -> dict[str, Any]:
    return {"counted": len(rows.counted), "set_aside": Counter(aside.why for aside in rows.set_aside)}


def _different(before: Any, after: Any, replaced: Replaced, where: str) -> Iterator[str]:
    if isinstance(before, Counter) or type(before) is not type(after):
        if before != after:
            yield where
    elif isinstance(before, dict):
        published = {name if name in after else replaced(name): value for name, value in before.items()}
        for name in sorted({*published, *after}):
            if name in published and name in after:
                yield from _different(published[name], after[name], replaced, f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(before, list):
        if len(before) != len(after):
            yield where
        for number, (old, new) in enumerate(zip(before, after, strict=False)):
            yield from _different(old, new, replaced, f"{where}[{number}]")
    elif before != after and not (isinstance(before, str) and replaced(before) == after):
        yield where
