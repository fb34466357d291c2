"""The published JSON Schema of a rulebook file: `python -m talentcalc.rulebook.schema`.

It is the model's own schema, with one addition: wherever a value may stand, it may depend on a
reading, `{by_reading: <id>, <choice>: <value>, …}`.
"""

import json
from typing import Any

from pydantic import TypeAdapter

from talentcalc.rulebook.model import LeagueRulebook, ScorecardRulebook

_BY_READING = {
    "type": "object",
    "properties": {"by_reading": {"type": "string"}},
    "required": ["by_reading"],
    "minProperties": 3,
    "description": "A value for each choice of a reading.",
}


def schema() -> dict[str, Any]:
    """The schema of a rulebook as written, its readings still open."""
    either: TypeAdapter[ScorecardRulebook | LeagueRulebook] = TypeAdapter(ScorecardRulebook | LeagueRulebook)
    made: dict[str, Any] = _open(either.json_schema(by_alias=True))
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    made["$defs"]["ByReading"] = _BY_READING
    return made


def _open(value: Any) -> Any:
    """Allow a value by reading for each property, entry and element."""
    if isinstance(value, list):
        return [_open(part) for part in value]
    if not isinstance(value, dict):
        return value
    opened = {key: _open(part) for key, part in value.items()}
    if isinstance(opened.get("properties"), dict):
        opened["properties"] = {key: _either(form) for key, form in opened["properties"].items()}
    for key in ("items", "additionalProperties"):
        if isinstance(opened.get(key), dict):
            opened[key] = _either(opened[key])
    return opened


def _either(form: Any) -> dict[str, Any]:
    return {"anyOf": [form, {"$ref": "#/$defs/ByReading"}]}


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True))
