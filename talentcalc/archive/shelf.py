"""What stands on the shelf? Every run and package below `outputs/`, for the page that lists them."""

import hashlib
from pathlib import Path
from typing import Any

from talentcalc.archive.finished import read_result
from talentcalc.archive.seal import ARCHIVE
from talentcalc.archive.sign import sheet_of
from talentcalc.archive.steps import told
from talentcalc.archive.verify import verify
from talentcalc.errors import Refusal
from talentcalc.report.shelf import shelf_page
from talentcalc.workplace import FAILED, OUTPUTS

PAGE = "index.html"


def write_index(root: Path) -> Path:
    """Write `outputs/index.html` of the repository at `root`; its path."""
    outputs = root / OUTPUTS
    outputs.mkdir(exist_ok=True)
    content = shelf_page(entries_of(outputs))
    part = outputs / f".{PAGE}.part"
    part.write_bytes(content)
    part.replace(outputs / PAGE)
    return outputs / PAGE


def entries_of(outputs: Path) -> list[dict[str, Any]]:
    """Each audit with its run, if it is there, and its packages, each verified."""
    entries: dict[tuple[str, str], dict[str, Any]] = {}
    for folder in _runs(outputs):
        try:
            result = read_result(folder / "result.json")
        except Refusal:  # an altered result is no audit; `seal` and `verify` say so
            continue
        files = sorted(one.name for one in folder.iterdir() if one.is_file())
        where = folder.relative_to(outputs).as_posix()
        entries[folder.parent.name, folder.name] = {
            "folder": where,
            "result": result,
            "files": files,
            "packs": [],
        }
    for path in packs_of(outputs):
        found = verify(path)
        if found.result is None:
            continue
        key = (path.parent.name, str(found.result["audit"]))
        entry = entries.setdefault(key, {"folder": None, "result": found.result, "files": [], "packs": []})
        entry["packs"].append(
            {
                "path": path.relative_to(outputs).as_posix(),
                "redacted": "redacted" in found.result,
                "seals_this_run": found.result == entry["result"],
                "manifest": found.manifests[0],
                "signatures": [] if found.problems else [told(one, found.result) for one in found.signatures],
                "problem": str(found.problems[0]) if found.problems else None,
                "sheet": sheet_of(path).relative_to(outputs).as_posix() if sheet_of(path).is_file() else None,
            }
        )
    return [entries[key] for key in sorted(entries)]


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
