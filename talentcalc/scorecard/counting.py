"""From evidence to quantities: which rows count for an item, and how much of it there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.submitted import Evidence
from talentcalc.evidence.table import EvidenceTable
from talentcalc.exact import half_up
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Distinct, Mean, Measure, Sum
from talentcalc.rulebook.table import Where


@dataclass(frozen=True)
class SetAside:
    """A row that does not count, and the first reason for it."""

    row: str
    why: str


@dataclass(frozen=True)
class Quantity:
    """How much of an item there is, from which rows. `value` is None where a mark is still owed.

    `parts` are the marks or amounts that a mean or a sum is made of, in the order of `counted`.
    """

    value: Fraction | None
    counted: tuple[str, ...]
    set_aside: tuple[SetAside, ...]
    parts: tuple[Fraction, ...] = ()


def count(book: Rulebook, evidence: Evidence, span: Span) -> dict[str, Quantity]:
    """The quantity of every item."""
    tables: dict[str, _Judged] = {}
    for item in book.items():
        for name in (item.measure.table, *([item.measure.through.table] if item.measure.through else ())):
            if name not in tables:
                tables[name] = _Judged(evidence[name], first_reasons(evidence, name, span))
    return {item.id: _quantity(item.measure, tables) for item in book.items()}


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

    def where(self, wanted: Where) -> npt.NDArray[np.intp]:
        """The positions of the rows wanted."""
        return np.flatnonzero(self.rows.where(wanted))


def _quantity(measure: Measure, tables: Mapping[str, _Judged]) -> Quantity:
    table = tables[measure.table]
    concerned = table.where(measure.where)
    why = table.why[concerned]
    if measure.through is not None:
        through = tables[measure.through.table]
        wanted = set(through.keys[through.where(measure.through.where)])
        named = table.rows.frame[measure.through.column].to_numpy(dtype=object)[concerned]
        through_it = np.fromiter((key in wanted for key in named), dtype=bool, count=len(named))
        concerned, why, named = concerned[through_it], why[through_it], named[through_it]
        why = np.array([own or through.reason_of[key] for own, key in zip(why, named, strict=True)], object)
    counts = pd.isna(why)
    counted = concerned[counts]
    value, parts = _measured(measure, table.rows.frame, counted)
    aside = zip(table.keys[concerned[~counts]], why[~counts], strict=True)
    return Quantity(value, tuple(table.keys[counted]), tuple(SetAside(*one) for one in aside), parts)


def _measured(
    measure: Measure, frame: pd.DataFrame, counted: npt.NDArray[np.intp]
) -> tuple[Fraction | None, tuple[Fraction, ...]]:
    match measure.count:
        case Distinct(distinct=column):
            return Fraction(frame[column].iloc[counted].nunique()), ()
        case Sum(sum=column):
            parts = tuple(Fraction(value) for value in frame[column].iloc[counted])
            return sum(parts, Fraction(0)), parts
        case Mean(mean=column):
            parts = tuple(Fraction(value) for value in frame[column].iloc[counted])
            return (half_up(sum(parts, Fraction(0)) / len(parts)) if parts else None), parts
        case _:
            return Fraction(len(counted)), ()
