"""What every result says, whatever was scored: the audit, its material, its checks, the regulation."""

from collections.abc import Iterator
from datetime import date

from talentcalc.core.findings import Severity
from talentcalc.result.model.findings import CheckRun, FollowedUp, ReportedFinding, SeverityCounts
from talentcalc.result.model.part import Part, Sha256, in_order
from talentcalc.result.model.regulation import Regulation


class ReviewDetails(Part):
    """Who reviewed, when, and until when a review of it may be asked for."""

    agency: str
    reviewers: tuple[str, ...]
    dated: date
    objections_by: date | None = None


class Material(Part):
    """One table of the evidence; without a file where it was not handed in."""

    title: str
    key: tuple[str, ...]
    rows: int
    file: str | None = None
    sha256: Sha256 | None = None
    verified: dict[str, int] | None = None
    months: dict[str, int] | None = None


class PaperProof(Part):
    """A proof that is no file, the row that it is of, and where it is kept."""

    proof: str
    location: str | None = None
    table: str | None = None
    row_id: str | None = None


class Proofs(Part):
    """The SHA-256 of each electronic proof by its path, null where there is no such file; the others."""

    files: dict[str, Sha256 | None]
    paper: tuple[PaperProof, ...]


class Redacted(Part):
    """The columns of a published audit that hold pseudonyms, with their titles; `key` tells the secret."""

    key: Sha256
    columns: dict[str, tuple[str, ...]]
    titles: dict[str, dict[str, str]]


class Order(Part):
    """The order of the regulation, which keys do not keep."""

    evidence: tuple[str, ...]
    readings: tuple[str, ...]


class Provenance(Part):
    """What the result was made from, and by which software."""

    talentcalc: str
    rulebook_version: str
    rulebook_sha256: Sha256
    regulation_sha256: Sha256
    params_file: str
    params_sha256: Sha256


class AuditPart(Part):
    """What every result says beside what was scored."""

    audit: str
    rulebook: str
    subject: str
    review: ReviewDetails
    readings: dict[str, str]
    checks: SeverityCounts
    checks_run: tuple[CheckRun, ...]
    findings: tuple[ReportedFinding, ...]
    followups: tuple[FollowedUp, ...] | None = None
    evidence: dict[str, Material]
    ignored: tuple[str, ...] | None = None
    regulation: Regulation
    proofs: Proofs | None = None
    redacted: Redacted | None = None
    order: Order
    provenance: Provenance

    @property
    def materials(self) -> Iterator[tuple[str, Material]]:
        """The tables of the evidence in the regulation's order."""
        return in_order(self.evidence, self.order.evidence)

    def title_of(self, table: str) -> str:
        """What a table is called; its name where the regulation knows none of that name."""
        return self.evidence[table].title if table in self.evidence else table

    def found(self, *severities: Severity) -> tuple[ReportedFinding, ...]:
        """The findings of these severities."""
        return tuple(finding for finding in self.findings if finding.severity in severities)

    @property
    def submitted(self) -> list[tuple[str, str]]:
        """The file and the SHA-256 of each table that was handed in."""
        tables = self.evidence.values()
        return [(table.file, table.sha256) for table in tables if table.file and table.sha256]

    @property
    def proof_files(self) -> dict[str, str | None]:
        """The electronic proofs; none where the regulation asks for none."""
        return self.proofs.files if self.proofs else {}

    @property
    def paper_proofs(self) -> tuple[PaperProof, ...]:
        """The proofs on paper; none where the regulation asks for none."""
        return self.proofs.paper if self.proofs else ()
