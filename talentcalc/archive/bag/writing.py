"""Writing a package: files copied and hashed once, then proved by `bagit`."""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from talentcalc.archive.bag import layout
from talentcalc.archive.finished_run import Member, changed
from talentcalc.core.errors import InputError

BLOCK = 1 << 20


def copy_payload(members: list[Member], folder: Path, private: bool) -> dict[str, str]:
    """Copy every file below `folder`/data; the sha256 of each by its path there.

    The evidence of a `private` package only its owner may read.

    Raises:
        InputError: files that are not what the run was made from.
    """
    hashes, problems = {}, []
    for member in members:
        target = folder / layout.PAYLOAD / member.path
        _make_folder(target.parent, folder, private)
        mode = 0o600 if _is_private(target, folder, private) else 0o666
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as written:
            if isinstance(member.source, bytes):
                written.write(member.source)
                hashes[member.path] = hashlib.sha256(member.source).hexdigest()
            else:
                with member.source.open("rb") as read:
                    hashes[member.path] = _copied(read, written)
        if member.sha256 not in (None, hashes[member.path]):
            problems.append(changed(member.path, hashes[member.path], str(member.sha256)))
    if problems:
        raise InputError(problems)
    return hashes


def _make_folder(folder: Path, top: Path, private: bool) -> None:
    if not folder.is_dir():
        if folder != top:
            _make_folder(folder.parent, top, private)
        folder.mkdir(0o700 if _is_private(folder / "-", top, private) else 0o777)


def _is_private(file: Path, top: Path, private: bool) -> bool:
    return layout.mode_of(file.relative_to(top).as_posix(), private) == 0o600


def _copied(read: BinaryIO, written: BinaryIO) -> str:
    sha256 = hashlib.sha256()
    while block := read.read(BLOCK):
        sha256.update(block)
        written.write(block)
    return sha256.hexdigest()


def close_bag(folder: Path, hashes: dict[str, str], described: dict[str, str]) -> None:
    """Write the tag files about a payload, then have `bagit` read it all back.

    The manifests are written here, by path: bagit's own come in the order of the file system.
    """
    import bagit

    payload = {f"{layout.PAYLOAD}{path}": sha256 for path, sha256 in hashes.items()}
    size = sum((folder / path).stat().st_size for path in payload)
    tags = {
        layout.DECLARATION: layout.DECLARED,
        layout.INFO: layout.info_of(described | {"Payload-Oxum": f"{size}.{len(payload)}"}),
        layout.MANIFEST: layout.manifest_of(payload),
    }
    sealed = {name: hashlib.sha256(content).hexdigest() for name, content in tags.items()}
    for name, content in (tags | {layout.TAG_MANIFEST: layout.manifest_of(sealed)}).items():
        (folder / name).write_bytes(content)
    bagit.Bag(str(folder)).validate()
