"""The rows that some items count, with those that are interchangeable put together.

Chains of duplicates that count alike are a group. Rows that count through others, and rows of which only the
different values of a column count, are entries of persons; persons with the same entries are a kind.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from talentcalc.analysis.critical_evidence.duplicate_chains import Chain, DuplicateChains
from talentcalc.analysis.critical_evidence.integer_model import LARGEST
from talentcalc.analysis.critical_evidence.persons import (
    Use,
    counted_in_several_ways,
    persons_of,
    row_worth,
    scale_of,
)
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.score import Distinct, Item, Sum

ChainPosition = tuple[int, int]
"""A group, and a place in its chains."""

Uses = tuple[tuple[ChainPosition | None, Use], ...]
"""Through which places entries count, and their uses."""


@dataclass(frozen=True)
class ChainGroup:
    """Interchangeable chains: of each, so many rows as a stop says can be rejected with effect.

    Groups of a family differ only in what a first row is `worth`, if at all: the more, the better to reject.
    A chain whose rows differ is `alone`: it is like no other.
    """

    chain_numbers: list[int]
    chains: list[Chain]
    rejection_depths: list[int]
    family: Hashable
    worth: int
    alone: bool

    @property
    def ranked_chains(self) -> list[tuple[tuple[int, int, int], Chain]]:
        """The chains, each with its place in the family."""
        return [
            ((-self.worth, len(chain), number), chain)
            for number, chain in zip(self.chain_numbers, self.chains, strict=True)
        ]


@dataclass(frozen=True)
class PersonGroup:
    """Persons with the same entries, `size` of them wherever an entry's place counts; `rows` are each's."""

    table: EvidenceTable
    entries: Uses
    rows: list[tuple[int, ...]]
    size: int


class CountedRows:
    """The rows of a root table that items count, directly or through them.

    Raises:
        NotComputable: they are counted in a way that is not computed.
    """

    def __init__(self, tables: DuplicateChains, root: str, items: Sequence[Item]) -> None:
        self.chains, self.table = tables.chains(root), tables.evidence[root]
        self._rejectable = tables.rejectable(root).tolist()
        self.scale = {item.id: scale_of(tables.evidence[item.measure.table], item) for item in items}
        by_person: dict[str, list[Item]] = {}
        for item in items:
            if item.measure.table != root:
                by_person.setdefault(item.measure.table, []).append(item)
            elif isinstance(item.measure.count, Distinct):
                by_person.setdefault(item.measure.count.distinct, []).append(item)
        if len({item.measure.table for item in items} - {root}) > 1:
            raise counted_in_several_ways(items)
        self.persons = [one for several in by_person.values() for one in persons_of(tables, root, several)]
        of_persons = [item for several in by_person.values() for item in several]
        self.distinct = {item.id for item in of_persons if isinstance(item.measure.count, Distinct)}
        """The items of which a person is worth one, whatever the number of entries."""
        children = [item for item in of_persons if item.measure.table != root]
        self.ignoring_through = {item.id for item in children if not item.measure.through}
        """The items that count entries whatever they count through."""
        self.worth = {
            item.id: row_worth(self.table, item, self.scale[item.id])
            for item in items
            if item not in of_persons
        }
        """Of each item that counts rows of the root table themselves, what each row is worth."""
        self.row_count_items = [
            item.id for item in items if item.id in self.worth and item.measure.count == "rows"
        ]
        self._valued = len(items) - len(self.row_count_items)
        only = len(of_persons) == len(children) == 1 and not isinstance(children[0].measure.count, Sum)
        self.only_person_item = children[0].id if only else None
        """The item of which each person, or entry, is worth one, if they count for no other."""

    @cached_property
    def groups(self) -> list[ChainGroup]:
        """The chains by group, as far as an item counts a row of them."""
        times = Counter((entry.through, entry.use) for person in self.persons for entry in person.entries)
        uses: dict[int, dict[Use, int]] = {}  # of all that counts through a row
        for (through, use), number in times.items():
            uses.setdefault(through, {})[use] = number
        people = self._people()
        worth = {item: each.tolist() for item, each in self.worth.items()}
        concerned = {*uses, *(row for each in self.worth.values() for row in np.flatnonzero(each).tolist())}

        def profile(row: int) -> Hashable:
            through = tuple(sorted(uses.get(row, {}).items()))
            return tuple([each[row] for each in worth.values()]), through, self._rejectable[row]

        together: dict[Hashable, list[int]] = {}
        for number, chain in enumerate(self.chains):
            if not concerned.isdisjoint(chain):
                first = profile(chain[0])
                alone = any(profile(row) != first or (people and row in uses) for row in chain[1:])
                key = number if alone or chain[0] in people else (first, len(chain))
                together.setdefault((alone, key), []).append(number)
        groups = []
        for (alone, _), numbers in together.items():  # type: ignore[misc]
            chain = self.chains[numbers[0]]
            family: Hashable = numbers[0]
            if not alone:
                counted = tuple(worth[item][chain[0]] for item in self.row_count_items)
                several = profile(chain[0]) if self._valued > 1 else None  # no one worth tells which is best
                who = people.get(chain[0]) or (bool(people) and chain[0] in uses)
                family = (counted, several, len(chain) if self._valued else 0, who)
            last = next((n for n, row in enumerate(chain) if not self._rejectable[row]), len(chain))
            changes = [
                n for n in range(1, len(chain)) if people or profile(chain[n]) != profile(chain[n - 1])
            ]
            stops = [n for n in (*(changes if alone else ()), len(chain)) if n <= last]
            best = sum(uses.get(chain[0], {}).values())
            best += sum(each[chain[0]] for item, each in worth.items() if item not in self.row_count_items)
            chains = [self.chains[number] for number in numbers]
            groups.append(ChainGroup(numbers, chains, stops, family, best, bool(alone)))
        return groups

    def _people(self) -> dict[int, Hashable]:
        """Who counts through a row, by name or number, if any of them counts through others too."""
        several = {
            entry.through for person in self.persons if len(person.entries) > 1 for entry in person.entries
        }
        found: dict[int, list[tuple[int, Use]]] = {row: [] for row in several}
        for number, person in enumerate(self.persons):
            for entry in person.entries:
                if entry.through in found:
                    found[entry.through].append((number, entry.use))
        known: dict[Hashable, Hashable] = {}
        return {row: known.setdefault(frozenset(who), f"through {row}") for row, who in found.items()}

    @cached_property
    def families(self) -> list[list[int]]:
        """The groups of each family, the best to reject first; those that are like no other before all."""
        of: dict[Hashable, list[int]] = {}
        for number, group in enumerate(self.groups):
            of.setdefault(group.family, []).append(number)
        order = sorted(
            of.values(),
            key=lambda family: (
                not self.groups[family[0]].alone,
                min(self.groups[number].chain_numbers[0] for number in family),
            ),
        )
        return [sorted(family, key=lambda number: self.groups[number].ranked_chains[0]) for family in order]

    @cached_property
    def kinds(self) -> list[PersonGroup]:
        """The persons by kind."""
        place = {
            row: (number, at)
            for number, group in enumerate(self.groups if self.persons else ())
            for chain in group.chains
            for at, row in enumerate(chain)
        }
        alike: dict[Uses, tuple[EvidenceTable, list[tuple[int, ...]]]] = {}
        for person in self.persons:
            entries = sorted(person.entries)
            key = tuple([(place.get(entry.through), entry.use) for entry in entries])
            alike.setdefault(key, (person.table, []))[1].append(tuple([entry.row for entry in entries]))
        kinds = []
        for key, (table, rows) in alike.items():
            at = key[0][0] if len(key) == 1 else None
            kinds.append(
                PersonGroup(table, key, rows, len(rows) // (len(self.groups[at[0]].chains) if at else 1))
            )
        return kinds

    def enough(self, item: str, left: int) -> int:
        """How many rows suffice, entry by entry, for so much to be left of an item; no bound if unknown."""
        if item != self.only_person_item or not all(
            use.rejectable for kind in self.kinds for _, use in kind.entries
        ):
            return LARGEST
        entries = sorted(len(person.entries) for person in self.persons)
        return sum(entries[: max(0, len(entries) - left)])
