"""The one document: its canonical bytes, and the order in which its parts are shown."""

import json
from collections.abc import Iterator
from typing import Any

Result = dict[str, Any]

SCHEMAS = {"scorecard": "talentcalc/result/1", "league": "talentcalc/league/1"}
"""The name of a result's form, by the kind of its rulebook."""


def canonical(document: Result) -> bytes:
    """The document's one form: UTF-8, sorted keys, two spaces, a final newline."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (text + "\n").encode()


def as_read(document: Result) -> Result:
    """The document as anyone reads it back: keys sorted, so that no view can lean on their order."""
    read: Result = json.loads(canonical(document))
    return read


def in_order(document: Result, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of a part (`boards`, `evidence`) in the regulation's order; none if it is absent."""
    entries = document.get(part, {})
    for name in document["order"][part]:
        if name in entries:
            yield name, entries[name]
