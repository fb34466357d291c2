"""The published JSON Schema of `result.json`: `python -m talentcalc.result.schema`."""

import json
from typing import Any

from talentcalc.result.document import result_type


def schema() -> dict[str, Any]:
    """The schema of version 1 of both forms; a key that may be absent is never null."""
    made: dict[str, Any] = _without_null(result_type().json_schema(by_alias=True))
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return made


def _without_null(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_null(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    if value.get("default", ...) is None:  # it stands for a key that is absent
        kinds = [kind for kind in value["anyOf"] if kind != {"type": "null"}]
        rest = {key: entry for key, entry in value.items() if key not in ("anyOf", "default")}
        value = rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
    return {key: _without_null(entry) for key, entry in value.items()}


if __name__ == "__main__":
    print(json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True))
