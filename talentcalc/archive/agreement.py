"""Agreement of a package's parts with its result: the check of a run by `seal` and of a package by `verify`.

Held together are: the inputs by the hashes in the result; the notebook with the one that was run; the run's
notebook, check record, page and PDFs with the result. The other views (`.docx`, `.xlsx`, the public page)
and what a PDF shows beside the hash in it are proven only by running the audit again.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

from talentcalc import __version__
from talentcalc.archive.bag import layout
from talentcalc.archive.bag.file_names import portable
from talentcalc.core.errors import Problem
from talentcalc.core.untrusted_json import read_json
from talentcalc.evidence.unrecognised_files import UNNAMED
from talentcalc.messages.message import Message, message
from talentcalc.report.render.blocks import RESULT_MIME
from talentcalc.result.document import canonical, checks_record, fingerprint, written
from talentcalc.result.model.result import AnyScorecard, Blocked, Result

Read = Callable[[str], bytes]
"""The content of a payload file, by its path; empty if it is not there."""


def disagreements(result: Result, payload: Mapping[str, str], read: Read, remedy: Message) -> list[Problem]:
    """The disagreements of a package with its result; `payload` has each file's SHA-256 by its path."""
    found = [
        *_unlike_inputs(result, payload),
        *_unlike_files(result, payload),
        *_unlike_views(result, payload, read),
        *_unlike_notebook(result, payload, read),
        *_unlike_redaction(result, payload, read),
    ]
    return [
        Problem(where, message("archive.disagreement", fault=fault, remedy=remedy)) for where, fault in found
    ]


Fault = tuple[str, Message]
"""Where, and what was found and expected there."""


def _unlike_inputs(result: Result, payload: Mapping[str, str]) -> Iterator[Fault]:
    """Inputs that are not those which the result says it was made from."""
    made = result.provenance
    inputs = [
        (f"{layout.PARAMS}{PurePosixPath(made.params_file).name}", made.params_sha256),
        (layout.RULES, made.rulebook_sha256),
        (layout.RULEBOOK, made.regulation_sha256),
        *((_file(file, payload), sha256) for file, sha256 in result.submitted),
    ]
    if not result.redacted:
        inputs += ((f"{layout.EVIDENCE}{path}", sha256) for path, sha256 in _proofs(result).items())
    for path, sha256 in dict.fromkeys(inputs):
        if path.endswith("/"):
            if _regulation(result, payload) is None:
                yield path, message("archive.recorded_content_missing", sha256=sha256[:16])
        elif path not in payload:
            yield path, message("archive.recorded_file_missing", sha256=sha256[:16])
        elif payload[path] != sha256:
            there = payload[path][:16]
            yield path, message("archive.recorded_file_altered", found=there, recorded=sha256[:16])


def _file(file: str, payload: Mapping[str, str]) -> str:
    """The path of a table's file; of one in a workbook the result also names the sheet."""
    named = portable(f"{layout.EVIDENCE}{file}")
    return layout.file_of(named, payload) or named


def _regulation(result: Result, payload: Mapping[str, str]) -> str | None:
    """The one file beside the rulebook that is the regulation's text; None if none has its content."""
    sha256 = result.provenance.regulation_sha256
    beside = (path for path in payload if path.startswith(layout.RULEBOOK) and path != layout.RULES)
    return min((path for path in beside if payload[path] == sha256), default=None)


def _proofs(result: Result) -> dict[str, str]:
    """The SHA-256 of each electronic proof that there is, by its path below the evidence."""
    return {
        portable(normpath(path.replace("\\", "/"))): sha256
        for path, sha256 in result.proof_files.items()
        if sha256 is not None
    }


def _unlike_files(result: Result, payload: Mapping[str, str]) -> Iterator[Fault]:
    """Files that are missing, and files that no package of such a result has."""
    notebook = _notebook(result)
    run = {f"{layout.RUN}{name}" for name in layout.written(result)}
    if result.provenance.talentcalc != __version__:  # another version had other views
        run = {path for path in payload if path.startswith(layout.RUN)}
        run |= {f"{layout.RUN}{name}" for name in layout.REPORTS}
    needed = {*run, notebook, layout.LOCK_FILE, layout.VERSIONS}
    needed |= {layout.REDACTION} if result.redacted else set()
    for path in sorted(needed - set(payload)):
        yield path, message("archive.usual_file_missing")
    known = {*needed, f"{layout.PARAMS}{PurePosixPath(result.provenance.params_file).name}"}
    known |= {layout.CRATE, layout.RULES, *(_file(file, payload) for file, _ in result.submitted)}
    if not result.redacted:
        known |= {f"{layout.EVIDENCE}{path}" for path in _proofs(result)}
    if regulation := _regulation(result, payload):
        known.add(regulation)
    else:  # any other file there may be it, altered, which is told of the folder
        known |= {path for path in payload if path.startswith(layout.RULEBOOK)}
    for path in sorted(set(payload) - known):
        if not _may_be_there(path, result):
            yield path, message("archive.file_not_of_the_run")


def _may_be_there(path: str, result: Result) -> bool:
    """Whether a file may lie among the evidence although the result does not name it.

    A run that was blocked need not have named what it would read; what is no table and no proof is listed
    by a finding, and kept as it was handed in.
    """
    inside = path.removeprefix(layout.EVIDENCE)
    if inside == path or result.redacted:
        return False
    listed = [finding for finding in result.findings if finding.check == UNNAMED]
    not_each_named = any(finding.count is not None for finding in listed)
    if isinstance(result, Blocked) or not_each_named:
        return True
    return any(portable(place.row) == inside for finding in listed for place in finding.rows)


def _unlike_views(result: Result, payload: Mapping[str, str], read: Read) -> Iterator[Fault]:
    """Views of another result: each holds the hash of its own."""
    sha256 = fingerprint(result)
    for path in sorted(payload):
        shows_it = path.endswith(".pdf") or path == f"{layout.RUN}report.html"
        if path.startswith(layout.RUN) and shows_it and sha256.encode() not in read(path):
            yield path, message("archive.view_of_other_result", sha256=sha256[:16])
    path = f"{layout.RUN}checks.json"
    if path in payload and read(path) != canonical(checks_record(result)):
        yield path, message("archive.checks_of_other_result")


def _unlike_notebook(result: Result, payload: Mapping[str, str], read: Read) -> Iterator[Fault]:
    """An executed notebook without the result, or with other code than the notebook beside it."""
    path = f"{layout.RUN}audit.ipynb"
    if path not in payload:
        return
    executed = _cells(read(path))
    outputs = [output for cell in executed for output in _list(cell.get("outputs"))]
    results = [output["data"][RESULT_MIME] for output in outputs if RESULT_MIME in _dict(output.get("data"))]
    if results != [written(result)]:
        yield path, message("archive.notebook_of_other_result", results=len(results))
    elif _code(executed) != _code(_cells(read(_notebook(result)))) and _notebook(result) in payload:
        yield path, message("archive.notebook_of_other_code", notebook=_notebook(result))


def _notebook(result: Result) -> str:
    """The path of the notebook that makes results of this kind."""
    return f"{layout.NOTEBOOK}{'scorecard' if isinstance(result, AnyScorecard) else 'league'}_audit.ipynb"


def _cells(notebook: bytes) -> list[dict[str, Any]]:
    """The cells of a notebook that anyone may have written; none if it is no notebook."""
    try:
        cells = _list(_dict(read_json(notebook)).get("cells"))
    except (ValueError, RecursionError):
        return []
    return [cell for cell in cells if isinstance(cell, dict)]


def _code(cells: list[dict[str, Any]]) -> list[str]:
    """The source of each code cell, but for the one that names the params file."""
    injected = "injected-parameters"
    return [
        "".join(str(line) for line in source)
        if isinstance(source := cell.get("source"), list)
        else str(source)
        for cell in cells
        if cell.get("cell_type") == "code" and injected not in _list(_dict(cell.get("metadata")).get("tags"))
    ]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _unlike_redaction(result: Result, payload: Mapping[str, str], read: Read) -> Iterator[Fault]:
    """A public copy's note that differs from its result."""
    if result.redacted is None or layout.REDACTION not in payload:
        return
    try:
        note = _dict(read_json(read(layout.REDACTION)))
    except (ValueError, RecursionError):
        note = {}
    recorded = result.redacted
    withheld = {path: sha256 for path, sha256 in result.proof_files.items() if sha256}
    columns = {table: list(names) for table, names in recorded.columns.items()}
    found = (note.get("key"), note.get("columns"), note.get("withheld"))
    if found != (recorded.key, columns, withheld):
        yield layout.REDACTION, message("archive.other_redaction_note")
