"""The rows of a table by person: by whom they name, or each for itself."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.analysis.critical_evidence.duplicate_chains import DuplicateChains
from talentcalc.analysis.critical_evidence.integer_model import LARGEST
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message
from talentcalc.rulebook.score import Distinct, Item, Sum


class Use(NamedTuple):
    """What a row is worth of each item that it counts for, and whether it can be rejected itself."""

    worth: tuple[tuple[str, int], ...]
    rejectable: bool


class Entry(NamedTuple):
    """A row that counts for a person: the root table's row that it counts through, or -1; its use; itself."""

    through: int
    use: Use
    row: int


@dataclass(frozen=True)
class Person:
    """Somebody, or some value of a column, with the rows of a table that name it."""

    table: EvidenceTable
    entries: list[Entry]


def persons_of(tables: DuplicateChains, root: str, items: Sequence[Item]) -> list[Person]:
    """The persons whom items of a table count, with all that counts or would if other rows were rejected.

    Raises:
        NotComputable: by several columns, or through several.
    """
    table, base = tables.evidence[items[0].measure.table], tables.evidence[root]
    size = len(table.frame)
    columns = {item.measure.count.distinct for item in items if isinstance(item.measure.count, Distinct)}
    throughs = {item.measure.through.column for item in items if item.measure.through}
    if len(columns) > 1 or len(throughs) > 1:
        raise counted_in_several_ways(items)
    good = [row for chain in tables.chains(root) for row in chain]
    through, rejectable = np.arange(size), np.zeros(size, dtype=bool)
    counting = np.isin(through, good)
    if table is not base:
        named = table.frame[next(iter(throughs))]
        through = np.append(good, -1)[pd.Index(base.keys.iloc[good]).get_indexer(pd.Index(named))]
        counting, rejectable = tables.counting(table.name), tables.rejectable(table.name)
    worth = np.zeros((len(items), size), dtype=np.int64)
    for number, item in enumerate(items):
        worth[number] = np.where(counting, row_worth(table, item, scale_of(table, item)), 0)
        if item.measure.through:
            worth[number] *= (through >= 0) & base.where(item.measure.through.where)[through]
    rows = np.flatnonzero(worth.any(axis=0))
    persons: list[Hashable] = [(row,) for row in rows.tolist()]
    for column in columns:  # nobody knows who a row without a person is for
        who = table.frame[column].iloc[rows]
        known = zip(persons, who.tolist(), who.notna().tolist(), strict=True)
        persons = [person if there else unknown for unknown, person, there in known]
    names = [item.id for item in items]
    uses: dict[tuple[int, ...], Use] = {}
    entries: dict[Hashable, list[Entry]] = {}
    each = map(tuple, np.vstack([worth, rejectable])[:, rows].T.tolist())
    for person, base_row, cells, row in zip(
        persons, through[rows].tolist(), each, rows.tolist(), strict=True
    ):
        if cells not in uses:
            worths = zip(names, cells, strict=False)
            uses[cells] = Use(tuple(pair for pair in worths if pair[1]), bool(cells[-1]))
        entries.setdefault(person, []).append(Entry(base_row, uses[cells], row))
    return [Person(table, several) for several in entries.values()]


def row_worth(table: EvidenceTable, item: Item, scale: int) -> npt.NDArray[np.int64]:
    """What each row of an item's table is worth of its quantity, in whole numbers."""
    how = item.measure.count
    wanted = table.where(item.measure.where)
    if isinstance(how, Distinct):
        wanted &= table.frame[how.distinct].notna().to_numpy()
    worth = wanted.astype(np.int64)
    if isinstance(how, Sum):
        amounts = [Fraction(amount) * scale for amount in table.frame[how.sum][wanted]]
        if any(amount < 0 for amount in amounts) or sum(amounts) >= LARGEST:
            raise NotComputable(message("analysis.negative_amount", about=item.id))
        worth[wanted] = [int(amount) for amount in amounts]
    return worth


def scale_of(table: EvidenceTable, item: Item) -> int:
    """By what an item's quantity is multiplied to be whole, whichever rows count."""
    if not isinstance(item.measure.count, Sum):
        return 1
    amounts = table.frame[item.measure.count.sum][table.where(item.measure.where)]
    return lcm(1, *(Fraction(amount).denominator for amount in amounts))


def counted_in_several_ways(items: Sequence[Item]) -> NotComputable:
    """The refusal of items that count the same rows in ways that are not computed together."""
    return NotComputable(message("analysis.counted_in_several_ways", about=tuple(item.id for item in items)))
