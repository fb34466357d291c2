"""Opens files of the evidence folder: regular files inside the folder, and nothing else."""

import os
import stat
from io import BufferedReader
from pathlib import Path

from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Message, Text, message

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # opening a pipe does not block


class NotRegularFile(OSError):
    """Raised for a path that is no regular file inside its folder; `reason` says what it is."""

    def __init__(self, reason: Message) -> None:
        super().__init__(0, wording(reason, PAPERS))
        self.reason = reason


def reason_of(error: OSError) -> Text:
    """Why a file could not be opened or read: what it is, or the system's own words."""
    return error.reason if isinstance(error, NotRegularFile) else str(error.strerror)


def is_inside(path: str | Path, folder: str | Path) -> bool:
    """Whether a path is inside a folder once every link is followed."""
    real_path, real_folder = os.path.realpath(path), os.path.realpath(folder)
    return real_path == real_folder or real_path.startswith(os.path.join(real_folder, ""))


def reason_not_regular(path: str | Path, folder: str | Path) -> Message | None:
    """The reason why `path` is no regular file inside `folder`; None if it is one. Nothing is opened."""
    if not is_inside(path, folder):
        return message("evidence.link_outside")
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return message("evidence.link_to_nothing") if os.path.islink(path) else message("evidence.not_there")
    except OSError as error:  # a link that leads to itself, a folder that may not be entered
        return message("evidence.cannot_be_examined", error=str(error.strerror))
    if stat.S_ISDIR(mode):
        return message("evidence.folder")
    return None if stat.S_ISREG(mode) else message("evidence.device_pipe_or_socket")


def open_regular(path: str | Path, folder: str | Path) -> BufferedReader:
    """Open a file of the evidence folder to read; a file put in its place meanwhile is not read.

    Raises:
        NotRegularFile: a link that leads out of `folder`, a folder, a device, a pipe.
        OSError: the file may not be read.
    """
    if reason := reason_not_regular(path, folder):
        raise NotRegularFile(reason)
    real_path = os.path.realpath(path)
    descriptor = os.open(real_path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        unchanged = os.path.samestat(status, os.lstat(real_path)) and is_inside(path, folder)
        if not (unchanged and stat.S_ISREG(status.st_mode)):
            raise NotRegularFile(message("evidence.replaced_while_read"))
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
