"""Results as their file says them: what tests read, and alter, without the package's own types."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from talentcalc.pipeline import assess
from talentcalc.result.document import canonical, written
from talentcalc.result.document import result_of as result_of
from talentcalc.result.model.part import Part
from talentcalc.result.model.result import AnyLeague, AnyScorecard, ScorecardResult

ResultJson = dict[str, Any]


def document_of(part: Part) -> ResultJson:
    """A result, or a part of one, as JSON has it."""
    return as_read(written(part))


def as_read(document: ResultJson) -> ResultJson:
    """A document as anyone reads it back: a copy, its keys sorted."""
    read: ResultJson = json.loads(canonical(document))
    return read


def assess_file(params_file: str | Path, analysis: bool = True) -> ResultJson:
    """The result of a params file."""
    return document_of(assess.assess_file(params_file, analysis))


def scorecard_of(document: ResultJson) -> AnyScorecard:
    """A document as the result of a scorecard, for a view of it."""
    result = result_of(document)
    assert isinstance(result, AnyScorecard)
    return result


def scored_of(document: ResultJson) -> ScorecardResult:
    """A document as the result of a scorecard that was scored."""
    result = result_of(document)
    assert isinstance(result, ScorecardResult)
    return result


def league_of(document: ResultJson) -> AnyLeague:
    """A document as the result of a league, for a view of it."""
    result = result_of(document)
    assert isinstance(result, AnyLeague)
    return result


def in_order(document: ResultJson, part: str) -> Iterator[tuple[str, ResultJson]]:
    """The entries of a part (`boards`, `evidence`) in the regulation's order; none if it is absent."""
    entries = document.get(part, {})
    return ((name, entries[name]) for name in document["order"][part] if name in entries)


REDACTED = {"key": "0" * 64, "columns": {}, "titles": {}}
"""What a public copy says of itself: no column has pseudonyms."""


def least(**said: Any) -> ResultJson:
    """The shortest result of a scorecard, blocked unless a test says otherwise."""
    step = {"id": "prepared", "title": "编制", "clause": None, "by": ["agency"], "apart": []}
    return {
        "schema": "talentcalc/result/1",
        "status": "blocked",
        "audit": "case",
        "rulebook": "dongsheng-2025",
        "subject": "示例中心",
        "period": {"kind": "annual", "start": "2025-01-01", "end": "2025-12-31"},
        "review": {"agency": "示例机构", "reviewers": ["R1", "R2"], "dated": "2026-01-15"},
        "readings": {},
        "checks": {"critical": 0, "warning": 0, "info": 0},
        "checks_run": [],
        "findings": [],
        "evidence": {},
        "regulation": {
            "title": "办法",
            "issuer": None,
            "signed": None,
            "repairs": [],
            "clauses": [],
            "reasons": {},
            "procedure": {"parties": {"agency": "评审机构"}, "steps": [step]},
            "readings": {},
        },
        "order": {"evidence": [], "readings": [], "boards": []},
        "provenance": {
            "talentcalc": "0",
            "rulebook_version": "1",
            "rulebook_sha256": "0" * 64,
            "regulation_sha256": "0" * 64,
            "params_file": "case.yaml",
            "params_sha256": "0" * 64,
        },
    } | said


def blocked_of(document: ResultJson) -> ResultJson:
    """A scorecard's result as if something critical had blocked it."""
    kept = {*least(), "ignored", "proofs", "redacted"}
    return {key: value for key, value in document.items() if key in kept} | {"status": "blocked"}


def in_short(document: ResultJson) -> ResultJson:
    """A scorecard's result without its longest parts: the analyses, the boards, the checks that were run."""
    left_out = ("firmness", "pivotal", "sampling")
    kept = {key: value for key, value in document.items() if key not in left_out}
    return kept | {"boards": {}, "checks_run": []}
