"""One check that is to be run, whichever engine runs it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.checks.context import CheckContext
from talentcalc.core.findings import Finding, Location, Severity
from talentcalc.evidence.stores.stored_table import StoredTable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import Text
from talentcalc.rulebook.check import Declared

ROW_KEY = "row_key"
"""The column of a table's whole keys, in the frames that Great Expectations is given."""

Mask = pd.Series  # of bool, on the index of the table's frame
Lines = npt.NDArray[np.int64]  # the lines of rows, in order
Form = TypeVar("Form", bound=Declared)


@dataclass(frozen=True)
class Expectation:
    """An expectation that Great Expectations itself has: its name in that library, and its arguments."""

    name: str
    arguments: Mapping[str, Any]


class PlannedCheck(ABC):
    """One check of one table: what it concerns, and which rows fail it.

    Each kind is a class, alone in the module of its name below `kinds`. It finds the rows in memory
    and, if a large table may have it, in DuckDB.
    """

    names_something: ClassVar[bool] = False
    """Whether the column names something, which a finding shows, and does not describe it."""

    def __init__(
        self,
        name: str,
        severity: Severity,
        title: Text,
        remedy: Text,
        rows: EvidenceTable | StoredTable,
        column: str | None = None,
        expected: Text | None = None,
    ) -> None:
        self.id, self.severity, self.title, self.remedy = name, severity, title, remedy
        self.rows, self.column, self.expected = rows, column, expected

    def __str__(self) -> str:
        return self.id

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        """Itself, with its evidence: no check changes."""
        return self

    @property
    def kind(self) -> str:
        """The kind as a rulebook calls it."""
        return type(self).__module__.rpartition(".")[2]

    def failing(self) -> Lines:
        """The lines of the rows that fail."""
        if not isinstance(self.rows, EvidenceTable):
            return self.in_duckdb(self.rows)
        if self.rows.frame.empty:
            return np.array([], dtype=np.int64)
        mask = self.in_memory(self.rows)
        return np.asarray(mask.index[mask.to_numpy(dtype=bool)], dtype=np.int64)

    @abstractmethod
    def in_memory(self, rows: EvidenceTable) -> Mask:
        """Which rows fail."""

    def in_duckdb(self, rows: StoredTable) -> Lines:
        """The lines of the rows of a large table that fail."""
        raise NotImplementedError(f"{self.kind} of the large table {rows.name}")

    def expectation(self) -> Expectation | None:
        """What finds the same rows in Great Expectations, if that has it."""
        return None

    def to_report(self, lines: Lines, _of_reading: tuple[Finding, ...]) -> Lines:
        """The failing lines but for those that a finding of reading names already."""
        return lines

    def places(self, lines: Lines) -> tuple[Location, ...]:
        """Where rows are, and the value found there, where it is not free text."""
        if self.column is None or self.column in self.rows.missing:
            return self.rows.locations(lines, None, show_values=False)
        spec = self.rows.spec.columns.get(self.column)
        free = spec is None or (spec.type == "text" and spec.references is None)
        return self.rows.locations(lines, self.column, show_values=not free or self.names_something)


class DeclaredCheck(PlannedCheck, Generic[Form]):
    """A check that the rulebook declares. The parameter of its class is the form of the declaration."""

    def __init__(self, form: Form, rows: EvidenceTable | StoredTable, context: CheckContext) -> None:
        super().__init__(form.id, form.severity, form.title, form.remedy, rows, form.column)
        self.form, self.context = form, context

    def looks_into(self) -> set[str]:
        """The other tables without which the check could say nothing."""
        return set()
