"""Lint of personal columns: pseudonyms could stand in them, and not a point would change."""

from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.check import (
    Check,
    EveryReviewer,
    FileSame,
    IsWhenFilled,
    Link,
    NamesOwnRow,
    NotListed,
    OneValue,
    RowThere,
    SameAsLinked,
    Tallies,
    WithinHours,
)
from talentcalc.rulebook.league import EveryEvent, HasEach, HasRows
from talentcalc.rulebook.model import LeagueRulebook, Rulebook
from talentcalc.rulebook.table import IsValue

Place = tuple[str, str]
"""A table and one of its columns."""


def personal_faults(book: Rulebook, name: str) -> Iterator[Problem]:
    """Personal columns whose content is judged, and columns that name persons and are not marked so.

    Pseudonyms depend on the value alone, so all columns that hold the same ids must be marked alike.
    Names that stand for nothing are passed over: another lint says so.
    """
    judged = dict(_judged(book))
    for table_name, table in book.tables.items():
        for column_name, column in table.columns.items():
            where, place = f"{name}: tables.{table_name}.{column_name}", (table_name, column_name)
            if column.personal and column.type != "text":
                yield Problem(where, message("rulebook.personal_but_no_text", type=column.type))
            if column.personal and place in judged:
                yield Problem(where, message("rulebook.personal_but_judged", use=judged[place]))
            if column.references is not None:
                yield from _as_the_key(book, place, column.references, where)
    for (table_name, column_name), other in _naming(book):
        where = f"{name}: tables.{table_name}.{column_name}"
        yield from _as_the_key(book, (table_name, column_name), other, where)
    for check in book.checks:
        if isinstance(check, NotListed):
            for compared, listed in check.same.items():
                if _personal(book, (check.table, compared)) != _personal(book, (check.listed, listed)):
                    listed_column = f"{check.listed}.{listed}"
                    unlike = message("rulebook.one_of_two_personal", column=compared, other=listed_column)
                    yield Problem(f"{name}: check {check.id}", unlike)


def _personal(book: Rulebook, place: Place) -> bool:
    table, column = place
    return table in book.tables and column in book.tables[table].columns and _marked(book, table, column)


def _marked(book: Rulebook, table: str, column: str) -> bool:
    return book.tables[table].columns[column].personal


def _as_the_key(book: Rulebook, place: Place, other: str, where: str) -> Iterator[Problem]:
    """A column that names rows of another table by the whole key is personal exactly if that key is."""
    if other not in book.tables or place[0] not in book.tables:
        return
    key = book.tables[other].key
    persons = [column for column in key if _marked(book, other, column)]
    if persons and len(key) > 1:
        partly = message("rulebook.reference_to_partly_personal_key", table=other, columns=tuple(persons))
        yield Problem(where, partly)
    elif persons and not _personal(book, place):
        yield Problem(where, message("rulebook.names_persons_but_not_personal", table=other))
    elif not persons and _personal(book, place):
        yield Problem(where, message("rulebook.personal_but_names_no_persons", table=other))


def _naming(book: Rulebook) -> Iterator[tuple[Place, str]]:
    """The columns that links say name rows of a table, and that table."""
    for item in book.items():
        if item.measure.through is not None:
            yield (item.measure.table, item.measure.through.column), item.measure.through.table
    for check in book.checks:
        if isinstance(check, Tallies):
            yield (check.tallied.table, check.tallied.column), check.table
        elif isinstance(check, NamesOwnRow):
            for among, owner in check.among.items():
                if owner.link is not None:
                    yield (among, owner.link.column), owner.link.table
        else:
            link = _link_of(check)
            if link is not None:
                yield (check.table, link.column), link.table


def _link_of(check: Check) -> Link | None:
    if isinstance(check, OneValue):
        return check.joined
    return check.link if isinstance(check, SameAsLinked | WithinHours) else None


def _judged(book: Rulebook) -> Iterator[tuple[Place, Message]]:
    """The columns whose content matters beyond being the same as another, and what is done with it."""
    wheres: list[tuple[str, Iterable[str]]] = []
    for table_name, table in book.tables.items():
        for condition in table.counts:
            wheres += ((table_name, condition.only), (table_name, condition.unless))
            if isinstance(condition, IsValue):
                yield (table_name, condition.column), message("rulebook.decides_whether_a_row_counts")
    for item in book.items():
        wheres.append((item.measure.table, item.measure.where))
        if item.measure.through is not None:
            wheres.append((item.measure.through.table, item.measure.through.where))
    if isinstance(book, LeagueRulebook):
        for line in book.league.conformity:
            wheres.append(("homes", line.only))
            if isinstance(line, HasRows | HasEach):
                wheres.append((line.table, line.where))
            if isinstance(line, HasEach):
                wheres.append((line.table, (line.column,)))
            if isinstance(line, EveryEvent):
                wheres.append(("events", line.where))
    for check in book.checks:
        wheres += ((check.table, getattr(check, part, {})) for part in ("only", "where"))
        if isinstance(check, RowThere | NamesOwnRow):
            yield (check.table, check.column), message("rulebook.names_rows_of_other_tables")
            yield (check.table, check.table_column), message("rulebook.names_tables")
        elif isinstance(check, EveryReviewer):
            yield (check.table, check.reviewer), message("rulebook.is_compared_with_the_params")
        elif isinstance(check, IsWhenFilled):
            yield (check.table, check.column), message("rulebook.is_compared_with_a_value")
        elif isinstance(check, FileSame):
            yield (check.table, check.column), message("rulebook.is_compared_with_a_file")
    yield from (
        ((table, column), message("rulebook.chooses_rows")) for table, columns in wheres for column in columns
    )
