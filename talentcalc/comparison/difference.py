"""The difference of two audits: what changed, and what each change did."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from talentcalc import __version__
from talentcalc.comparison.effects import FIELDS, PARTS, OpenedAudits, effects
from talentcalc.comparison.figures import figures, nested
from talentcalc.comparison.row_changes import table_difference
from talentcalc.comparison.rulebook_changes import rulebook_difference
from talentcalc.comparison.side import Side, opened
from talentcalc.core.errors import InputError, Problem
from talentcalc.evidence.read import read_evidence
from talentcalc.messages.message import message
from talentcalc.result.document import canonical, written
from talentcalc.result.model.result import AnyScorecard, Blocked, LeagueResult, Result, ScorecardResult
from talentcalc.rulebook.load import choices_in_force, open_rulebook
from talentcalc.rulebook.table import Table

SCHEMA = "talentcalc/diff/1"

Document = dict[str, Any]


def difference(a: Side, b: Side) -> dict[str, Any]:
    """The difference from `a` to `b`: what changed in each part, and its effect on points and money.

    There are no effects where one of the two is blocked.

    Raises:
        InputError: the two cannot be compared, or the inputs of one are not well formed.
    """
    first, second = _opened(a), _opened(b)
    _must_be_comparable(first, second)
    tables = {**second.audit.rulebook.tables, **first.audit.rulebook.tables}
    rows = {name: table_difference(name, first.evidence, second.evidence) for name in tables}
    rows = {name: found for name, found in rows.items() if found}
    ruling = {name for name in rows if tables[name].ruling}
    parts: dict[str, Document] = {
        "software": _software(a.result, b.result),
        "evidence": _evidence(first, second, {name: rows[name] for name in rows if name not in ruling}),
        "rulings": _rulings(first, second, {name: rows[name] for name in rows if name in ruling}),
        "terms": _params(first, second, "terms"),
        "rulebook": rulebook_difference(open_rulebook(a.rulebook), open_rulebook(b.rulebook)),
    }
    boards, homes = (_titles(named, a.result, b.result) for named in (_board_titles, _home_names))
    compared: Document = {
        "schema": SCHEMA,
        "kind": first.audit.rulebook.kind,
        "sides": {"a": _side(a), "b": _side(b)},
        "recomputed_by": __version__,
        "parts": parts,
        "order": {
            "parts": list(PARTS),
            "tables": [name for name in tables if name in rows],
            "boards": list(boards),
            "homes": list(homes),
        },
        "words": {
            "tables": {name: _table_words(tables[name], rows[name]) for name in rows},
            "readings": _reading_words(first, second, parts["rulings"].get("readings", {})),
            "boards": boards,
            "homes": homes,
        },
    }
    if not isinstance(a.result, Blocked) and not isinstance(b.result, Blocked):
        figures_a, figures_b = figures(a.result), figures(b.result)
        paths = dict.fromkeys([*figures_b, *figures_a])
        compared["figures"] = nested({path: [figures_a.get(path), figures_b.get(path)] for path in paths})
        compared["effects"] = effects(first, second, {part: bool(found) for part, found in parts.items()})
    read: Document = json.loads(canonical(compared))
    return read


def _opened(side: Side) -> OpenedAudits:
    audit = opened(side)
    return OpenedAudits(
        side, audit, read_evidence(audit.evidence, audit.rulebook, audit.withheld, audit.params.ignore)
    )


def _must_be_comparable(a: OpenedAudits, b: OpenedAudits) -> None:
    kinds = [side.audit.rulebook.kind for side in (a, b)]
    if kinds[0] != kinds[1]:
        raise InputError(
            Problem(b.side.name, message("comparison.other_kind", found=kinds[1], expected=kinds[0]))
        )
    notes = [side.audit.redaction for side in (a, b)]
    hidden = [None if note is None else (note.key, dict(note.columns)) for note in notes]
    if hidden[0] != hidden[1]:  # their pseudonyms do not match: every person would seem to have changed
        sides = message("comparison.sides", names=(a.side.name, b.side.name))
        raise InputError(Problem(sides, message("comparison.redacted_otherwise")))


def _side(side: Side) -> Document:
    result = side.result
    named: Document = {"audit": result.audit, "rulebook": result.rulebook, "subject": result.subject}
    if isinstance(result, AnyScorecard):
        named["period"] = written(result.period)
    else:
        named["year"] = result.year
    return {"name": side.name, "status": result.status} | named


def _titles(named: Callable[[Result], dict[str, str]], a: Result, b: Result) -> dict[str, str]:
    """The titles of boards or homes, the second audit's first and in its order."""
    second = named(b)
    return second | {name: title for name, title in named(a).items() if name not in second}


def _board_titles(result: Result) -> dict[str, str]:
    if not isinstance(result, ScorecardResult):
        return {}
    return {name: board.title for name, board in result.ordered_boards}


def _home_names(result: Result) -> dict[str, str]:
    if not isinstance(result, LeagueResult):
        return {}
    return {name: home.name for name, home in result.ordered_homes}


def _software(a: Result, b: Result) -> Document:
    versions = [result.provenance.talentcalc for result in (a, b)]
    return {"talentcalc": versions} if versions != [__version__, __version__] else {}


def _evidence(a: OpenedAudits, b: OpenedAudits, tables: Mapping[str, Document]) -> Document:
    found = _params(a, b, "evidence")
    if tables:
        found["tables"] = dict(tables)
    if files := _files(a.side.result, b.side.result):
        found["files"] = files
    return found


def _files(a: Result, b: Result) -> dict[str, int]:
    """The numbers of proof files added, removed and replaced; without paths, which may be personal."""
    files_a, files_b = a.proof_files, b.proof_files
    found = {
        "added": len(files_b.keys() - files_a.keys()),
        "removed": len(files_a.keys() - files_b.keys()),
        "changed": sum(1 for path in files_a.keys() & files_b.keys() if files_a[path] != files_b[path]),
    }
    return found if any(found.values()) else {}


def _params(a: OpenedAudits, b: OpenedAudits, part: str) -> Document:
    """The fields of the params that belong to a part, where they differ."""
    params_a, params_b = (side.audit.params.model_dump(mode="json") for side in (a, b))
    return {
        name: [params_a[name], params_b[name]]
        for name in FIELDS[part]
        if name in params_a and params_a[name] != params_b[name]
    }


def _rulings(a: OpenedAudits, b: OpenedAudits, tables: Mapping[str, Document]) -> Document:
    """The readings and rulings that differ.

    Readings are compared under the first rulebook: what another one takes for granted is its own doing.
    """
    known = open_rulebook(a.side.rulebook).readings()
    choices_a, choices_b = (choices_in_force(known, side.audit.params.readings) for side in (a, b))
    choices_b |= {name: choice for name, choice in b.audit.params.readings.items() if name not in known}
    readings = {
        name: [choices_a.get(name), choices_b[name]]
        for name in choices_b
        if choices_a.get(name) != choices_b[name]
    }
    found: Document = {"readings": readings} if readings else {}
    return found | ({"tables": dict(tables)} if tables else {})


def _table_words(table: Table, found: Document) -> Document:
    columns = dict.fromkeys(name for row in found["changed"]["rows"].values() for name in row)
    return {
        "title": table.title,
        "key": [table.columns[name].title for name in table.key],
        "columns": {
            name: {"title": table.columns[name].title, "choices": dict(table.columns[name].choices)}
            for name in columns
            if name in table.columns
        },
    }


def _reading_words(a: OpenedAudits, b: OpenedAudits, readings: Mapping[str, Any]) -> Document:
    known = {**a.audit.rulebook.readings, **b.audit.rulebook.readings}
    return {
        name: {"title": known[name].title, "choices": dict(known[name].choices)}
        for name in readings
        if name in known
    }
