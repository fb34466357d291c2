"""What each part of a difference did to points and money, on the terminal."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from talentcalc.core.decimals import format_decimal, format_shortest, money
from talentcalc.messages.message import Message, message
from talentcalc.report.terminal.language import worded

MOST = 20
"""Rows, columns or homes that a list names; of more it says how many there are."""

PARTS = {
    "software": message("report.software"),
    "evidence": message("report.evidence"),
    "rulings": message("report.rulings"),
    "terms": message("report.terms"),
    "rulebook": message("report.rulebook"),
}
SIDES = {"a": message("report.first_side"), "b": message("report.second_side")}
_PAYMENT = {
    "entitlement": message("report.entitlement"),
    "payable": message("report.payable"),
    "overpaid": message("report.overpaid"),
}
UNCHANGED = message("report.unchanged")
_HOME = {
    "total": message("report.total"),
    "points": message("report.points_of_year"),
    "rank": message("report.rank"),
    "stars": message("report.stars"),
    "grant_selection": message("report.grant_of_selection"),
    "grant_top_ceiling": message("report.grant_ceiling_of_first"),
}


def effect_lines(difference: dict[str, Any]) -> Iterator[str]:
    """The lines of the effects: a table of the parts, and whether they add up."""
    yield worded(message("report.effects"))
    blocked = tuple(mark for side, mark in SIDES.items() if _status(difference, side) == "blocked")
    if blocked:
        yield f"  {worded(message('report.sides_without_points', sides=blocked))}"
        return
    parts = tuple(PARTS[part] for part in difference["order"]["parts"])
    yield f"  {worded(message('report.order_of_effects', parts=parts))}"
    if difference["kind"] == "league":
        yield from _league(difference)
    else:
        yield from _scorecard(difference)
    for effect in difference["effects"]:
        if len(effect["together"]) > 1:
            reasons = listed(
                worded(message("report.check", title=title, check=check))
                for check, title in sorted(effect["because"].items())
            )
            yield f"  {worded(message('report.effects_together', parts=_named(effect), reasons=reasons))}"


def _status(difference: dict[str, Any], side: str) -> str:
    return str(difference["sides"][side]["status"])


def _named(effect: dict[str, Any]) -> str:
    return "＋".join(worded(PARTS[part]) for part in effect["together"])


def _scorecard(difference: dict[str, Any]) -> Iterator[str]:
    order, figures = difference["order"]["boards"], difference["figures"]
    boards = [("boards", name, difference["words"]["boards"][name]) for name in order]
    columns = boards + [
        ("payment", name, worded(message("report.title_in_yuan", title=title)))
        for name, title in _PAYMENT.items()
    ]
    rows = [["", *(title for _, _, title in columns)]]
    for effect in difference["effects"]:
        moved = effect["figures"]
        if moved:
            cells = [_signed(moved.get(part, {}).get(name, "0")) for part, name, _ in columns]
            rows.append([_named(effect), *cells])
        else:
            rows.append([_named(effect), worded(UNCHANGED)])
    ends = [[figures[part][name][side] or "0" for part, name, _ in columns] for side in (0, 1)]
    sums = [_sum(difference, part, name) for part, name, _ in columns]
    rows.append([worded(message("report.sum")), *(_signed(format_decimal(total)) for total in sums)])
    for mark, values in zip(SIDES.values(), ends, strict=True):
        rows.append([worded(mark), *(money(value) for value in values)])
    yield from _aligned(rows)
    adds_up = all(
        Fraction(a) + total == Fraction(b) for a, total, b in zip(ends[0], sums, ends[1], strict=True)
    )
    yield f"  {worded(message('report.sums_agree') if adds_up else message('report.sums_disagree'))}"
    for effect in difference["effects"]:
        points = effect["figures"].get("indicators", {})
        if points:
            moved = tuple(f"{name} {_signed(by)}" for name, by in sorted(points.items()))
            yield f"  {worded(message('report.indicators_moved', parts=_named(effect), indicators=moved))}"


def _sum(difference: dict[str, Any], *path: str) -> Fraction:
    return sum(
        (Fraction(_at(effect["figures"], *path) or 0) for effect in difference["effects"]), Fraction(0)
    )


def _at(tree: Any, *path: str) -> Any:
    for step in path:
        tree = tree.get(step, {})
    return tree or None


def _league(difference: dict[str, Any]) -> Iterator[str]:
    homes, names = difference["figures"].get("homes", {}), difference["words"]["homes"]
    number = difference["figures"]["number"]["homes"]
    figures = [figure for figure in _HOME if figure != "points"]
    titles = [worded(message("report.figure_moves", figure=_HOME[figure])) for figure in figures]
    rows = [["", worded(message("report.number_of_homes")), *titles]]
    for effect in difference["effects"]:
        moved = effect["figures"].get("homes", {})
        counts = [str(sum(1 for changes in moved.values() if figure in changes)) for figure in figures]
        by = _at(effect["figures"], "number", "homes") or "0"
        rows.append(
            [_named(effect), *([_signed(by, 0), *counts] if effect["figures"] else [worded(UNCHANGED)])]
        )
    yield from _aligned(rows)
    yield f"  {worded(message('report.number_of_homes'))} {number[0]} → {number[1]}"
    adds_up = all(
        Fraction(both[0] or 0) + _sum(difference, "homes", home, figure) == Fraction(both[1] or 0)
        for home, home_figures in homes.items()
        for figure, both in home_figures.items()
    )
    yield f"  {worded(message('report.homes_agree') if adds_up else message('report.homes_disagree'))}"
    lines = []
    for home in [name for name in difference["order"]["homes"] if name in homes]:
        changes = [_home_figure(difference, home, figure) for figure in figures]
        if text := listed(change for change in changes if change):
            changed = message("report.home_changed", home=home, name=names[home], changes=text)
            lines.append(f"  {worded(changed)}")
    yield from first_of(lines, lambda rest: message("report.more_homes", number=rest))


def _home_figure(difference: dict[str, Any], home: str, figure: str) -> str:
    """A home's figure before and after, with the parts that changed it; empty if none did."""
    before, after = difference["figures"]["homes"][home].get(figure, [None, None])
    moves = []
    for effect in difference["effects"]:
        by = _at(effect["figures"], "homes", home, figure)
        if by:
            # A rank that is only there on one side is no number of places up or down.
            moves.append(_named(effect) + (f" {_signed(by, 0)}" if None not in (before, after) else ""))
    if not moves:
        return ""
    comma = worded(message("report.comma"))
    return worded(
        message(
            "report.figure_moved",
            figure=_HOME[figure],
            before=_plain(before),
            after=_plain(after),
            parts=comma.join(moves),
        )
    )


def _plain(value: str | None) -> str:
    return "—" if value is None else format_shortest(Fraction(value))


def _signed(value: str, least: int = 2) -> str:
    number = Fraction(value)
    text = money(number) if least else format_shortest(number)
    return f"+{text}" if number > 0 else text


def listed(phrases: Iterable[str]) -> str:
    """Phrases with a semicolon between them."""
    return worded(message("report.semicolon")).join(phrases)


def first_of(lines: list[str], more: Callable[[int], Message], count: int | None = None) -> Iterator[str]:
    """The first `MOST` lines, and how many more there are."""
    yield from lines[:MOST]
    if (rest := (count or len(lines)) - MOST) > 0:
        yield f"  {worded(more(rest))}"


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """A table as aligned lines, its first column to the left; a Chinese character is two wide."""
    widths = [max(_width(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))]
    for row in rows:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (widths[n] - _width(row[n])) + row[n] for n in range(1, len(row))]
        yield "  " + "  ".join(cells)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
