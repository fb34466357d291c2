"""What each part of a difference did to points and money, on the terminal."""

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from talentcalc.core.decimals import format_decimal, format_shortest, money

MOST = 20
"""Rows, columns or homes that a list names; of more it says how many there are."""

PARTS = {
    "software": "软件",
    "evidence": "材料",
    "rulings": "评审决定",
    "terms": "考核条件",
    "rulebook": "规则书",
}
_PAYMENT = {"entitlement": "应得额", "payable": "应付额", "overpaid": "多付额"}
_HOME = {
    "total": "总积分",
    "points": "年度积分",
    "rank": "名次",
    "stars": "星级",
    "grant_selection": "入选补助",
    "grant_top_ceiling": "前列补助上限",
}


def effect_lines(difference: dict[str, Any]) -> Iterator[str]:
    """The lines of the effects: a table of the parts, and whether they add up."""
    yield "各部分的影响（甲 → 乙）"
    blocked = [mark for mark, side in (("甲", "a"), ("乙", "b")) if _status(difference, side) == "blocked"]
    if blocked:
        yield f"  {'、'.join(blocked)}未评分，只比较材料和决定，没有分值和金额的变化可说"
        return
    steps = "、".join(PARTS[part] for part in difference["order"]["parts"])
    yield f"  依次以乙代甲：{steps}；几部分共同造成的变化计入在先的部分"
    if difference["kind"] == "league":
        yield from _league(difference)
    else:
        yield from _scorecard(difference)
    for effect in difference["effects"]:
        if len(effect["together"]) > 1:
            reasons = "；".join(f"{title}（{check}）" for check, title in sorted(effect["because"].items()))
            yield f"  {_named(effect)}的影响分不开：只代入在先的部分时不能评分（{reasons}）"


def _status(difference: dict[str, Any], side: str) -> str:
    return str(difference["sides"][side]["status"])


def _named(effect: dict[str, Any]) -> str:
    return "＋".join(PARTS[part] for part in effect["together"])


def _scorecard(difference: dict[str, Any]) -> Iterator[str]:
    order, figures = difference["order"]["boards"], difference["figures"]
    boards = [("boards", name, difference["words"]["boards"][name]) for name in order]
    columns = boards + [("payment", name, title) for name, title in _PAYMENT.items()]
    rows = [["", *(title + ("（元）" if part == "payment" else "") for part, _, title in columns)]]
    for effect in difference["effects"]:
        moved = effect["figures"]
        if moved:
            cells = [_signed(moved.get(part, {}).get(name, "0")) for part, name, _ in columns]
            rows.append([_named(effect), *cells])
        else:
            rows.append([_named(effect), "没有变化"])
    ends = [[figures[part][name][side] or "0" for part, name, _ in columns] for side in (0, 1)]
    sums = [_sum(difference, part, name) for part, name, _ in columns]
    rows.append(["合计", *(_signed(format_decimal(total)) for total in sums)])
    for mark, values in zip(("甲", "乙"), ends, strict=True):
        rows.append([mark, *(money(value) for value in values)])
    yield from _aligned(rows)
    adds_up = all(
        Fraction(a) + total == Fraction(b) for a, total, b in zip(ends[0], sums, ends[1], strict=True)
    )
    yield "  核对：甲 + 合计 = 乙，" + ("各项相符" if adds_up else "不相符")
    for effect in difference["effects"]:
        points = effect["figures"].get("indicators", {})
        if points:
            moved = "、".join(f"{name} {_signed(by)}" for name, by in sorted(points.items()))
            yield f"  {_named(effect)}的各指标：{moved}"


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
    rows = [["", "站点数", *(f"{_HOME[figure]}有变" for figure in figures)]]
    for effect in difference["effects"]:
        moved = effect["figures"].get("homes", {})
        counts = [str(sum(1 for changes in moved.values() if figure in changes)) for figure in figures]
        by = _at(effect["figures"], "number", "homes") or "0"
        rows.append([_named(effect), *([_signed(by, 0), *counts] if effect["figures"] else ["没有变化"])])
    yield from _aligned(rows)
    yield f"  站点数 {number[0]} → {number[1]}"
    adds_up = all(
        Fraction(both[0] or 0) + _sum(difference, "homes", home, figure) == Fraction(both[1] or 0)
        for home, home_figures in homes.items()
        for figure, both in home_figures.items()
    )
    yield "  核对：甲 + 各部分 = 乙，" + ("各站点各项相符" if adds_up else "不相符")
    lines = []
    for home in [name for name in difference["order"]["homes"] if name in homes]:
        words = [_home_figure(difference, home, figure) for figure in figures]
        if text := "；".join(phrase for phrase in words if phrase):
            lines.append(f"  {home} {names[home]}：{text}")
    yield from first_of(lines, "个站点")


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
    return f"{_HOME[figure]} {_plain(before)} → {_plain(after)}（{'，'.join(moves)}）"


def _plain(value: str | None) -> str:
    return "—" if value is None else format_shortest(Fraction(value))


def _signed(value: str, least: int = 2) -> str:
    number = Fraction(value)
    text = money(number) if least else format_shortest(number)
    return f"+{text}" if number > 0 else text


def first_of(lines: list[str], unit: str, count: int | None = None) -> Iterator[str]:
    """The first `MOST` lines, and how many more there are."""
    yield from lines[:MOST]
    if (rest := (count or len(lines)) - MOST) > 0:
        yield f"  另 {rest} {unit}"


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """A table as aligned lines, its first column to the left; a Chinese character is two wide."""
    widths = [max(_width(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))]
    for row in rows:
        cells = [row[0] + " " * (widths[0] - _width(row[0]))]
        cells += [" " * (widths[n] - _width(row[n])) + row[n] for n in range(1, len(row))]
        yield "  " + "  ".join(cells)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
