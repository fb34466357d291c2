"""The fewest further rows that lift a board's score: one row may serve several items."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from math import ceil, lcm, prod
from typing import NamedTuple

from talentcalc.analysis.critical_evidence.duplicate_chains import DuplicateChains
from talentcalc.analysis.critical_evidence.integer_model import IntegerModel, Preference
from talentcalc.analysis.critical_evidence.levels import altered, steps
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.critical_evidence.score_model import Amount, ScoreModel
from talentcalc.analysis.critical_evidence.shared_rows import asking, base_table, joined
from talentcalc.messages.message import message
from talentcalc.rulebook.score import Board, Combined, Indicator, Item, Sum
from talentcalc.rulebook.table import Where
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_indicator

_KINDS = 10_000
"""Combinations of values that are looked through for the rows that could be added to a table."""


class _NewRow(NamedTuple):
    """A row that could be added: the items that it would count for, and those that count through it."""

    table: str
    counted_by: frozenset[str]
    through_it: frozenset[str]

    @property
    def serves(self) -> frozenset[str]:
        """All these items."""
        return self.counted_by | self.through_it

    def serves_more(self, other: "_NewRow") -> bool:
        """Whether a row serves all that another does, and more."""
        return self != other and self.counted_by >= other.counted_by and self.through_it >= other.through_it


class UpgradeSearch:
    """The fewest further rows with which a board's score is over `edge`; `rows` is None where none do.

    Then `end` is what the score comes to with all that rows can earn.

    Raises:
        NotComputable: it is not found exactly.
    """

    def __init__(
        self, board: Board, quantities: Mapping[str, Quantity], tables: DuplicateChains, edge: Fraction
    ) -> None:
        self._board, self._quantities, self._tables = board, quantities, tables
        items = [(one, item) for one in board.indicators() for item in one.items]
        self._items = {item.id: item for _, item in items if not isinstance(item.measure.count, Combined)}
        self._steps = {item.id: self._steps_of(item, one) for one, item in items if item.id in self._items}
        highest = {name: altered(quantities[name], max(values)) for name, values in self._steps.items()}
        every = {**quantities, **highest}
        self.end = sum((score_indicator(one, every).points for one in board.indicators()), Fraction(0))
        self.rows: int | None = None
        if self.end > edge:
            self._solve(edge)

    def _solve(self, edge: Fraction) -> None:
        model = self._model = IntegerModel()
        self._amounts: dict[str, Amount] = {}
        for name, values in self._steps.items():
            scale = lcm(*(value.denominator for value in values))
            most = int(max(values) * scale)
            self._amounts[name] = Amount(model.whole(int(values[0] * scale), most), scale, most)
        self._new = {
            new: model.whole(0, max([1, *(self._wanted(name) for name in new.counted_by)]))
            for table in sorted({one for item in self._items.values() for one in item.measure.tables})
            for new in self._new_rows(table)
        }
        for item in self._items.values():
            self._bound(item)
        self._score = score = ScoreModel(model, self._board, self._quantities, self._amounts, edge)
        model.add(score.points >= int(edge * score.scale) + 1)
        everything = model.total(self._new.values())
        self.rows = model.least(everything)
        assert self.rows is not None  # all that rows can earn is enough
        model.add(everything == self.rows)

    def more(self) -> dict[str, Fraction]:
        """By how much one choice of the fewest rows raises each item.

        It adds the most rows for the first items that a row may serve together, and so on; with those it
        earns the most there, and raises the first item the least.
        """
        assert self.rows is not None
        self._model.fix_in_order(list(self._preferences(self.rows)))
        raised = {
            name: Fraction(self._model.value(amount.expression), amount.scale) - self._now(name)
            for name, amount in self._amounts.items()
        }
        return {name: more for name, more in raised.items() if more}

    def _preferences(self, rows: int) -> Iterator[Preference]:
        items = tuple(self._items.values())
        pairs = [*asking(items), *(pair for new in self._new for pair in combinations(sorted(new.serves), 2))]
        for group in joined(items, pairs):
            names = [item.id for item in group]
            serving = [added for new, added in self._new.items() if not new.serves.isdisjoint(names)]
            yield self._model.total(serving), 0, rows
            if len(serving) > 1 or len(group) > 1 or isinstance(group[0].measure.count, Sum):
                yield self._model.total(self._score.item_points[name] for name in names), 0, self._score.most
                for name in names:
                    yield -1 * self._amounts[name].expression, -self._amounts[name].most, 0

    # --- what can be added ---

    def _now(self, name: str) -> Fraction:
        return self._quantities[name].value or Fraction(0)

    def _new_rows(self, table: str) -> list[_NewRow]:
        """Every kind of row that could be added to a table, of which none serves more.

        Raises:
            NotComputable: there are too many kinds.
        """
        counted: dict[str, Where] = {}
        through: dict[str, Where] = {}
        for name, item in self._items.items():
            base = item.measure.through
            if item.measure.table == table:
                based = base.where.items() if base else ()
                of_base = {f"{base_table(item)}.{column}": values for column, values in based}
                counted[name] = {**item.measure.where, **of_base}
            if base and base.table == table:
                through[name] = base.where
        columns: dict[str, set[bool | str]] = {}
        for where in (*counted.values(), *through.values()):
            for column, values in where.items():
                columns.setdefault(column, set()).update(values)
        if prod(map(len, columns.values())) > _KINDS:
            raise NotComputable(
                message("analysis.too_many_kinds", about=self._tables.book.tables[table].title)
            )
        found = set()
        for cells in product(*(sorted(values, key=str) for values in columns.values())):
            row = dict(zip(columns, cells, strict=True))
            found.add(_NewRow(table, _meeting(row, counted), _meeting(row, through)))
        useful = [new for new in found if not any(other.serves_more(new) for other in found)]
        return sorted(useful, key=lambda new: (sorted(new.counted_by), sorted(new.through_it)))

    def _wanted(self, name: str) -> int:
        """How many rows an item may want: an amount is one."""
        if isinstance(self._items[name].measure.count, Sum):
            return 1
        return int(max(self._steps[name]) - self._now(name))

    def _bound(self, item: Item) -> None:
        """An item is raised by no more than the rows that count for it."""
        amount, model = self._amounts[item.id], self._model
        now = int(self._now(item.id) * amount.scale)
        counted = model.total(added for new, added in self._new.items() if item.id in new.counted_by)
        each = amount.most - now if isinstance(item.measure.count, Sum) else 1
        model.add(each * counted >= amount.expression - now)
        if item.measure.through and not self._is_there(item):
            through = model.total(added for new, added in self._new.items() if item.id in new.through_it)
            model.add((amount.most - now) * through >= amount.expression - now)

    def _is_there(self, item: Item) -> bool:
        """Whether a row counts that further rows could count through."""
        assert item.measure.through is not None
        wanted = self._tables.evidence[base_table(item)].where(item.measure.through.where)
        return any(wanted[chain[0]] for chain in self._tables.chains(base_table(item)))

    def _steps_of(self, item: Item, indicator: Indicator) -> list[Fraction]:
        """An item's quantity, and those from which on it, or one that asks for it, has more points."""
        levels = steps(indicator, item, self._items.values())
        above = levels.above(self._now(item.id))
        return [self._now(item.id), *((Fraction(ceil(step)) for step in above) if levels.counts else above)]


def _meeting(row: Mapping[str, bool | str], wanted: Mapping[str, Where]) -> frozenset[str]:
    """The items of which a row has what they ask for."""
    return frozenset(
        name
        for name, where in wanted.items()
        if all(row[column] in values for column, values in where.items())
    )
