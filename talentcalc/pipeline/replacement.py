"""The folder of a run under `outputs/`: only the same audit's earlier run is ever replaced."""

import os
import unicodedata
from pathlib import Path
from typing import Any

from talentcalc.core.errors import InputError, Problem, path_from_here, quote_value
from talentcalc.messages.message import Message, message
from talentcalc.params.audit import MARK, Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.result.document import read_result, written
from talentcalc.result.model.result import AnyScorecard, Result


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
        raise InputError(Problem(where, message("pipeline.name_alike", name=quote_value(alike))))
    if not os.path.lexists(target):
        return
    result = _result(target)
    if result is None:
        raise InputError(Problem(where, message("pipeline.no_finished_run")))
    problems = [
        Problem(
            where,
            message("pipeline.run_of_another", what=what, then=quote_value(then), now=quote_value(now)),
        )
        for what, then, now in _identity(audit, result)
        if then != now
    ]
    if problems:
        raise InputError(problems[0])


def _identity(audit: Audit, result: Result) -> list[tuple[Message, Any, Any]]:
    """What tells one audit from another: what it is, what the earlier run says, what this one says."""
    made = result.provenance
    compared: list[tuple[Message, Any, Any]] = [
        (message("pipeline.subject"), result.subject, audit.params.subject),
        (message("pipeline.rulebook"), result.rulebook, audit.rulebook.id),
        (message("pipeline.params_file"), made.params_file, audit.shown_file),
    ]
    outside = not (audit.root / MARK).is_file() or not audit.file.resolve().is_relative_to(audit.root)
    if outside and made.params_sha256 != audit.params_sha256:
        compared.append(
            (
                message("pipeline.period"),
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
