"""One rulebook in full, as an outline on the terminal."""

from collections.abc import Iterator
from functools import reduce

from talentcalc.messages.message import Message, Text, message
from talentcalc.rulebook.league import League
from talentcalc.rulebook.model import LeagueRulebook, Rulebook, ScorecardRulebook
from talentcalc.rulebook.score import Band, Banded, Indicator, Scorecard
from talentcalc.rulebook.table import Table


def outline(book: Rulebook) -> Iterator[Text]:
    """The rulebook under its default readings, a line at a time."""
    yield f"{book.id}  {book.version}  《{book.title}》"
    if book.issuer or book.signed:
        yield f"{book.issuer or ''}  {book.signed or ''}"
    yield from ("", message("rulebook.outline_of_repairs"))
    for repair in book.repairs:
        yield f"  “{repair.raw}”\n    → {repair.read_as}"
    yield from ("", message("rulebook.outline_of_readings"))
    for name, reading in book.readings.items():
        yield message("rulebook.outlined_reading", name=name, title=reading.title, clause=reading.clause)
        for choice, text in reading.choices.items():
            yield f"    {'*' if choice == reading.default else ' '} {choice}  {text}"
    if isinstance(book, ScorecardRulebook):
        yield from _scorecard(book.scorecard)
    if isinstance(book, LeagueRulebook):
        yield from _league(book.league)
    yield from ("", message("rulebook.outline_of_tables"))
    for name, table in book.tables.items():
        yield from _table(name, table)
    yield from ("", message("rulebook.outline_of_checks"))
    for check in book.checks:
        yield f"  {check.severity}  {check.id}  {check.title}"
    yield from ("", message("rulebook.outline_of_clauses"))
    for clause in book.clauses:
        yield f"  {clause.id}  [{clause.status}]  {clause.quote or clause.note}"


def _scorecard(scorecard: Scorecard) -> Iterator[Text]:
    for board in scorecard.boards.values():
        yield ""
        yield message("rulebook.outlined_board", title=board.title, points=str(board.points))
        for category in board.categories:
            yield f"  {category.title}"
            for task in category.tasks:
                yield f"    {task.title}"
                for indicator in task.indicators:
                    yield from _indicator(indicator)
    if scorecard.composite is not None:
        titles = (scorecard.composite.boards, *(one.title for one in scorecard.composite.components))
        yield from ("", message("rulebook.outline_of_composite", clause=scorecard.composite.clause))
        yield message("rulebook.outlined_components", titles=titles)
    yield from ("", message("rulebook.outline_of_payment"))
    for part in scorecard.payment.parts:
        if isinstance(part, Banded):
            bands = reduce(_then, (_band(band) for band in part.bands))
            yield message("rulebook.outlined_bands", title=part.title, clause=part.clause, bands=bands)
        else:
            yield message(
                "rulebook.outlined_proportional",
                title=part.title,
                clause=part.clause,
                most=str(part.of),
                share=str(part.share),
            )
    for kind, balance in scorecard.payment.balance.items():
        rule = str(balance.rule.model_dump())
        yield message("rulebook.outlined_balance", kind=kind, rule=rule, clause=balance.clause)


def _band(band: Band) -> Message:
    return message("rulebook.outlined_band", score=str(band.up_to), share=str(band.share))


def _then(bands: Message, band: Message) -> Message:
    return message("rulebook.outlined_next_band", bands=bands, band=band)


def _league(league: League) -> Iterator[Text]:
    for title, part in (
        (message("rulebook.outline_of_points"), league.points),
        (message("rulebook.outline_of_participation"), league.participation),
        (message("rulebook.outline_of_ranking"), league.ranking),
        (message("rulebook.outline_of_stars"), league.stars),
        (message("rulebook.outline_of_grants"), league.grants),
    ):
        yield from ("", title)
        for name, rule in part.model_dump(mode="json").items():
            text = (
                rule
                if not isinstance(rule, dict)
                else " ".join(f"{key}={value}" for key, value in rule.items())
            )
            yield f"  {name}  {text}"
    yield from ("", message("rulebook.outline_of_conformity"))
    for line in league.conformity:
        yield f"  {line.id}  {line.title}  {line.kind}"


def _indicator(indicator: Indicator) -> Iterator[Text]:
    points = str(indicator.points)
    yield message("rulebook.outlined_indicator", id=indicator.id, points=points, target=indicator.target)
    for item in indicator.items:
        rule = " ".join(f"{key}={value}" for key, value in item.rule.model_dump(exclude_none=True).items())
        yield f"        {item.id}  {item.quote}"
        yield f"          {item.measure.table}  {rule}  cap={indicator.cap_of(item)}"


def _table(name: str, table: Table) -> Iterator[Text]:
    yield f"  {name}  {table.title}"
    for column_name, column in table.columns.items():
        flags = "".join((" *" if column.key else "", " ?" if column.optional else ""))
        choices = "  " + " ".join(f"{code}={text}" for code, text in column.choices.items())
        yield f"    {column_name}{flags}  {column.title}  {column.type}{choices.rstrip()}"
        for code, words in column.synonyms.items():
            yield f"      {code} = {' = '.join(words)}"
