"""Read everything submitted, against what the rulebook expects; nothing found wrong is passed over."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePath

from talentcalc.core.findings import Finding, printable_name
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.named_proofs import named_proofs
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.file_bytes import on_disk, read_bytes
from talentcalc.evidence.readers.parquet_file import read_parquet
from talentcalc.evidence.readers.parts import Content
from talentcalc.evidence.readers.workbook import read_sheets
from talentcalc.evidence.submitted_files import (
    SubmittedFiles,
    is_workbook,
    must_hold_a_table,
    sheet_shown,
    submission_of,
    table_of_file,
)
from talentcalc.evidence.tables.grid import Grid, Sheet, Unreadable, sheet_grid
from talentcalc.evidence.tables.reading_findings import unreadable_file_finding
from talentcalc.evidence.tables.table import EvidenceTable, Source
from talentcalc.evidence.tables.table_names import table_named
from talentcalc.evidence.tables.typed_table import empty_table, typed_table
from talentcalc.evidence.unread_files import (
    UnreadFile,
    left_over,
    no_table,
    refused_files,
    unread_file,
    unread_sheet,
)
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Table


def read_evidence(
    path: Path, book: Rulebook, withheld: Mapping[str, str] | None = None, ignore: Iterable[str] = ()
) -> Evidence:
    """The tables in a folder of files or in one workbook; what `ignore` names is left out.

    What cannot be read is a critical finding of the evidence, not an exception; so is what could be a
    table and is none; an absent table is an empty one. `withheld` are the proofs that a redacted audit
    left out.

    Raises:
        InputError: no file there is a table's, or there are more files than any audit has.
        Unread: the folder may not be opened.
    """
    submission = submission_of(path, ignore)
    must_hold_a_table(submission, book)
    findings = list(refused_files(submission, book))
    tables: dict[str, EvidenceTable] = {}
    large: dict[str, tuple[Content, Source]] = {}
    unread: list[UnreadFile] = []
    for name, content, source in submitted(submission, book, findings, unread):
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
    findings += left_over(unread, proofs, book, {one.check for one in findings})
    if not (tables or large or any(one.severity == "critical" for one in findings)):
        findings.append(no_table(path))
    for name, spec in book.tables.items():
        if name not in tables and not spec.large:
            tables[name] = empty_table(name, spec)
        if spec.required and tables[name].source is None and not _unreadable(name, findings):
            findings.append(Finding(f"{name}.present", "critical", name, "缺少必需的表", "补交该表"))
    stored = {}
    if any(spec.large for spec in book.tables.values()):
        from talentcalc.evidence.stores.large_tables import (
            read_large,  # DuckDB is loaded only where it is needed
        )

        stored = read_large(book, large, tables, findings)
    in_order = {name: tables[name] for name in book.tables if name in tables}
    return Evidence(files, in_order, tuple(findings), stored)


def _unreadable(name: str, findings: list[Finding]) -> bool:
    return any(one.check == f"{name}.readable" for one in findings)


def submitted(
    submission: SubmittedFiles, book: Rulebook, findings: list[Finding], unread: list[UnreadFile]
) -> Iterator[tuple[str, Content, Source]]:
    """Each table's content; the file itself where the table may be too large for memory.

    A table is a file named as one, or a sheet named as one of any workbook directly in the folder; a
    sheet with a header alone, as in an unused template, gives way to the table's other sources. What is no
    table is added to `unread`.
    """
    given, without_rows = set[str](), list[tuple[str, Grid, Source]]()
    for path in submission.files:
        name = table_of_file(path, book)
        try:
            if "/" not in path and is_workbook(path):
                for one in _sheets(submission, path, book, name, findings, unread):
                    if one[1].lines or one[1].refused or any(remark.rows for remark in one[1].remarks):
                        given.add(one[0])
                        yield one
                    else:
                        without_rows.append(one)
            elif name is None:
                unread.append(unread_file(path, book))
            else:
                given.add(name)
                yield name, *_file(submission, path, book.tables[name])
        except Unreadable as error:
            if name is None:
                unread.append(unread_file(path, book, str(error)))
            else:
                findings.append(unreadable_file_finding(name, error, printable_name(path)))
    for name, grid, source in without_rows:
        if name not in given:
            given.add(name)
            yield name, grid, source


def _file(submission: SubmittedFiles, path: str, spec: Table) -> tuple[Content, Source]:
    """A file that is one table."""
    file = submission.folder / path
    if spec.large:
        large = on_disk(file)
        return large, Source(printable_name(path), large.sha256)
    content = read_bytes(file)
    source = Source(printable_name(path), hashlib.sha256(content).hexdigest())
    read = read_csv if file.suffix.lower() == ".csv" else read_parquet
    return read(content, spec), source


def _sheets(
    submission: SubmittedFiles,
    path: str,
    book: Rulebook,
    named: str | None,
    findings: list[Finding],
    unread: list[UnreadFile],
) -> Iterator[tuple[str, Grid, Source]]:
    """The tables in a workbook; one that is `named` as a table may call its one sheet otherwise."""
    content = read_bytes(submission.folder / path)
    sha256 = hashlib.sha256(content).hexdigest()
    read, others = set[str](), list[tuple[Sheet, UnreadFile]]()
    for sheet in read_sheets(content, PurePath(path).suffix):
        name, where = table_named(sheet.title, book), Source(sheet_shown(path, sheet.title), sha256)
        if submission.left_out(path, sheet.title):
            continue
        try:
            sheet = replace(sheet, lines=list(sheet.lines))
            if name is not None:
                read.add(name)
                yield name, sheet_grid(sheet, book.tables[name]), where
            elif (one := unread_sheet(path, sheet, book)) is not None:
                others.append((sheet, one))
        except Unreadable as error:
            findings.append(unreadable_file_finding(name or "evidence", error, where.file))
    if named is not None and named not in read:
        only = [sheet for sheet, one in others if one.critical]
        if len(only) != 1:
            raise Unreadable(f"没有名为“{book.tables[named].title}”或 {named} 的工作表")
        others = [(sheet, one) for sheet, one in others if not one.critical]
        findings.append(_by_the_file(named, path, only[0].title))
        read.add(named)
        yield named, sheet_grid(only[0], book.tables[named]), Source(sheet_shown(path, only[0].title), sha256)
    unread += (replace(one, file=None) if read else one for _, one in others)


def _by_the_file(table: str, path: str, sheet: str) -> Finding:
    return Finding(
        f"{table}.sheet",
        "info",
        table,
        f"工作表“{sheet}”按文件名读作该表",
        "无须处理",
        file=sheet_shown(path, sheet),
    )


def _two_sources(name: str, first: Source | None, second: Source) -> Finding:
    files = f"{first.file if first else ''}、{second.file}"
    return Finding(
        f"{name}.one_source", "critical", name, f"同一张表有两个来源：{files}", "只保留一个", file=second.file
    )
