"""The effect of each part of a difference: one after the other is put into the first audit.

The steps are sums of differences between neighbouring states, so they add up to the whole by
construction; what two parts do only together goes to the earlier one.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.comparison.figures import Exact, exactly, figures, minus, nested, plus
from talentcalc.comparison.side import Side
from talentcalc.core.decimals import format_decimal
from talentcalc.core.errors import InputError
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.pipeline.assess import assess, check_evidence
from talentcalc.result.model.result import Blocked
from talentcalc.rulebook.load import choices_in_force, open_rulebook
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.weights import weight_problems

PARTS = ("software", "evidence", "rulings", "terms", "rulebook")
"""The parts of a difference, in the order in which they are put in."""

FIELDS = {
    "evidence": ("period", "year"),  # the evidence is of a period
    "rulings": ("readings",),
    "terms": ("fee", "paid", "composite", "subject", "review"),
}
"""What of the params goes with each part."""


@dataclass(frozen=True)
class OpenedAudits:
    """A side with its audit and its evidence, read by its own rulebook."""

    side: Side
    audit: Audit
    evidence: Evidence


@dataclass
class _Group:
    """Parts that have one effect together, that effect, and the checks that prevent separate ones."""

    parts: list[str]
    change: Exact
    because: dict[str, Text] = field(default_factory=dict)


def effects(a: OpenedAudits, b: OpenedAudits, changed: Mapping[str, bool]) -> list[dict[str, Any]]:
    """The effect of each part on every figure, in the order of the parts: exactly B − A together.

    A figure that one of two neighbouring states lacks is 0 there; one that did not move is left out.
    """
    texts = figures(a.side.result) | figures(b.side.result)
    places = {path: len(text.partition(".")[2]) for path, text in texts.items()}
    entries: list[dict[str, Any]] = []
    for group in _groups(a, b, changed):
        moved = {path: format_decimal(by, places.get(path, 0)) for path, by in group.change.items() if by}
        entries.append({"together": group.parts, "figures": nested(moved)})
        if group.because:
            entries[-1]["because"] = {check: wording(why, PAPERS) for check, why in group.because.items()}
    named = {part for group in entries for part in group["together"]}
    entries += [{"together": [part], "figures": {}} for part in PARTS if part not in named]
    return sorted(entries, key=lambda group: PARTS.index(group["together"][0]))


def _groups(a: OpenedAudits, b: OpenedAudits, changed: Mapping[str, bool]) -> list[_Group]:
    states = _States(a, b)
    start = last = exactly(a.side.result)
    end = exactly(b.side.result)
    groups: list[_Group] = []
    pending: dict[str, None] = {}
    because: dict[str, Text] = {}
    taken: list[str] = []
    for part in ("software", *(name for name in PARTS[1:] if changed[name]), None):
        if part is None:  # from B as this software has it to B as recorded
            state: Exact | _Blocked = end
        else:
            taken.append(part)
            state = states.with_parts_of_b(taken)
        pending[part or "software"] = None
        if isinstance(state, _Blocked):
            because |= state.checks
            continue
        groups.append(_Group(list(pending), minus(state, last), because))
        last, pending, because = state, {}, {}
    groups = _with_software_merged(groups)
    for path in start.keys() | end.keys():
        total = sum((group.change.get(path, Fraction(0)) for group in groups), Fraction(0))
        assert total == end.get(path, 0) - start.get(path, 0), path
    return groups


def _with_software_merged(groups: list[_Group]) -> list[_Group]:
    """The groups with the two of the software, which acts on A and on B as recorded, merged into one."""
    first, rest = groups[0], groups[1:]
    for group in [group for group in rest if "software" in group.parts]:
        rest.remove(group)
        together = {*first.parts, *group.parts}
        parts = [part for part in PARTS if part in together]
        first = _Group(parts, plus(first.change, group.change), first.because | group.because)
    return [first, *rest]


@dataclass(frozen=True)
class _Blocked:
    """A state that has no score, and the checks that block it."""

    checks: dict[str, Text]


class _States:
    """The states of A with parts of B; each evidence folder is read once under each rulebook."""

    def __init__(self, a: OpenedAudits, b: OpenedAudits) -> None:
        self.a, self.b = a, b
        self.read = {(side.audit.evidence, _sort(side.audit)): side.evidence for side in (a, b)}

    def with_parts_of_b(self, taken: list[str]) -> Exact | _Blocked:
        """The figures with these parts of B, by the software that is installed."""

        def of(part: str) -> OpenedAudits:
            return self.b if part in taken else self.a

        fields = {
            name: getattr(self.b.audit.params, name)
            for part in taken
            for name in FIELDS.get(part, ())
            if name in type(self.a.audit.params).model_fields
        }
        params = self.a.audit.params.model_copy(update=fields)
        file = open_rulebook(of("rulebook").side.rulebook)
        try:
            book = file.in_force(params.readings)
        except InputError:
            return _Blocked({"readings": message("comparison.unknown_readings")})
        if [*weight_problems(book, getattr(params, "composite", None), "params")]:
            return _Blocked({"composite": message("comparison.unfit_weights")})
        audit = dataclasses.replace(
            self.a.audit,
            params=params,
            book_file=file,
            rulebook=book,
            rulebook_sha256=file.sha256,
            readings=choices_in_force(file.readings(), params.readings),
        )
        evidence, rulings = (self._read(of(part), audit) for part in ("evidence", "rulings"))
        if evidence is not rulings and any(table.large and table.ruling for table in book.tables.values()):
            return _Blocked({"rulings": message("comparison.rulings_beside_evidence")})
        mixed = _mixed(book, evidence, rulings)
        result = assess(audit, mixed, check_evidence(audit, mixed, run_with_pandas), analysis=False)
        if isinstance(result, Blocked):
            return _Blocked({finding.check: finding.title for finding in result.found("critical")})
        return exactly(result)

    def _read(self, side: OpenedAudits, audit: Audit) -> Evidence:
        key = (side.audit.evidence, _sort(audit))
        if key not in self.read:
            self.read[key] = read_evidence(
                side.audit.evidence, audit.rulebook, side.audit.withheld, side.audit.params.ignore
            )
        return self.read[key]


def _sort(audit: Audit) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The key of how evidence is read: the rulebook, and the readings in force."""
    return audit.rulebook_sha256, tuple(sorted(audit.readings.items()))


def _mixed(book: Rulebook, evidence: Evidence, rulings: Evidence) -> Evidence:
    """Evidence of one side with the rulings of another."""
    of = {name: rulings if table.ruling else evidence for name, table in book.tables.items()}
    findings = [finding for finding in rulings.findings if of.get(finding.table) is rulings]
    findings += [finding for finding in evidence.findings if of.get(finding.table, evidence) is evidence]
    return Evidence(
        evidence.files,
        {name: side.tables[name] for name, side in of.items() if name in side.tables},
        tuple(findings) if rulings is not evidence else evidence.findings,
        {name: side.stored[name] for name, side in of.items() if name in side.stored},
    )
