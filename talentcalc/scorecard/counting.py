"""From evidence to quantities: which rows count for an item, and how much of it there is."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.core.decimals import round_half_up
from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.model import Rulebook, ScorecardRulebook
from talentcalc.rulebook.score import Combined, Distinct, Measure, Median, Sum, TrimmedMean
from talentcalc.rulebook.table import Proven, Where


@dataclass(frozen=True)
class RowSetAside:
    """A row that does not count, and the first reason for it."""

    row: str
    why: str


@dataclass(frozen=True)
class Quantity:
    """How much of an item there is, from which rows. `value` is None where a mark is still owed.

    `parts` are the marks or amounts that it is made of, in the order of `counted`.
    """

    value: Fraction | None
    counted: tuple[str, ...]
    set_aside: tuple[RowSetAside, ...]
    parts: tuple[Fraction, ...] = ()


def count(book: Rulebook, evidence: Evidence, span: Span) -> dict[str, Quantity]:
    """The quantity of every item."""
    return Counting(evidence, span).count(book)


class Counting:
    """The counting of one audit's evidence, under any reading of the rulebook.

    Tables whose conditions two readings share are judged once, and measures that they share are taken once.
    """

    def __init__(self, evidence: Evidence, span: Span) -> None:
        self._evidence, self._span = evidence, span
        self._judged: dict[str, _Judged] = {}
        self._quantities: dict[tuple[str, ...], Quantity] = {}

    def with_changes(self, evidence: Evidence, tables: Collection[str]) -> "Counting":
        """The counting of evidence that differs in these tables, or in their rows' verifications.

        What was counted of the others is kept, unless the proofs are among these: any row may need one.
        """
        anew = Counting(evidence, self._span)
        if "proofs" not in tables:
            anew._judged = {
                key: judged for key, judged in self._judged.items() if judged.rows.name not in tables
            }
            anew._quantities = {
                key: quantity
                for key, quantity in self._quantities.items()
                if all(conditions in anew._judged for conditions in key[1:])
            }
        return anew

    def count(self, book: Rulebook) -> dict[str, Quantity]:
        """The quantity of every item, by the conditions and measures of `book`."""
        return self._measure_all(book, {item.id: item.measure for item in book.items()})

    def components(self, book: ScorecardRulebook) -> dict[str, Quantity]:
        """The scores of every component of the composite and their sum, by the conditions of `book`."""
        composite = book.scorecard.composite
        named = composite.components if composite else ()
        return self._measure_all(
            book,
            {
                component.id: Measure(table=component.table, count=Sum(sum=component.column))
                for component in named
            },
        )

    def _measure_all(self, book: Rulebook, measures: Mapping[str, Measure]) -> dict[str, Quantity]:
        evidence = dataclasses.replace(
            self._evidence,
            tables={
                name: dataclasses.replace(table, spec=book.tables[name])
                if table.spec.counts != book.tables[name].counts
                else table
                for name, table in self._evidence.tables.items()
            },
        )
        as_said = {name: f"{name} {_conditions(book, name)}" for name in evidence.tables}
        return {name: self._quantity(one, evidence, as_said) for name, one in measures.items()}

    def _quantity(self, measure: Measure, evidence: Evidence, as_said: Mapping[str, str]) -> Quantity:
        names = measure.tables
        key = (measure.model_dump_json(), *(as_said[name] for name in names))
        if key not in self._quantities:
            for name in names:
                if as_said[name] not in self._judged:
                    why = first_reasons(evidence, name, self._span)
                    self._judged[as_said[name]] = _Judged(evidence[name], why)
            tables = {name: self._judged[as_said[name]] for name in names}
            self._quantities[key] = _quantity(measure, tables)
        return self._quantities[key]


def _conditions(book: Rulebook, table: str) -> str:
    """All that decides whether a table's rows count: its conditions, and those on the proofs it may need."""
    conditions = book.tables[table].counts
    if any(isinstance(condition, Proven) for condition in conditions):
        conditions += book.tables["proofs"].counts
    return repr(conditions)


@dataclass(frozen=True)
class _Judged:
    """A table, and for each row why it does not count."""

    rows: EvidenceTable
    why: npt.NDArray[np.object_]

    @cached_property
    def keys(self) -> npt.NDArray[np.object_]:
        return self.rows.keys.to_numpy(dtype=object)

    @cached_property
    def reason_of(self) -> dict[str, str | None]:
        return dict(zip(self.keys, self.why, strict=True))

    def where(self, values: Where) -> npt.NDArray[np.intp]:
        """The positions of the rows wanted."""
        return np.flatnonzero(self.rows.where(values))


def _quantity(measure: Measure, tables: Mapping[str, _Judged]) -> Quantity:
    table = tables[measure.table]
    concerned = table.where(measure.where)
    why = table.why[concerned]
    if measure.through is not None:
        through = tables[measure.through.table]
        keys = set(through.keys[through.where(measure.through.where)])
        named = table.rows.frame[measure.through.column].to_numpy(dtype=object)[concerned]
        through_it = np.fromiter((key in keys for key in named), dtype=bool, count=len(named))
        concerned, why, named = concerned[through_it], why[through_it], named[through_it]
        why = np.array(
            [reason or through.reason_of[key] for reason, key in zip(why, named, strict=True)], object
        )
    counts = pd.isna(why)
    counted = concerned[counts]
    value, parts = _measured(measure, table.rows.frame, counted)
    aside = zip(table.keys[concerned[~counts]], why[~counts], strict=True)
    return Quantity(value, tuple(table.keys[counted]), tuple(RowSetAside(*row) for row in aside), parts)


def _measured(
    measure: Measure, frame: pd.DataFrame, counted: npt.NDArray[np.intp]
) -> tuple[Fraction | None, tuple[Fraction, ...]]:
    match measure.count:
        case Distinct(distinct=column):
            return Fraction(frame[column].iloc[counted].nunique()), ()
        case Sum(sum=column):
            parts = tuple(Fraction(value) for value in frame[column].iloc[counted])
            return sum(parts, Fraction(0)), parts
        case "rows":
            return Fraction(len(counted)), ()
        case combination:
            (column,) = combination.model_dump().values()
            parts = tuple(Fraction(value) for value in frame[column].iloc[counted])
            return combined(combination, parts), parts


def combined(combination: Combined, marks: Sequence[Fraction]) -> Fraction | None:
    """Several marks as one, rounded half-up to 0.01; None without any.

    The median is the mean of the one or two in the middle. Of fewer than three marks none is trimmed.
    """
    marks = sorted(marks)
    if isinstance(combination, Median):
        marks = marks[(len(marks) - 1) // 2 : len(marks) // 2 + 1]
    elif isinstance(combination, TrimmedMean) and len(marks) > 2:
        marks = marks[1:-1]
    return round_half_up(sum(marks, Fraction(0)) / len(marks)) if marks else None
