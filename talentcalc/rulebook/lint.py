"""Is a rulebook sound: true to the official text, consistent, complete, under every reading?"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from talentcalc.errors import Problem, Refusal, shown
from talentcalc.exact import plain
from talentcalc.rulebook.load import RulebookFile
from talentcalc.rulebook.model import Reading, Rulebook
from talentcalc.rulebook.names import unknown_names
from talentcalc.rulebook.score import Banded, Indicator

_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百]+条)", re.MULTILINE)
_BETWEEN_SENTENCES = re.compile(r"[，。、；;,.\s]*")


def lint(file: RulebookFile) -> tuple[Problem, ...]:
    """Everything that is wrong with a rulebook; empty if it is sound."""
    name = file.path.name
    try:
        readings = file.readings()
        found = list(_readings(file.data, readings, name))
        if found:
            return tuple(found)
        books = {where: file.in_force(chosen) for where, chosen in _each_choice(readings)}
        text = file.regulation()
    except Refusal as refusal:
        return refusal.problems
    default = next(iter(books.values()))
    found += _quotes(default, text, name)
    found += _ledger(default, text, name)
    found += _ids(default, name)
    for where, book in books.items():
        place = f"{name}, {where}" if where else name
        found += unknown_names(book, place)
        found += _points(book, place)
        found += _bands(book, place)
    found += _needless_reasons(list(books.values()), name)
    return tuple(dict.fromkeys(found))


def _each_choice(readings: Mapping[str, Reading]) -> Iterator[tuple[str, dict[str, str]]]:
    yield "", {}
    for name, reading in readings.items():
        for choice in reading.choices:
            if choice != reading.default:
                yield f"under {name}: {choice}", {name: choice}


def _readings(data: Any, readings: Mapping[str, Reading], name: str) -> Iterator[Problem]:
    for reading_name, reading in readings.items():
        if reading.default not in reading.choices:
            yield Problem(
                f"{name}: readings.{reading_name}.default",
                shown(reading.default),
                f"one of {', '.join(reading.choices)}",
                "name one of its choices",
            )
    used = list(_choices_used(data))
    for entry in used:
        named = readings.get(entry["by_reading"])
        if named is None:
            yield Problem(
                f"{name}: by_reading",
                shown(entry["by_reading"]),
                "a known reading",
                "declare it under readings",
            )
        elif set(entry) - {"by_reading"} != set(named.choices):
            yield Problem(
                f"{name}: by_reading {entry['by_reading']}",
                f"values for {', '.join(sorted(set(entry) - {'by_reading'}))}",
                f"one for each of {', '.join(named.choices)}",
                "name each choice once",
            )
    for unused in sorted(set(readings) - {entry["by_reading"] for entry in used}):
        yield Problem(
            f"{name}: readings.{unused}",
            "a reading that changes nothing",
            "a value that depends on it",
            "use it or remove it",
        )


def _choices_used(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "by_reading" in value:
            yield value
        for one in value.values():
            yield from _choices_used(one)
    elif isinstance(value, list):
        for one in value:
            yield from _choices_used(one)


def _indicators(book: Rulebook) -> Iterator[Indicator]:
    for board in book.scorecard.boards.values():
        yield from board.indicators()


def _quoted(book: Rulebook) -> Iterator[tuple[str, str]]:
    for repair in book.repairs:
        yield "repairs", repair.raw
    for clause in book.clauses:
        if clause.quote is not None:
            yield f"clause {clause.id}", clause.quote
    for board in book.scorecard.boards.values():
        for category in board.categories:
            yield "category", category.title
            for task in category.tasks:
                yield "task", task.title
    for indicator in _indicators(book):
        yield f"{indicator.id} target", indicator.target
        yield f"{indicator.id} criterion", indicator.criterion


def _quotes(book: Rulebook, text: str, name: str) -> Iterator[Problem]:
    lines_joined = text.replace("\n", "")  # a page break may cut a sentence in two
    for place, quote in _quoted(book):
        if not quote or quote not in lines_joined:
            yield Problem(
                f"{name}: {place}",
                shown(quote),
                "words that stand in the regulation",
                "quote the text verbatim",
            )
    for indicator in _indicators(book):
        rest = indicator.criterion
        for item in indicator.items:
            before, found, rest = rest.partition(item.quote)
            if not found or not _BETWEEN_SENTENCES.fullmatch(before):
                yield Problem(
                    f"{name}: {item.id} quote",
                    shown(item.quote),
                    f"the next sentence of {indicator.id}'s criterion",
                    "quote each scoring sentence once, in order",
                )
        if not _BETWEEN_SENTENCES.fullmatch(rest):
            yield Problem(
                f"{name}: {indicator.id}",
                f"{shown(rest)} without an item",
                "an item for every scoring sentence",
                "add the item",
            )


def _ledger(book: Rulebook, text: str, name: str) -> Iterator[Problem]:
    ids = [clause.id for clause in book.clauses]
    for article in dict.fromkeys(_ARTICLE.findall(text)):
        if article not in ids:
            yield Problem(
                f"{name}: clauses", f"no entry for {article}", "every article", "add it with its status"
            )
    for clause in book.clauses:
        if (clause.status == "not_in_source") != (clause.quote is None):
            yield Problem(
                f"{name}: clause {clause.id}",
                f"status {clause.status}",
                "a quote, unless it is not in the source",
                "quote it or correct the status",
            )
        if clause.status == "not_in_source" and clause.id in _ARTICLE.findall(text):
            yield Problem(
                f"{name}: clause {clause.id}", "not_in_source", "its quote", "it does stand in the text"
            )
    payment = book.scorecard.payment
    named = {part.id: part.clause for part in payment.parts}
    named |= {str(kind): balance.clause for kind, balance in payment.balance.items()}
    for what, clause_id in named.items():
        if clause_id not in ids:
            yield Problem(
                f"{name}: payment.{what}.clause", shown(clause_id), "a clause of the ledger", "name one"
            )


def _ids(book: Rulebook, name: str) -> Iterator[Problem]:
    given = {
        "clause": [clause.id for clause in book.clauses],
        "indicator": [indicator.id for indicator in _indicators(book)],
        "item": [item.id for item in book.items()],
        "check": [check.id for check in book.checks],
    }
    for what, ids in given.items():
        for repeated, times in Counter(ids).items():
            if times > 1:
                yield Problem(f"{name}: {what} {repeated}", f"{times} of them", "one", "rename")
    in_order = [[one.id for one in board.indicators()] for board in book.scorecard.boards.values()]
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


def _caps(indicator: Indicator) -> str:
    return plain(sum((Fraction(indicator.cap_of(item)) for item in indicator.items), Fraction(0)))


def _points(book: Rulebook, name: str) -> Iterator[Problem]:
    for indicator in _indicators(book):
        caps = _caps(indicator)
        if caps != plain(Fraction(indicator.points)) and indicator.caps_differ is None:
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


def _needless_reasons(books: Iterable[Rulebook], name: str) -> Iterator[Problem]:
    differing = {
        indicator.id
        for book in books
        for indicator in _indicators(book)
        if _caps(indicator) != plain(Fraction(indicator.points))
    }
    for indicator in _indicators(next(iter(books))):
        if indicator.caps_differ is not None and indicator.id not in differing:
            yield Problem(
                f"{name}: {indicator.id}.caps_differ",
                "caps that do add up",
                "no reason, under every reading",
                "remove it",
            )


def _bands(book: Rulebook, name: str) -> Iterator[Problem]:
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
