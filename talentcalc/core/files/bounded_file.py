"""Reading a file that somebody named: only a plain one, whole, and of a size that such files have."""

import os
import stat
from pathlib import Path

from talentcalc.core.errors import InputError, Problem
from talentcalc.messages.message import Message, Text, message


def read_bounded_file(path: Path, expected: Text, most: int) -> bytes:
    """What is in a file of at most `most` bytes; a pipe or a device is never waited for.

    Raises:
        InputError: no file, no plain one, not readable, or larger.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _refused(path, message("core.file_is_a_device"))
            content = file.read(most + 1)
    except OSError as error:
        reason = error.strerror or message("core.an_error")
        raise _refused(path, message("core.file_not_read", reason=reason, expected=expected)) from None
    except ValueError:  # a NUL in the name
        raise _refused(path, message("core.no_name_of_a_file", expected=expected)) from None
    if len(content) > most:
        raise _refused(path, message("core.file_too_large", most=most, expected=expected))
    return content


def _refused(path: Path, why: Message) -> InputError:
    return InputError(Problem(str(path), why))
