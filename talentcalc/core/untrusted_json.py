"""JSON that anyone may have made, read safely: of bounded size, nesting and digits."""

import json
from typing import Any

from talentcalc.core.errors import UnfitValue
from talentcalc.messages.message import message

MOST_BYTES = 64 << 20
MOST_VALUES = 2_000_000
MOST_DEEP = 50  # lists and objects in one another; a result has nine
MOST_DIGITS = 30


def read_json(content: bytes) -> Any:
    """The document in some bytes.

    Raises:
        ValueError: no JSON in UTF-8, or, an UnfitValue, a limit that is passed.
    """
    if len(content) > MOST_BYTES:
        raise UnfitValue(message("core.more_bytes", most=MOST_BYTES))
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise UnfitValue(message("core.more_values", most=MOST_VALUES))
    try:
        document = json.loads(content.decode(), parse_int=_whole, parse_constant=_none)
    except RecursionError:
        raise UnfitValue(message("core.lists_too_deep", most=MOST_DEEP)) from None
    level = [document]
    for _ in range(MOST_DEEP + 1):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise UnfitValue(message("core.lists_too_deep", most=MOST_DEEP))
    return document


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise UnfitValue(message("core.number_too_long", most=MOST_DIGITS))
    return int(digits)


def _none(name: str) -> Any:
    raise UnfitValue(message("core.no_number", name=name))
