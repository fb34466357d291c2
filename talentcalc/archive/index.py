"""The entries of the index page: every run and package below `outputs/`."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from talentcalc.archive.finished_run import incomplete, result_at
from talentcalc.archive.seal import ARCHIVE
from talentcalc.archive.signing.sign import sheet_of
from talentcalc.archive.signing.steps import described
from talentcalc.archive.verify import Verified, verify
from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.files.durable import write
from talentcalc.core.files.staging import OUTPUTS
from talentcalc.core.untrusted_json import MOST_BYTES
from talentcalc.messages.message import message
from talentcalc.report.index.page import ShelfEntry, shelf_page
from talentcalc.result.model.result import Result

PAGE, RESULT = "index.html", "result.json"


def write_index(root: Path) -> tuple[Path, list[str]]:
    """Write `outputs/index.html` of the repository at `root`; its path, and what is not on it, and why.

    Raises:
        NotWritten: a full disk, or a folder that may not be written to.
    """
    outputs = root / OUTPUTS
    entries, unlisted = entries_of(outputs)
    page = _page(entries, unlisted)
    write(outputs / PAGE, page)
    return outputs / PAGE, unlisted


def _page(entries: list[ShelfEntry], unlisted: list[str]) -> bytes:
    """The page; entries that cannot be shown, as an altered result may have any shape, are left out."""
    with suppress(Exception):
        return shelf_page(entries, unlisted)
    presentable = list[ShelfEntry]()
    for entry in entries:
        try:
            shelf_page([*presentable, entry], [])
            presentable.append(entry)
        except Exception:
            where = entry.folder or entry.packs[0]["path"]
            unlisted.append(f"{where}: {incomplete(RESULT)}")
    return shelf_page(presentable, unlisted)


def entries_of(outputs: Path) -> tuple[list[ShelfEntry], list[str]]:
    """The entry of each audit, with its run, if any, and its verified packages; and what is unlisted."""
    entries: dict[tuple[str, str], ShelfEntry] = {}
    unlisted = []
    for folder in _runs(outputs):
        where = folder.relative_to(outputs).as_posix()
        try:
            result = result_at(folder / RESULT)
            files = sorted(file.name for file in folder.iterdir() if file.is_file())
        except (InputError, OSError) as error:
            unlisted.append(f"{where}: {_problem_of(error)}")
            continue
        entries[folder.parent.name, folder.name] = ShelfEntry(result, where, files)
    for path in packs_of(outputs):
        found, year = _verified(path), path.parent.name
        where = path.relative_to(outputs).as_posix()
        if found.result is not None and not found.problems:
            entry = entries.setdefault((year, found.result.audit), ShelfEntry(found.result))
            entry.packs.append(_pack(path, where, found, found.result, entry.result))
        elif (year, audit := path.name.removesuffix(".zip").removesuffix("-redacted")) in entries:
            redacted = "-redacted" in path.name[len(audit) :]
            entries[year, audit].packs.append(_damaged_pack(path, where, redacted, found.problems[0]))
        else:  # nothing in it is to be relied on, not even whose it is
            unlisted.append(f"{where}: {found.problems[0]}")
    return [entries[key] for key in sorted(entries)], unlisted


def _verified(path: Path) -> Verified:
    """The verification of a package; one that cannot be read is not whole."""
    try:
        return verify(path)
    except (InputError, OSError) as error:
        return Verified(problems=[_problem_of(error)])


def _problem_of(error: InputError | OSError) -> Problem:
    if isinstance(error, InputError):
        return error.problems[0]
    where = os.path.basename(os.fsdecode(error.filename)) if error.filename else message("archive.a_file")
    return Problem(where, message("archive.file_forbidden", reason=error.strerror or str(error)))


def _pack(path: Path, where: str, found: Verified, result: Result, run: Result) -> dict[str, Any]:
    """A package that is whole, as the page shows it."""
    return _damaged_pack(path, where, result.redacted is not None, None) | {
        "seals_this_run": result == run,
        "manifest": found.manifests[0],
        "signatures": [described(signature, result) for signature in found.signatures],
    }


def _damaged_pack(path: Path, where: str, redacted: bool, problem: Problem | None) -> dict[str, Any]:
    """A package of which nothing is to be relied on but its place."""
    sheet = sheet_of(path)
    return {
        "path": where,
        "redacted": redacted,
        "seals_this_run": False,
        "manifest": "",
        "signatures": [],
        "problem": None if problem is None else str(problem),
        "sheet": f"{where.rpartition('/')[0]}/{sheet.name}" if sheet.is_file() else None,
    }


def results_like(outputs: Path, sha256: str) -> tuple[list[Path], list[str]]:
    """The runs and packages below `outputs/` whose result has this hash; what could not be read, and why."""
    found, unread = [], []
    for folder in _runs(outputs):
        try:
            content = read_bounded_file(folder / RESULT, message("archive.result"), MOST_BYTES)
            if hashlib.sha256(content).hexdigest() == sha256:
                found.append(folder)
        except InputError as error:
            unread.append(f"{folder.relative_to(outputs).as_posix()}: {_problem_of(error)}")
    for path in packs_of(outputs):
        pack = _verified(path)
        if pack.result_sha256 == sha256:
            found.append(path)
        elif not pack.result_sha256:
            unread.append(f"{path.relative_to(outputs).as_posix()}: {pack.problems[0]}")
    return found, unread


def _runs(outputs: Path) -> list[Path]:
    """The folders where runs stand, by year and name, whatever is in them."""
    return [folder for folder in _named_by_year(outputs) if folder.is_dir()]


def packs_of(outputs: Path) -> list[Path]:
    """The packages on the shelf: folders and zips, by year and name."""
    found = _named_by_year(outputs / ARCHIVE)
    return [path for path in found if path.is_dir() or path.suffix == ".zip"]


def _named_by_year(folder: Path) -> list[Path]:
    """The content of the folders of years, but for what is hidden: that is being made."""
    return sorted(folder.glob("[0-9]*/[!.]*"))
