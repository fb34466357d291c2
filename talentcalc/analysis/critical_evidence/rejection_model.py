"""What remains of the quantities where rows are rejected, as constraints of an integer model."""

from collections.abc import Iterable, Iterator, Mapping
from math import ceil

from talentcalc.analysis.critical_evidence.counted_rows import ChainPosition, CountedRows, PersonGroup
from talentcalc.analysis.critical_evidence.integer_model import Expression, IntegerModel, Var
from talentcalc.evidence.tables.table import EvidenceTable

_WHOLE = 5040
"""A person in equal parts, 7!: one to ten entries all divide it."""

Keys = dict[str, tuple[str, ...]]
"""Rows by table, each by its key."""


class RejectionModel:
    """Which rows are rejected, as variables, and a lower bound of what then remains of each item.

    `rejected_to[group, n]` is of how many chains of a group the first n rows are rejected;
    `rejected_entries[kind, place]`, how many entries of a kind of person are rejected themselves. Exact as
    long as no more than `most` rows are rejected: persons with more entries than that are never lost. With
    `by_shares` it is a relaxation: a person with n entries loses a share of 1/n with each.
    """

    def __init__(self, model: IntegerModel, counted: CountedRows, most: int, by_shares: bool = False) -> None:
        self.counted, self._model, self._by_shares = counted, model, by_shares
        self.rejected_to: dict[ChainPosition, Var] = {}
        self.rejected_entries: dict[tuple[int, int], Var] = {}
        for number, group in enumerate(counted.groups):
            for stop in group.rejection_depths:
                self.rejected_to[number, stop] = model.whole(0, len(group.chains))
            if len(group.rejection_depths) > 1:
                model.add(self.rejected(number) <= len(group.chains))
        self.remaining: dict[str, Expression] = {
            item: self._of_rows(worth.tolist()) for item, worth in counted.worth.items()
        } | self._of_persons(most)
        costs = [*(stop for _, stop in self.rejected_to), *(1 for _ in self.rejected_entries)]
        self.rows = model.total([*self.rejected_to.values(), *self.rejected_entries.values()], costs)

    def rejected(self, group: int) -> Expression:
        """Of how many of a group's chains a row is rejected."""
        return self._model.total(
            self.rejected_to[group, stop] for stop in self.counted.groups[group].rejection_depths
        )

    def counting_rows(self, place: ChainPosition | None) -> Expression:
        """How many rows at a place of a group's chains count; one through no row always does."""
        if place is None:
            return 1
        if place[1]:
            return self.rejected_to.get(place, 0)
        return len(self.counted.groups[place[0]].chains) - self.rejected(place[0])

    def _of_rows(self, worth: list[int]) -> Expression:
        """What remains of the worth of rows."""
        first, weights = 0, {}
        for number, group in enumerate(self.counted.groups):
            rows = group.chains[0]
            first += worth[rows[0]] * len(group.chains)
            for stop in group.rejection_depths:
                after = worth[rows[stop]] if stop < len(rows) else 0
                weights[self.rejected_to[number, stop]] = after - worth[rows[0]]
        return first + self._model.total(weights.keys(), weights.values())

    def _of_persons(self, most: int) -> dict[str, Expression]:
        """At least how many persons, or entries, are left of each item."""
        terms: dict[str, list[Expression]] = {}
        shares: dict[str, list[Expression]] = {}
        persons: dict[str, int] = {}
        for number, kind in enumerate(self.counted.kinds):
            uses = [use for _, use in kind.entries]
            worth = [dict(use.worth) for use in uses]
            for place, use in enumerate(uses):
                lost = (
                    self.counted.only_person_item not in self.counted.distinct
                    or _rows_to_lose(kind, range(len(uses))) <= most
                )
                if use.rejectable and lost:
                    self.rejected_entries[number, place] = self._model.whole(0, len(kind.rows))
            for item in sorted({item for use in worth for item in use}):
                places = [place for place, use in enumerate(worth) if item in use]
                if item not in self.counted.distinct:
                    several = (worth[n][item] * self._left(number, kind, [n], item) for n in places)
                    terms.setdefault(item, []).extend(several)
                elif self._by_shares:
                    shares.setdefault(item, []).extend(self._shares(number, kind, places, item))
                    persons[item] = persons.get(item, 0) + (
                        len(kind.rows) if _rows_to_lose(kind, places) else 0
                    )
                else:
                    never_lost = _rows_to_lose(kind, places) > most
                    left = len(kind.rows) if never_lost else self._left(number, kind, places, item)
                    terms.setdefault(item, []).append(left)
        for item, each in shares.items():
            gone = self._model.whole(0, persons[item])
            self._model.add(_WHOLE * gone <= self._model.total(each))
            terms[item] = [persons[item] - gone]
        return {item: self._model.total(remaining) for item, remaining in terms.items()}

    def _left(self, number: int, kind: PersonGroup, places: list[int], item: str) -> Var:
        """At least how many persons of a kind have an entry left at some of its places."""
        left = self._model.whole(0, len(kind.rows))
        for place in places:
            at = None if item in self.counted.ignoring_through else kind.entries[place][0]
            size = len(kind.rows) if at is None else kind.size
            self._model.add(
                left >= size * self.counting_rows(at) - self.rejected_entries.get((number, place), 0)
            )
        return left

    def _shares(self, number: int, kind: PersonGroup, places: list[int], item: str) -> Iterator[Expression]:
        """At least the shares of persons of a kind that are lost."""
        share = ceil(_WHOLE / max(1, _rows_to_lose(kind, places)))
        for place in places:
            at = None if item in self.counted.ignoring_through else kind.entries[place][0]
            if at is not None and not at[1]:
                yield share * kind.size * self.rejected(at[0])
            if (number, place) in self.rejected_entries:
                yield share * self.rejected_entries[number, place]

    # --- which rows those are ---

    def preferences(self, rows: int) -> Iterator[tuple[Expression, int, int]]:
        """What tells choices of so many rows apart: the fewest of the first family, and so on."""
        groups = self.counted.groups
        for family in self.counted.families:
            number = self._model.total(
                self.rejected_to[group, stop] * (stop if groups[group].alone else 1)
                for group in family
                for stop in groups[group].rejection_depths
            )
            yield -1 * number, -rows, 0
        if self.counted.only_person_item is None:
            yield from ((single, 0, rows) for single in self.rejected_entries.values())

    def chosen(self, amounts: Mapping[str, int]) -> Keys:
        """The rows rejected in the last solution, of those as good the first; so many `amounts` remain."""
        groups, value = self.counted.groups, self._model.value
        rejected: set[int] = set()
        for family in self.counted.families:
            if groups[family[0]].alone:
                stops = [
                    stop
                    for stop in groups[family[0]].rejection_depths
                    if value(self.rejected_to[family[0], stop])
                ]
                rejected.update(groups[family[0]].chains[0][: max(stops, default=0)])
                continue
            many = sum(value(self.rejected(group)) for group in family)
            ranked = sorted(chain for group in family for chain in groups[group].ranked_chains)
            rejected.update(row for _, chain in ranked[:many] for row in chain)
        chosen = {self.counted.table.name: keys_of(self.counted.table, rejected)}
        for table, keys in self._rejected_entry_keys(rejected, amounts):
            chosen[table] = (*chosen.get(table, ()), *keys)
        return {table: tuple(sorted(keys)) for table, keys in chosen.items() if keys}

    def _rejected_entry_keys(
        self, rejected: set[int], amounts: Mapping[str, int]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The entries that are rejected themselves, where these rows are."""
        item = self.counted.only_person_item
        if item is None or item not in amounts:
            for (number, place), single in self.rejected_entries.items():
                kind = self.counted.kinds[number]
                if many := self._model.value(single):
                    yield kind.table.name, keys_of(kind.table, [rows[place] for rows in kind.rows[:many]])
            return
        chains = ([row for row in chain if row not in rejected] for chain in self.counted.chains)
        standing = {left[0] for left in chains if left}
        table = self.counted.persons[0].table if self.counted.persons else self.counted.table
        every = (
            keys_of(table, [entry.row for entry in person.entries if entry.through in standing])
            for person in self.counted.persons
        )
        ranked = sorted((len(keys), min(keys), keys) for keys in every if keys)
        for _, _, keys in ranked[: max(0, len(ranked) - amounts[item])]:
            yield table.name, keys


def _rows_to_lose(kind: PersonGroup, places: Iterable[int]) -> int:
    """Through how many rows persons of a kind have entries at some places while nothing is rejected."""
    through = [kind.entries[place][0] for place in places]
    return len({place for place in through if place is None or not place[1]})


def keys_of(table: EvidenceTable, rows: Iterable[int]) -> tuple[str, ...]:
    """The keys of rows."""
    return tuple(table.keys.iloc[list(rows)])
