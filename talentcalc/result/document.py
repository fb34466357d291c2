"""The one document: its canonical bytes, and the order in which its parts are shown."""

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from talentcalc.core.untrusted_json import read_json

Result = dict[str, Any]

SCHEMAS = {"scorecard": "talentcalc/result/1", "league": "talentcalc/league/1"}
"""The name of a result's form, by the kind of its rulebook."""


_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""Control and invisible characters, and halves of one: a terminal obeys them, or nobody sees them.

A fixed set, as what Unicode calls invisible grows with every version of Python.
"""


def canonical(document: Result) -> bytes:
    """The document's one form: UTF-8, sorted keys, two spaces, hidden characters escaped, a final newline."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (_HIDDEN.sub(_escaped, text) + "\n").encode()


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def as_read(document: Result) -> Result:
    """The document as anyone reads it back: keys sorted, so that no view can lean on their order."""
    read: Result = json.loads(canonical(document))
    return read


def as_written(content: bytes) -> Result | None:
    """The result in a file, if it is one in its one form; what was altered by hand is none."""
    try:
        result: Any = read_json(content)
        schema = result.get("schema") if isinstance(result, dict) else None
        return result if schema in SCHEMAS.values() and canonical(result) == content else None
    except ValueError:
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
