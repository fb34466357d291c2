"""Does every name in a rulebook stand for something: tables, columns, values, items, reasons?"""

from collections.abc import Iterable, Iterator

from talentcalc.errors import Problem, shown
from talentcalc.rulebook.check import Check, Link, OneValue, SetAside, Tallies
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Item, Threshold
from talentcalc.rulebook.table import Column, Where


def unknown_names(book: Rulebook, name: str) -> Iterator[Problem]:
    """Every name that stands for nothing."""
    for table_name, table in book.tables.items():
        where = f"{name}: tables.{table_name}"
        for column_name, column in table.columns.items():
            yield from _column(book, column, f"{where}.{column_name}")
        for condition in table.counts:
            yield from _known(condition.reason, book.reasons, f"{where}.counts", "reason")
            yield from _needed(book, _NEEDED.get(condition.rule), f"{where}.counts")
            named = [getattr(condition, name, None) for name in ("column", "until")]
            named += getattr(condition, "same", ())
            yield from _columns(book, table_name, named, f"{where}.counts")
            for rows in (condition.only, condition.unless):
                yield from _where(book, table_name, rows, f"{where}.counts")
    for item in book.items():
        yield from _item(book, item, f"{name}: {item.id}")
    for check in book.checks:
        yield from _check(book, check, f"{name}: check {check.id}")
    boards = book.scorecard.boards
    for part in book.scorecard.payment.parts:
        yield from _known(part.board, boards, f"{name}: payment.{part.id}", "board")


_NEEDED = {
    "not_rejected": ("verifications", ("table", "row_id", "outcome")),
    "proven": ("proofs", ("table", "row_id")),
}
"""The table, and its columns, that a rule for rows to count looks things up in."""


def _needed(book: Rulebook, needed: tuple[str, tuple[str, ...]] | None, where: str) -> Iterator[Problem]:
    if needed is not None:
        table, columns = needed
        yield from _known(table, book.tables, where, "table")
        if table in book.tables:
            yield from _columns(book, table, columns, where)


def _known(value: str, among: Iterable[str], where: str, what: str) -> Iterator[Problem]:
    if value not in among:
        yield Problem(where, f"{what} {shown(value)}", f"one of {', '.join(among)}", "correct it")


def _column(book: Rulebook, column: Column, where: str) -> Iterator[Problem]:
    if column.references is not None:
        yield from _known(column.references, book.tables, where, "table")
    if (column.type == "choice") != bool(column.choices):
        yield Problem(where, f"type {column.type}", "choices, for a choice and only for it", "correct it")
    if len(set(column.choices.values())) != len(column.choices):
        yield Problem(where, "two choices of one title", "a title for each", "rename one")


def _columns(book: Rulebook, table: str, columns: Iterable[str | None], where: str) -> Iterator[Problem]:
    for column in columns:
        if column is not None:
            yield from _known(column, book.tables[table].columns, where, "column")


def _where(book: Rulebook, table: str, rows: Where, where: str) -> Iterator[Problem]:
    for column, values in rows.items():
        yield from _columns(book, table, [column], where)
        choices = book.tables[table].columns[column].choices if column in book.tables[table].columns else {}
        for value in values if choices else ():
            yield from _known(str(value), choices, where, "value")


def _item(book: Rulebook, item: Item, where: str) -> Iterator[Problem]:
    measure = item.measure
    for table in [measure.table] + ([measure.through.table] if measure.through else []):
        if table not in book.tables:
            yield from _known(table, book.tables, where, "table")
            return
    yield from _where(book, measure.table, measure.where, where)
    if measure.count != "rows":
        yield from _columns(book, measure.table, measure.count.model_dump().values(), where)
    if measure.through is not None:
        yield from _columns(book, measure.table, [measure.through.column], where)
        yield from _where(book, measure.through.table, measure.through.where, where)
    if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
        yield from _known(item.rule.only_with.item, [one.id for one in book.items()], where, "item")


def _check(book: Rulebook, check: Check, where: str) -> Iterator[Problem]:
    if check.table not in book.tables:
        yield from _known(check.table, book.tables, where, "table")
        return
    columns = ("column", "other", "when", "item", "reviewer", "path", "table_column")
    yield from _columns(book, check.table, [getattr(check, name, None) for name in columns], where)
    for name in ("where", "only"):
        yield from _where(book, check.table, getattr(check, name, {}), where)
    if isinstance(check, OneValue):
        own = list(book.tables[check.table].columns)
        if check.joined is not None:
            yield from _link(book, check.joined, check.table, where)
            own += book.tables[check.joined.table].columns if check.joined.table in book.tables else []
        for column in (*check.per, *check.of):
            yield from _known(column, own, where, "column")
    if isinstance(check, Tallies):
        yield from _link(book, check.tallied, check.tallied.table, where)
    if isinstance(check, SetAside):
        reasons = [condition.reason for condition in book.tables[check.table].counts]
        yield from _known(check.reason, reasons, where, "reason")


def _link(book: Rulebook, link: Link, naming: str, where: str) -> Iterator[Problem]:
    """A link to a table, by a column of the table `naming` it."""
    yield from _known(link.table, book.tables, where, "table")
    if naming in book.tables:
        yield from _columns(book, naming, [link.column], where)
