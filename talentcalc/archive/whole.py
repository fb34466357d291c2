"""Is a package whole? Every file against the manifests, and the manifests against their one form."""

import hashlib
import os
import re
from dataclasses import dataclass

from talentcalc.archive import layout
from talentcalc.archive.pack import Pack
from talentcalc.errors import Problem, shown
from talentcalc.exact_json import MOST_BYTES, read_json
from talentcalc.result.document import Result, as_written

_LINE = re.compile(r"([0-9a-f]{64})  ([^\n]+)\n")
_MOST = 1 << 20  # bytes of a file that describes the package
_ADVICE = "do not rely on it; ask for the package again"


@dataclass(frozen=True)
class Contents:
    """The sha256 of each payload file by its path there, that of both manifests, and what is wrong."""

    payload: dict[str, str]
    manifests: tuple[str, str]
    problems: list[Problem]


def contents_of(pack: Pack) -> Contents:
    """Read every file of a package once.

    Raises:
        NoPack: a manifest of a size that none has.
    """
    expected = {*layout.SEALED_TAGS, layout.TAG_MANIFEST, layout.SIGNATURES}
    problems = [
        Problem(path, "a file that was added", "nothing here", _ADVICE)
        for path in pack.files
        if path not in expected and not path.startswith(layout.PAYLOAD)
    ]
    payload = {path: _sha256(pack, path) for path in pack.files if path.startswith(layout.PAYLOAD)}
    tags = {path: _sha256(pack, path) for path in layout.SEALED_TAGS if path in pack.files}
    longest = sum(len(os.fsencode(path)) + 67 for path in pack.files) + _MOST  # a line of each, and some more
    problems += _against(pack.read(layout.MANIFEST, longest), payload, layout.MANIFEST)
    problems += _against(tag_manifest := pack.read(layout.TAG_MANIFEST, _MOST), tags, layout.TAG_MANIFEST)
    if pack.read(layout.DECLARATION, _MOST) != layout.DECLARED:
        problems.append(Problem(layout.DECLARATION, "another declaration", "BagIt 1.0 in UTF-8", _ADVICE))
    oxum = f"Payload-Oxum: {sum(pack.files[path] for path in payload)}.{len(payload)}"
    if oxum not in pack.read(layout.INFO, _MOST).decode(errors="replace").split("\n"):
        problems.append(Problem(layout.INFO, "another size or number of files", oxum, _ADVICE))
    manifests = (tags.get(layout.MANIFEST, ""), hashlib.sha256(tag_manifest).hexdigest())
    return Contents(
        {path.removeprefix(layout.PAYLOAD): one for path, one in payload.items()}, manifests, problems
    )


def _sha256(pack: Pack, path: str) -> str:
    sha256 = hashlib.sha256()
    for block in pack.blocks(path):
        sha256.update(block)
    return sha256.hexdigest()


def _against(manifest: bytes, found: dict[str, str], name: str) -> list[Problem]:
    """What a manifest says and what is there."""
    if not manifest:
        return [Problem(name, "no such file, or an empty one", "a manifest", _ADVICE)]
    text = manifest.decode(errors="replace")
    listed = {match[2]: match[1] for match in _LINE.finditer(text)}
    if layout.manifest_of(listed) != manifest:
        return [Problem(name, "lines that are no line of a manifest", "sha256 and path, by path", _ADVICE)]
    problems = []
    for path in sorted({*listed, *found}):
        if path not in found:
            problems.append(Problem(path, "no such file", f"the one listed in {name}", _ADVICE))
        elif path not in listed:
            problems.append(Problem(path, "a file that was added", f"one listed in {name}", _ADVICE))
        elif listed[path] != found[path]:
            what = f"sha256 {found[path][:16]}…"
            problems.append(Problem(path, what, f"{listed[path][:16]}…, as listed in {name}", _ADVICE))
    return problems


def result_in(pack: Pack) -> tuple[Result | None, list[Problem]]:
    """The result in a package; None, and why, if there is none in its one form."""
    where = f"{layout.PAYLOAD}{layout.RESULT}"
    content = pack.read(where, MOST_BYTES)
    if (result := as_written(content)) is not None:
        return result, []
    found = "no result, or an altered one"
    try:
        read_json(content)
    except ValueError as error:  # a limit that is passed is named
        found += f" ({error})"
    return None, [Problem(where, found, "a result as a run writes it", _ADVICE)]


def unlike_inputs(result: Result, payload: dict[str, str]) -> list[Problem]:
    """Inputs in the package that are not those which its result says it was made from."""
    made = result["provenance"]
    wanted = [
        (layout.PARAMS, made["params_sha256"]),
        (f"{layout.RULEBOOK}rulebook.yaml", made["rulebook_sha256"]),
        (layout.RULEBOOK, made["regulation_sha256"]),
        *((layout.EVIDENCE, one["sha256"]) for one in result["evidence"].values() if "sha256" in one),
    ]
    if "redacted" not in result:
        files = result.get("proofs", {"files": {}})["files"]
        wanted += ((layout.EVIDENCE, sha256) for sha256 in files.values() if sha256 is not None)
    by_hash: dict[str, list[str]] = {}
    for path, sha256 in payload.items():
        by_hash.setdefault(sha256, []).append(path)
    return [
        Problem(
            shown(prefix), "no file of this content", f"sha256 {sha256[:16]}…, as the result says", _ADVICE
        )
        for prefix, sha256 in dict.fromkeys(wanted)
        if not any(path.startswith(prefix) for path in by_hash.get(sha256, ()))
    ]
