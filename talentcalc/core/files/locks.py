"""Folders held by a lock while they are in use, and cleared once a killed command has left them."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

_LOCK = ".lock"


def lock_folder(folder: Path) -> Callable[[], None] | None:
    """Make a folder that only its owner may enter, and hold it; what lets go of it.

    None if it is there, or is just being cleared away by another command.

    Raises:
        OSError: a full disk, or no folder may be made there.
    """
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return None
    try:
        return _locked(folder)
    except BaseException:
        remove_folder(folder)
        raise


def clear_abandoned(parent: Path, ours: Callable[[str], bool], clear: Callable[[Path], None]) -> None:
    """Clear the folders in `parent` whose name is `ours`, that are this user's, and that nobody holds.

    A link is not followed, and a folder of another user, or without a lock, is not touched: the parent may
    be open to everyone.
    """
    with os.scandir(parent) as entries:
        abandoned = [
            Path(entry.path) for entry in entries if ours(entry.name) and _is_this_users_folder(entry)
        ]
    for path in abandoned:
        with contextlib.suppress(OSError):  # it went away, or another command clears it
            if not (path / _LOCK).exists():
                path.rmdir()  # killed before it was held; with anything in it, it is not ours
            elif (let_go := _locked(path)) is not None:
                try:
                    clear(path)
                finally:
                    let_go()


def _is_this_users_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
        # Windows keeps its users' temporary folders apart, and tells no owner.
        return sys.platform == "win32" or entry.stat(follow_symlinks=False).st_uid == os.geteuid()
    except OSError:  # another command has cleared it this very moment
        return False


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it, its lock last: half-removed it is still known as ours."""
    with contextlib.suppress(OSError):  # what cannot be removed stays for the next command
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != _LOCK:
                path.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> Callable[[], None] | None:
    from filelock import lock_descriptor

    file, locked = folder / _LOCK, False
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except FileNotFoundError:  # cleared away before it was held
        return None
    try:
        locked = lock_descriptor(descriptor, blocking=False) and os.path.samestat(
            os.fstat(descriptor), file.stat()
        )
    except FileNotFoundError:
        return None
    finally:
        if not locked:
            os.close(descriptor)
    return partial(_let_go, descriptor, folder) if locked else None


def _let_go(descriptor: int, folder: Path) -> None:
    os.close(descriptor)
    if sys.platform == "win32":  # where an open file cannot be removed: whoever lets go has cleared the rest
        shutil.rmtree(folder, ignore_errors=True)
