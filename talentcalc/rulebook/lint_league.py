"""Lint of a league: every paragraph in the ledger, cuts and tiers in order, clauses that are there."""

import re
from collections.abc import Iterator

from talentcalc.core.errors import Problem, quote_value
from talentcalc.messages.message import message
from talentcalc.rulebook.faults import repeated
from talentcalc.rulebook.model import LeagueRulebook

_NUMBERED = re.compile(r"^\d+\. *(.+)$", re.MULTILINE)


def league_faults(book: LeagueRulebook, text: str, name: str) -> Iterator[Problem]:
    """Every fault of a league beyond unknown names."""
    yield from _uncovered(book, text, name)
    yield from _clauses(book, name)
    yield from repeated((line.id for line in book.league.conformity), f"{name}: conformity")
    tiers = list(book.league.points.media.tiers.values())
    if tiers != sorted(set(tiers), reverse=True):
        yield Problem(f"{name}: media.tiers", message("rulebook.tiers_do_not_fall", points=tuple(tiers)))
    ranking, stars = book.league.ranking, book.league.stars
    if not (0 <= ranking.up <= 1 and 0 <= ranking.down <= 1):
        shares = message("rulebook.no_shares", up=str(ranking.up), down=str(ranking.down))
        yield Problem(f"{name}: ranking", shares)
    if not stars.lowest <= stars.start <= stars.highest:
        given = (stars.lowest, stars.start, stars.highest)
        yield Problem(f"{name}: stars", message("rulebook.stars_not_in_order", stars=given))


def _uncovered(book: LeagueRulebook, text: str, name: str) -> Iterator[Problem]:
    quotes = sorted((clause.quote for clause in book.clauses if clause.quote), key=len, reverse=True)
    for paragraph in _NUMBERED.findall(text):
        rest = paragraph
        for quote in quotes:
            rest = rest.replace(quote, "")
        if rest.strip():
            uncovered = message("rulebook.sentence_without_entry", sentence=quote_value(rest.strip()))
            yield Problem(f"{name}: clauses", uncovered)


def _clauses(book: LeagueRulebook, name: str) -> Iterator[Problem]:
    league, ids = book.league, [clause.id for clause in book.clauses]
    points = league.points
    named = {
        "points.events": points.events.clause,
        "points.media": points.media.clause,
        "points.checkins": points.checkins.clause,
        "points.adjustment": points.adjustment.clause,
        "participation": league.participation.clause,
        "ranking": league.ranking.clause,
        "stars": league.stars.clause,
        "grants.selection": league.grants.selection.clause,
        "grants.top": league.grants.top.clause,
    }
    for what, clause in named.items():
        if not any(entry == clause or entry.startswith(f"{clause}（") for entry in ids):
            unknown = message("rulebook.unknown_clause", clause=quote_value(clause))
            yield Problem(f"{name}: {what}.clause", unknown)
