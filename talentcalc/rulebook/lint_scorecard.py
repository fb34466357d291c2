"""Lint of a scorecard: every sentence an item, points and caps that add up, bands that rise."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from talentcalc.core.decimals import format_shortest
from talentcalc.core.errors import Problem, quote_value
from talentcalc.rulebook.faults import not_verbatim, repeated
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Banded, Combined, Graded, Indicator
from talentcalc.rulebook.weights import BOARDS

_BETWEEN_SENTENCES = re.compile(r"[，。、；;,.\s]*")


def scorecard_faults(
    books: Mapping[str, ScorecardRulebook], lines_joined: str, name: str
) -> Iterator[Problem]:
    """Every fault of a scorecard; `books` are the rulebook under each choice of a reading."""
    default = next(iter(books.values()))
    yield from _quotes(default, lines_joined, name)
    yield from _ids(default, name)
    yield from _payment_clauses(default, name)
    for where, book in books.items():
        place = f"{name}, {where}" if where else name
        yield from _points(book, place)
        yield from _bands(book, place)
        yield from _marks(book, place)
        yield from _composite(book, place)
    yield from _needless_reasons(list(books.values()), name)


def _indicators(book: ScorecardRulebook) -> Iterator[Indicator]:
    for board in book.scorecard.boards.values():
        yield from board.indicators()


def _quoted(book: ScorecardRulebook) -> Iterator[tuple[str, str]]:
    for board in book.scorecard.boards.values():
        for category in board.categories:
            yield "category", category.title
            for task in category.tasks:
                yield "task", task.title
    for indicator in _indicators(book):
        yield f"{indicator.id} target", indicator.target
        yield f"{indicator.id} criterion", indicator.criterion


def _quotes(book: ScorecardRulebook, lines_joined: str, name: str) -> Iterator[Problem]:
    for place, quote in _quoted(book):
        yield from not_verbatim(quote, lines_joined, f"{name}: {place}")
    for indicator in _indicators(book):
        rest = indicator.criterion
        for item in indicator.items:
            before, found, rest = rest.partition(item.quote)
            if not found or not _BETWEEN_SENTENCES.fullmatch(before):
                yield Problem(
                    f"{name}: {item.id} quote",
                    quote_value(item.quote),
                    f"the next sentence of {indicator.id}'s criterion",
                    "quote each scoring sentence once, in order",
                )
        if not _BETWEEN_SENTENCES.fullmatch(rest):
            yield Problem(
                f"{name}: {indicator.id}",
                f"{quote_value(rest)} without an item",
                "an item for every scoring sentence",
                "add the item",
            )


def _ids(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    yield from repeated((indicator.id for indicator in _indicators(book)), f"{name}: indicator")
    yield from repeated((item.id for item in book.items()), f"{name}: item")
    in_order = [
        [indicator.id for indicator in board.indicators()] for board in book.scorecard.boards.values()
    ]
    in_order += [[item.id for item in indicator.items] for indicator in _indicators(book)]
    for ids in in_order:
        if ids != sorted(ids):
            yield Problem(
                f"{name}: {ids[0]} …",
                "ids that do not rise",
                "ids in table order",
                "renumber them, 01 before 10",
            )
    for indicator in _indicators(book):
        for item in indicator.items:
            if not item.id.startswith(f"{indicator.id}."):
                yield Problem(
                    f"{name}: item {item.id}",
                    f"it stands under {indicator.id}",
                    f"an id that starts with {indicator.id}.",
                    "rename it",
                )


def _payment_clauses(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    ids = [clause.id for clause in book.clauses]
    payment = book.scorecard.payment
    named = {part.id: part.clause for part in payment.parts}
    named |= {str(kind): balance.clause for kind, balance in payment.balance.items()}
    named = {f"payment.{what}": clause for what, clause in named.items()}
    if book.scorecard.composite is not None:
        named["composite"] = book.scorecard.composite.clause
    for what, clause_id in named.items():
        if clause_id not in ids:
            yield Problem(
                f"{name}: {what}.clause", quote_value(clause_id), "a clause of the ledger", "name one"
            )


def _marks(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for item in book.items():
        if isinstance(item.rule, Graded) and not isinstance(item.measure.count, Combined):
            yield Problem(
                f"{name}: {item.id}.measure",
                "a graded item that is not measured by marks",
                "a mean, median or trimmed mean",
                "say how several marks become one",
            )


def _composite(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    """The composite's tables and columns, whose scores are of its scale, as are the boards'."""
    composite, boards = book.scorecard.composite, book.scorecard.boards
    if composite is None:
        if book.scorecard.payment.basis == "composite":
            yield Problem(f"{name}: payment.basis", "composite", "a composite to rest on", "add it")
        return
    yield from repeated(
        [BOARDS, *(component.id for component in composite.components)], f"{name}: composite component"
    )
    for board_id, board in boards.items():
        if board.points != composite.scale:
            yield Problem(
                f"{name}: composite.scale",
                str(composite.scale),
                f"{board.points}, as {board_id}",
                "correct it",
            )
    for component in composite.components:
        where, table = f"{name}: composite.{component.id}", book.tables.get(component.table)
        if table is None or table.large:
            yield Problem(
                where, f"table {quote_value(component.table)}", "a table that is not large", "correct it"
            )
        elif component.column not in table.columns:
            known = ", ".join(table.columns)
            yield Problem(where, f"column {quote_value(component.column)}", f"one of {known}", "correct it")
        else:
            column = table.columns[component.column]
            limits = (column.minimum, column.maximum)
            if column.type != "number" or limits != (Decimal(0), composite.scale):
                found = f"{column.type} from {column.minimum} to {column.maximum}"
                yield Problem(where, found, f"a number from 0 to {composite.scale}", "say so of the column")


def _caps(indicator: Indicator) -> str:
    return format_shortest(sum((Fraction(indicator.cap_of(item)) for item in indicator.items), Fraction(0)))


def _points(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for indicator in _indicators(book):
        caps = _caps(indicator)
        if caps != format_shortest(Fraction(indicator.points)) and indicator.caps_differ is None:
            yield Problem(
                f"{name}: {indicator.id}",
                f"item caps that add up to {caps}",
                f"{indicator.points}, or caps_differ with the reason",
                "declare it",
            )
    for board_id, board in book.scorecard.boards.items():
        total = sum(indicator.points for indicator in board.indicators())
        if total != board.points:
            yield Problem(
                f"{name}: board {board_id}",
                f"indicators that add up to {total}",
                str(board.points),
                "correct the points",
            )


def _needless_reasons(books: Iterable[ScorecardRulebook], name: str) -> Iterator[Problem]:
    differing = {
        indicator.id
        for book in books
        for indicator in _indicators(book)
        if _caps(indicator) != format_shortest(Fraction(indicator.points))
    }
    for indicator in _indicators(next(iter(books))):
        if indicator.caps_differ is not None and indicator.id not in differing:
            yield Problem(
                f"{name}: {indicator.id}.caps_differ",
                "caps that do add up",
                "no reason, under every reading",
                "remove it",
            )


def _bands(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for part in book.scorecard.payment.parts:
        board = book.scorecard.boards.get(part.board)
        if board is not None and isinstance(part, Banded):
            edges = [band.up_to for band in part.bands]
            if edges != sorted(set(edges)) or edges[-1] != board.points:
                yield Problem(
                    f"{name}: payment.{part.id}.bands",
                    ", ".join(map(str, edges)),
                    f"rising edges up to {board.points}",
                    "correct the bands",
                )
