"""What rejecting rows loses: the items that hang on the same rows, and the fewest rows for each loss.

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

from talentcalc.analysis.critical_evidence.attending import NEVER, Attending, attending
from talentcalc.analysis.critical_evidence.chains import Chain, Lot, chain, chain_of_one
from talentcalc.analysis.critical_evidence.least import NotComputable, Offer, Option
from talentcalc.analysis.critical_evidence.levels import Steps, altered, steps
from talentcalc.analysis.critical_evidence.lots import AllLots
from talentcalc.analysis.critical_evidence.people import People
from talentcalc.analysis.critical_evidence.ways import MOST, Level, Ways
from talentcalc.rulebook.score import Distinct, Indicator, Item, Sum, Threshold
from talentcalc.scorecard.counting import Quantity
from talentcalc.scorecard.scoring import score_item

Whole = npt.NDArray[np.int64]
Keys = dict[str, tuple[str, ...]]
"""Rows by table, each by its key."""


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
            raise NotComputable(f"{'、'.join(one.id for one in items)} 由同一些记录以多种方式计量")
        self._valued = valued[0] if valued else None
        self._lots = lots.of(base_table(items[0]))
        self._scale = 1
        self._where = {
            one.id: self._lots.rows.where(
                one.measure.through.where if one.measure.through else one.measure.where
            )
            for one in items
        }
        wanted = np.logical_or.reduce(list(self._where.values()))
        self._own = [self._lots.lots[number] for number in self._lots.having(wanted)]
        self._child = self._attending() if through else None
        self._worth = self._worths()
        self._steps = {one.id: self._steps_of(one) for one in items}
        self._needs = {one.id: self._needs_of(one) for one in items}
        self._weigh()

    @cached_property
    def offer(self) -> Offer:
        """Every loss of points, with the fewest rows for it; none that costs more and loses no more."""
        options = []
        counts = [range(len(self._needs[one.id])) for one in self._counted]
        for level in product(*counts):
            rows = self._ways.fewest(level)
            if rows is not None:
                for last, number in enumerate(rows.tolist()):
                    if number < NEVER:
                        whole = (*level, last) if self._valued else level
                        options.append(Option(number, self._points(whole), whole))
        return Offer(tuple(one.id for one in self.items), tuple(_worth_it(options)))

    def fewest(self, item: str, step: int) -> int | None:
        """The fewest rows with which one item's quantity falls so many steps; None if not told."""
        order = [one.id for one in self._in_order()]
        level = tuple(step if name == item else 0 for name in order)
        if not self.exact and self._valued and level[-1]:
            return None
        rows = self._ways.fewest(level[: len(self._counted)])
        number = NEVER if rows is None else int(rows[level[-1] if self._valued else 0])
        return number if number < NEVER else None

    def told(self, level: Level) -> Keys:
        """The rows of one choice of the fewest for a level, the first by key."""
        way = self._best(level)[0]
        rows = {row for one, position in self._ways.at(way) for row in one.rejected(position)}
        return self._keys(rows, self._one_by_one(way, level, told=True))

    def among(self, level: Level) -> Keys:
        """Every row of any choice of the fewest rows for a level."""
        rows: set[int] = set()
        singles: set[int] = set()
        for way in self._best(level):
            slack = self._ways.slack(way, level)
            for one, position in self._ways.at(way):
                rows.update(one.could(position, slack))
            singles.update(self._one_by_one(way, level, told=False))
        return self._keys(rows, singles)

    # --- what there is ---

    def _in_order(self) -> list[Item]:
        return [*self._counted, *([self._valued] if self._valued else [])]

    def _attending(self) -> Attending:
        assert self._valued is not None
        wanted = self._where[self._valued.id]
        taken = frozenset(row for lot in self._own for row in lot if wanted[row])
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
                raise NotComputable(f"{self._valued.id}有负的金额")
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
        """Weigh every way; of people with too many, only how few rows there must be at the least."""
        child = self._child
        self.exact, self._people = True, None if child is None or child.rows_each else People(child)
        chains = self._chains()
        if self._people and prod(len(one.rows) for one in chains) * len(self._people.kinds) > MOST:
            # As if everybody counted through one row only: that never takes more rows than there need be.
            self.exact, self._people = False, None
            chains = self._chains()
        counted = [self._needs[one.id] for one in self._counted]
        valued = self._needs[self._valued.id] if self._valued else None
        self._ways = Ways(chains, counted, valued, self._people, child is not None and child.one_by_one)

    def _chains(self) -> list[Chain]:
        made = list(self._every_chain())
        return made if self._lots.rejectable else [one.still() for one in made]

    def _every_chain(self) -> Iterator[Chain]:
        columns = [self._where[one.id].astype(int).tolist() for one in self._counted]
        worths = self._worth.tolist()
        alike: dict[tuple[object, ...], list[Lot]] = {}
        for lot in self._own:
            each = [tuple([column[row] for column in columns]) for row in lot]
            worth = [worths[row] for row in lot]
            same = len(set(each)) == 1 and len(set(worth)) == 1 and (not self._people or not any(worth[1:]))
            if same:
                kind = self._people.kind(lot[0]) if self._people and len(lot) == 1 else None
                alike.setdefault((each[0], self._valued and len(lot), kind), []).append(lot)
            else:
                yield chain_of_one(lot, each, worth, self.exact)
        for (each_one, *_), lots in alike.items():
            assert isinstance(each_one, tuple)
            whole = chain(lots, each_one, [worths[lot[0]] for lot in lots])
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

    def _best(self, level: Level) -> list[int]:
        if not self.exact and self._valued and level[-1]:
            raise NotComputable(f"{self._valued.id} 同一人多次计入，组合过多，不能逐一比较")
        return self._ways.best(level)

    def _one_by_one(self, way: int, level: Level, told: bool) -> set[int]:
        """The rows taken one by one in a way to a level: those of one choice, or of any."""
        child = self._child
        missing = self._ways.missing(way, level) if child else 0
        if child is None or missing <= 0:
            return set()
        gone = {row for one, at in self._ways.at(way) for row in one.rejected(at)}
        may = {row for lot in self._own for row in [one for one in lot if one not in gone][:1]}
        if not told:
            may |= gone - {row for one, at in self._ways.at(way) for row in one.must(at)}
        if self._people:
            return self._ways.taken(way, level, may, told)
        left = np.flatnonzero(np.isin(child.through, np.array(sorted(may), dtype=np.int64)))
        if told:
            left = left[np.argsort(child.keys[left], kind="stable")][:missing]
        return set(child.rows[left].tolist())

    def _keys(self, rows: set[int], singles: set[int]) -> Keys:
        keys: Keys = {}
        for table, some in (
            (self._lots.rows, rows),
            (self._child and self._all.evidence[self._child.table], singles),
        ):
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
