"""Reading a file that somebody named: only a plain one, whole, and of a size that such files have."""

import os
import stat
from pathlib import Path

from talentcalc.core.errors import InputError, Problem


def read_bounded_file(path: Path, expected: str, most: int) -> bytes:
    """What is in a file of at most `most` bytes; a pipe or a device is never waited for.

    Raises:
        InputError: no file, no plain one, not readable, or larger.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _refused(path, "a pipe or a device", "a plain file", "name a file on the disk")
            content = file.read(most + 1)
    except OSError as error:
        raise _refused(path, error.strerror or "an error", expected, "check the path") from None
    except ValueError:  # a NUL in the name
        raise _refused(path, "a name that no file has", expected, "check the path") from None
    if len(content) > most:
        raise _refused(path, f"more than {most} bytes", f"{expected} of at most {most}", "check the file")
    return content


def _refused(path: Path, found: str, expected: str, remedy: str) -> InputError:
    return InputError(Problem(str(path), found, expected, remedy))
