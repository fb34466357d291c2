"""Where a proof's file is, and its hash: below the evidence folder, or withheld from what is published."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class ProofFiles:
    """The files below `folder`; those `withheld` from a redacted audit are known by their sha256 alone.

    Each file is hashed once: what the checks saw is what the result says.
    """

    folder: Path
    withheld: Mapping[str, str] = field(default_factory=dict)
    _hashed: dict[str, str] = field(default_factory=dict)

    def there(self, path: Any) -> bool:
        """Whether a file is at `path`, or was before it was withheld."""
        return not pd.isna(path) and (path in self.withheld or self.found(path) is not None)

    def sha256(self, path: Any) -> str | None:
        """The hash of the file at `path`; None if there is none or it lies outside."""
        if pd.isna(path):
            return None
        if path in self.withheld:
            return self.withheld[path]
        file = self.found(path)
        if file is None:
            return None
        if file not in self._hashed:
            with open(file, "rb") as stream:
                self._hashed[file] = hashlib.file_digest(stream, "sha256").hexdigest()
        return self._hashed[file]

    def found(self, path: str) -> str | None:
        """The file at `path` below the folder, links followed."""
        if "\0" in path or os.path.isabs(path):
            return None
        folder = os.path.realpath(self.folder)
        file = os.path.realpath(os.path.join(folder, path))
        return file if file.startswith(folder + os.sep) and os.path.isfile(file) else None
