"""Where in a rulebook each reading acts: found in the rulebook as written, never by a name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from talentcalc.core.errors import InputError, Problem
from talentcalc.messages.message import message
from talentcalc.rulebook.load import RulebookFile
from talentcalc.rulebook.score import Scorecard

RulebookPath = tuple[str | int, ...]
"""The keys and positions that lead from a rulebook's root to a part of it; a choice is no step."""

PAYMENT: RulebookPath = ("scorecard", "payment")
"""Where the rules of payment stand."""

_TO_AN_INDICATOR = ("scorecard", "boards", "", "categories", "", "tasks", "", "indicators", "")


@dataclass(frozen=True)
class ReadingEffects:
    """The readings that act `at` an indicator or the payment, and those that act `everywhere`.

    A reading of the rows that count acts on whatever is measured from them, and so everywhere but on the
    rules of payment. One that acts nowhere is in neither.
    """

    at: Mapping[RulebookPath, tuple[str, ...]]
    everywhere: tuple[str, ...]

    @property
    def several(self) -> tuple[str, ...]:
        """The readings that act in more than one place."""
        named = [name for names in self.at.values() for name in names]
        return (*self.everywhere, *(name for name in dict.fromkeys(named) if named.count(name) > 1))

    def seen_from(self, place: RulebookPath) -> tuple[str, ...]:
        """All the readings that act at a place."""
        return self.at.get(place, ()) if place == PAYMENT else (*self.at.get(place, ()), *self.everywhere)


def reading_effects(file: RulebookFile) -> ReadingEffects:
    """Where each reading of a scorecard's rulebook acts.

    Raises:
        InputError: one acts on what is submitted or checked: the same evidence cannot be scored again.
    """
    acts: dict[str, set[RulebookPath]] = {name: set() for name in file.readings()}
    item_of: dict[str, RulebookPath] = {}
    asks: list[tuple[RulebookPath, str]] = []
    for path, value, is_reading in _walk(file.data, ()):
        if is_reading:
            acts.setdefault(value, set()).add(_place(path, value, file.path.name))
        elif path[len(_TO_AN_INDICATOR) + 2 :] == ("id",):
            item_of[value] = _indicator(path)
        elif path[-2:] == ("only_with", "item"):
            asks.append((_indicator(path), value))
    # An indicator that asks for another's item sees whatever is read inside that other.
    for asking, item in asks:
        for where in acts.values():
            if item_of.get(item) in where:
                where.add(asking)
    at: dict[RulebookPath, tuple[str, ...]] = {}
    for name, where in acts.items():
        for place in sorted(where - {()}, key=str):
            if () not in where or place == PAYMENT:
                at[place] = (*at.get(place, ()), name)
    return ReadingEffects(at, tuple(name for name, where in acts.items() if () in where))


def indicator_places(card: Scorecard) -> dict[str, RulebookPath]:
    """Where each indicator stands, by its id."""
    return {
        indicator.id: ("scorecard", "boards", name, "categories", c, "tasks", t, "indicators", n)
        for name, board in card.boards.items()
        for c, category in enumerate(board.categories)
        for t, task in enumerate(category.tasks)
        for n, indicator in enumerate(task.indicators)
    }


def _walk(value: Any, path: RulebookPath) -> Iterator[tuple[RulebookPath, str, bool]]:
    """Every text of a rulebook with its place, under every choice; and every reading where it chooses."""
    if isinstance(value, Mapping):
        chosen = value.get("by_reading")
        if chosen is not None:
            yield path, str(chosen), True
        for key, part in value.items():
            if key != "by_reading":
                yield from _walk(part, path if chosen is not None else (*path, str(key)))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _walk(part, (*path, number))
    elif isinstance(value, str):
        yield path, value, False


def _place(path: RulebookPath, reading: str, name: str) -> RulebookPath:
    """What a value by a reading belongs to: an indicator, the payment, or () for several indicators."""
    if path[: len(PAYMENT)] == PAYMENT:
        return PAYMENT
    if path[:1] == ("scorecard",):
        return _indicator(path) if len(path) > len(_TO_AN_INDICATOR) else ()
    if path[:1] == ("tables",) and path[2:3] == ("counts",):
        return ()
    elsewhere = message("analysis.reading_of_the_evidence_itself", reading=reading)
    raise InputError(Problem(f"{name}: {'.'.join(map(str, path))}", elsewhere))


def _indicator(path: RulebookPath) -> RulebookPath:
    """The place of the indicator that a path goes into; () if it goes into none."""
    head = path[: len(_TO_AN_INDICATOR)]
    known = len(head) == len(_TO_AN_INDICATOR) and all(
        key in ("", step) for key, step in zip(_TO_AN_INDICATOR, head, strict=True)
    )
    return head if known else ()
