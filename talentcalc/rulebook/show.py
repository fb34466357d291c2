"""One rulebook in full, as an outline on the terminal."""

from collections.abc import Iterator

from talentcalc.rulebook.league import League
from talentcalc.rulebook.model import LeagueRulebook, Rulebook, ScorecardRulebook
from talentcalc.rulebook.score import Banded, Indicator, Scorecard
from talentcalc.rulebook.table import Table


def outline(book: Rulebook) -> Iterator[str]:
    """The rulebook under its default readings, a line at a time."""
    yield f"{book.id}  {book.version}  《{book.title}》"
    if book.issuer or book.signed:
        yield f"{book.issuer or ''}  {book.signed or ''}"
    yield "\n原文受损处及读法"
    for repair in book.repairs:
        yield f"  “{repair.raw}”\n    → {repair.read_as}"
    yield "\n条文理解"
    for name, reading in book.readings.items():
        yield f"  {name}  {reading.title}（{reading.clause}）"
        for choice, text in reading.choices.items():
            yield f"    {'*' if choice == reading.default else ' '} {choice}  {text}"
    if isinstance(book, ScorecardRulebook):
        yield from _scorecard(book.scorecard)
    if isinstance(book, LeagueRulebook):
        yield from _league(book.league)
    yield "\n材料表"
    for name, table in book.tables.items():
        yield from _table(name, table)
    yield "\n另列的检查"
    for check in book.checks:
        yield f"  {check.severity}  {check.id}  {check.title}"
    yield "\n条款台账"
    for clause in book.clauses:
        yield f"  {clause.id}  [{clause.status}]  {clause.quote or clause.note}"


def _scorecard(scorecard: Scorecard) -> Iterator[str]:
    for board in scorecard.boards.values():
        yield f"\n{board.title}  {board.points} 分"
        for category in board.categories:
            yield f"  {category.title}"
            for task in category.tasks:
                yield f"    {task.title}"
                for indicator in task.indicators:
                    yield from _indicator(indicator)
    if scorecard.composite is not None:
        parts = "、".join(component.title for component in scorecard.composite.components)
        yield f"\n综合评议（{scorecard.composite.clause}）\n  {scorecard.composite.boards}、{parts}"
    yield "\n支付"
    for part in scorecard.payment.parts:
        if isinstance(part, Banded):
            steps = "；".join(f"至 {band.up_to} 分付 {band.share}" for band in part.bands)
            yield f"  {part.title}（{part.clause}）：{steps}"
        else:
            yield f"  {part.title}（{part.clause}）：得分 ÷ {part.of} × {part.share} × 运营费"
    for kind, balance in scorecard.payment.balance.items():
        yield f"  {kind}：{balance.rule.model_dump()}（{balance.clause}）"


def _league(league: League) -> Iterator[str]:
    for title, part in (
        ("积分", league.points),
        ("参与", league.participation),
        ("排名", league.ranking),
        ("星级", league.stars),
        ("补助", league.grants),
    ):
        yield f"\n{title}"
        for name, rule in part.model_dump(mode="json").items():
            text = (
                rule
                if not isinstance(rule, dict)
                else " ".join(f"{key}={value}" for key, value in rule.items())
            )
            yield f"  {name}  {text}"
    yield "\n达标情况"
    for line in league.conformity:
        yield f"  {line.id}  {line.title}  {line.kind}"


def _indicator(indicator: Indicator) -> Iterator[str]:
    yield f"      {indicator.id}  {indicator.points} 分  {indicator.target}"
    for item in indicator.items:
        rule = " ".join(f"{key}={value}" for key, value in item.rule.model_dump(exclude_none=True).items())
        yield f"        {item.id}  {item.quote}"
        yield f"          {item.measure.table}  {rule}  cap={indicator.cap_of(item)}"


def _table(name: str, table: Table) -> Iterator[str]:
    yield f"  {name}  {table.title}"
    for column_name, column in table.columns.items():
        flags = "".join((" *" if column.key else "", " ?" if column.optional else ""))
        choices = "  " + " ".join(f"{code}={text}" for code, text in column.choices.items())
        yield f"    {column_name}{flags}  {column.title}  {column.type}{choices.rstrip()}"
        for code, words in column.synonyms.items():
            yield f"      {code} = {' = '.join(words)}"
