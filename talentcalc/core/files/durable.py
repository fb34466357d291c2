"""Writing so that a file or folder is whole or not there, even after a power cut.

Made in a folder of its own beside its target, forced onto the disk, then renamed into its place.
"""

import contextlib
import errno
import filecmp
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from talentcalc.core.errors import InputError, Problem, path_from_here, quote_value
from talentcalc.core.files.disk import EXCHANGE, NO_REPLACE, force, force_folder, renamed
from talentcalc.core.files.locks import clear_abandoned, lock_folder, remove_folder
from talentcalc.messages.message import message

PART = ".talentcalc-part"
"""How the name of a folder ends in which something is made; the name begins with a dot."""

_PREVIOUS = "previous"
_PATIENCE = 1.0  # seconds: another command may be clearing away what a killed one left
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}  # which reading never raises


class NotWritten(OSError):
    """Something could not be written, and why. `filename` is what the system could not write.

    Args:
        target: what was to be written; it is as it was before.
        error: what the system said.
        there: the target is new and whole all the same, but may not outlast a power cut.
    """

    def __init__(self, target: Path, error: OSError, there: bool = False) -> None:
        super().__init__(error.errno, error.strerror or str(error))
        self.filename = error.filename or str(target)
        self.target, self.there = target, there


@contextmanager
def making(target: Path) -> Iterator[Path]:
    """An empty folder beside `target`, on its file system, that only its owner may enter; gone afterwards.

    What killed makers of anything in the same folder left is cleared away before.

    Raises:
        InputError: the same is being made by another command.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    target = Path(os.path.abspath(target))
    place = target.with_name(f".{target.name}{PART}")
    folders: list[Path] = []
    try:
        _make_folders(target.parent, folders)
        with _held(place, target):
            yield place
    except OSError as error:
        _unmake(folders)
        if isinstance(error, NotWritten) or not _is_of_writing(error, place):
            raise
        raise NotWritten(target, error) from error
    except BaseException:
        _unmake(folders)
        raise


def publish(made: Path, target: Path) -> None:
    """Let a file or folder of `making` stand at `target`, in the place of an older one, at one stroke.

    Raises:
        NotWritten: as it says.
    """
    try:
        force(made)
        if not made.is_dir() or not target.is_dir():
            made.replace(target)
        elif not renamed(made, target, EXCHANGE):
            # No such call here: a kill in between is put right by the next maker in the folder.
            target.rename(made.with_name(_PREVIOUS))
            made.rename(target)
    except OSError as error:
        raise NotWritten(target, error) from error
    try:
        force_folder(target.parent)
    except OSError as error:
        raise NotWritten(target, error, there=True) from error


def publish_new(*pairs: tuple[Path, Path]) -> None:
    """Let each file or folder of `making` stand at its target, where nothing is: all of them, or none.

    Raises:
        InputError: something is there, even if it came this very moment.
        NotWritten: as it says.
    """
    done: list[tuple[Path, Path]] = []
    target = pairs[0][1]
    try:
        for made, _ in pairs:
            force(made)
        for made, target in pairs:
            _put(made, target)
            done.append((made, target))
            force_folder(target.parent)
    except BaseException as error:
        for made, there in reversed(done):
            with contextlib.suppress(OSError):
                there.rename(made)
        if isinstance(error, FileExistsError):
            raise InputError(already_there(target)) from None
        if isinstance(error, OSError):
            raise NotWritten(target, error) from error
        raise


def publish_missing(*pairs: tuple[Path, Path]) -> None:
    """The same where the same command may have been stopped halfway: what stands there and is alike stays.

    Raises:
        InputError: something else stands at a target.
        NotWritten: as it says.
    """
    missing = [(made, target) for made, target in pairs if not _same_content(made, target)]
    if problems := [already_there(target) for _, target in missing if os.path.lexists(target)]:
        raise InputError(problems)
    if missing:
        publish_new(*missing)


def write(target: Path, content: bytes) -> None:
    """Write a file, in the place of an older one.

    Raises:
        InputError: it is being written by another command.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    with making(target) as place:
        (place / "made").write_bytes(content)
        publish(place / "made", target)


def write_new(target: Path, content: bytes, secret: bool = False) -> None:
    """Write a file that is not there yet, in a folder that is; a `secret` one only its owner may read.

    Raises:
        InputError: it is there, it is being written by another command, or there is no folder for it.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    must_be_new(target)
    with making(target) as place:
        publish_new((made_file(place / "made", content, secret), target))


def made_file(file: Path, content: bytes, secret: bool = False) -> Path:
    """Write a file into a folder of `making`; the file."""
    with open(
        file, "xb", opener=lambda name, flags: os.open(name, flags, 0o600 if secret else 0o666)
    ) as made:
        made.write(content)
    return file


def must_be_new(target: Path) -> None:
    """Refuse a target where something stands, or whose folder is not there.

    What killed makers left in the folder is cleared away, also when there is nothing more to make.

    Raises:
        InputError: as said.
    """
    with contextlib.suppress(OSError):
        _clear_left(target.parent)
    if os.path.lexists(target):
        raise InputError(already_there(target))
    if not target.parent.is_dir():
        path, reason = quote_value(str(target)), os.strerror(errno.ENOENT)
        raise InputError(Problem("FILE", message("core.no_folder_for_file", path=path, reason=reason)))


def already_there(target: Path) -> Problem:
    """What is wrong where nothing may stand."""
    return Problem("FILE", message("core.file_already_there", path=path_from_here(target)))


@contextmanager
def _held(place: Path, target: Path) -> Iterator[None]:
    until = time.monotonic() + _PATIENCE
    while True:
        _clear_left(place.parent)
        if (let_go := lock_folder(place)) is not None:
            break
        if time.monotonic() > until:
            name = quote_value(target.name)
            raise InputError(Problem(name, message("core.file_is_being_made", name=name)))
        time.sleep(0.05)
    try:
        yield
    finally:
        _clear(place)
        let_go()


def _clear_left(folder: Path) -> None:
    clear_abandoned(folder, lambda name: name.startswith(".") and name.endswith(PART), _clear)


def _clear(place: Path) -> None:
    """Remove a folder in which something was made; what it had set aside is put back."""
    target = place.with_name(place.name[1 : -len(PART)])
    if (place / _PREVIOUS).exists() and not os.path.lexists(target):
        (place / _PREVIOUS).rename(target)
    remove_folder(place)


def _make_folders(folder: Path, made: list[Path]) -> None:
    """Make a folder with those above it; each that was made is added to `made` at once."""
    if folder.is_dir():
        return
    _make_folders(folder.parent, made)
    with contextlib.suppress(FileExistsError):  # by another command, this very moment
        folder.mkdir()
        made.append(folder)
        force_folder(folder.parent)


def _unmake(folders: list[Path]) -> None:
    for folder in reversed(folders):
        with contextlib.suppress(OSError):  # another command's work lies in it
            folder.rmdir()


def _is_of_writing(error: OSError, place: Path) -> bool:
    if error.filename is None:
        return error.errno in _NO_ROOM
    file = Path(os.path.abspath(os.fsdecode(error.filename)))
    return file in place.parents or file.is_relative_to(place)


def _put(made: Path, target: Path) -> None:
    """Rename to where nothing is.

    Raises:
        FileExistsError: something is there.
    """
    if renamed(made, target, NO_REPLACE):
        return
    if sys.platform == "win32":  # where nothing is ever renamed over something
        made.rename(target)
    elif not made.is_dir():  # no such call here; a link is never made over something
        os.link(made, target)
        made.unlink()
    elif os.path.lexists(target):
        raise FileExistsError
    else:
        made.rename(target)


def _same_content(first: Path, second: Path) -> bool:
    """Whether two files or folders hold the same, byte for byte."""
    if not first.is_dir() or not second.is_dir():
        return first.is_file() and second.is_file() and filecmp.cmp(first, second, shallow=False)
    names = {path.name for path in first.iterdir()}
    return names == {path.name for path in second.iterdir()} and all(
        _same_content(first / name, second / name) for name in names
    )
