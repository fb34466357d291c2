"""Renaming at one stroke, and forcing files and folders onto the disk."""

import ctypes
import errno
import os
import sys
from pathlib import Path

NO_REPLACE, EXCHANGE = 1, 2  # of Linux: RENAME_NOREPLACE, RENAME_EXCHANGE
_HERE = -100  # AT_FDCWD
_TO_FORCE = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY | os.O_NOFOLLOW
_NO_SUCH_CALL = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}


def renamed(made: Path, target: Path, how: int) -> bool:
    """Linux renames without replacing, or swaps two folders at one stroke; False where it cannot."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if call is None:
        return False
    if call(_HERE, os.fsencode(made), _HERE, os.fsencode(target), how) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NO_SUCH_CALL:
        return False
    raise OSError(code, os.strerror(code), str(made), None, str(target))


def force(made: Path) -> None:
    """Force a file, or a folder with all that is in it, onto the disk: files first, then folders."""
    if not made.is_dir():
        _force_file(made)
        return
    for folder, _, files in os.walk(made, topdown=False):
        for file in files:
            _force_file(Path(folder, file))
        force_folder(Path(folder))


def _force_file(file: Path) -> None:
    descriptor = os.open(file, _TO_FORCE)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from None
    finally:
        os.close(descriptor)


def force_folder(folder: Path) -> None:
    """Force the names in a folder onto the disk; Windows opens no folder, and keeps names by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):  # a file system that cannot, or need not
            raise OSError(error.errno, error.strerror, str(folder)) from None
    finally:
        os.close(descriptor)
