"""From evidence to quantities: which rows count for an item, and how much of it there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.table import Evidence
from talentcalc.exact import half_up
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Distinct, Mean, Measure, Sum


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
    reasons = {name: first_reasons(evidence, name, span) for name in _tables(book)}
    return {item.id: _quantity(item.measure, evidence, reasons) for item in book.items()}


def _tables(book: Rulebook) -> set[str]:
    measures = [item.measure for item in book.items()]
    return {one.table for one in measures} | {one.through.table for one in measures if one.through}


def _quantity(
    measure: Measure, evidence: Evidence, reasons: Mapping[str, "pd.Series[str]"]
) -> Quantity:
    rows = evidence[measure.table]
    concerned, why = rows.where(measure.where), reasons[measure.table]
    if measure.through is not None:
        through = evidence[measure.through.table]
        named = rows.frame[measure.through.column]
        wanted = through.keys[through.where(measure.through.where)]
        concerned &= named.isin(wanted)
        passed_on = pd.Series(reasons[through.name].to_numpy(), index=through.keys, dtype="str").dropna()
        why = why.where(why.notna(), named.map(passed_on))
    counts = concerned & why.isna()
    aside = concerned & why.notna()
    value, parts = _measured(measure, rows.frame[counts])
    return Quantity(
        value,
        tuple(rows.keys[counts]),
        tuple(map(SetAside, rows.keys[aside], why[aside])),
        parts,
    )


def _measured(measure: Measure, counted: pd.DataFrame) -> tuple[Fraction | None, tuple[Fraction, ...]]:
    match measure.count:
        case Distinct(distinct=column):
            return Fraction(counted[column].nunique()), ()
        case Sum(sum=column):
            parts = tuple(Fraction(value) for value in counted[column])
            return sum(parts, Fraction(0)), parts
        case Mean(mean=column):
            parts = tuple(Fraction(value) for value in counted[column])
            return (half_up(sum(parts, Fraction(0)) / len(parts)) if parts else None), parts
        case _:
            return Fraction(len(counted)), ()
