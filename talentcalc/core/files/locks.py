"""Which folders are in use, and which did a killed command leave? Each is held by a lock in it."""

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
        left = [Path(one.path) for one in entries if ours(one.name) and _is_this_users_folder(one)]
    for one in left:
        with contextlib.suppress(OSError):  # it went away, or another command clears it
            if not (one / _LOCK).exists():
                one.rmdir()  # killed before it was held; with anything in it, it is not ours
            elif (let_go := _locked(one)) is not None:
                try:
                    clear(one)
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
        for one in folder.iterdir():
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=True)
            elif one.name != _LOCK:
                one.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> Callable[[], None] | None:
    from filelock import lock_descriptor

    file, held = folder / _LOCK, False
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except FileNotFoundError:  # cleared away before it was held
        return None
    try:
        held = lock_descriptor(descriptor, blocking=False) and os.path.samestat(
            os.fstat(descriptor), file.stat()
        )
    except FileNotFoundError:
        return None
    finally:
        if not held:
            os.close(descriptor)
    return partial(_let_go, descriptor, folder) if held else None


def _let_go(descriptor: int, folder: Path) -> None:
    os.close(descriptor)
    if sys.platform == "win32":  # where an open file cannot be removed: whoever lets go has cleared the rest
        shutil.rmtree(folder, ignore_errors=True)
