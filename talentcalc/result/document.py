"""The one document: its canonical bytes, and the order in which its parts are shown."""

import hashlib
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


def as_written(content: bytes) -> Result | None:
    """The result in a file, if it is one in its one form; what was altered by hand is none."""
    try:
        result: Any = json.loads(content)
        schema = result.get("schema") if isinstance(result, dict) else None
        return result if schema in SCHEMAS.values() and canonical(result) == content else None
    except (ValueError, RecursionError):  # also of what no document holds: a NaN, half a character
        return None


def checks_record(result: Result) -> Result:
    """What `checks.json` says: the part of a result that is about its checks."""
    return {key: result[key] for key in ("audit", "status", "checks", "checks_run", "findings")}


def fingerprint(result: Result) -> str:
    """The SHA-256 of `result.json`, in hexadecimal."""
    return hashlib.sha256(canonical(result)).hexdigest()


def in_order(document: Result, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The entries of a part (`boards`, `evidence`) in the regulation's order; none if it is absent."""
    entries = document.get(part, {})
    for name in document["order"][part]:
        if name in entries:
            yield name, entries[name]
