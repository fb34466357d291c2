"""Lint of a scorecard: every sentence an item, points and caps that add up, bands that rise."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from talentcalc.core.decimals import format_shortest
from talentcalc.core.errors import Problem, quote_value
from talentcalc.messages.message import message
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
                quote = quote_value(item.quote)
                misplaced = message("rulebook.not_the_next_sentence", quote=quote, indicator=indicator.id)
                yield Problem(f"{name}: {item.id} quote", misplaced)
        if not _BETWEEN_SENTENCES.fullmatch(rest):
            uncovered = message("rulebook.sentence_without_item", sentence=quote_value(rest))
            yield Problem(f"{name}: {indicator.id}", uncovered)


def _ids(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    yield from repeated((indicator.id for indicator in _indicators(book)), f"{name}: indicator")
    yield from repeated((item.id for item in book.items()), f"{name}: item")
    in_order = [
        [indicator.id for indicator in board.indicators()] for board in book.scorecard.boards.values()
    ]
    in_order += [[item.id for item in indicator.items] for indicator in _indicators(book)]
    for ids in in_order:
        if ids != sorted(ids):
            yield Problem(f"{name}: {ids[0]} …", message("rulebook.ids_do_not_rise"))
    for indicator in _indicators(book):
        for item in indicator.items:
            if not item.id.startswith(f"{indicator.id}."):
                misplaced = message("rulebook.item_under_other_indicator", indicator=indicator.id)
                yield Problem(f"{name}: item {item.id}", misplaced)


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
            unknown = message("rulebook.unknown_clause", clause=quote_value(clause_id))
            yield Problem(f"{name}: {what}.clause", unknown)


def _marks(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for item in book.items():
        if isinstance(item.rule, Graded) and not isinstance(item.measure.count, Combined):
            yield Problem(f"{name}: {item.id}.measure", message("rulebook.graded_without_marks"))


def _composite(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    """The composite's tables and columns, whose scores are of its scale, as are the boards'."""
    composite, boards = book.scorecard.composite, book.scorecard.boards
    if composite is None:
        if book.scorecard.payment.basis == "composite":
            yield Problem(f"{name}: payment.basis", message("rulebook.no_composite_to_rest_on"))
        return
    yield from repeated(
        [BOARDS, *(component.id for component in composite.components)], f"{name}: composite component"
    )
    for board_id, board in boards.items():
        if board.points != composite.scale:
            scale, points = str(composite.scale), str(board.points)
            unlike = message("rulebook.scale_unlike_board", scale=scale, points=points, board=board_id)
            yield Problem(f"{name}: composite.scale", unlike)
    for component in composite.components:
        where, table = f"{name}: composite.{component.id}", book.tables.get(component.table)
        if table is None or table.large:
            yield Problem(where, message("rulebook.no_table_to_score", table=quote_value(component.table)))
        elif component.column not in table.columns:
            column_name, known = quote_value(component.column), tuple(table.columns)
            yield Problem(where, message("rulebook.no_column_to_score", column=column_name, known=known))
        else:
            column = table.columns[component.column]
            limits = (column.minimum, column.maximum)
            if column.type != "number" or limits != (Decimal(0), composite.scale):
                least, most, scale = str(column.minimum), str(column.maximum), str(composite.scale)
                unfit = message("rulebook.no_scores", type=column.type, least=least, most=most, scale=scale)
                yield Problem(where, unfit)


def _caps(indicator: Indicator) -> str:
    return format_shortest(sum((Fraction(indicator.cap_of(item)) for item in indicator.items), Fraction(0)))


def _points(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for indicator in _indicators(book):
        caps = _caps(indicator)
        if caps != format_shortest(Fraction(indicator.points)) and indicator.caps_differ is None:
            differ = message("rulebook.caps_differ", sum=caps, points=str(indicator.points))
            yield Problem(f"{name}: {indicator.id}", differ)
    for board_id, board in book.scorecard.boards.items():
        total = sum(indicator.points for indicator in board.indicators())
        if total != board.points:
            differ = message("rulebook.indicators_differ", sum=str(total), points=str(board.points))
            yield Problem(f"{name}: board {board_id}", differ)


def _needless_reasons(books: Iterable[ScorecardRulebook], name: str) -> Iterator[Problem]:
    differing = {
        indicator.id
        for book in books
        for indicator in _indicators(book)
        if _caps(indicator) != format_shortest(Fraction(indicator.points))
    }
    for indicator in _indicators(next(iter(books))):
        if indicator.caps_differ is not None and indicator.id not in differing:
            yield Problem(f"{name}: {indicator.id}.caps_differ", message("rulebook.needless_reason"))


def _bands(book: ScorecardRulebook, name: str) -> Iterator[Problem]:
    for part in book.scorecard.payment.parts:
        board = book.scorecard.boards.get(part.board)
        if board is not None and isinstance(part, Banded):
            edges = [band.up_to for band in part.bands]
            if edges != sorted(set(edges)) or edges[-1] != board.points:
                given, points = tuple(map(str, edges)), str(board.points)
                unfit = message("rulebook.bands_do_not_rise", edges=given, points=points)
                yield Problem(f"{name}: payment.{part.id}.bands", unfit)
