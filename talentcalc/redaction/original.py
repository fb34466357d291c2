"""What was submitted, as it is read for publication: each table's text, and whom personal columns name."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.errors import InputError, Problem
from talentcalc.core.findings import Finding
from talentcalc.evidence.named_proofs import named_proofs
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.read import submitted_tables
from talentcalc.evidence.readers.chunks import Content, read_chunks
from talentcalc.evidence.readers.file_bytes import HashedFile
from talentcalc.evidence.submitted_files import submission_of
from talentcalc.evidence.tables.cells import cleaned
from talentcalc.evidence.tables.column_positions import positions_in_grid, refused_in_read_columns
from talentcalc.evidence.tables.grid import Grid, Unreadable
from talentcalc.evidence.tables.reading_findings import refused_lines_finding, unreadable_file_finding
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.evidence.tables.typed_table import typed_table
from talentcalc.evidence.unrecognised_files import (
    UnrecognisedFile,
    refused_file_findings,
    unrecognised_findings,
)
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import message
from talentcalc.params.audit import Audit
from talentcalc.rulebook.check import FileSame, FileThere
from talentcalc.rulebook.model import Rulebook

ROWS = 100_000  # of a large table in memory at a time


@dataclass(frozen=True)
class Part:
    """Rows of a table: the text of each column that the rulebook knows, and each row's line in its file."""

    columns: dict[str, pa.Array]
    lines: list[int]


@dataclass(frozen=True)
class Original:
    """An audit's evidence as submitted: each table's content, and those tables that are kept in memory."""

    book: Rulebook
    contents: dict[str, tuple[Content, Source]]
    tables: dict[str, EvidenceTable]
    files: ProofFiles

    def parts(self, name: str) -> Iterator[Part]:
        """The rows of a table in parts, cells as they are read: in NFC, without white space around them.

        Raises:
            InputError: it cannot be read without a critical finding.
        """
        spec, (content, source) = self.book.tables[name], self.contents[name]
        findings = list[Finding]()
        try:
            for grid in read_chunks(content, spec, ROWS):
                places = positions_in_grid(name, spec, grid, source, findings)
                if refused := refused_in_read_columns(grid.refused, places):
                    findings.append(refused_lines_finding(name, refused, source))
                _must_be_readable(findings)
                there = [column for column in spec.columns if column in places]
                yield Part({column: cleaned(grid.columns[places[column]]) for column in there}, grid.lines)
            if isinstance(content, HashedFile):
                content.must_be_unchanged()
        except Unreadable as error:
            _must_be_readable([unreadable_file_finding(name, error, source.file)])

    def personal_values(self) -> Iterator[str]:
        """Every text that a personal column of what was submitted has.

        A ruling's are left out: what the reviewers or the office wrote of persons is no name.
        """
        for name in self.contents:
            table = self.book.tables[name]
            personal = [
                column_name
                for column_name, column in table.columns.items()
                if column.personal and not table.ruling
            ]
            for part in self.parts(name) if personal else ():
                for column in personal:
                    if column in part.columns:
                        yield from pc.unique(part.columns[column]).drop_null().to_pylist()

    def proof_hashes(self) -> Iterator[str]:
        """The SHA-256 of every electronic proof, as registered and as it is."""
        for check in self.book.checks:
            if isinstance(check, FileSame) and check.table in self.tables:
                registered = self.tables[check.table].frame[check.column]
                yield from registered.dropna().str.lower()
        yield from (sha256 for _, _, sha256 in self.withheld())

    def withheld(self) -> Iterator[tuple[str, bool, str]]:
        """Each proof file that a check requires: its path, whether the path is personal, its SHA-256."""
        for check in self.book.checks:
            if isinstance(check, FileThere) and check.table in self.tables:
                rows = self.tables[check.table]
                for path in rows.frame[check.column][rows.where(check.only)].dropna():
                    if (sha256 := self.files.sha256(path)) is not None:
                        yield str(path), rows.spec.columns[check.column].personal, sha256


def original_of(audit: Audit) -> Original:
    """The evidence of an audit that is to be published.

    Raises:
        InputError: it is a redacted one already, or its evidence cannot be read without a critical finding.
    """
    if audit.redaction is not None:
        raise InputError(Problem(audit.id, message("redaction.redacted_already")))
    book, submission = audit.rulebook, submission_of(audit.evidence, audit.params.ignore)
    findings, unread = list(refused_file_findings(submission, book)), list[UnrecognisedFile]()
    contents: dict[str, tuple[Content, Source]] = {}
    for name, content, source in submitted_tables(submission, book, findings, unread):
        if name in contents:
            findings.append(
                unreadable_file_finding(name, Unreadable(message("redaction.two_sources")), source.file)
            )
        contents[name] = content, source
    _must_be_readable(findings)
    tables = {
        name: typed_table(name, book.tables[name], content, source, findings)
        for name, (content, source) in contents.items()
        if isinstance(content, Grid) and not book.tables[name].large
    }
    files = ProofFiles(submission.folder)
    findings += unrecognised_findings(unread, named_proofs(book, tables, files, (), findings), book, ())
    _must_be_readable(findings)
    return Original(book, contents, tables, files)


def _must_be_readable(findings: list[Finding]) -> None:
    critical = [finding for finding in findings if finding.severity == "critical"]
    if critical:
        raise InputError(
            Problem(
                finding.check, message("redaction.critical_finding", finding=wording(finding.title, PAPERS))
            )
            for finding in critical
        )
