"""What went into a finished run, and is it still what was read? Each file of a package with its source."""

import hashlib
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from talentcalc.archive import layout
from talentcalc.errors import Problem, Refusal, shown
from talentcalc.evidence.submission import table_files
from talentcalc.finding import name_shown
from talentcalc.installation import LOCK_FILE, NOTEBOOKS
from talentcalc.params import Audit, open_audit, root_of
from talentcalc.result.document import Result, as_written, canonical, fingerprint
from talentcalc.rulebook.load import find
from talentcalc.source import SNAPSHOT

_AGAIN = "run the audit again, then seal that run"
_UNFIT = re.compile(
    r"[\x00-\x1f\x7f\\\ud800-\udfff]|(^|/)\.\.(/|$)|^/|%0[ad]|%25|[\x85\u2028\u2029]", re.IGNORECASE
)  # a manifest cannot hold such a name


@dataclass(frozen=True)
class Member:
    """One file of a package: its path there, and its content or where that lies. `sha256` is as recorded."""

    path: str
    source: Path | bytes
    sha256: str | None = None


@dataclass(frozen=True)
class FinishedRun:
    """A run's folder, its result, and the audit that it ran, whose inputs lie where they lay."""

    folder: Path
    result: Result
    audit: Audit


def finished_run(folder: Path, audit: Audit | None = None) -> FinishedRun:
    """The run in a folder below `outputs/`; `audit` if its inputs do not lie where the result says.

    Raises:
        Refusal: no finished run is there, or its params or rulebook are not those that it was made from.
    """
    result = read_result(folder / "result.json")
    made = result["provenance"]
    _must_be_the_reports(folder, result)
    params = root_of(folder.resolve() / "result.json") / made.get("params_file", "")
    if audit is None:
        audit = open_audit(params)
    if audit.database is not None:  # which has moved on: what the run read lies with it
        audit = replace(audit, evidence=folder / SNAPSHOT, database=None)
    pairs = (
        (audit.file.name, audit.params_sha256, made["params_sha256"]),
        (f"rulebook {audit.rulebook.id}", audit.rulebook_sha256, made["rulebook_sha256"]),
        (audit.rulebook.regulation, audit.regulation_sha256, made.get("regulation_sha256", "")),
    )
    problems = [changed(name, now, then) for name, now, then in pairs if now != then]
    if problems:
        raise Refusal(problems)
    return FinishedRun(folder, result, audit)


def _must_be_the_reports(folder: Path, result: Result) -> None:
    """A result's hash stands on its report: one of them may have been altered by hand."""
    sha256 = fingerprint(result)
    report = folder / "report.html"
    if not report.is_file() or sha256.encode() not in report.read_bytes():
        found = f"sha256 {sha256[:16]}…, which does not stand on {report.name}"
        raise Refusal(Problem("result.json", found, "the result that the report is made from", _AGAIN))


def read_result(path: Path) -> Result:
    """A result as it was written, in its one form.

    Raises:
        Refusal: there is none, or it is not one, or it was altered by hand.
    """
    try:
        result = as_written(path.read_bytes())
    except OSError as error:
        found = f"{shown(str(path))} ({error.strerror})"
        raise Refusal(
            Problem(
                "RUN", found, "the folder of a finished run, with its result.json", "name outputs/YEAR/AUDIT"
            )
        ) from None
    if result is None:
        raise Refusal(Problem(str(path), "not as a run writes it", "a result as a run writes it", _AGAIN))
    return result


def changed(name: str, now: str, then: str) -> Problem:
    """An input that is not what the run was made from."""
    return Problem(name, f"sha256 {now[:16]}…", f"{then[:16]}…, which the run was made from", _AGAIN)


def members(run: FinishedRun) -> list[Member]:
    """Every file of the package but its own description, each once.

    Raises:
        Refusal: evidence or a proof is not there any more, or a name that no manifest can hold.
    """
    made = run.result["provenance"]
    book = find(run.audit.rulebook.id).parent
    notebook = NOTEBOOKS / f"{run.audit.rulebook.kind}_audit.ipynb"
    found = [
        *(Member(f"{layout.RUN}{one.name}", one) for one in sorted(run.folder.iterdir()) if one.is_file()),
        Member(f"{layout.PARAMS}{run.audit.file.name}", run.audit.file, made["params_sha256"]),
        *_evidence(run),
        *(Member(f"{layout.RULEBOOK}{one.name}", one) for one in sorted(book.iterdir()) if one.is_file()),
        Member(f"{layout.NOTEBOOK}{notebook.name}", notebook),
        Member(layout.LOCK_FILE, LOCK_FILE),
        Member(layout.VERSIONS, canonical(versions())),
    ]
    if run.audit.redaction_file is not None:
        found.append(Member(layout.REDACTION, run.audit.redaction_file))
    problems = [
        Problem("a file's name", shown(one.path), "no control character, no \\, no %0A %0D %25", "rename it")
        for one in found
        if _UNFIT.search(one.path)
    ] + [
        Problem(one.path, "no such file", "the file that the run was made from", _AGAIN)
        for one in found
        if isinstance(one.source, Path) and not one.source.is_file()
    ]
    problems += (
        Problem(str(one), "a file that no run writes", "what the run wrote, alone", "move it away")
        for one in sorted(run.folder.iterdir())
        if one.name not in layout.WRITTEN and one != run.audit.evidence
    )
    problems += _added(run)
    if problems:
        raise Refusal(problems)
    return sorted({one.path: one for one in found}.values(), key=lambda one: one.path)


def _added(run: FinishedRun) -> Iterator[Problem]:
    """Tables that the run would have read, had they been there; one that is blocked need not have."""
    recorded = [one["file"] for one in run.result["evidence"].values() if "sha256" in one]
    files = table_files(run.audit.evidence) if run.result["status"] != "blocked" else []
    for file in files:
        name, workbook = name_shown(file.name), file.suffix.lower() == ".xlsx"
        known = len(files) > 1 if workbook else file.stem in run.audit.rulebook.tables
        if known and not any(one == name or one.startswith(f"{name}（") for one in recorded):
            where = f"{layout.EVIDENCE}{name}"
            yield Problem(where, "a table that was added", "what the run was made from", _AGAIN)


def must_be_unchanged(run: FinishedRun) -> None:
    """Refuse inputs that are not what the run read, before anything is made of them."""
    problems = []
    for member in members(run):
        if member.sha256 is not None and isinstance(member.source, Path):
            with member.source.open("rb") as file:
                now = hashlib.file_digest(file, "sha256").hexdigest()
            if now != member.sha256:
                problems.append(changed(member.path, now, member.sha256))
    if problems:
        raise Refusal(problems)


def _evidence(run: FinishedRun) -> Iterator[Member]:
    base = run.audit.evidence
    recorded = {one["file"]: one["sha256"] for one in run.result["evidence"].values() if "sha256" in one}
    for file in table_files(base):
        name = name_shown(file.name)
        own = [one for one in recorded if one == name or one.startswith(f"{name}（")]  # one for each sheet
        sha256 = [recorded.pop(one) for one in own]
        yield Member(f"{layout.EVIDENCE}{file.name}", file, sha256[0] if sha256 else None)
    for name in recorded:
        yield Member(f"{layout.EVIDENCE}{name}", base / name)  # not there, which is then refused
    folder = base if base.is_dir() else base.parent
    for path, sha256 in run.result.get("proofs", {"files": {}})["files"].items():
        if sha256 is not None and path not in run.audit.withheld:
            inside = os.path.normpath(path).replace(os.sep, "/")
            yield Member(f"{layout.EVIDENCE}{inside}", folder / inside, sha256)


@cache
def versions() -> dict[str, Any]:
    """Python's version, and that of each package of the lock file that is installed."""
    import platform

    locked = tomllib.loads(LOCK_FILE.read_text(encoding="utf-8"))["package"]
    packages = {}
    for name in sorted({one["name"] for one in locked}):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:  # for another system or another Python
            continue
    return {"python": platform.python_version(), "packages": packages}
