"""Completeness of a package: every file against the manifests, the manifests against their one form."""

import hashlib
import os
import re
from dataclasses import dataclass

from pydantic import ValidationError

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.file_names import portable
from talentcalc.archive.bag.opening import Package
from talentcalc.core.errors import Problem, UnfitValue
from talentcalc.core.untrusted_json import MOST_BYTES
from talentcalc.messages.message import message
from talentcalc.result.document import read_result
from talentcalc.result.model.result import Result

_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")
_MOST = 1 << 20  # bytes of a file that describes the package
ADVICE = message("archive.ask_again")


@dataclass(frozen=True)
class Contents:
    """The sha256 of each payload file by its path there, that of both manifests, and what is wrong.

    Paths are in NFC; `renamed` is how many of them are not so where the package lies: macOS, network drives
    and some programs write a name's other form, which is the same name.
    """

    payload: dict[str, str]
    manifests: tuple[str, str]
    problems: list[Problem]
    renamed: int


def contents_of(pack: Package) -> Contents:
    """Read every file of a package once.

    Raises:
        NotAPackage: a manifest of a size that none has.
    """
    expected = {*layout.SEALED_TAGS, layout.TAG_MANIFEST, layout.SIGNATURES}
    problems = [
        Problem(path, message("archive.file_added"))
        for path in pack.files
        if path not in expected and not path.startswith(layout.PAYLOAD)
    ]
    payload: dict[str, str] = {}
    for path in (path for path in pack.files if path.startswith(layout.PAYLOAD)):
        if portable(path) in payload:
            problems.append(Problem(path, message("archive.name_in_two_forms")))
        payload[portable(path)] = _sha256(pack, path)
    tags = {path: _sha256(pack, path) for path in layout.SEALED_TAGS if path in pack.files}
    longest = sum(len(os.fsencode(path)) + 67 for path in pack.files) + _MOST  # a line of each, and some more
    problems += _against(pack.read(layout.MANIFEST, longest), payload, layout.MANIFEST)
    problems += _against(tag_manifest := pack.read(layout.TAG_MANIFEST, _MOST), tags, layout.TAG_MANIFEST)
    if pack.read(layout.DECLARATION, _MOST) != layout.DECLARED:
        problems.append(Problem(layout.DECLARATION, message("archive.other_declaration")))
    sizes = [size for path, size in pack.files.items() if path.startswith(layout.PAYLOAD)]
    oxum = f"Payload-Oxum: {sum(sizes)}.{len(sizes)}"
    if oxum not in pack.read(layout.INFO, _MOST).decode(errors="replace").split("\n"):
        problems.append(Problem(layout.INFO, message("archive.other_size", size=oxum)))
    manifests = (tags.get(layout.MANIFEST, ""), hashlib.sha256(tag_manifest).hexdigest())
    return Contents(
        {path.removeprefix(layout.PAYLOAD): sha256 for path, sha256 in payload.items()},
        manifests,
        problems,
        sum(portable(path) != path for path in pack.files),
    )


def _sha256(pack: Package, path: str) -> str:
    sha256 = hashlib.sha256()
    for block in pack.blocks(path):
        sha256.update(block)
    return sha256.hexdigest()


def _against(manifest: bytes, found: dict[str, str], name: str) -> list[Problem]:
    """The differences between a manifest and the files that are there."""
    if not manifest:
        return [Problem(name, message("archive.no_manifest"))]
    text = manifest.decode(errors="replace")
    listed = {match[2]: match[1] for match in _LINE.finditer(text)}
    if layout.manifest_of(listed) != manifest:
        return [Problem(name, message("archive.no_line_of_a_manifest"))]
    listed = {portable(path): sha256 for path, sha256 in listed.items()}
    problems = []
    for path in sorted({*listed, *found}):
        if path not in found:
            problems.append(Problem(path, message("archive.listed_file_missing", manifest=name)))
        elif path not in listed:
            problems.append(Problem(path, message("archive.file_not_listed", manifest=name)))
        elif listed[path] != found[path]:
            hashes = found[path][:16], listed[path][:16]
            altered = message("archive.listed_file_altered", found=hashes[0], listed=hashes[1], manifest=name)
            problems.append(Problem(path, altered))
    return problems


def result_in(pack: Package) -> tuple[Result | None, list[Problem]]:
    """The result in a package; None, and why, if there is none in its one form."""
    where = f"{layout.PAYLOAD}{layout.RESULT}"
    content = pack.read(where, MOST_BYTES)
    try:
        return read_result(content), []
    except ValidationError:  # its parts are not named: there may be as many as somebody likes
        return None, [Problem(where, message("archive.no_result"))]
    except ValueError as error:  # a limit that is passed is named
        limit = error.message if isinstance(error, UnfitValue) else str(error)
        return None, [Problem(where, message("archive.no_result_within_limits", limit=limit))]
