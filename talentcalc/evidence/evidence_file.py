"""Opens files of the evidence folder: regular files inside the folder, and nothing else."""

import os
import stat
from io import BufferedReader
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # opening a pipe does not block


class NotRegularFile(OSError):
    """Raised for a path that is no regular file inside its folder; `strerror` gives the reason."""


def is_inside(path: str | Path, folder: str | Path) -> bool:
    """Whether a path is inside a folder once every link is followed."""
    real_path, real_folder = os.path.realpath(path), os.path.realpath(folder)
    return real_path == real_folder or real_path.startswith(os.path.join(real_folder, ""))


def reason_not_regular(path: str | Path, folder: str | Path) -> str | None:
    """The reason why `path` is no regular file inside `folder`; None if it is one. Nothing is opened."""
    if not is_inside(path, folder):
        return "指向材料文件夹之外的链接"
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return "没有目标的链接" if os.path.islink(path) else "不存在"
    except OSError as error:  # a link that leads to itself, a folder that may not be entered
        return f"无法查看（{error.strerror}）"
    if stat.S_ISDIR(mode):
        return "文件夹"
    return None if stat.S_ISREG(mode) else "设备、管道或套接字"


def open_regular(path: str | Path, folder: str | Path) -> BufferedReader:
    """Open a file of the evidence folder to read; a file put in its place meanwhile is not read.

    Raises:
        NotRegularFile: a link that leads out of `folder`, a folder, a device, a pipe.
        OSError: the file may not be read.
    """
    if reason := reason_not_regular(path, folder):
        raise NotRegularFile(0, reason)
    real_path = os.path.realpath(path)
    descriptor = os.open(real_path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        unchanged = os.path.samestat(status, os.lstat(real_path)) and is_inside(path, folder)
        if not (unchanged and stat.S_ISREG(status.st_mode)):
            raise NotRegularFile(0, "在读取时被换掉")
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
