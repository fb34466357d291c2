"""What stands on the shelf? Every run and package below `outputs/`, for the page that lists them."""

import hashlib
from pathlib import Path
from typing import Any

from talentcalc.archive.finished import read_result
from talentcalc.archive.seal import ARCHIVE
from talentcalc.archive.sign import sheet_of
from talentcalc.archive.steps import told
from talentcalc.archive.verify import Verified, verify
from talentcalc.durable import write
from talentcalc.errors import Refusal
from talentcalc.report.shelf import shelf_page
from talentcalc.result.document import Result
from talentcalc.workplace import FAILED, OUTPUTS

PAGE = "index.html"


def write_index(root: Path) -> tuple[Path, list[str]]:
    """Write `outputs/index.html` of the repository at `root`; its path, and what is not on it, and why."""
    outputs = root / OUTPUTS
    entries, left_out = entries_of(outputs)
    write(outputs / PAGE, shelf_page(entries))
    return outputs / PAGE, left_out


def entries_of(outputs: Path) -> tuple[list[dict[str, Any]], list[str]]:
    """Each audit with its run, if it is there, and its packages, each verified; and what is neither."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    left_out = []
    for folder in _runs(outputs):
        where = folder.relative_to(outputs).as_posix()
        try:
            result = read_result(folder / "result.json")
        except Refusal as refusal:
            left_out.append(f"{where}: {refusal.problems[0]}")
            continue
        files = sorted(one.name for one in folder.iterdir() if one.is_file())
        entries[folder.parent.name, folder.name] = _entry(result) | {"folder": where, "files": files}
    for path in packs_of(outputs):
        found, year = verify(path), path.parent.name
        where = path.relative_to(outputs).as_posix()
        if found.result is not None and not found.problems:
            entry = entries.setdefault((year, found.result["audit"]), _entry(found.result))
            entry["packs"].append(_pack(path, where, found, entry["result"]))
        elif (year, own := path.name.removesuffix(".zip").removesuffix("-redacted")) in entries:
            problem = {"redacted": "-redacted" in path.name[len(own) :], "problem": str(found.problems[0])}
            entries[year, own]["packs"].append(_pack(path, where, Verified(), {}) | problem)
        else:  # nothing in it is to be relied on, not even whose it is
            left_out.append(f"{where}: {found.problems[0]}")
    return [entries[key] for key in sorted(entries)], left_out


def _entry(result: Result) -> dict[str, Any]:
    return {"folder": None, "result": result, "files": [], "packs": []}


def _pack(path: Path, where: str, found: Verified, run: Result) -> dict[str, Any]:
    sheet = sheet_of(path)
    return {
        "path": where,
        "redacted": "redacted" in (found.result or {}),
        "seals_this_run": found.result == run,
        "manifest": found.manifests[0],
        "signatures": [told(one, found.result or {}) for one in found.signatures],
        "problem": None,
        "sheet": f"{where.rpartition('/')[0]}/{sheet.name}" if sheet.is_file() else None,
    }


def results_like(outputs: Path, sha256: str) -> list[Path]:
    """The runs and packages below `outputs/` whose result has this hash."""
    runs = [
        folder
        for folder in _runs(outputs)
        if hashlib.sha256((folder / "result.json").read_bytes()).hexdigest() == sha256
    ]
    return runs + [path for path in packs_of(outputs) if verify(path).result_sha256 == sha256]


def _runs(outputs: Path) -> list[Path]:
    return sorted(one.parent for one in outputs.glob("[0-9]*/*/result.json") if FAILED not in one.parts)


def packs_of(outputs: Path) -> list[Path]:
    """The packages on the shelf: folders and zips, by year and name."""
    found = (outputs / ARCHIVE).glob("[0-9]*/[!.]*")
    return sorted(one for one in found if one.is_dir() or one.suffix == ".zip")
