"""Evidence in memory: typed tables, each row with its key and its line in the file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.finding import Finding
from talentcalc.rulebook.table import Table

_NONE: npt.NDArray[np.intp] = np.array([], dtype=np.intp)


@dataclass(frozen=True)
class Source:
    """The file that a table came from, as the name below the evidence folder."""

    file: str
    sha256: str


@dataclass(frozen=True)
class EvidenceTable:
    """One table: `frame` has one typed column for each column of `spec`.

    Columns that the file lacks are named in `missing`, and hold nothing. The frame's index is the
    line in the file. Text is `str`, dates and moments are `datetime64`, numbers and money are
    `Decimal` objects, integers `Int64`, booleans `boolean`.
    """

    name: str
    spec: Table
    frame: pd.DataFrame
    source: Source | None = None
    missing: tuple[str, ...] = ()
    _by_value: dict[str, Mapping[bool | str, npt.NDArray[np.intp]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def keys(self) -> "pd.Series[str]":
        """Each row's key as text, parts joined by `/`; `#line` where a part is missing."""
        lines = "#" + self.frame.index.astype(str).to_series(index=self.frame.index)
        parts = [self.frame[name].astype("str") for name in self.spec.key]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole + "/" + part
        missing = self.frame[list(self.spec.key)].isna().any(axis=1)
        return whole.mask(missing, lines)

    def where(self, wanted: Mapping[str, tuple[bool | str, ...]]) -> npt.NDArray[np.bool_]:
        """Which rows, in order, have one of the wanted values in each column named."""
        chosen = np.ones(len(self.frame), dtype=bool)
        for column, values in wanted.items():
            having = np.zeros(len(self.frame), dtype=bool)
            for value in values:
                having[self._positions(column).get(value, _NONE)] = True
            chosen &= having
        return chosen

    def _positions(self, column: str) -> Mapping[bool | str, npt.NDArray[np.intp]]:
        """The positions of the rows with each value of a column, worked out once."""
        if column not in self._by_value:
            positions: Mapping[Any, Any] = self.frame.groupby(column).indices
            self._by_value[column] = positions
        return self._by_value[column]


@dataclass(frozen=True)
class Evidence:
    """Everything submitted: a table for each that the rulebook knows, an absent one empty.

    `folder` is where proof paths start. `findings` is what reading itself found wrong.
    """

    folder: Path
    tables: Mapping[str, EvidenceTable]
    findings: tuple[Finding, ...] = field(default=())

    def __getitem__(self, table: str) -> EvidenceTable:
        return self.tables[table]
