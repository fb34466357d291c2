"""Reports submitted files and sheets that are neither a table that was read nor a proof."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from talentcalc.core.findings import LISTED, Finding, Location, printable_name
from talentcalc.evidence.named_proofs import proof_columns
from talentcalc.evidence.submitted_files import TABLES, SubmittedFiles, sheet_label, table_of_file
from talentcalc.evidence.tables.grid import Sheet, Unreadable
from talentcalc.evidence.tables.reading_findings import unreadable_file_finding
from talentcalc.evidence.tables.table_names import nearest_title, nearest_title_for_path, table_named
from talentcalc.messages.message import Argument, Text, message
from talentcalc.params.source import WORKBOOKS
from talentcalc.rulebook.model import Rulebook

UNNAMED = "evidence.unnamed"
"""The check whose finding lists, row by row, the files that are neither a table nor a proof."""

LISTS_SHEET, DESIGN_SHEET, USE_SHEET = "选项", "抽样设计", "说明"
"""Sheets of our own workbooks that are no tables: values of drop-downs, sampling design, instructions."""

_TABLE_SUFFIXES = (*TABLES, *WORKBOOKS, ".tsv", ".txt")
"""The suffixes of files that could be tables, even before another suffix (.csv.gz, .xlsx.bak)."""

_MIN_CELLS = 2
"""Filled cells that could be a row; one is a remark."""

_HEADER_ROWS = 10  # rows among which a header may be
_NAMED = 3  # files that a title names


@dataclass(frozen=True)
class UnrecognisedFile:
    """A file or sheet of which no table was read.

    `label` is its name in messages; `path` its path below the evidence folder, by which a table may name it
    as a proof, None if it can be none. `nearest_title` looks up the title of the table that it may be meant
    for, which takes long, while most files are proofs. `reason` is why it could not be opened. What is
    `critical` could be a table.
    """

    label: str
    path: str | None
    nearest_title: Callable[[], str | None]
    reason: Text | None = None
    critical: bool = True


def unrecognised_file(path: str, book: Rulebook, reason: Text | None = None) -> UnrecognisedFile:
    """A file; it is critical if its suffix is a table's, or if it has a table's name."""
    name = PurePosixPath(path).name
    has_table_name = table_named(name.partition(".")[0], book) is not None
    has_table_suffix = any(suffix.lower() in _TABLE_SUFFIXES for suffix in PurePosixPath(path).suffixes[-2:])
    return UnrecognisedFile(
        printable_name(path),
        path,
        partial(nearest_title_for_path, path, book),
        reason,
        has_table_name or has_table_suffix,
    )


def unrecognised_sheet(path: str, sheet: Sheet, book: Rulebook) -> UnrecognisedFile | None:
    """A sheet of a workbook; None if it is empty or holds only the values of drop-downs."""
    rows = [[cell.strip() for cell in cells if cell and cell.strip()] for _, cells in sheet.lines]
    titles = (_title_by_headers(cells, book) for cells in rows[:_HEADER_ROWS])
    title = next((title for title in titles if title), None)
    only_lists = (sheet.only_lists or sheet.title == LISTS_SHEET) and title is None
    if sum(map(len, rows)) < _MIN_CELLS or only_lists:
        return None
    return UnrecognisedFile(
        sheet_label(path, sheet.title),
        path,
        lambda: title or nearest_title(sheet.title, book),
        critical=title is not None or sheet.title not in (DESIGN_SHEET, USE_SHEET),
    )


def unrecognised_findings(
    files: list[UnrecognisedFile], proofs: Collection[str], book: Rulebook, failed: Collection[str]
) -> Iterator[Finding]:
    """Report what is no proof: each file that cannot be read, files that may be a table, and the rest.

    `proofs` are the paths that tables name; `failed` are the checks that failed: if a table that names proofs
    could not be read, the rest is not reported, as it may be proofs.
    """
    files = [file for file in files if file.path is None or file.path not in proofs]
    for file in files:
        if file.reason is not None:
            title = message("evidence.unreadable_file.title", reason=file.reason)
            remedy = message("evidence.unreadable_file.remedy_if_evidence")
            yield Finding("evidence.readable", "critical", "evidence", title, remedy, file=file.label)
    by_title = defaultdict[str | None, list[UnrecognisedFile]](list)
    for file in files:
        if file.critical and file.reason is None:
            by_title[file.nearest_title()].append(file)
    names = {table.title: name for name, table in book.tables.items()}
    for table_title in sorted(by_title, key=lambda title: title or ""):
        yield _unread_table(by_title[table_title], table_title, names.get(table_title or "", "evidence"))
    unnamed = [file for file in files if not file.critical]
    if unnamed and not any(f"{table}.readable" in failed for table in proof_columns(book.checks)):
        yield _unnamed(unnamed)


def refused_file_findings(submission: SubmittedFiles, book: Rulebook) -> Iterator[Finding]:
    """Report what is no regular file of the folder: each file named as a table, and all others together."""
    locations = list[Location]()
    for path, reason in submission.refused:
        table, label = table_of_file(path, book), printable_name(path)
        if table is not None:
            yield unreadable_file_finding(table, Unreadable(reason), label)
        else:
            locations.append(Location(label, None, reason))
    if locations:
        yield Finding(
            "evidence.plain_files",
            "critical",
            "evidence",
            message("evidence.no_plain_files.title", files=_quoted_names([item.row for item in locations])),
            message("evidence.no_plain_files.remedy"),
            expected=message("evidence.no_plain_files.expected"),
            rows=tuple(locations),
        )


def no_table_finding(evidence: Path) -> Finding:
    """Report that no table was read, where no other finding gives the reason."""
    title, remedy = message("evidence.no_table_read.title"), message("evidence.no_table_read.remedy")
    return Finding(
        "evidence.tables", "critical", "evidence", title, remedy, file=printable_name(evidence.name)
    )


def _title_by_headers(cells: list[str], book: Rulebook) -> str | None:
    """The title of the table of which a row has the most headers, if it has at least two."""
    count, title = max((len(table.headers & {*cells}), table.title) for table in book.tables.values())
    return title if count >= _MIN_CELLS else None


def _unread_table(files: list[UnrecognisedFile], title: str | None, table: str) -> Finding:
    names = _quoted_names([file.label for file in files])
    return Finding(
        f"{table}.not_read",
        "critical",
        table,
        message("evidence.unread_table.title", files=names)
        if title is None
        else message("evidence.unread_table.title_with_table", files=names, table=title),
        message("evidence.unread_table.remedy", table=title or message("evidence.any_table")),
        expected=message("evidence.unread_table.expected"),
        file=files[0].label if len(files) == 1 else None,
        rows=tuple(Location(file.label) for file in files),
    )


def _unnamed(files: list[UnrecognisedFile]) -> Finding:
    return Finding(
        UNNAMED,
        "info",
        "evidence",
        message("evidence.unnamed_files.title", files=_quoted_names([file.label for file in files])),
        message("evidence.unnamed_files.remedy"),
        rows=tuple(Location(file.label) for file in files[:LISTED]),
        count=len(files) if len(files) > LISTED else None,
    )


def _quoted_names(names: list[str]) -> Argument:
    quoted = tuple(message("evidence.quoted_name", name=name) for name in names[:_NAMED])
    if len(names) <= _NAMED:
        return quoted
    return message("evidence.first_of_many", names=quoted, count=len(names))
