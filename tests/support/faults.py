"""A disk that fails: the n-th change of it is refused for lack of room, or the process is gone before it.

A killed process changes nothing more: whatever would clear up after it fails as well.
"""

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from talentcalc.core.files import durable
from talentcalc.core.files import locks as folders

_CHANGES = ("mkdir", "rename", "replace", "link", "fsync", "unlink", "remove", "rmdir", "chmod", "symlink")
_CLEARING = {"unlink", "remove", "rmdir"}  # a full disk lets go of what it holds


class Killed(BaseException):
    """The process is gone: no handler of errors sees it."""


class Disk:
    """Counts the changes of the disk, keeps their order, and fails one of them.

    Args:
        at: the change that fails, from 1; 0 for none.
        killed: whether the process is gone from then on, or the disk is full that once.
    """

    def __init__(self, at: int, killed: bool) -> None:
        self.at, self.killed, self.count = at, killed, 0
        self.changes: list[tuple[str, str]] = []

    def change(self, name: str, path: Any) -> None:
        """One more change."""
        if self.killed and 0 < self.at <= self.count:
            raise Killed
        if not self.killed and name in _CLEARING:
            return
        self.count += 1
        self.changes.append((name, os.fsdecode(path) if isinstance(path, str | bytes | Path) else str(path)))
        if self.count == self.at:
            if self.killed:
                raise Killed
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), None if name == "write" else str(path))


@contextmanager
def failing(at: int = 0, killed: bool = False) -> Iterator[Disk]:
    """A block in which the disk fails at its n-th change. Nothing is forced onto the real disk."""
    disk = Disk(at, killed)
    with pytest.MonkeyPatch.context() as patch:
        for name in _CHANGES:
            patch.setattr(os, name, _counted(disk, name, getattr(os, name)))
        patch.setattr(os, "open", _opened(disk, os.open))
        patch.setattr(builtins, "open", _file(disk, builtins.open))
        patch.setattr(io, "open", builtins.open)
        patch.setattr(
            "talentcalc.core.files.durable.renamed", _counted(disk, "rename", durable.__dict__["renamed"])
        )
        held: list[Callable[[], None]] = []
        patch.setattr(folders, "_locked", _kept(held, folders._locked))
        try:
            yield disk
        finally:
            while killed and held:  # a process that is gone holds no lock
                held.pop()()


def _kept(held: list[Callable[[], None]], real: Callable[..., Any]) -> Callable[..., Any]:
    def locked(folder: Path) -> Any:
        let_go = real(folder)
        if let_go is None:
            return None
        held.append(let_go)

        def once() -> None:
            if let_go in held:
                held.remove(let_go)
                let_go()

        return once

    return locked


def _counted(disk: Disk, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def counted(first: Any, *others: Any, **named: Any) -> Any:
        path = os.readlink(f"/proc/self/fd/{first}") if name == "fsync" else first
        disk.change(name, path)
        if name != "fsync":
            return real(first, *others, **named)
        return None

    return counted


def _opened(disk: Disk, real: Callable[..., int]) -> Callable[..., int]:
    def opened(path: Any, flags: int, *others: Any, **named: Any) -> int:
        if flags & os.O_CREAT:
            disk.change("open", path)
        return real(path, flags, *others, **named)

    return opened


def _file(disk: Disk, real: Callable[..., Any]) -> Callable[..., Any]:
    class Raw(io.FileIO):
        def write(self, content: Any, /) -> int:
            try:
                disk.change("write", os.readlink(f"/proc/self/fd/{self.fileno()}"))
            except BaseException:
                super().write(memoryview(content).cast("B")[: len(content) // 2])  # half of it is there
                raise
            return super().write(content)

    def opened(file: Any, mode: str = "r", buffering: int = -1, *others: Any, **named: Any) -> Any:
        if not set(mode) & set("wxa+"):
            return real(file, mode, buffering, *others, **named)
        opener = named.pop("opener", None)
        if opener is None and not isinstance(file, int):
            disk.change("open", file)
        raw = Raw(file, mode.replace("b", "").replace("t", ""), opener=opener)
        binary = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        if "b" in mode:
            return binary
        return io.TextIOWrapper(binary, *others, **named)

    return opened
