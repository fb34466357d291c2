"""Reads the submitted evidence as the tables of the rulebook; every problem becomes a finding."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from talentcalc.core.findings import Finding, printable_name
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.named_proofs import named_proofs
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.chunks import Content
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.file_bytes import hash_file, read_bytes
from talentcalc.evidence.readers.parquet_file import read_parquet
from talentcalc.evidence.readers.workbook import read_sheets
from talentcalc.evidence.submitted_files import (
    SubmittedFiles,
    is_workbook,
    must_hold_a_table,
    sheet_label,
    submission_of,
    table_of_file,
)
from talentcalc.evidence.tables.grid import Grid, Sheet, Unreadable, sheet_grid
from talentcalc.evidence.tables.reading_findings import unreadable_file_finding
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.evidence.tables.table_names import table_named
from talentcalc.evidence.tables.typed_table import empty_table, typed_table
from talentcalc.evidence.unrecognised_files import (
    UnrecognisedFile,
    no_table_finding,
    refused_file_findings,
    unrecognised_file,
    unrecognised_findings,
    unrecognised_sheet,
)
from talentcalc.messages.message import message
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Table


def read_evidence(
    path: Path, book: Rulebook, withheld: Mapping[str, str] | None = None, ignore: Iterable[str] = ()
) -> Evidence:
    """Read the tables in a folder of files or in one workbook, leaving out what the globs in `ignore` match.

    A file that cannot be read, or that could be a table and is not read as one, becomes a critical finding,
    not an exception; a table that was not submitted is empty. `withheld` are the hashes of the proofs that a
    redacted audit left out, by path.

    Raises:
        InputError: no file is named as a table, or there are more files than any audit has.
        UnreadableEvidence: the folder may not be opened.
    """
    submission = submission_of(path, ignore)
    must_hold_a_table(submission, book)
    findings = list(refused_file_findings(submission, book))
    tables: dict[str, EvidenceTable] = {}
    large: dict[str, tuple[Content, Source]] = {}
    unrecognised: list[UnrecognisedFile] = []
    for name, content, source in submitted_tables(submission, book, findings, unrecognised):
        if name in tables or name in large:
            first = large[name][1] if name in large else tables[name].source
            findings.append(_two_sources(name, first, source))
        elif book.tables[name].large:
            large[name] = content, source
        else:
            assert isinstance(content, Grid)
            tables[name] = typed_table(name, book.tables[name], content, source, findings)
    files = ProofFiles(submission.folder, withheld or {})
    proofs = named_proofs(book, tables, files, dict(submission.refused), findings)
    findings += unrecognised_findings(unrecognised, proofs, book, {finding.check for finding in findings})
    if not (tables or large or any(finding.severity == "critical" for finding in findings)):
        findings.append(no_table_finding(path))
    for name, spec in book.tables.items():
        if name not in tables and not spec.large:
            tables[name] = empty_table(name, spec)
        unreadable = any(finding.check == f"{name}.readable" for finding in findings)
        if spec.required and tables[name].source is None and not unreadable:
            title, remedy = message("evidence.missing_table.title"), message("evidence.missing_table.remedy")
            findings.append(Finding(f"{name}.present", "critical", name, title, remedy))
    stored = {}
    if any(spec.large for spec in book.tables.values()):
        # DuckDB is loaded only where it is needed.
        from talentcalc.evidence.stores.large_tables import read_large

        stored = read_large(book, large, tables, findings)
    in_order = {name: tables[name] for name in book.tables if name in tables}
    return Evidence(files, in_order, tuple(findings), stored)


def submitted_tables(
    submission: SubmittedFiles, book: Rulebook, findings: list[Finding], unrecognised: list[UnrecognisedFile]
) -> Iterator[tuple[str, Content, Source]]:
    """Yield the name, content and source of each submitted table; a large table's content is its file.

    A table is a file named as one, or a sheet named as one of any workbook directly in the folder; a sheet
    without rows, as in an unused template, is yielded only if the table has no other source. What is no table
    is added to `unrecognised`.
    """
    yielded, without_rows = set[str](), list[tuple[str, Grid, Source]]()
    for path in submission.files:
        name = table_of_file(path, book)
        try:
            if "/" not in path and is_workbook(path):
                tables = _sheet_tables(submission, path, book, name, findings, unrecognised)
                for sheet_name, grid, source in tables:
                    if grid.lines or grid.refused or any(remark.rows for remark in grid.remarks):
                        yielded.add(sheet_name)
                        yield sheet_name, grid, source
                    else:
                        without_rows.append((sheet_name, grid, source))
            elif name is None:
                unrecognised.append(unrecognised_file(path, book))
            else:
                yielded.add(name)
                yield name, *_read_file(submission, path, book.tables[name])
        except Unreadable as error:
            if name is None:
                unrecognised.append(unrecognised_file(path, book, error.message))
            else:
                findings.append(unreadable_file_finding(name, error, printable_name(path)))
    for name, grid, source in without_rows:
        if name not in yielded:
            yielded.add(name)
            yield name, grid, source


def _read_file(submission: SubmittedFiles, path: str, spec: Table) -> tuple[Content, Source]:
    """Read a file that holds one table."""
    file = submission.folder / path
    if spec.large:
        large = hash_file(file)
        return large, Source(printable_name(path), large.sha256)
    content = read_bytes(file)
    source = Source(printable_name(path), hashlib.sha256(content).hexdigest())
    read = read_csv if file.suffix.lower() == ".csv" else read_parquet
    return read(content, spec), source


def _sheet_tables(
    submission: SubmittedFiles,
    path: str,
    book: Rulebook,
    file_table: str | None,
    findings: list[Finding],
    unrecognised: list[UnrecognisedFile],
) -> Iterator[tuple[str, Grid, Source]]:
    """Yield the tables in a workbook; the sheet of one named as `file_table` may have another name."""
    content = read_bytes(submission.folder / path)
    sha256 = hashlib.sha256(content).hexdigest()
    names, unmatched = set[str](), list[tuple[Sheet, UnrecognisedFile]]()
    for sheet in read_sheets(content, PurePath(path).suffix):
        name, source = table_named(sheet.title, book), Source(sheet_label(path, sheet.title), sha256)
        if submission.ignores_sheet(path, sheet.title):
            continue
        try:
            sheet = replace(sheet, lines=list(sheet.lines))
            if name is not None:
                names.add(name)
                yield name, sheet_grid(sheet, book.tables[name]), source
            elif (item := unrecognised_sheet(path, sheet, book)) is not None:
                unmatched.append((sheet, item))
        except Unreadable as error:
            findings.append(unreadable_file_finding(name or "evidence", error, source.file))
    if file_table is not None and file_table not in names:
        candidates = [sheet for sheet, item in unmatched if item.critical]
        if len(candidates) != 1:
            title = book.tables[file_table].title
            raise Unreadable(message("evidence.no_sheet_of_table", title=title, table=file_table))
        unmatched = [(sheet, item) for sheet, item in unmatched if not item.critical]
        sheet, source = candidates[0], Source(sheet_label(path, candidates[0].title), sha256)
        findings.append(_named_by_file(file_table, source, sheet.title))
        names.add(file_table)
        yield file_table, sheet_grid(sheet, book.tables[file_table]), source
    unrecognised += (replace(item, path=None) if names else item for _, item in unmatched)


def _named_by_file(table: str, source: Source, sheet: str) -> Finding:
    return Finding(
        f"{table}.sheet",
        "info",
        table,
        message("evidence.sheet_by_file_name.title", sheet=sheet),
        message("evidence.nothing_to_do"),
        file=source.file,
    )


def _two_sources(name: str, first: Source | None, second: Source) -> Finding:
    files = (first.file if first else "", second.file)
    return Finding(
        f"{name}.one_source",
        "critical",
        name,
        message("evidence.two_sources.title", files=files),
        message("evidence.two_sources.remedy"),
        file=second.file,
    )
