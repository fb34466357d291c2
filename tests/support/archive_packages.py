"""Packages to seal, sign and break: small audits, stand-in reports, keys, an attacker's tools."""

import hashlib
import json
import os
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.zipped import Unseekable
from talentcalc.archive.finished_run import finished_run
from talentcalc.archive.seal import seal
from talentcalc.archive.signing.keys import Signer, make_key, read_signer
from talentcalc.archive.signing.signatures import Signature, signatures_bytes, signed
from talentcalc.core.errors import Problem
from talentcalc.core.installation import NOTEBOOKS
from talentcalc.messages.catalogue import wording
from talentcalc.params.audit import Audit, open_audit
from talentcalc.redaction.original import original_of
from talentcalc.redaction.redact import names_in, redact
from talentcalc.result.document import canonical
from tests.conftest import Case
from tests.support.documents import assess_file, in_short, result_of
from tests.support.problems import where_of

PROOFS = {"proofs/纪要.txt": "纪要".encode(), "proofs/b.pdf": b"%PDF"}
Files = dict[str, bytes]


def audited(folder: Path, proofs: Mapping[str, bytes] = PROOFS) -> Case:
    """A small audit in a repository of its own, with an electronic proof at each of these paths."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").touch()
    case = Case(folder, params={"evidence": "evidence"})
    case.many("work_orders", 3).add("activities", {"kind": "cooperation"}, proven=False)
    for path, content in proofs.items():
        file = folder / "evidence" / path
        os.makedirs(os.path.dirname(os.path.normpath(file)), exist_ok=True)
        Path(os.path.normpath(file)).write_bytes(content)
        sha256 = hashlib.sha256(content).hexdigest()
        proof = {"table": "activities", "row_id": "A0001", "medium": "electronic", "path": path}
        case.add("proofs", proof | {"sha256": sha256})
    return case


def stand_in(params: Path) -> Path:
    """A finished run with the very result of a real one, and short views that show its hash."""
    result, audit = assess_file(params), open_audit(params)
    notebook = json.loads((NOTEBOOKS / f"{audit.rulebook.kind}_audit.ipynb").read_bytes())
    made = views_of(result, notebook["cells"])
    folder = audit.root / f"outputs/{audit.params.last_day.year}/{audit.id}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in made.items():
        (folder / name).write_bytes(one)
    return folder


def views_of(result: dict[str, Any], cells: list[Any]) -> Files:
    """Short views of a result: those that its run writes, each with what ties it to the result."""
    sha256 = hashlib.sha256(canonical(result)).hexdigest().encode()
    record = {key: result[key] for key in ("audit", "status", "checks", "checks_run", "findings")}
    output = {"data": {"application/vnd.talentcalc.result+json": result}, "output_type": "display_data"}
    shows = {"cell_type": "raw", "source": "", "outputs": [output]}
    special = {
        "result.json": canonical(result),
        "checks.json": canonical(record),
        "audit.ipynb": canonical({"cells": [*cells, shows]}),
    }
    return {
        name: special.get(name, b"%-talentcalc:sha256:" + sha256)
        for name in layout.written(result_of(result))
    }


def redacted(audit: Audit, secret: bytes, folder: Path) -> tuple[Path, Path]:
    """An audit's evidence as it is published: the new folder, and its note."""
    original = original_of(audit)
    return redact(original, names_in(original, secret), folder, lambda _: None)


def sealed(run: Path, as_zip: bool = False) -> Path:
    """The package of a run, on the shelf of its repository."""
    return seal(finished_run(run), run.parents[2], as_zip, lambda _: None).path


def files(folder: Path) -> Files:
    """Every file below a folder, by its path."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def stamps(folder: Path) -> dict[str, tuple[int, int, bool]]:
    """When and how large every file is, and which folders there are; no link is followed."""
    found = {str(one): one.lstat() for one in [folder, *folder.rglob("*")]}
    return {
        name: (0, 0, False)  # in a folder something is made and cleared away, which touches it
        if stat.S_ISDIR(one.st_mode)
        else (one.st_mtime_ns, one.st_size, stat.S_ISLNK(one.st_mode))
        for name, one in found.items()
    }


def copied(pack: Path, to: Path) -> Path:
    """A copy of a package to break, under its own name in a folder of its own."""
    to.mkdir(parents=True, exist_ok=True)
    if pack.is_dir():
        return shutil.copytree(pack, to / pack.name, symlinks=True)
    return Path(shutil.copy(pack, to))


def closed(pack: Path) -> Path:
    """The manifests of a folder written anew, as whoever altered its payload would; without signatures."""
    (pack / "signatures.json").unlink(missing_ok=True)
    payload = {path: content for path, content in files(pack).items() if path.startswith("data/")}
    size = sum(len(content) for content in payload.values())
    info = (pack / "bag-info.txt").read_text("utf-8").splitlines()
    kept = [line for line in info if not line.startswith("Payload-Oxum")]
    lines = sorted([*kept, f"Payload-Oxum: {size}.{len(payload)}"])
    (pack / "bag-info.txt").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (pack / "manifest-sha256.txt").write_bytes(manifest(payload))
    tags = {name: (pack / name).read_bytes() for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt")}
    (pack / "tagmanifest-sha256.txt").write_bytes(manifest(tags))
    return pack


def manifest(contents: Files) -> bytes:
    """A BagIt manifest of these files (RFC 8493, section 2.1.3), by path."""
    lines = (f"{hashlib.sha256(contents[path]).hexdigest()}  {path}\n" for path in sorted(contents))
    return "".join(lines).encode()


def with_result(pack: Path, **said: object) -> Path:
    """A package whose result says something else, consistently; a value of `...` takes a part out."""
    run = pack / "data/run"
    result = json.loads((run / "result.json").read_bytes()) | said
    result = {key: value for key, value in result.items() if value is not ...}
    try:
        views = views_of(result, [])
    except (KeyError, TypeError, AttributeError, ValueError):  # it is to be a result that lacks parts
        views = {"result.json": canonical(result)}
    for name, content in views.items():
        (run / name).write_bytes(content)
    return closed(pack)


def small(pack: Path) -> Path:
    """A package cut down to some kilobytes, consistently: quick to verify thousands of times."""
    result = json.loads((pack / "data/run/result.json").read_bytes())
    book = b"id: short\n"
    for name in ("rulebook/rulebook.yaml", "rulebook/regulation.txt", "software/uv.lock"):
        (pack / "data" / name).write_bytes(book)
    for name in ("ro-crate-metadata.json", "notebook/scorecard_audit.ipynb", "software/versions.json"):
        (pack / "data" / name).write_bytes(b"{}\n")
    digest = hashlib.sha256(book).hexdigest()
    made = result["provenance"] | {"rulebook_sha256": digest, "regulation_sha256": digest}
    shorter: dict[str, Any] = {"repairs": [], "clauses": [], "reasons": {}, "readings": {}}
    evidence = {name: one for name, one in result["evidence"].items() if "sha256" in one}
    short = in_short(result) | {"provenance": made, "evidence": evidence, "findings": []}
    short["regulation"] = result["regulation"] | shorter
    return with_result(pack, **dict.fromkeys(result, ...) | short)


def zip_of(entries: Iterable[tuple[str | zipfile.ZipInfo, bytes]], target: Path) -> Path:
    """A zip of just these entries, in their order, of the form that `seal` writes but for what they say."""
    with target.open("wb") as file, zipfile.ZipFile(Unseekable(file), "w") as made:
        for entry, content in entries:
            info = zipfile.ZipInfo(entry) if isinstance(entry, str) else entry
            if isinstance(entry, str):
                info.create_system, info.external_attr = 3, 0o100644 << 16
            with made.open(info, "w") as written:
                written.write(content)
    return target


def nested(target: Path, names: list[str]) -> Path:
    """A zip whose entries lie in one another, each of them whole: a bomb that needs no compression."""
    body, heads = b"x" * 1000, []
    for name in reversed(names):
        said = (20, 0, 0, 0, 33, zlib.crc32(body), len(body), len(body), len(name), 0)
        head = struct.pack("<5H3I2H", *said)
        heads.append((head, name.encode()))
        body = b"PK\x03\x04" + head + name.encode() + body
    listed, offset = b"", 0
    for head, own in reversed(heads):
        more = struct.pack("<3H2I", 0, 0, 0, 0o100644 << 16, offset)
        listed += b"PK\x01\x02" + struct.pack("<H", 0x0314) + head + more + own
        offset += 30 + len(own)
    end = struct.pack("<4H2IH", 0, 0, len(names), len(names), len(listed), len(body), 0)
    target.write_bytes(body + listed + b"PK\x05\x06" + end)
    return target


def entries_of(pack: Path) -> dict[str, bytes]:
    """The files of a folder as the entries of a zip: name to content, by path."""
    return {f"{pack.name}/{path}": content for path, content in sorted(files(pack).items())}


PEOPLE = {"甲": "agency", "乙": "agency", "丙": "office", "丁": "office", "戊": "operator", "己": "operator"}
"""Two persons of each party."""


def keys(folder: Path) -> dict[str, Path]:
    """A key file for each of the people."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, party in PEOPLE.items():
        make_key(folder / name, name, party, None)
    (folder / "trust.yaml").write_text("".join((folder / f"{one}.pub").read_text("utf-8") for one in PEOPLE))
    return {name: folder / name for name in PEOPLE}


def signer(key: Path) -> Signer:
    """The private key in a file that has no passphrase."""
    return read_signer(key, lambda: b"")


def where(problems: Iterable[Problem]) -> list[str]:
    """The places of problems."""
    return [where_of(one) for one in problems]


def what_was_found(problem: Problem) -> str:
    """What was found there, as the terminal says it."""
    return wording(problem.message, "en").removeprefix("found ").partition("; expected ")[0]


STEPS = ["prepared", "reviewed", "approved", "received", "review_requested", "review_decided"]
ALL = list(zip(STEPS, "甲乙丙戊戊丙", strict=True))
"""The steps of article 8, each by one who may sign it."""
Link = tuple[str, str]


def hashes(pack: Path) -> tuple[str, str]:
    """The sha256 of the two manifests of a folder."""
    one, other = (
        hashlib.sha256((pack / name).read_bytes()).hexdigest()
        for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt")
    )
    return one, other


def chain(pack: Path, own: dict[str, Path], links: Sequence[Link], day: str = "2026-01-15") -> None:
    """Write a chain of true signatures into a folder, whether or not they are allowed."""
    found: tuple[Signature, ...] = ()
    for step, name in links:
        found = signed(found, signer(own[name]), step, date.fromisoformat(day), hashes(pack))
    (pack / "signatures.json").write_bytes(signatures_bytes(found))
