"""A table in memory: typed, each row with its key and its line in the file."""

from collections import namedtuple
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.core.findings import Location, display_value
from talentcalc.messages.message import Text, message
from talentcalc.rulebook.table import Table

_NONE: npt.NDArray[np.intp] = np.array([], dtype=np.intp)

EMPTY_CELL = message("evidence.empty_cell")
"""What is found in a cell without a value."""


@dataclass(frozen=True)
class Source:
    """The file that a table came from: its name below the evidence folder, and its hash."""

    file: str
    sha256: str


@dataclass(frozen=True)
class EvidenceTable:
    """One table: `frame` has one typed column for each column of `spec`.

    Columns that the file lacks are named in `missing`, and are empty. The frame's index is the line in the
    file. Text is `str`, dates and moments are `datetime64`, numbers and money are `Decimal` objects, integers
    `Int64`, booleans `boolean`.
    """

    name: str
    spec: Table
    frame: pd.DataFrame
    source: Source | None = None
    missing: tuple[str, ...] = ()
    _positions: dict[str, Mapping[bool | str, npt.NDArray[np.intp]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @cached_property
    def keys(self) -> "pd.Series[str]":
        """Each row's key as text, parts joined by `/`; `#line` where a part is missing."""
        if self.frame.empty:
            return pd.Series(dtype="str", index=self.frame.index)
        lines = "#" + self.frame.index.astype(str).to_series(index=self.frame.index)
        parts = [self.frame[name].astype("str") for name in self.spec.key]
        keys = parts[0]
        for part in parts[1:]:
            keys = keys + "/" + part
        missing = self.frame[list(self.spec.key)].isna().any(axis=1)
        return keys.mask(missing, lines)

    @cached_property
    def ids(self) -> "pd.Series[str]":
        """Each row's key, missing where a part of it is: what other rows may refer to."""
        complete = self.frame[list(self.spec.key)].notna().all(axis=1)
        return self.keys if complete.all() else self.keys.where(complete)

    def locations(self, lines: Iterable[int], column: str | None, show_values: bool) -> tuple[Location, ...]:
        """The locations of these lines, with the values in `column` if they may be shown."""
        keys, values = self.keys, self.frame[column] if column is not None and show_values else None
        locations = []
        for line in lines:
            if line in keys.index:
                found: Text | None = None
                if values is not None:
                    value: Any = values.at[line]
                    found = EMPTY_CELL if pd.isna(value) else display_value(value)
                locations.append(Location(str(keys.at[line]), int(line) if self.source else None, found))
        return tuple(locations)

    def months(self, column: str, first: date, last: date) -> dict[str, int]:
        """The number of rows in each month of a period, both ends included."""
        if self.frame.empty:
            return {}
        days = self.frame[column].dt.normalize()
        inside = days[(days >= pd.Timestamp(first)) & (days <= pd.Timestamp(last))]
        return {str(month): int(n) for month, n in inside.dt.strftime("%Y-%m").value_counts().items()}

    def records(self) -> Iterator[Any]:
        """The rows in the order of their keys, cells as attributes: Python values, None where missing."""
        row = namedtuple("row", list(self.spec.columns))  # type: ignore[misc]
        cells = []
        for name, column in self.spec.columns.items():
            values = self.frame[name]
            if column.type == "date":
                values = values.dt.date
            elif column.type == "moment":
                values = pd.Series(values.dt.to_pydatetime(), index=values.index, dtype=object)
            missing = self.frame[name].isna()
            cells.append(
                [
                    None if is_missing else value
                    for value, is_missing in zip(values.tolist(), missing, strict=True)
                ]
            )
        order = self.keys.argsort(kind="stable")
        rows = [row(*values) for values in zip(*cells, strict=True)]
        return (rows[position] for position in order)

    def where(self, values_by_column: Mapping[str, tuple[bool | str, ...]]) -> npt.NDArray[np.bool_]:
        """Mark the rows, in order, that have one of the given values in each of the given columns."""
        selected = np.ones(len(self.frame), dtype=bool)
        for column, values in values_by_column.items():
            has_value = np.zeros(len(self.frame), dtype=bool)
            for value in values:
                has_value[self._positions_by_value(column).get(value, _NONE)] = True
            selected &= has_value
        return selected

    def _positions_by_value(self, column: str) -> Mapping[bool | str, npt.NDArray[np.intp]]:
        """The positions of the rows with each value of a column, computed once."""
        if column not in self._positions:
            positions: Mapping[Any, Any] = self.frame.groupby(column).indices
            self._positions[column] = positions
        return self._positions[column]
