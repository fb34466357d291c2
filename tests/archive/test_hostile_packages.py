"""Packages as an attacker would make them: each refused, nothing written, nothing followed, no waiting.

Expected: only what `seal` writes is a package; everything else is named for what it is, exit 4.
"""

import os
import shutil
import signal
import socket
import tempfile
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from talentcalc.archive.bag import opening as packs
from talentcalc.archive.bag.zipped import Unseekable, write_zip
from talentcalc.archive.signing.sign import sign
from talentcalc.archive.verify import verify
from talentcalc.cli import main
from tests.support.archive_packages import (
    audited,
    copied,
    entries_of,
    keys,
    nested,
    sealed,
    signer,
    small,
    stamps,
    stand_in,
    zip_of,
)

Told = pytest.CaptureFixture[str]
Made = Callable[[Path], Path]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small package, and keys beside it."""
    home = tmp_path_factory.mktemp("hostile")
    small(sealed(stand_in(audited(home).write()))).rename(home / "case")
    sign(home / "case", signer(keys(home / "own")["甲"]), None, None)
    return home


@pytest.fixture
def pack(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it in the working folder, with a folder for temporary files; whoever waits is stopped."""

    def stop(*_: object) -> None:
        raise TimeoutError("it waits for somebody")

    (tmp_path / "shelf").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(tmp_path / "shelf")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(30)
    yield copied(home / "case", tmp_path / "shelf")
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def found(told: Told, name: str = "case", *arguments: str) -> str:
    """The findings of a package that fails, which leaves everything as it was."""
    before = stamps(Path.cwd().parent)
    assert main(["verify", name, *arguments]) == 4
    assert stamps(Path.cwd().parent) == before
    out, err = told.readouterr()
    assert out == "" and err.startswith("talentcalc: ") and "\x1b" not in err
    return err


def to_the_same_file(file: Path) -> None:
    shutil.copy(file, "../elsewhere.csv")
    file.unlink()
    file.symlink_to(Path("../elsewhere.csv").resolve())


def to_nothing(file: Path) -> None:
    file.with_name("more").symlink_to("/nowhere/at/all")


def to_a_folder(file: Path) -> None:
    file.parent.rename("../elsewhere")
    file.parent.symlink_to(Path("../elsewhere").resolve())


def a_fifo(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def a_socket(file: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = Path.cwd()
        os.chdir(file.parent)  # a socket's path is short
        made.bind("s")
        os.chdir(here)


@pytest.mark.parametrize("link", [to_the_same_file, to_nothing, to_a_folder, a_fifo, a_socket])
def test_a_link_or_a_device_in_a_folder_is_not_followed(
    pack: Path, link: Callable[[Path], None], capsys: Told
) -> None:
    link(pack / "data/evidence/activities.csv")
    assert "a link or a device; expected a plain file" in found(capsys)
    key = str(pack.parent / "key")
    assert main(["-q", "keygen", key, "--name", "甲", "--party", "agency"]) == 0
    assert main(["sign", "case", "--key", key]) == 4


@pytest.mark.parametrize("tag", ["bagit.txt", "manifest-sha256.txt", "signatures.json"])
def test_a_tag_file_that_is_a_link_is_not_followed(pack: Path, tag: str, capsys: Told) -> None:
    to_the_same_file(pack / tag)
    assert f"{tag}: found a link or a device" in found(capsys)


def test_a_package_that_is_itself_a_link_is_refused(pack: Path, capsys: Told) -> None:
    Path("link").symlink_to(pack)
    assert main(["verify", "link"]) == 2
    assert "no folder and no file" in capsys.readouterr().err


@pytest.mark.parametrize("name", [b"a\nb", b"a\\b", b"\x1b[31m", b"\xff\xfe"])
def test_names_that_no_package_has_are_told_readably(pack: Path, name: bytes, capsys: Told) -> None:
    Path(os.fsdecode(os.fsencode(pack / "data/evidence") + b"/" + name)).write_bytes(b"")
    told = found(capsys)
    unlisted = "a file that was added" if name == b"\xff\xfe" else "a name that no package has"
    assert f"found {unlisted}" in told
    assert [one for one in told.splitlines() if not one.startswith("talentcalc: ")] == []


def test_folders_without_end_are_a_finding(pack: Path, capsys: Told) -> None:
    (pack / "data" / "/".join("a" * 100)).mkdir(parents=True)
    assert "folders in folders; expected at most 100 of them" in found(capsys)


def entry(name: str, mode: int = 0o100644, **said: object) -> zipfile.ZipInfo:
    """A zip's entry that says something of its own."""
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    for key, value in said.items():
        setattr(info, key, value)
    return info


def with_entry(info: zipfile.ZipInfo, content: bytes = b"x") -> Made:
    def make(pack: Path) -> Path:
        return zip_of([*entries_of(pack).items(), (info, content)], pack.with_suffix(".zip"))

    return make


def below(root: str) -> Made:
    def make(pack: Path) -> Path:
        held = {root + name.removeprefix("case"): content for name, content in entries_of(pack).items()}
        return zip_of(held.items(), pack.with_suffix(".zip"))

    return make


def edited(change: Callable[[bytes], bytes]) -> Made:
    def make(pack: Path) -> Path:
        target = write_zip(pack, pack.with_suffix(".zip"), "case")
        target.write_bytes(change(target.read_bytes()))
        return target

    return make


def patched(*changes: tuple[bytes, int, bytes]) -> Made:
    """The honest zip with bytes put at a distance from the first header of a kind."""

    def change(content: bytes) -> bytes:
        for header, distance, put in changes:
            at = content.index(header) + distance
            content = content[:at] + put + content[at + len(put) :]
        return content

    return edited(change)


_OWN, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def between(pack: Path) -> Path:
    target = pack.with_suffix(".zip")
    with target.open("wb") as file, zipfile.ZipFile(Unseekable(file), "w") as made:
        for name, content in entries_of(pack).items():
            made.fp.write(b"MZ")  # type: ignore[union-attr]
            with made.open(entry(name), "w") as written:
                written.write(content)
    return target


def overlapping(pack: Path) -> Path:
    return nested(pack.with_suffix(".zip"), [f"case/data/{n:04}" for n in range(50)])


_OUT = "a path that leads out, or a folder"
_UNEXPLAINED = "damage, or bytes that no file of it explains"
_ZIPS: dict[str, tuple[Made, str]] = {
    "out": (with_entry(entry("case/../../x")), _OUT),
    "out at the top": (with_entry(entry("../x")), "2 folders at the top"),
    "absolute": (below("/tmp"), _OUT),
    "backslash": (with_entry(entry("case\\..\\x")), "2 folders at the top"),
    "backslash below": (with_entry(entry("case/..\\..\\x")), _OUT),
    "drive": (below("C:"), _OUT),
    "dot": (with_entry(entry("case/./x")), _OUT),
    "two slashes": (with_entry(entry("case//x")), _OUT),
    "folder": (with_entry(entry("case/data/", 0o40755), b""), _OUT),
    "control": (with_entry(entry("case/\x1b[31m")), _OUT),
    "link": (with_entry(entry("case/x", 0o120777), b"/etc/passwd"), "a link or a device"),
    "device": (with_entry(entry("case/x", 0o020666), b""), "a link or a device"),
    "bomb": (with_entry(entry("case/x", compress_type=zipfile.ZIP_DEFLATED), bytes(50 << 20)), "compressed"),
    "larger": (patched((_CENTRAL, 24, b"\xff\xff\xff\x7f")), "compressed content"),
    "both larger": (patched((_CENTRAL, 20, b"\xff\xff\xff\x7f" * 2)), _UNEXPLAINED),
    "both smaller": (patched((_CENTRAL, 20, b"\x01\0\0\0" * 2)), _UNEXPLAINED),
    "twice": (with_entry(entry("case/bagit.txt")), "two entries of one name"),
    "overlapping": (overlapping, _UNEXPLAINED),
    "before": (edited(lambda content: b"#!/bin/sh\n" + content), _UNEXPLAINED),
    "after": (edited(lambda content: content + b"x"), _UNEXPLAINED),
    "between": (between, _UNEXPLAINED),
    "comment": (edited(lambda content: content[:-2] + b"\x01\0x"), _UNEXPLAINED),
    "encrypted": (patched((_OWN, 6, b"\x09"), (_CENTRAL, 8, b"\x09")), _UNEXPLAINED),
    "not UTF-8": (patched((_OWN, 31, b"\xff"), (_CENTRAL, 47, b"\xff")), "2 folders at the top"),
    "its time": (patched((_OWN, 10, b"\x01"), (_CENTRAL, 12, b"\x01")), _UNEXPLAINED),
    "many": (patched((_END, 8, b"\xff\xff" * 2)), _UNEXPLAINED),
    "cut": (edited(lambda content: content[:-30]), "no readable zip"),
    "empty": (lambda pack: zip_of([], pack.with_suffix(".zip")), "0 folders at the top"),
    "text": (edited(lambda _: b"no zip\n"), "no readable zip"),
    "nothing": (edited(lambda _: b""), "no readable zip"),
    "order": (
        lambda pack: zip_of([*entries_of(pack).items()][::-1], pack.with_suffix(".zip")),
        "another order",
    ),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("make", "expected"), _ZIPS.values(), ids=_ZIPS)
def test_a_zip_of_another_form_is_refused(pack: Path, make: Made, expected: str, capsys: Told) -> None:
    assert make(pack) == pack.with_suffix(".zip")
    tracemalloc.start()
    told = found(capsys, "case.zip")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert expected in told and len(told.splitlines()) == 1
    assert most < 20 << 20


def test_of_entries_over_the_same_bytes_the_first_alone_is_read(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    honest = packs._Zip.open

    def count(one: packs._Zip, path: str) -> BinaryIO:
        opened.append(path)
        return honest(one, path)

    monkeypatch.setattr(packs._Zip, "open", count)
    assert verify(overlapping(pack)).problems and len(opened) == 1
    assert verify(zip_of(entries_of(pack).items(), Path("a.zip"))).problems == [] and len(opened) > 2


def test_the_same_entries_in_the_one_form_are_whole(pack: Path) -> None:
    """What the attacker's tools make is refused for what they changed, and for nothing else."""
    assert (
        verify(zip_of(((entry(name), one) for name, one in entries_of(pack).items()), Path("a.zip"))).problems
        == []
    )
    assert verify(patched()(pack)).problems == []


def test_more_files_or_larger_ones_than_any_package_has_are_refused(
    pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    write_zip(pack, Path("case.zip"), "case")
    monkeypatch.setattr(packs, "MOST_FILES", 5)
    assert "entries; expected at most 5" in found(capsys, "case.zip")
    monkeypatch.setattr(packs, "MOST_FILES", 100)
    monkeypatch.setattr(packs, "MOST_IN_MEMORY", 100)
    for name in ("case", "case.zip"):
        assert "bytes; expected at most 100" in found(capsys, name)
