"""What a result says of its checks: how many there were, and what they found."""

from talentcalc.core.findings import Severity
from talentcalc.result.model.part import Part


class SeverityCounts(Part):
    """How many findings there are of each severity."""

    critical: int
    warning: int
    info: int


class CheckRun(Part):
    """A check that was run, and how many rows failed it."""

    check: str
    table: str
    severity: Severity
    title: str
    failed: int


class FoundRow(Part):
    """A row that a finding names: its key, its line in the file, and the value found there."""

    row: str
    line: int | None = None
    found: str | None = None


class PointsAtStake(Part):
    """Points that stand on the rows of a finding, in all and by home."""

    points: int
    homes: dict[str, int]


class ReportedFinding(Part):
    """What a reviewer has to know of the evidence; `count` where there are more rows than are named."""

    check: str
    severity: Severity
    table: str
    column: str | None = None
    column_title: str | None = None
    title: str
    expected: str | None = None
    remedy: str
    file: str | None = None
    count: int | None = None
    rows: tuple[FoundRow, ...]
    at_stake: PointsAtStake | None = None

    @property
    def number(self) -> int:
        """How many rows there are, named or not."""
        return self.count or len(self.rows)


class FollowedUp(Part):
    """A finding of an earlier audit, what became of it, and how many rows of this one are the same."""

    finding_id: str
    check: str
    severity: str
    severity_title: str
    table: str
    title: str
    rows: str | None = None
    remedy: str
    state: str
    state_title: str
    note: str | None = None
    again: int
