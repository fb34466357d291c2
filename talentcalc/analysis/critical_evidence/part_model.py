"""The rows of some items in the model of a board, and which of them smallest sets have rejected so far."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from talentcalc.analysis.critical_evidence.integer_model import Expression, IntegerModel, Preference
from talentcalc.analysis.critical_evidence.rejection_model import Keys, RejectionModel, keys_of
from talentcalc.analysis.critical_evidence.score_model import Amount
from talentcalc.analysis.critical_evidence.shared_rows import Part
from talentcalc.scorecard.counting import Quantity


@dataclass(frozen=True)
class CriticalPart:
    """Items that hang on the same rows, and every row of them that some smallest set rejects.

    A smallest set rejects at least `least` and at most `most` rows of them.
    """

    items: tuple[str, ...]
    rows: Keys
    least: int
    most: int


@dataclass
class _Choice:
    """Rows of which a smallest set may reject some: the same stop of a group's chains, or entries alike.

    What is as good as something seen is in a smallest set too: of choices `alike`, all that are worth more.
    """

    alike: Hashable
    worth: int
    rejected: Expression
    rows: Keys
    entries: frozenset[tuple[int, int]] = frozenset()
    seen: bool = False
    novelty_term: Expression | None = None


class PartModel:
    """A part's rows in the model of a board, and what of them was seen in a smallest set."""

    def __init__(
        self,
        model: IntegerModel,
        part: Part,
        quantities: Mapping[str, Quantity],
        most: int,
        by_shares: bool = False,
    ) -> None:
        self._part, self._model = part, model
        self._rejections = [RejectionModel(model, counted, most, by_shares) for counted in part.rows]
        self.rows: Expression = model.total(rejection.rows for rejection in self._rejections)
        self.amounts: dict[str, Amount] = {}
        for rejection in self._rejections:
            for item, remaining in rejection.remaining.items():
                if item in quantities:
                    scale = rejection.counted.scale[item]
                    filed = int((quantities[item].value or 0) * scale)
                    amount = model.whole(0, filed)  # as if so much remained, or less
                    model.add(amount >= remaining)
                    self.amounts[item] = Amount(amount, scale, filed)
        self.least, self.most = -1, -1

    @cached_property
    def _choices(self) -> list[_Choice]:
        return [choice for rejection in self._rejections for choice in _choices(self._model, rejection)]

    def record_solution(self) -> None:
        """What the last solution rejects, and what is as good."""
        rows = self._model.value(self.rows)
        self.least, self.most = min(rows, self.least if self.most >= 0 else rows), max(rows, self.most)
        good = {entry for one in self._rejections for entry in _persons_as_good(self._model, one)}
        worth: dict[Hashable, int] = {}
        for choice in self._choices:
            choice.seen |= self._model.value(choice.rejected) > 0 or not good.isdisjoint(choice.entries)
            if choice.seen:
                worth[choice.alike] = min(choice.worth, worth.get(choice.alike, choice.worth))
        for choice in self._choices:
            choice.seen |= choice.alike in worth and choice.worth >= worth[choice.alike]

    def not_yet_covered(self) -> Iterator[Expression]:
        """What was not seen yet and may be in another smallest set; more the less it is worth."""
        yield self._model.implying(self.rows <= self.least - 1)
        yield self._model.implying(self.rows >= self.most + 1)
        if entries := [choice.rejected for choice in self._choices if choice.entries and not choice.seen]:
            yield self._model.implying(self._model.total(entries) >= 1)
        for rank, choice in enumerate(self._choices, start=1):
            if not choice.seen and not choice.entries:
                if choice.novelty_term is None:
                    choice.novelty_term = rank * self._model.implying(choice.rejected >= 1)
                yield choice.novelty_term

    def critical(self) -> CriticalPart:
        """Every row that was seen, or is as good."""
        found: dict[str, set[str]] = {}
        for choice in self._choices:
            for table, keys in choice.rows.items() if choice.seen else ():
                found.setdefault(table, set()).update(keys)
        rows = {table: tuple(sorted(keys)) for table, keys in found.items()}
        return CriticalPart(tuple(item.id for item in self._part.items), rows, self.least, self.most)

    def preferences(self, rows: int) -> Iterator[Preference]:
        """What the one set that is shown is to have: so much as can be of the first, then of the second."""
        yield self.rows, self.least, self.most
        numbers = {item for rejection in self._rejections for item in rejection.counted.row_count_items}
        order = {item.id: place for place, item in enumerate(self._part.items)}
        for item in sorted(self.amounts, key=lambda name: (name not in numbers, order[name])):
            yield self.amounts[item].expression, 0, self.amounts[item].most
        for rejection in self._rejections:
            yield from rejection.preferences(rows)

    def chosen(self) -> Keys:
        """The rows that the last solution rejects, or others as good that come first."""
        amounts = {item: self._model.value(amount.expression) for item, amount in self.amounts.items()}
        return {table: keys for one in self._rejections for table, keys in one.chosen(amounts).items()}


def _choices(model: IntegerModel, rejection: RejectionModel) -> Iterator[_Choice]:
    """Everything of some rows that a smallest set may reject."""
    counted = rejection.counted
    for number in (number for family in counted.families for number in family):
        group = counted.groups[number]
        for stop in group.rejection_depths:
            keys = keys_of(counted.table, [row for chain in group.chains for row in chain[:stop]])
            rejected, alike = rejection.rejected_to[number, stop], (id(rejection), group.family, stop)
            yield _Choice(alike, group.worth, rejected, {counted.table.name: keys})
    together: dict[Hashable, list[tuple[int, int]]] = {}
    for number, place in rejection.rejected_entries:
        at, use = counted.kinds[number].entries[place]
        through = at and (at if counted.groups[at[0]].alone else counted.groups[at[0]].family)
        worth = at and counted.groups[at[0]].worth
        together.setdefault((id(rejection), number, use, through, worth), []).append((number, place))
    for key, entries in together.items():
        kind = counted.kinds[entries[0][0]]
        keys = keys_of(kind.table, [rows[place] for _, place in entries for rows in kind.rows])
        some = model.total(rejection.rejected_entries[entry] for entry in entries)
        yield _Choice(key, 0, some, {kind.table.name: keys}, frozenset(entries))


def _persons_as_good(model: IntegerModel, rejection: RejectionModel) -> set[tuple[int, int]]:
    """The entries of persons with no more of them left than somebody who is rejected by them."""
    kinds = rejection.counted.kinds
    if rejection.counted.only_person_item is None:
        return set()
    left = [
        [
            (number, place)
            for place, (at, _) in enumerate(kind.entries)
            if model.value(rejection.counting_rows(at))
        ]
        for number, kind in enumerate(kinds)
    ]
    most = max(
        (len(left[number]) for (number, _), one in rejection.rejected_entries.items() if model.value(one)),
        default=0,
    )
    return {entry for entries in left if len(entries) <= most for entry in entries}
