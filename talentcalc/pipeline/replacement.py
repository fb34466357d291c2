"""The folder of a run under `outputs/`: only the same audit's earlier run is ever replaced."""

import os
import unicodedata
from pathlib import Path
from typing import Any

from talentcalc.core.errors import InputError, Problem, path_from_here, quote_value
from talentcalc.params.audit import MARK, Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.result.document import read_result, written
from talentcalc.result.model.result import AnyScorecard, Result

_REMEDY = "give this audit another name by `id:` in its params, or move what is there away"


def must_be_its_own(audit: Audit, target: Path) -> None:
    """Refuse to replace what is no earlier run of this audit.

    It is one if subject, rulebook and params file are the same; an edited file is the same file. Where the
    file lies outside a repository its name alone is known of the earlier run: then the period must be the
    same as well, or its content.

    Raises:
        InputError: another audit's run, or what is no run, stands at `target`; or an id like it but for case.
    """
    where = path_from_here(target)
    if (alike := _alike(target)) is not None:
        found = f"{quote_value(alike)} beside it, which differs in case or Unicode form alone"
        raise InputError(Problem(where, found, "a name that any file system tells from the others", _REMEDY))
    if not os.path.lexists(target):
        return
    result = _result(target)
    if result is None:
        raise InputError(Problem(where, "what is no finished run", "an empty place", _REMEDY))
    problems = [
        Problem(where, f"the run of another {what}, {quote_value(then)}", quote_value(now), _REMEDY)
        for what, then, now in _told(audit, result)
        if then != now
    ]
    if problems:
        raise InputError(problems[0])


def _told(audit: Audit, result: Result) -> list[tuple[str, Any, Any]]:
    """What tells one audit from another: what it is, what the earlier run says, what this one says."""
    made = result.provenance
    compared: list[tuple[str, Any, Any]] = [
        ("subject", result.subject, audit.params.subject),
        ("rulebook", result.rulebook, audit.rulebook.id),
        ("params file", made.params_file, audit.shown_file),
    ]
    outside = not (audit.root / MARK).is_file() or not audit.file.resolve().is_relative_to(audit.root)
    if outside and made.params_sha256 != audit.params_sha256:
        compared.append(
            (
                "period",
                written(result.period) if isinstance(result, AnyScorecard) else result.year,
                _period(audit),
            )
        )
    return compared


def _period(audit: Audit) -> Any:
    """As a result says it."""
    params = audit.params
    return (
        params.period.model_dump(mode="json") if isinstance(params, ScorecardParams) else params.last_day.year
    )


def _alike(target: Path) -> str | None:
    """A name beside the target's that some file system takes for the same."""
    if not target.parent.is_dir():
        return None
    folded = _folded(target.name)
    names = (name for name in sorted(os.listdir(target.parent)) if _folded(name) == folded)
    return next((name for name in names if name != target.name), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _result(folder: Path) -> Result | None:
    try:
        return read_result((folder / "result.json").read_bytes())
    except (OSError, ValueError):
        return None
