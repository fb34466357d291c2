"""What rejecting rows costs and loses: the items that hang on the same rows, and the fewest rows for each loss.

A row is rejected where a verification says so. A later duplicate then takes its place; what counts through
it falls with it; an amount and a number are lost together. Every way to lose is weighed, none is sampled.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import product
from math import floor, lcm, prod

import numpy as np
import numpy.typing as npt

from talentcalc.firmness.attending import NEVER, Attending, attending
from talentcalc.firmness.chains import Chain, Lot, chain, chain_of_one
from talentcalc.firmness.least import Offer, Option, TooInvolved
from talentcalc.firmness.levels import Steps, altered, steps
from talentcalc.firmness.lots import AllLots, Lots
from talentcalc.firmness.people import People
from talentcalc.rulebook.score import Distinct, Indicator, Item, Sum, Threshold
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_item

Whole = npt.NDArray[np.int64]
Level = tuple[int, ...]
"""For each item of a part, how many steps its quantity must fall."""

Keys = dict[str, tuple[str, ...]]
"""Rows by table, each by its key."""

_MOST = 5_000_000  # ways to reject times kinds of people: what is weighed in about a second


class Rejecting:
    """Items of one indicator that hang on the same rows of a table, and what rejecting those loses."""

    def __init__(
        self, lots: AllLots, indicator: Indicator, items: Sequence[Item], quantities: Mapping[str, Quantity]
    ) -> None:
        self.items, self._indicator, self._all = tuple(items), indicator, lots
        self._quantities = {one.id: quantities[one.id] for one in items}
        through = [one for one in items if one.measure.through is not None]
        self._counted = [one for one in items if not one.measure.through and one.measure.count == "rows"]
        valued = [one for one in items if one not in self._counted]
        own_people = not through and any(isinstance(one.measure.count, Distinct) for one in valued)
        if len(valued) > 1 or own_people or len({base_table(one) for one in items}) > 1:
            raise TooInvolved(f"{'、'.join(one.id for one in items)} 由同一些记录以多种方式计量")
        self._valued = valued[0] if valued else None
        self._lots = lots.of(base_table(items[0]))
        self._scale = 1
        self._where = {
            one.id: self._lots.rows.where(one.measure.through.where if one.measure.through else one.measure.where)
            for one in items
        }
        self._child = self._attending() if through else None
        self._worth = self._worths()
        self._steps = {one.id: self._steps_of(one) for one in items}
        self._needs = {one.id: self._needs_of(one) for one in items}
        self._weigh()

    @cached_property
    def offer(self) -> Offer:
        """Every loss of points, with the fewest rows for it; those that cost more and lose no more left out."""
        options = []
        counts = [range(len(self._needs[one.id])) for one in self._counted]
        for level in product(*counts):
            rows = self._rows(level)
            if rows is not None:
                for last, number in enumerate(rows.tolist()):
                    if number < NEVER:
                        whole = (*level, last) if self._valued else level
                        options.append(Option(number, self._points(whole), whole))
        return Offer(tuple(one.id for one in self.items), tuple(_worth_it(options)))

    def fewest(self, item: str, step: int) -> int | None:
        """The fewest rows with which one item's quantity falls so many steps; None if none do, or not told."""
        order = [one.id for one in self._in_order()]
        level = tuple(step if name == item else 0 for name in order)
        if not self.exact and self._valued and level[-1]:
            return None
        rows = self._rows(level[: len(self._counted)])
        number = NEVER if rows is None else int(rows[level[-1] if self._valued else 0])
        return number if number < NEVER else None

    def told(self, level: Level) -> Keys:
        """The rows of one choice of the fewest for a level, the first by key."""
        state = int(self._best(level)[0])
        rows = {row for one, position in self._at(state) for row in one.rejected(position)}
        return self._keys(rows, self._one_by_one(state, level, told=True))

    def among(self, level: Level) -> Keys:
        """Every row of any choice of the fewest rows for a level."""
        rows: set[int] = set()
        singles: set[int] = set()
        for state in self._best(level).tolist():
            slack = self._slack(state, level)
            for one, position in self._at(state):
                rows.update(one.could(position, slack))
            singles.update(self._one_by_one(state, level, told=False))
        return self._keys(rows, singles)

    # --- what there is ---

    def _in_order(self) -> list[Item]:
        return [*self._counted, *([self._valued] if self._valued else [])]

    def _attending(self) -> Attending:
        assert self._valued is not None
        wanted = self._where[self._valued.id]
        taken = frozenset(row for lot in self._lots.lots for row in lot if wanted[row])
        return attending(self._valued.measure, self._all, taken)

    def _worths(self) -> Whole:
        """What each row is worth of the amount or the attendance, in whole numbers."""
        worth = np.zeros(len(self._lots.rows.frame), dtype=np.int64)
        if self._child is not None:
            for row, size in self._child.sizes.items():
                worth[row] = size
        elif self._valued is not None:
            count = self._valued.measure.count
            assert isinstance(count, Sum)
            concerned = np.flatnonzero(self._where[self._valued.id])
            amounts = [Fraction(one) for one in self._lots.rows.frame[count.sum].iloc[concerned]]
            if any(amount < 0 for amount in amounts):
                raise TooInvolved(f"{self._valued.id}有负的金额")
            self._scale = lcm(1, *(amount.denominator for amount in amounts))
            worth[concerned] = [int(amount * self._scale) for amount in amounts]
        return worth

    def _steps_of(self, item: Item) -> Steps:
        rules = [one.rule for one in self.items if isinstance(one.rule, Threshold)]
        gates = [one for one in rules if one.only_with is not None and one.only_with.item == item.id]
        return steps(self._indicator, item, gates)

    def _needs_of(self, item: Item) -> list[int]:
        """How much of an item must be lost for each step, less than nothing for none."""
        value = self._quantities[item.id].value or Fraction(0)
        scale = self._scale if item is self._valued else 1
        below = self._steps[item.id].below(value)
        return [-NEVER, *(floor((value - step) * scale) + 1 for step in below)]

    def _points(self, level: Level) -> Fraction:
        """The points of all items at a level."""
        quantities = dict(self._quantities)
        for item, step in zip(self._in_order(), level, strict=True):
            if step:
                quantities[item.id] = altered(quantities[item.id], self._value(item, step))
        return sum((score_item(self._indicator, one, quantities).points for one in self.items), Fraction(0))

    def _value(self, item: Item, step: int) -> Fraction:
        """A quantity that has fallen so many steps and no more."""
        value = self._quantities[item.id].value or Fraction(0)
        if self._steps[item.id].counts:
            return value - self._needs[item.id][step]
        return [*self._steps[item.id].below(value), Fraction(0)][step]

    # --- every way to reject ---

    def _weigh(self) -> None:
        """Every way to reject lots: its rows, what it loses, and the rows to be taken one by one beside."""
        child, self.exact = self._child, True
        self._people = None if child is None or child.rows_each else People(child)
        self._chains = self._made()
        if self._people and prod(len(one.rows) for one in self._chains) * len(self._people.kinds) > _MOST:
            # As if everybody counted through one row only: that never takes more rows than there need be.
            self._people, self.exact = None, False
            self._chains = self._made()
        lengths = [len(one.rows) for one in self._chains]
        if prod(lengths) > _MOST // 10:
            raise TooInvolved(f"{'、'.join(one.id for one in self.items)} 可不予认可的组合过多")
        shape = (len(lengths), prod(lengths))
        self._positions = np.indices(lengths, dtype=np.int64).reshape(shape) if lengths else np.zeros(shape, int)
        at = list(zip(self._chains, self._positions, strict=True))
        self._cost = sum((one.rows[where] for one, where in at), np.zeros(shape[1], dtype=np.int64))
        lost = np.zeros((shape[1], len(self._counted)), dtype=np.int64)
        self._lost = sum((one.lost[where] for one, where in at), lost)
        self._gone = sum((one.value[where] for one, where in at), np.zeros(shape[1], dtype=np.int64))
        self._beside = self._besides()

    def _made(self) -> list[Chain]:
        made = list(self._every_chain())
        return made if self._lots.rejectable else [one.still() for one in made]

    def _every_chain(self) -> Iterator[Chain]:
        columns = [self._where[one.id] for one in self._counted]
        valued = self._where[self._valued.id] if self._valued else np.zeros(len(self._worth), dtype=bool)
        alike: dict[tuple[object, ...], list[Lot]] = {}
        for lot in self._lots.lots:
            each = [tuple(int(column[row]) for column in columns) for row in lot]
            worth = [int(self._worth[row]) for row in lot]
            if not any(map(any, each)) and not any(valued[row] for row in lot):
                continue
            same = len(set(each)) == 1 and len(set(worth)) == 1 and (not self._people or not any(worth[1:]))
            if same:
                kind = self._people.kind(lot[0]) if self._people and len(lot) == 1 else None
                alike.setdefault((each[0], self._valued and len(lot), kind), []).append(lot)
            else:
                yield chain_of_one(lot, each, worth, self.exact)
        for (each_one, *_), lots in alike.items():
            assert isinstance(each_one, tuple)
            worths = [int(self._worth[lot[0]]) for lot in lots]
            whole = chain(lots, each_one, worths)
            yield whole.until(self._enough(whole))

    def _enough(self, whole: Chain) -> npt.NDArray[np.bool_]:
        """From which position of a chain on no more of it need be rejected."""
        if self._people:
            return np.zeros(len(whole.rows), dtype=bool)
        enough = np.ones(len(whole.rows), dtype=bool)
        for number, item in enumerate(self._counted):
            enough &= whole.lost[:, number] >= self._needs[item.id][-1]
        if self._valued:
            enough &= whole.value >= self._needs[self._valued.id][-1]
        return enough

    def _besides(self) -> Whole:
        """For each way, and each step of the amount or attendance, the rows to be taken one by one."""
        if self._valued is None:
            return np.zeros((len(self._cost), 1), dtype=np.int64)
        needs = np.array(self._needs[self._valued.id], dtype=np.int64)
        if len(self._cost) * len(needs) > 4 * _MOST:
            raise TooInvolved(f"{self._valued.id} 可不予认可的组合过多")
        if self._people:
            beside = self._people.besides(self._chains, self._positions, needs)
        else:
            beside = np.maximum(needs[None, :] - self._gone[:, None], 0)
        if self._child is None or not self._child.one_by_one:
            beside = np.where(beside > 0, NEVER, 0)
        return beside

    def _rows(self, level: Level) -> Whole | None:
        """For each step of the amount or attendance, the fewest rows where the rest is at a level."""
        ways = self._ways(level)
        return (self._cost[ways][:, None] + self._beside[ways]).min(axis=0) if ways.any() else None

    def _ways(self, level: Level) -> npt.NDArray[np.bool_]:
        ways = np.ones(len(self._cost), dtype=bool)
        for number, (item, step) in enumerate(zip(self._counted, level, strict=False)):
            ways &= self._lost[:, number] >= self._needs[item.id][step]
        return ways

    def _best(self, level: Level) -> Whole:
        """The ways to a level of the fewest rows."""
        if not self.exact and self._valued and level[-1]:
            raise TooInvolved(f"{self._valued.id} 同一人多次计入，组合过多，不能逐一比较")
        total = np.where(self._ways(level), self._cost + self._beside[:, level[-1] if self._valued else 0], NEVER)
        return np.flatnonzero(total == total.min())

    def _at(self, state: int) -> Iterator[tuple[Chain, int]]:
        return zip(self._chains, self._positions[:, state].tolist(), strict=True)

    def _slack(self, state: int, level: Level) -> int:
        """How much more of the amount or attendance a way loses than a level asks for."""
        if self._valued is None:
            return 0
        need = self._needs[self._valued.id][level[-1]]
        gone = self._people.gone(self._chains, self._positions[:, state]) if self._people else self._gone[state]
        return max(0, min(int(gone) - need, NEVER))

    def _one_by_one(self, state: int, level: Level, told: bool) -> set[int]:
        """The rows taken one by one in a way to a level: those of one choice, or of any."""
        child, number = self._child, level[-1]
        if child is None or not self._beside[state, number]:
            return set()
        assert self._valued is not None
        gone = {row for one, at in self._at(state) for row in one.rejected(at)}
        sure = gone if told else {row for one, at in self._at(state) for row in one.must(at)}
        after = self._standing(self._lots, gone)
        may = after if told else after | (gone - sure)
        need = self._needs[self._valued.id][number]
        if self._people:
            return self._people.taken(self._chains, self._positions[:, state], need, may, told)
        left = np.flatnonzero(np.isin(child.through, np.array(sorted(may), dtype=np.int64)))
        if told:
            left = left[np.argsort(child.keys[left], kind="stable")][: need - int(self._gone[state])]
        return set(child.rows[left].tolist())

    def _standing(self, lots: Lots, gone: set[int]) -> set[int]:
        """The rows that count once some are rejected: the first that is left of each lot."""
        left = ([row for row in lot if row not in gone] for lot in lots.lots)
        return {rows[0] for rows in left if rows}

    def _keys(self, rows: set[int], singles: set[int]) -> Keys:
        keys: Keys = {}
        for table, some in ((self._lots.rows, rows), (self._child and self._all.evidence[self._child.table], singles)):
            if table and some:
                keys[table.name] = tuple(sorted(table.keys.iloc[sorted(some)]))
        return keys


def base_table(item: Item) -> str:
    """The table that an item's rows stand in or count through."""
    return item.measure.through.table if item.measure.through else item.measure.table


def _worth_it(options: Sequence[Option]) -> Iterator[Option]:
    """Those that lose more than every option of fewer rows; the first, nothing rejected, stays the first."""
    best = {0: options[0].points}
    for option in options:
        best[option.rows] = min(option.points, best.get(option.rows, option.points))
    cheaper: dict[int, Fraction | None] = {}
    least: Fraction | None = None
    for rows in sorted(best):
        cheaper[rows] = least
        least = best[rows] if least is None else min(least, best[rows])
    yield options[0]
    for option in options[1:]:
        most = cheaper[option.rows]
        if most is not None and option.points < most:
            yield option
