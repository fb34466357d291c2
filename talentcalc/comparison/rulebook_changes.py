"""The entries that differ between two rulebooks, as they are written."""

from collections.abc import Mapping
from typing import Any

from talentcalc.rulebook.load import RulebookFile


def rulebook_difference(first: RulebookFile, second: RulebookFile) -> dict[str, Any]:
    """The difference of two rulebooks: hashes, versions and the changed entries by section; empty if none.

    Sections are compared as written, under every reading at once.
    """
    if first.sha256 == second.sha256:
        return {}
    found: dict[str, Any] = {"sha256": [first.sha256, second.sha256]}
    for name in ("id", "version"):
        both = [str(first.data.get(name)), str(second.data.get(name))]
        if both[0] != both[1] or name == "version":
            found[name] = both
    differs = {}
    for section in dict.fromkeys([*first.data, *second.data]):
        old, new = (_entries(file.data.get(section)) for file in (first, second))
        kinds = {
            "added": [name for name in new if name not in old],
            "removed": [name for name in old if name not in new],
            "changed": [name for name in new if name in old and new[name] != old[name]],
        }
        if any(kinds.values()):
            differs[section] = kinds
    return found | {"differs": differs}


def _entries(section: Any) -> dict[str, Any]:
    """The entries of a rulebook's section: by name at its first level, and whatever has an id below it.

    An entry is without those in it that have an id of their own.
    """
    found: dict[str, Any] = {}
    if isinstance(section, Mapping):
        for name, entry in section.items():
            found[str(name)] = _without_named(entry, found)
    elif section is not None:
        rest = _without_named(section, found)
        if not found:
            found[""] = rest
    return found


def _without_named(entry: Any, found: dict[str, Any]) -> Any:
    if isinstance(entry, Mapping):
        rest = {key: _without_named(value, found) for key, value in entry.items()}
        if isinstance(entry.get("id"), str):
            found.setdefault(entry["id"], []).append(rest)
            return entry["id"]
        return rest
    return [_without_named(element, found) for element in entry] if isinstance(entry, list) else entry
