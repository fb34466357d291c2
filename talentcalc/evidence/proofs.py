"""Where a proof's file is, and its hash: below the evidence folder, or withheld from what is published."""

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

from talentcalc.evidence.evidence_file import inside, not_plain, open_plain


@dataclass(frozen=True)
class Located:
    """Where a recorded path leads: `path` as it is on disk below the folder (with /), None if nowhere.

    `trouble` says why a file that is there, or may be, cannot be used, for the reviewer; `at` is the
    folder on the way that cannot be opened, if it is one.
    """

    path: str | None = None
    trouble: str | None = None
    at: str | None = None


@dataclass(frozen=True)
class ProofFiles:
    """The files below `folder`; those `withheld` from a redacted audit are known by their sha256 alone.

    A file is found under its name as recorded, else under the one name that is the same in Unicode NFC;
    upper and lower case differ on every system; a backslash is Windows' separator. Each file is
    looked for and hashed once: what the checks saw is what the result says.
    """

    folder: Path
    withheld: Mapping[str, str] = field(default_factory=dict)
    _located: dict[str, Located] = field(default_factory=dict)
    _listed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _hashed: dict[str, str | Located] = field(default_factory=dict)

    def there(self, path: Any) -> bool:
        """Whether a file is at `path`, or was before it was withheld; one in trouble is there."""
        if pd.isna(path) or path in self.withheld:
            return not pd.isna(path)
        place = self.located(path)
        return place.path is not None or place.trouble is not None

    def sha256(self, path: Any) -> str | None:
        """The hash of the file at `path`; None if there is none, or it lies outside or cannot be read."""
        if pd.isna(path):
            return None
        if path in self.withheld:
            return self.withheld[path]
        place = self.located(path).path
        if place is None:
            return None
        if place not in self._hashed:
            self._hashed[place] = self._hash(place)
        sha256 = self._hashed[place]
        if isinstance(sha256, Located):
            self._located[path] = sha256
            return None
        return sha256

    def found(self, path: str) -> str | None:
        """The file at `path` below the folder, links followed."""
        place = self.located(path).path
        return None if place is None else os.path.realpath(self.folder / place)

    def located(self, path: str) -> Located:
        """Where a recorded path leads."""
        if path not in self._located:
            self._located[path] = self._look_for(path)
        return self._located[path]

    def _hash(self, place: str) -> str | Located:
        try:
            with open_plain(self.folder / place, self.folder) as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            return Located(None, f"无法读取（{error.strerror}）")

    def _look_for(self, path: str) -> Located:
        parts = posixpath.normpath(path.replace("\\", "/")).split("/")
        if "\0" in path or parts[0] in ("", "..") or os.path.isabs(path):
            return Located()
        here = ""
        for part in parts:
            try:
                alike = self._names(here).get(unicodedata.normalize("NFC", part), [])
            except (FileNotFoundError, NotADirectoryError):
                return Located()
            except OSError as error:
                return Located(None, f"所在的文件夹无法打开（{error.strerror}）", here)
            named = [part] if part in alike else alike
            if len(named) > 1:
                both = "、".join(ascii(name)[1:-1] for name in named)
                return Located(None, f"有 {len(named)} 个名称只是 Unicode 写法不同（{both}）")
            if not named:
                return Located()
            here = f"{here}/{named[0]}" if here else named[0]
        return Located(here) if not_plain(self.folder / here, self.folder) is None else Located()

    def _names(self, folder: str) -> Mapping[str, list[str]]:
        """The names in a folder, by their normal form; none of one that lies outside."""
        if folder not in self._listed:
            names = defaultdict[str, list[str]](list)
            there = inside(self.folder / folder, self.folder)
            for name in sorted(os.listdir(self.folder / folder)) if there else ():
                names[unicodedata.normalize("NFC", name)].append(name)
            self._listed[folder] = names
        return self._listed[folder]
