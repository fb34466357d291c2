"""How is a file of the evidence folder opened? As a plain file that lies inside the folder, or not at all."""

import os
import stat
from io import BufferedReader
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe is not waited for


class NotPlain(OSError):
    """What is no plain file inside its folder; `strerror` says why, for the reviewer."""


def inside(path: str | Path, folder: str | Path) -> bool:
    """Whether a path lies in a folder once every link is followed."""
    real, root = os.path.realpath(path), os.path.realpath(folder)
    return real == root or real.startswith(os.path.join(root, ""))


def not_plain(path: str | Path, folder: str | Path) -> str | None:
    """Why what lies at `path` is no plain file inside `folder`; None if it is one. Nothing is opened."""
    if not inside(path, folder):
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


def open_plain(path: str | Path, folder: str | Path) -> BufferedReader:
    """Open a file of the evidence folder to read; what takes its place meanwhile is not read.

    Raises:
        NotPlain: a link that leads out of `folder`, a folder, a device, a pipe.
        OSError: the file may not be read.
    """
    if why := not_plain(path, folder):
        raise NotPlain(0, why)
    real = os.path.realpath(path)
    descriptor = os.open(real, _FLAGS)
    try:
        opened = os.fstat(descriptor)
        same = os.path.samestat(opened, os.lstat(real)) and inside(path, folder)
        if not (same and stat.S_ISREG(opened.st_mode)):
            raise NotPlain(0, "在读取时被换掉")
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
