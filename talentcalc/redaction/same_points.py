"""The proof that a redacted audit has the original's points, and all else that may not change."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from talentcalc.core.errors import Problem
from talentcalc.result.document import Result

Replaced = Callable[[str], str]
"""A text as it is published."""

_AS_THEY_ARE = (
    *("rulebook", "subject", "period", "year", "review", "readings", "status", "awaiting", "payment"),
    "firmness",
    *("homes", "ranked", "months", "first_points", "cuts"),
)
_NOT_KEPT = (
    *("unknown_column", "unnamed", "sheet", "separator", "alike", "form", "wrapped"),
    *("title_rows", "foot_rows", "hidden_sheet", "hidden_rows", "hidden_columns", "struck"),
)
"""Findings of what a redacted audit leaves out, and of how things are written, which it does not keep."""


def same_points(before: Result, after: Result, replaced: Replaced = lambda text: text) -> tuple[Problem, ...]:
    """What a redacted audit's result has otherwise than the original's; empty if it may be published.

    A text may be what it was or what `replaced` makes of it.

    Status, points, quantities, ranks and money are to be the same, and so is the number of rows, of those
    that count and do not, and of each finding's. Row keys, talents' ids, files' names and hashes may be
    pseudonyms, and so are only counted. No value of either result is told.
    """
    blocked = [what for what, result in (("audit", before), ("redacted audit", after)) if _blocked(result)]
    if blocked:
        return tuple(
            Problem(
                f"{what}: status", "blocked", "a result", "correct what the checks found and run it again"
            )
            for what in blocked
        )
    return tuple(
        Problem(
            where,
            "something else in the redacted audit",
            "the same",
            "publish nothing: correct the personal marks of the rulebook",
        )
        for where in _different(_comparable(before), _comparable(after), replaced, "result")
    )


def _blocked(result: Result) -> bool:
    return bool(result["status"] == "blocked")


def _comparable(result: Result) -> dict[str, Any]:
    """A result with numbers in the place of whatever may be a pseudonym."""
    materials = result["evidence"].items()
    return {
        **{part: result[part] for part in _AS_THEY_ARE if part in result},
        "boards": {name: _board(board) for name, board in result.get("boards", {}).items()},
        "composite": _counted(result.get("composite", {})),
        "pivotal": _deciding(result["pivotal"]) if "pivotal" in result else {},
        "talents": sorted(
            (one["earned"], one["spent"], one["balance"]) for one in result.get("talents", {}).values()
        ),
        "sanctions": {
            name: one | {"concerns": bool(one["concerns"])}
            for name, one in result.get("sanctions", {}).items()
        },
        "evidence": {
            name: {part: one.get(part) for part in ("rows", "verified", "months")} for name, one in materials
        },
        "checks_run": {one["check"]: one["failed"] for one in result["checks_run"] if _kept(one)},
        "findings": Counter(
            (one["check"], one["severity"], len(one["rows"]), one.get("count"), _stake(one))
            for one in result["findings"]
            if _kept(one)
        ),
        "proofs": _proofs(result.get("proofs", {"files": {}, "paper": []})),
    }


def _stake(finding: dict[str, Any]) -> int | None:
    return finding["at_stake"]["points"] if "at_stake" in finding else None


def _proofs(proofs: dict[str, Any]) -> dict[str, Any]:
    """How many files there are, how many of them alike, and how many are not there."""
    alike = Counter(proofs["files"].values())
    return {"missing": alike.pop(None, 0), "alike": Counter(alike.values()), "paper": len(proofs["paper"])}


def _kept(check: dict[str, Any]) -> bool:
    return check["check"].rpartition(".")[2] not in _NOT_KEPT


def _board(board: dict[str, Any]) -> dict[str, Any]:
    indicators = {
        name: indicator | {"items": {item: _item(one) for item, one in indicator["items"].items()}}
        for name, indicator in board["indicators"].items()
    }
    return board | {"indicators": indicators}


def _counted(composite: dict[str, Any]) -> dict[str, Any]:
    return composite | {"components": [_item(one) for one in composite.get("components", ())]}


def _deciding(pivotal: dict[str, Any]) -> dict[str, Any]:
    """What decides, but for the rows themselves: of equal ones, the first by key is told."""
    named = ("one_set", "pivotal")
    parts = {
        name: one | {"fall": {key: value for key, value in one["fall"].items() if key not in named}}
        for name, one in pivotal["parts"].items()
    }
    return pivotal | {"parts": parts}


def _item(item: dict[str, Any]) -> dict[str, Any]:
    why = Counter(one["why"] for one in item["set_aside"])
    return item | {"counted": len(item["counted"]), "set_aside": why}


def _different(before: Any, after: Any, replaced: Replaced, where: str) -> Iterator[str]:
    if isinstance(before, Counter) or type(before) is not type(after):
        if before != after:
            yield where
    elif isinstance(before, dict):
        published = {name if name in after else replaced(name): one for name, one in before.items()}
        for name in sorted({*published, *after}):
            if name in published and name in after:
                yield from _different(published[name], after[name], replaced, f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(before, list):
        if len(before) != len(after):
            yield where
        for number, (one, other) in enumerate(zip(before, after, strict=False)):
            yield from _different(one, other, replaced, f"{where}[{number}]")
    elif before != after and not (isinstance(before, str) and replaced(before) == after):
        yield where
