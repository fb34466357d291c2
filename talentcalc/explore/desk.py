"""An audit under another reading, mark or verification; nothing of it is filed."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from talentcalc.analysis.changed_evidence import graded_items
from talentcalc.analysis.reviewers import marks_of
from talentcalc.analysis.scenario import Scenario, Scenarios
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.record import CheckRecord
from talentcalc.core.decimals import format_shortest, to_decimal
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.evidence.stores.snapshot import in_files
from talentcalc.evidence.verifications import outcomes_of, verifiable
from talentcalc.messages.message import message
from talentcalc.params.audit import Audit, open_audit
from talentcalc.params.form import ScorecardParams
from talentcalc.pipeline.assess import check_evidence, league_scored
from talentcalc.result.document import as_read
from talentcalc.result.model.league import LeaguePart
from talentcalc.result.model.scorecard import ScorecardPart
from talentcalc.result.scorecard_part import scorecard_part
from talentcalc.rulebook.model import Rulebook, ScorecardRulebook
from talentcalc.rulebook.weights import weight_problems


class Desk:
    """An audit with its evidence, checked once, that may be scored under any changes.

    `filed` is what it comes to without any: the parts of the result that are scored.
    """

    def __init__(self, audit: Audit, evidence: Evidence, record: CheckRecord) -> None:
        self.audit, self.evidence, self.record = audit, evidence, record
        self.filed = self.under(Scenario())

    def under(self, scenario: Scenario) -> ScorecardPart | LeaguePart | None:
        """The result of the audit under a scenario, as if params and evidence said so.

        A scorecard's boards and payment, a league's homes; None of a blocked audit.
        """
        book = self._book(scenario.readings)
        if isinstance(book, ScorecardRulebook):
            if self.record.blocked:
                return None
            return as_read(scorecard_part(book.scorecard, self._scenarios.outcome(scenario).card))
        audit = dataclasses.replace(self.audit, rulebook=book)
        played, _ = league_scored(audit, self.evidence, self.record)
        return None if played is None else as_read(played)

    @cached_property
    def _scenarios(self) -> Scenarios:
        return Scenarios.of_audit(self.audit, self.evidence)

    def _book(self, readings: Mapping[str, str]) -> Rulebook:
        return self.audit.book_file.in_force({**self.audit.readings, **readings})

    def choices(self, reading: str) -> dict[str, str]:
        """The choices of a reading, with their words; but for one that needs weights the params lack."""
        weights = self.audit.params.composite if isinstance(self.audit.params, ScorecardParams) else None
        return {
            choice: words
            for choice, words in self.audit.rulebook.readings[reading].choices.items()
            if not any(weight_problems(self._book({reading: choice}), weights, ""))
        }

    @cached_property
    def marks(self) -> dict[str, dict[str, Fraction]]:
        """The marks as filed, by item and reviewer; none of an audit that is blocked or has no items."""
        if self.record.blocked or not isinstance(self.audit.rulebook, ScorecardRulebook):
            return {}
        return marks_of(self.audit.rulebook, self._scenarios.filed.card, self.evidence)

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The reviewers whom the params name, then others who gave a mark."""
        named = [*self.audit.params.review.reviewers]
        return tuple(
            dict.fromkeys(named + sorted({reviewer for marks in self.marks.values() for reviewer in marks}))
        )

    def most(self, item: str) -> Fraction:
        """The highest mark that an item may have."""
        return next(
            Fraction(graded.rule.points) for graded in graded_items(self.audit.rulebook) if graded.id == item
        )

    def mark(self, item: str, text: str) -> Decimal:
        """A mark for an item, from what was typed.

        Raises:
            InputError: it is no number from 0 to the item's points.
        """
        most = self.most(item)
        try:
            mark = to_decimal(text)
        except ValueError:
            mark = Decimal(-1)
        if not 0 <= mark <= most:
            no_mark = message("explore.no_mark", found=quote_value(text), most=format_shortest(most))
            raise InputError(Problem(item, no_mark))
        return mark

    @property
    def verifiable(self) -> tuple[str, ...]:
        """The tables whose rows may be verified."""
        return verifiable(self.audit.rulebook)

    @property
    def outcomes(self) -> dict[tuple[str, str], str]:
        """The verifications as filed, by table and row."""
        return outcomes_of(self.evidence)


def open_desk(params_file: str | Path) -> Desk:
    """The desk for the audit that a params file names; the checks are run once, without Great Expectations.

    Raises:
        InputError: the params file does not name an audit.
        UnreadableEvidence: its database cannot be read.
    """
    audit = open_audit(params_file)
    with in_files(audit) as in_folder:
        evidence = read_evidence(in_folder.evidence, audit.rulebook, audit.withheld, audit.params.ignore)
        return Desk(audit, evidence, check_evidence(audit, evidence, run_with_pandas))
