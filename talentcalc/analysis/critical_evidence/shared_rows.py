"""The items of a scorecard in parts: together those that hang on the same rows or ask for each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from talentcalc.analysis.critical_evidence.counted_rows import CountedRows
from talentcalc.analysis.critical_evidence.duplicate_chains import DuplicateChains
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.rulebook.score import Combined, Item, Threshold
from talentcalc.rulebook.table import Where


@dataclass(frozen=True)
class Part:
    """Items with the rows that they count; without those that cannot be rejected."""

    items: tuple[Item, ...]
    tables: DuplicateChains

    @cached_property
    def rows(self) -> tuple[CountedRows, ...]:
        """The rows that its items count, by the table that they stand in or count through.

        Raises:
            NotComputable: they are counted in a way that is not computed here.
        """
        counted = [item for item in self.items if _can_lose(item, self.tables)]
        through = {item.measure.table: base_table(item) for item in counted if item.measure.through}
        roots: dict[str, list[Item]] = {}
        for item in counted:
            roots.setdefault(through.get(item.measure.table, base_table(item)), []).append(item)
        return tuple(CountedRows(self.tables, root, several) for root, several in roots.items())


def parts(items: tuple[Item, ...], tables: DuplicateChains) -> tuple[Part, ...]:
    """Every part, in the order of their first items."""
    pairs = [*asking(items), *_sharing(items, tables)]
    return tuple(Part(tuple(group), tables) for group in joined(items, pairs))


def joined(items: tuple[Item, ...], pairs: list[tuple[str, str]]) -> list[list[Item]]:
    """Items in groups: those of a pair are in one."""
    head = {item.id: number for number, item in enumerate(items)}
    for pair in pairs:
        first, second = sorted(head[name] for name in pair)
        head = {name: first if number == second else number for name, number in head.items()}
    return [[item for item in items if head[item.id] == number] for number in sorted(set(head.values()))]


def asking(items: tuple[Item, ...]) -> Iterator[tuple[str, str]]:
    """Items of which one asks for the other's quantity."""
    for item in items:
        if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
            yield item.id, item.rule.only_with.item


def _can_lose(item: Item, tables: DuplicateChains) -> bool:
    if isinstance(item.measure.count, Combined):
        return False
    return any(tables.rejectable(table).any() for table in (item.measure.table, base_table(item)))


def _sharing(items: tuple[Item, ...], tables: DuplicateChains) -> Iterator[tuple[str, str]]:
    """Items that count the same row, or a row that may take its place."""
    able = [item for item in items if _can_lose(item, tables)]
    through = {item.measure.table: item.id for item in able if item.measure.through}
    yield from (
        (item.id, through[item.measure.table])
        for item in able
        if item.measure.table in through and not item.measure.through
    )
    for table in sorted({base_table(item) for item in able}):
        counting = [item for item in able if base_table(item) == table]
        try:
            chains = tables.chains(table)
        except NotComputable:
            yield from ((item.id, counting[0].id) for item in counting)
            continue
        chain = np.full(len(tables.evidence[table].frame), -1, dtype=np.int64)
        for number, rows in enumerate(chains):
            chain[list(rows)] = number
        last = np.full(len(chains), -1, dtype=np.int64)
        for place, item in enumerate(counting):
            touched = chain[tables.evidence[table].where(base_where(item))]
            touched = np.unique(touched[touched >= 0])
            yield from ((item.id, counting[n].id) for n in np.unique(last[touched]).tolist() if n >= 0)
            last[touched] = place


def base_table(item: Item) -> str:
    """The table that an item's rows stand in or count through."""
    return item.measure.through.table if item.measure.through else item.measure.table


def base_where(item: Item) -> Where:
    """What an item asks of the rows of that table."""
    return item.measure.through.where if item.measure.through else item.measure.where
