"""Finds the proof files that the tables name, and reports those that cannot be used."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from talentcalc.core.findings import Finding, Location, display_value
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.messages.message import message
from talentcalc.rulebook.check import Check, FileSame, FileThere
from talentcalc.rulebook.model import Rulebook


def proof_columns(checks: tuple[Check, ...]) -> dict[str, set[str]]:
    """The columns that name proof files, by table: those whose files a check requires to exist or match."""
    columns = defaultdict[str, set[str]](set)
    for check in checks:
        if isinstance(check, FileThere):
            columns[check.table].add(check.column)
        elif isinstance(check, FileSame):
            columns[check.table].add(check.path)
    return columns


def named_proofs(
    book: Rulebook,
    tables: Mapping[str, EvidenceTable],
    files: ProofFiles,
    refused: Collection[str],
    findings: list[Finding],
) -> frozenset[str]:
    """The paths on disk of all named proofs; unusable files and Windows paths are added to `findings`.

    A file in a folder that is `refused` already is not reported again.
    """
    named = set[str]()
    for table, columns in proof_columns(book.checks).items():
        for column in sorted(columns & set(tables[table].frame) if table in tables else ()):
            rows = tables[table]
            for path in rows.frame[column].dropna().unique():
                files.sha256(path)  # finds out whether it can be read
                if (disk_path := files.locate(path).path) is not None:
                    named.add(disk_path)
            findings += _findings(rows, column, files, refused)
    return frozenset(named)


def _findings(
    rows: EvidenceTable, column: str, files: ProofFiles, refused: Collection[str]
) -> Iterator[Finding]:
    title, file = rows.spec.columns[column].title, rows.source.file if rows.source else None
    unusable, windows_paths = list[Location](), list[Location]()
    for key, line, path in zip(rows.keys, rows.frame.index, rows.frame[column], strict=True):
        if pd.isna(path) or path in files.withheld:
            continue
        located = files.locate(path)
        if located.problem is not None and located.unreadable_folder not in refused:
            unusable.append(
                Location(
                    str(key),
                    int(line),
                    message("evidence.proof_unusable", path=display_value(path), reason=located.problem),
                )
            )
        elif located.path is not None and "\\" in path:
            windows_paths.append(Location(str(key), int(line), display_value(path)))
    if unusable:
        yield Finding(
            f"{rows.name}.{column}.file_readable",
            "critical",
            rows.name,
            message("evidence.unusable_proofs.title", column=title),
            message("evidence.unusable_proofs.remedy"),
            column,
            title,
            message("evidence.unusable_proofs.expected"),
            file,
            tuple(unusable),
        )
    if windows_paths:
        yield Finding(
            f"{rows.name}.{column}.separator",
            "info",
            rows.name,
            message("evidence.backslash.title", column=title),
            message("evidence.nothing_to_do"),
            column,
            title,
            file=file,
            rows=tuple(windows_paths),
        )
