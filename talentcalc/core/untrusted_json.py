"""JSON that anyone may have made, read safely: of bounded size, nesting and digits."""

import json
from typing import Any

MOST_BYTES = 64 << 20
MOST_VALUES = 2_000_000
MOST_DEEP = 50  # lists and objects in one another; a result has nine
MOST_DIGITS = 30


def read_json(content: bytes) -> Any:
    """The document in some bytes.

    Raises:
        ValueError: no JSON in UTF-8, or a limit is passed, which is named.
    """
    if len(content) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    try:
        document = json.loads(content.decode(), parse_int=_whole, parse_constant=_none)
    except RecursionError:
        raise ValueError(f"more than {MOST_DEEP} lists in one another") from None
    level = [document]
    for _ in range(MOST_DEEP + 1):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise ValueError(f"more than {MOST_DEEP} lists in one another")
    return document


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of more than {MOST_DIGITS} digits")
    return int(digits)


def _none(name: str) -> Any:
    raise ValueError(f"{name}, which is no number")
