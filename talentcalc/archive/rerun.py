"""Running an archived audit again: the installed notebook on the package's inputs, byte for byte."""

import json
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.opening import NotAPackage, Package, open_package
from talentcalc.archive.bag.unpacking import unpack_inputs
from talentcalc.archive.finished_run import versions
from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.temporary import temporary_folder
from talentcalc.core.installation import NOTEBOOKS
from talentcalc.core.untrusted_json import read_json
from talentcalc.messages.message import Message, Text, message
from talentcalc.params.audit import open_audit
from talentcalc.pipeline.run import RunFailed, run_audit
from talentcalc.result.model.result import Result


def rerun(path: Path, result: Result, tell: Callable[[Text], None], progress: bool) -> list[Problem]:
    """Run a verified package's audit again in a temporary folder; the first difference of each output.

    Nothing of the package is executed: it gives params and evidence, the notebook is the installed one.
    """
    with open_package(path) as pack, temporary_folder() as folder:
        try:
            if problems := _unlike_software(pack, result):
                return problems
            inputs = unpack_inputs(pack, result, folder)
            audit = open_audit(inputs.params_file, inputs.evidence, inputs.redaction)
            made = run_audit(audit, tell, progress).folder
        except NotAPackage as error:
            return [error.problem]
        except InputError as refusal:
            return list(refusal.problems)
        except RunFailed as failure:
            return [Problem(message("archive.the_run"), message("archive.run_failed", failure=str(failure)))]
        return _differences(pack, made)


def _unlike_software(pack: Package, result: Result) -> list[Problem]:
    """A notebook or rulebook unlike the installed one: its outputs would differ for a known reason."""
    from talentcalc.rulebook.load import find

    folder = find(result.rulebook).parent
    notebooks = [path for path in pack.files if path.startswith(f"{layout.PAYLOAD}{layout.NOTEBOOK}")]
    pairs = [(path, NOTEBOOKS / path.rpartition("/")[2]) for path in notebooks]
    rulebook = f"{layout.PAYLOAD}{layout.RULEBOOK}rulebook.yaml"
    pairs.append((rulebook, folder / "rulebook.yaml"))
    problems = [
        Problem(path, message("archive.not_the_installed", version=version))
        for version in [result.provenance.talentcalc]
        for path, installed in pairs
        if not installed.is_file() or pack.read(path) != installed.read_bytes()
    ]
    return problems


def _differences(pack: Package, made: Path) -> list[Problem]:
    prefix = f"{layout.PAYLOAD}{layout.RUN}"
    archived = {path.removeprefix(prefix) for path in pack.files if path.startswith(prefix)}
    again = {file.name for file in made.iterdir()}
    problems = []
    for name in sorted(archived | again):
        if name not in again:
            problems.append(Problem(f"{layout.RUN}{name}", message("archive.not_made_again")))
        elif name not in archived:
            problems.append(Problem(f"{layout.RUN}{name}", message("archive.made_not_archived")))
        else:
            was, now = pack.read(prefix + name), (made / name).read_bytes()
            if was != now:
                difference = _first_difference(name, was, now, _advice(pack))
                problems.append(Problem(f"{layout.RUN}{name}", difference))
    return problems


def _first_difference(name: str, was: bytes, now: bytes, advice: Message) -> Message:
    """The first place where two contents differ, and what stands there in the new and in the archived one."""
    if name.endswith(".json") and (archived := _read(was)) is not None:
        place, old, new = _parted(archived, json.loads(now), "")
        found, archived = (json.dumps(value, ensure_ascii=False)[:80] for value in (new, old))
        where = place or message("archive.the_document")
        return message("archive.value_differs", place=where, found=found, archived=archived, advice=advice)
    at = next(
        (n for n, (old, new) in enumerate(zip_longest(was, now)) if old != new), min(len(was), len(now))
    )
    line = was[:at].count(b"\n") + 1
    sizes = len(now), len(was)
    return message(
        "archive.byte_differs", byte=at, line=line, size=sizes[0], archived=sizes[1], advice=advice
    )


def _read(content: bytes) -> Any:
    """A JSON document of a package; None if it is none."""
    try:
        return read_json(content)
    except ValueError:
        return None


def _parted(was: Any, now: Any, place: str) -> tuple[str, Any, Any]:
    if isinstance(was, dict) and isinstance(now, dict):
        for key in sorted({*was, *now}):
            if was.get(key) != now.get(key):
                return _parted(was.get(key), now.get(key), f"{place}.{key}" if place else key)
    if isinstance(was, list) and isinstance(now, list):
        for number, (old, new) in enumerate(zip_longest(was, now)):
            if old != new:
                return _parted(old, new, f"{place}[{number}]")
    return place, was, now


def _advice(pack: Package) -> Message:
    """The advice on a difference, with the packages of another version than when the audit was made."""
    then = _read(pack.read(f"{layout.PAYLOAD}{layout.VERSIONS}"))
    if not isinstance(then, dict) or not isinstance(then.get("packages"), dict):
        return message("archive.compare_both")
    now = versions()
    differing = [name for name, version in then["packages"].items() if now["packages"].get(name) != version]
    if then.get("python") != now["python"]:
        differing.append("python")
    if not differing:
        return message("archive.compare_both")
    return message("archive.compare_both_and_versions", packages=tuple(sorted(differing)))
