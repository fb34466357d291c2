"""Names in a rulebook that stand for nothing: tables, columns, values, items, reasons."""

from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem, quote_value
from talentcalc.core.folding import folded
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.check import (
    NAMING_COLUMNS,
    ON_LARGE_TABLES,
    Alike,
    Check,
    Link,
    NamesOwnRow,
    NotListed,
    OneValue,
    SameAsLinked,
    SetAside,
    Tallies,
    WithinHours,
)
from talentcalc.rulebook.followups import DONE, DROPPED, FOLLOWED, FOLLOWUPS, OPEN, SEVERITIES
from talentcalc.rulebook.league import EveryEvent, Given, HasEach, HasRows, Judged
from talentcalc.rulebook.model import LeagueRulebook, Rulebook, ScorecardRulebook
from talentcalc.rulebook.score import Item, Threshold
from talentcalc.rulebook.table import Column, Where

_TABLE = message("rulebook.table")
_COLUMN = message("rulebook.column")
_VALUE = message("rulebook.value")
_CHOICE = message("rulebook.choice")
_REASON = message("rulebook.reason")
_ITEM = message("rulebook.item")
_BOARD = message("rulebook.board")


def unknown_names(book: Rulebook, name: str) -> Iterator[Problem]:
    """Every name that stands for nothing."""
    for table_name, table in book.tables.items():
        where = f"{name}: tables.{table_name}"
        for column_name, column in table.columns.items():
            yield from _column(book, column, f"{where}.{column_name}")
        if table.large and {column.type for column in table.columns.values()} - {"text", "moment"}:
            yield Problem(where, message("rulebook.other_types_in_large_table"))
        yield from _columns(book, table_name, [table.dated], where)
        for condition in table.counts:
            yield from _known(condition.reason, book.reasons, f"{where}.counts", _REASON)
            yield from _needed(book, _NEEDED.get(condition.rule), f"{where}.counts")
            named = [getattr(condition, name, None) for name in ("column", "until")]
            named += getattr(condition, "same", ())
            yield from _columns(book, table_name, named, f"{where}.counts")
            for rows in (condition.only, condition.unless):
                yield from _where(book, table_name, rows, f"{where}.counts")
    if FOLLOWUPS in book.tables:
        where = f"{name}: tables.{FOLLOWUPS}"
        yield from _columns(book, FOLLOWUPS, FOLLOWED, where)
        yield from _where(book, FOLLOWUPS, {"state": (OPEN, DONE, DROPPED)}, where)
        yield from _where(book, FOLLOWUPS, {"severity": SEVERITIES}, where)
    for check in book.checks:
        yield from _check(book, check, f"{name}: check {check.id}")
    if isinstance(book, ScorecardRulebook):
        for item in book.items():
            yield from _item(book, item, f"{name}: {item.id}")
        for part in book.scorecard.payment.parts:
            yield from _known(part.board, book.scorecard.boards, f"{name}: payment.{part.id}", _BOARD)
    if isinstance(book, LeagueRulebook):
        yield from _league(book, f"{name}: league")


_NEEDED = {
    "not_rejected": ("verifications", ("table", "row_id", "outcome")),
    "proven": ("proofs", ("table", "row_id")),
}
"""The table, and its columns, that a rule for rows to count looks things up in."""

LOOKED_UP = {rule: table for rule, (table, _) in _NEEDED.items()}
"""The table alone."""

_OF_A_LEAGUE = {
    "homes": (
        "home_id name category type county designated_on overseas stars drops opening_points "
        "delisted_on payee"
    ),
    "talents": "talent_id valid_from valid_to",
    "events": "event_id home_id title announced_at starts_at publicised fee cost",
    "media": "media_id event_id tier",
    "checkins": "checkin_id home_id talent_id event_id at",
    "adjustments": "home_id year points",
    "extensions": "home_id year days",
    "sanctions": "sanction_id home_id decided_on kind table row_id",
    "redemptions": "redemption_id talent_id redeemed_on points",
    "conformity": "home_id measure outcome reviewer reason",
    "plans": "home_id month uploaded_at",
}
"""The tables, and their columns, that every league is worked out from."""


def _needed(book: Rulebook, needed: tuple[str, Iterable[str]] | None, where: str) -> Iterator[Problem]:
    if needed is not None:
        table, columns = needed
        yield from _known(table, book.tables, where, _TABLE)
        if table in book.tables:
            yield from _columns(book, table, columns, where)


def _league(book: LeagueRulebook, where: str) -> Iterator[Problem]:
    league, known = book.league, book.tables
    for table, columns in _OF_A_LEAGUE.items():
        yield from _needed(book, (table, columns.split()), where)
        if table not in known or set(columns.split()) - set(known[table].columns):
            return
    for column, table, named in (
        ("category", "homes", (*league.ranking.categories, *league.grants.selection.amounts)),
        ("category", "homes", league.grants.top.categories),
        ("tier", "media", tuple(league.points.media.tiers)),
        ("kind", "sanctions", tuple(league.sanctions)),
    ):
        yield from _where(book, table, {column: named}, where)
    for line in league.conformity:
        place = f"{where}.conformity.{line.id}"
        yield from _where(book, "homes", line.only, place)
        if isinstance(line, HasRows | HasEach):
            needed = ("home_id", line.filled if isinstance(line, HasRows) else line.column)
            yield from _needed(book, (line.table, [column for column in needed if column]), place)
            if line.table in known:
                yield from _where(book, line.table, line.where, place)
        elif isinstance(line, EveryEvent):
            yield from _where(book, "events", line.where, place)
        elif isinstance(line, Given):
            yield from _columns(book, "homes", [line.column], place)
        elif isinstance(line, Judged):
            yield from _where(book, "conformity", {"measure": (line.measure,)}, place)


def _known(value: str, among: Iterable[str], where: str, what: Message) -> Iterator[Problem]:
    if value not in among:
        unknown = message("rulebook.unknown_name", what=what, name=quote_value(value), known=tuple(among))
        yield Problem(where, unknown)


def _column(book: Rulebook, column: Column, where: str) -> Iterator[Problem]:
    if column.references is not None:
        yield from _known(column.references, book.tables, where, _TABLE)
    if (column.type == "choice") != bool(column.choices):
        yield Problem(where, message("rulebook.choices_and_type_disagree", type=column.type))
    if len(set(column.choices.values())) != len(column.choices):
        yield Problem(where, message("rulebook.two_choices_of_one_title"))
    yield from _synonyms(column, where)


def _synonyms(column: Column, where: str) -> Iterator[Problem]:
    """Every synonym that stands for no choice, or for two as texts are compared, or that says nothing new."""
    code_of: dict[str, str] = {}
    for code, title in column.choices.items():
        code_of |= {folded(code): code, folded(title): code}
    for code, words in column.synonyms.items():
        yield from _known(code, column.choices, f"{where}.synonyms", _CHOICE)
        for word in words:
            if not folded(word):
                yield Problem(f"{where}.synonyms", message("rulebook.empty_synonym"))
            elif folded(word) in code_of:
                choice = quote_value(code_of[folded(word)])
                taken = message("rulebook.synonym_taken", synonym=quote_value(word), choice=choice)
                yield Problem(f"{where}.synonyms", taken)
            code_of.setdefault(folded(word), code)


def _columns(book: Rulebook, table: str, columns: Iterable[str | None], where: str) -> Iterator[Problem]:
    for column in columns:
        if column is not None:
            yield from _known(column, book.tables[table].columns, where, _COLUMN)


def _where(book: Rulebook, table: str, rows: Where, where: str) -> Iterator[Problem]:
    for column, values in rows.items():
        yield from _columns(book, table, [column], where)
        choices = book.tables[table].columns[column].choices if column in book.tables[table].columns else {}
        for value in values if choices else ():
            yield from _known(str(value), choices, where, _VALUE)


def _item(book: Rulebook, item: Item, where: str) -> Iterator[Problem]:
    measure = item.measure
    for table in [measure.table] + ([measure.through.table] if measure.through else []):
        if table not in book.tables:
            yield from _known(table, book.tables, where, _TABLE)
            return
    yield from _where(book, measure.table, measure.where, where)
    if measure.count != "rows":
        yield from _columns(book, measure.table, measure.count.model_dump().values(), where)
    if measure.through is not None:
        yield from _columns(book, measure.table, [measure.through.column], where)
        yield from _where(book, measure.through.table, measure.through.where, where)
    if isinstance(item.rule, Threshold) and item.rule.only_with is not None:
        yield from _known(item.rule.only_with.item, [item.id for item in book.items()], where, _ITEM)


def _check(book: Rulebook, check: Check, where: str) -> Iterator[Problem]:
    if check.table not in book.tables:
        yield from _known(check.table, book.tables, where, _TABLE)
        return
    if book.tables[check.table].large and check.kind not in ON_LARGE_TABLES:
        kinds = tuple(ON_LARGE_TABLES)
        yield Problem(where, message("rulebook.check_not_of_large_table", kind=check.kind, known=kinds))
    yield from _columns(book, check.table, [getattr(check, name, None) for name in NAMING_COLUMNS], where)
    for name in ("where", "only"):
        yield from _where(book, check.table, getattr(check, name, {}), where)
    if isinstance(check, OneValue):
        columns = list(book.tables[check.table].columns)
        if check.joined is not None:
            yield from _link(book, check.joined, check.table, where)
            columns += book.tables[check.joined.table].columns if check.joined.table in book.tables else []
        for column in (*check.per, *check.of):
            yield from _known(column, columns, where, _COLUMN)
    if isinstance(check, Alike):
        yield from _columns(book, check.table, check.same, where)
    if isinstance(check, Tallies):
        yield from _link(book, check.tallied, check.tallied.table, where)
    if isinstance(check, SameAsLinked | WithinHours):
        yield from _link(book, check.link, check.table, where)
        there = [check.column] if isinstance(check, SameAsLinked) else [check.starts, check.ends]
        yield from _needed(book, (check.link.table, there), where)
    if isinstance(check, NotListed):
        yield from _columns(book, check.table, check.same, where)
        yield from _needed(book, (check.listed, check.same.values()), where)
    if isinstance(check, NamesOwnRow):
        for table, owner in check.among.items():
            if owner.link is not None and table in book.tables:
                yield from _link(book, owner.link, table, where)
            yield from _needed(book, (owner.link.table if owner.link else table, [owner.column]), where)
    if isinstance(check, SetAside):
        reasons = [condition.reason for condition in book.tables[check.table].counts]
        yield from _known(check.reason, reasons, where, _REASON)


def _link(book: Rulebook, link: Link, naming: str, where: str) -> Iterator[Problem]:
    """A link to a table, by a column of the table `naming` it."""
    yield from _known(link.table, book.tables, where, _TABLE)
    if naming in book.tables:
        yield from _columns(book, naming, [link.column], where)
