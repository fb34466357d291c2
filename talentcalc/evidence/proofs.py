"""Locates and hashes proof files below the evidence folder, or withheld from a redacted audit."""

import hashlib
import os
import posixpath
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from talentcalc.evidence.evidence_file import is_inside, open_regular, reason_not_regular, reason_of
from talentcalc.messages.message import Message, message


@dataclass(frozen=True)
class LocatedFile:
    """The file that a recorded path leads to: its `path` on disk below the folder (with /), None if none.

    `problem` is the reason why a file that exists, or may exist, cannot be used, for the reviewer;
    `unreadable_folder` is the folder on the way that cannot be opened, if that is the reason.
    """

    path: str | None = None
    problem: Message | None = None
    unreadable_folder: str | None = None


@dataclass(frozen=True)
class ProofFiles:
    """The files below `folder`; those `withheld` from a redacted audit are known by their sha256 alone.

    A file is found under its name as recorded, else under the one name that is the same in Unicode NFC;
    upper and lower case differ on every system; a backslash is Windows' separator. Each file is located and
    hashed once, so that the checks and the result agree.
    """

    folder: Path
    withheld: Mapping[str, str] = field(default_factory=dict)
    _located: dict[str, LocatedFile] = field(default_factory=dict)
    _listed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _hashed: dict[str, str | LocatedFile] = field(default_factory=dict)

    def exists(self, path: Any) -> bool:
        """Whether a file exists at `path`, or did before it was withheld; one that cannot be used exists."""
        if pd.isna(path) or path in self.withheld:
            return not pd.isna(path)
        located = self.locate(path)
        return located.path is not None or located.problem is not None

    def sha256(self, path: Any) -> str | None:
        """The hash of the file at `path`; None if there is none, or it is outside or cannot be read."""
        if pd.isna(path):
            return None
        if path in self.withheld:
            return self.withheld[path]
        disk_path = self.locate(path).path
        if disk_path is None:
            return None
        if disk_path not in self._hashed:
            self._hashed[disk_path] = self._hash(disk_path)
        sha256 = self._hashed[disk_path]
        if isinstance(sha256, LocatedFile):
            self._located[path] = sha256
            return None
        return sha256

    def real_path(self, path: str) -> str | None:
        """The real path of the file at `path` below the folder, links followed."""
        disk_path = self.locate(path).path
        return None if disk_path is None else os.path.realpath(self.folder / disk_path)

    def locate(self, path: str) -> LocatedFile:
        """Locate the file that a recorded path leads to."""
        if path not in self._located:
            self._located[path] = self._find(path)
        return self._located[path]

    def _hash(self, path: str) -> str | LocatedFile:
        try:
            with open_regular(self.folder / path, self.folder) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            return LocatedFile(None, message("evidence.proof_unreadable", error=reason_of(error)))

    def _find(self, path: str) -> LocatedFile:
        parts = posixpath.normpath(path.replace("\\", "/")).split("/")
        if "\0" in path or parts[0] in ("", "..") or os.path.isabs(path):
            return LocatedFile()
        disk_path = ""
        for part in parts:
            try:
                same_names = self._names(disk_path).get(unicodedata.normalize("NFC", part), [])
            except (FileNotFoundError, NotADirectoryError):
                return LocatedFile()
            except OSError as error:
                problem = message("evidence.proof_in_unreadable_folder", error=str(error.strerror))
                return LocatedFile(None, problem, disk_path)
            names = [part] if part in same_names else same_names
            if len(names) > 1:
                listed = tuple(ascii(name)[1:-1] for name in names)
                return LocatedFile(
                    None, message("evidence.names_alike_in_unicode", count=len(names), names=listed)
                )
            if not names:
                return LocatedFile()
            disk_path = f"{disk_path}/{names[0]}" if disk_path else names[0]
        is_regular = reason_not_regular(self.folder / disk_path, self.folder) is None
        return LocatedFile(disk_path) if is_regular else LocatedFile()

    def _names(self, folder: str) -> Mapping[str, list[str]]:
        """The names in a folder by their NFC form; none if the folder is outside."""
        if folder not in self._listed:
            names = defaultdict[str, list[str]](list)
            inside = is_inside(self.folder / folder, self.folder)
            for name in sorted(os.listdir(self.folder / folder)) if inside else ():
                names[unicodedata.normalize("NFC", name)].append(name)
            self._listed[folder] = names
        return self._listed[folder]
