"""Lint of a rulebook: true to the official text, consistent, complete, under every reading."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.messages.message import message
from talentcalc.rulebook.faults import not_verbatim, repeated
from talentcalc.rulebook.lint_league import league_faults
from talentcalc.rulebook.lint_personal import personal_faults
from talentcalc.rulebook.lint_scorecard import scorecard_faults
from talentcalc.rulebook.load import RulebookFile
from talentcalc.rulebook.model import LeagueRulebook, Reading, Rulebook, ScorecardRulebook
from talentcalc.rulebook.names import unknown_names
from talentcalc.rulebook.procedure import procedure_faults

_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百]+条)", re.MULTILINE)


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
    except InputError as refusal:
        return refusal.problems
    default = next(iter(books.values()))
    joined = text.replace("\n", "")  # a page break may cut a sentence in two
    found += _quotes(default, joined, name)
    found += _ledger(default, text, name)
    found += _ids(default, name)
    found += procedure_faults(default.procedure, {clause.id for clause in default.clauses}, name)
    for where, book in books.items():
        place = f"{name}, {where}" if where else name
        found += unknown_names(book, place)
        found += personal_faults(book, place)
    scorecards = {where: book for where, book in books.items() if isinstance(book, ScorecardRulebook)}
    if scorecards:
        found += scorecard_faults(scorecards, joined, name)
    if isinstance(default, LeagueRulebook):
        found += league_faults(default, text, name)
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
            default, known = quote_value(reading.default), tuple(reading.choices)
            unknown = message("rulebook.unknown_default", choice=default, known=known)
            yield Problem(f"{name}: readings.{reading_name}.default", unknown)
    used = list(_choices_used(data))
    for entry in used:
        named = readings.get(entry["by_reading"])
        if named is None:
            undeclared = message("rulebook.undeclared_reading", reading=quote_value(entry["by_reading"]))
            yield Problem(f"{name}: by_reading", undeclared)
        elif set(entry) - {"by_reading"} != set(named.choices):
            given, known = tuple(sorted(set(entry) - {"by_reading"})), tuple(named.choices)
            other = message("rulebook.values_for_other_choices", given=given, known=known)
            yield Problem(f"{name}: by_reading {entry['by_reading']}", other)
    for unused in sorted(set(readings) - {entry["by_reading"] for entry in used}):
        yield Problem(f"{name}: readings.{unused}", message("rulebook.unused_reading"))


def _choices_used(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        if "by_reading" in value:
            yield value
        for part in value.values():
            yield from _choices_used(part)
    elif isinstance(value, list):
        for part in value:
            yield from _choices_used(part)


def _quotes(book: Rulebook, lines_joined: str, name: str) -> Iterator[Problem]:
    quoted = [("repairs", repair.raw) for repair in book.repairs]
    quoted += [(f"clause {clause.id}", clause.quote) for clause in book.clauses if clause.quote is not None]
    for place, quote in quoted:
        yield from not_verbatim(quote, lines_joined, f"{name}: {place}")


def _ledger(book: Rulebook, text: str, name: str) -> Iterator[Problem]:
    ids = [clause.id for clause in book.clauses]
    for article in dict.fromkeys(_ARTICLE.findall(text)):
        if article not in ids:
            yield Problem(f"{name}: clauses", message("rulebook.article_missing", article=article))
    for clause in book.clauses:
        if (clause.status == "not_in_source") != (clause.quote is None):
            contradiction = message("rulebook.quote_and_status_disagree", status=clause.status)
            yield Problem(f"{name}: clause {clause.id}", contradiction)
        if clause.status == "not_in_source" and clause.id in _ARTICLE.findall(text):
            yield Problem(f"{name}: clause {clause.id}", message("rulebook.clause_is_in_source"))


def _ids(book: Rulebook, name: str) -> Iterator[Problem]:
    for what, ids in {
        "clause": [clause.id for clause in book.clauses],
        "check": [check.id for check in book.checks],
    }.items():
        yield from repeated(ids, f"{name}: {what}")
