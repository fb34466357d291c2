"""A finished run: each file of its package with its source, and whether it is still what was read."""

import errno
import hashlib
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.file_names import portable, unfit_names
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.findings import printable_name
from talentcalc.core.installation import LOCK_FILE, NOTEBOOKS
from talentcalc.core.untrusted_json import MOST_BYTES
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.submitted_files import SubmittedFiles, submission_of, would_be_a_table
from talentcalc.evidence.unrecognised_files import UNNAMED
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit, open_audit, root_of
from talentcalc.params.source import SNAPSHOT, names_a_database
from talentcalc.result.document import canonical, fingerprint, read_result
from talentcalc.result.model.result import Blocked, Result
from talentcalc.rulebook.load import find

AGAIN = message("archive.run_again")


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

    @property
    def private(self) -> bool:
        """Whether its evidence is a snapshot that only its owner may read, and stays so."""
        return names_a_database(self.audit.params.evidence) and self.audit.redaction is None


def finished_run(folder: Path, audit: Audit | None = None) -> FinishedRun:
    """The run in a folder below `outputs/`; `audit` if its inputs do not lie where the result says.

    Raises:
        InputError: no finished run is there, or its params or rulebook are not those that it was made from.
    """
    result = result_at(folder / "result.json")
    made = result.provenance
    _must_be_the_reports(folder, result)
    params = root_of(folder / "result.json") / made.params_file
    if audit is None:
        audit = open_audit(params)
    if audit.database is not None:  # which has moved on: what the run read lies with it
        audit = replace(audit, evidence=folder / SNAPSHOT, database=None)
    pairs = (
        (audit.file.name, audit.params_sha256, made.params_sha256),
        (
            message("archive.rulebook", rulebook=audit.rulebook.id),
            audit.rulebook_sha256,
            made.rulebook_sha256,
        ),
        (audit.rulebook.regulation, audit.regulation_sha256, made.regulation_sha256),
    )
    problems = [changed(name, now, then) for name, now, then in pairs if now != then]
    if problems:
        raise InputError(problems)
    return FinishedRun(folder, result, audit)


def _must_be_the_reports(folder: Path, result: Result) -> None:
    """Refuse a result whose hash is not on its report: one of them may have been altered by hand."""
    sha256 = fingerprint(result)
    report = folder / "report.html"
    if not report.is_file() or sha256.encode() not in report.read_bytes():
        unlike = message("archive.result_not_on_report", sha256=sha256[:16], report=report.name)
        raise InputError(Problem("result.json", unlike))


def result_at(path: Path) -> Result:
    """A result as it was written, in its one form.

    Raises:
        InputError: there is none, or it is not one, or it was altered by hand.
    """
    if not path.exists():
        there, reason = quote_value(str(path)), os.strerror(errno.ENOENT)
        raise InputError(Problem("RUN", message("archive.no_finished_run", path=there, reason=reason)))
    content = read_bounded_file(path, message("archive.result"), MOST_BYTES)
    try:
        return read_result(content)
    except ValueError:
        raise InputError(Problem(str(path), message("archive.result_not_as_written"))) from None


def incomplete(where: str) -> Problem:
    """The problem of a result that is not whole."""
    return Problem(where, message("archive.result_incomplete"))


def changed(name: Text, now: str, then: str) -> Problem:
    """The problem of an input that is not what the run was made from."""
    return Problem(name, message("archive.input_changed", found=now[:16], recorded=then[:16]))


def members(run: FinishedRun) -> list[Member]:
    """Every file of the package but its own description, each once.

    Raises:
        InputError: evidence or a proof is not there any more, or a name that no manifest can hold.
    """
    made = run.result.provenance
    book, regulation = find(run.audit.rulebook.id), Path(run.audit.rulebook.regulation).name
    notebook = NOTEBOOKS / f"{run.audit.rulebook.kind}_audit.ipynb"
    found = [
        *(
            Member(f"{layout.RUN}{file.name}", file)
            for file in sorted(run.folder.iterdir())
            if file.is_file()
        ),
        Member(f"{layout.PARAMS}{run.audit.file.name}", run.audit.file, made.params_sha256),
        *_evidence(run),
        Member(layout.RULES, book),
        Member(f"{layout.RULEBOOK}{regulation}", book.with_name(regulation)),
        Member(f"{layout.NOTEBOOK}{notebook.name}", notebook),
        Member(layout.LOCK_FILE, LOCK_FILE),
        Member(layout.VERSIONS, canonical(versions())),
    ]
    if run.audit.redaction_file is not None:
        found.append(Member(layout.REDACTION, run.audit.redaction_file))
    found = list({member.path: member for member in found}.values())  # what was read after what was handed in
    problems = [*unfit_names([run.audit.id]), *unfit_names(member.path for member in found)] + [
        Problem(member.path, message("archive.input_missing"))
        for member in found
        if isinstance(member.source, Path) and not member.source.is_file()
    ]
    problems += (
        Problem(str(file), message("archive.file_no_run_writes"))
        for file in sorted(run.folder.iterdir())
        if file.name not in layout.written(run.result) and file != run.audit.evidence
    )
    problems += _added(run)
    if problems:
        raise InputError(problems)
    return sorted(found, key=lambda member: member.path)


def _added(run: FinishedRun) -> Iterator[Problem]:
    """Tables that the run would have read, had they been there, and what is no plain file."""
    submission = submission_of(run.audit.evidence, run.audit.params.ignore)
    for path, reason in submission.refused:
        where = f"{layout.EVIDENCE}{printable_name(path)}"
        yield Problem(where, message("archive.no_plain_file_in_folder", reason=reason))
    for path in sorted(set(submission.files) - set(_seen(run, submission))):
        if would_be_a_table(path, run.audit.rulebook):
            where = f"{layout.EVIDENCE}{printable_name(path)}"
            yield Problem(where, message("archive.table_added"))


def _seen(run: FinishedRun, submission: SubmittedFiles) -> list[str]:
    """The files that the run read or names; all of them if it does not name each."""
    listed = [finding for finding in run.result.findings if finding.check == UNNAMED]
    if isinstance(run.result, Blocked) or any(finding.count is not None for finding in listed):
        return list(submission.files)
    known = {place.row for finding in listed for place in finding.rows}
    known |= {printable_name(member.path.removeprefix(layout.EVIDENCE)) for member in _recorded(run)}
    return [path for path in submission.files if printable_name(path) in known]


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
        raise InputError(problems)


def _evidence(run: FinishedRun) -> Iterator[Member]:
    """All that was handed in when the audit was run, but what the params leave out."""
    submission = submission_of(run.audit.evidence, run.audit.params.ignore)
    for path in _seen(run, submission):
        yield Member(portable(f"{layout.EVIDENCE}{path}"), submission.folder / path)
    yield from _recorded(run)


def _recorded(run: FinishedRun) -> Iterator[Member]:
    """The tables and proofs that the run read, with their hash; one that is not there is then refused."""
    submission = submission_of(run.audit.evidence, run.audit.params.ignore)
    files = {printable_name(path): path for path in submission.files}
    for file, sha256 in run.result.submitted:
        printable = layout.file_of(file, files)
        path = file if printable is None else files[printable]
        yield Member(portable(f"{layout.EVIDENCE}{path}"), submission.folder / path, sha256)
    proofs = ProofFiles(submission.folder)
    for named, recorded in run.result.proof_files.items():
        if recorded is not None and named not in run.audit.withheld:
            path = proofs.locate(named).path or os.path.normpath(named).replace(os.sep, "/")
            yield Member(portable(f"{layout.EVIDENCE}{path}"), submission.folder / path, recorded)


@cache
def versions() -> dict[str, Any]:
    """Python's version, and that of each package that an audit needs, as far as it is installed.

    What tests or JupyterLab bring beside them is left out: it would make another package of the same audit.
    """
    import platform

    packages = {}
    for name in sorted(_needed(tomllib.loads(LOCK_FILE.read_text(encoding="utf-8"))["package"])):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:  # for another system or another Python
            continue
    return {"python": platform.python_version(), "packages": packages}


def _needed(locked: list[dict[str, Any]]) -> set[str]:
    """The names of the package itself, of what it depends on, and so on."""
    needed: set[tuple[str, str | None]] = set()
    pending: list[tuple[str, str | None]] = [("talentcalc", None)]
    while pending:
        name, extra = requirement = pending.pop()
        if requirement not in needed:
            needed.add(requirement)
            for entry in (entry for entry in locked if entry["name"] == name):
                further = entry.get("optional-dependencies", {}).get(extra, ())
                for package in further if extra else entry.get("dependencies", ()):
                    pending += [(package["name"], of) for of in (None, *package.get("extra", ()))]
    return {name for name, _ in needed}
