"""Which files do the tables name as proofs, and what has a reviewer to know of them?"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

import pandas as pd

from talentcalc.core.findings import Finding, Location, display_value
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import Check, FileSame, FileThere
from talentcalc.rulebook.model import Rulebook


def naming_columns(checks: tuple[Check, ...]) -> dict[str, set[str]]:
    """The columns, by table, that name files: those whose files a check wants to be there or the same."""
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
    """The paths on disk of all that is named; a file in trouble or a path to note is a finding.

    What lies in a folder that is `refused` already is in no further trouble.
    """
    named = set[str]()
    for table, columns in naming_columns(book.checks).items():
        for column in sorted(columns & set(tables[table].frame) if table in tables else ()):
            rows = tables[table]
            for path in rows.frame[column].dropna().unique():
                files.sha256(path)  # whether it can be read
                if (place := files.located(path).path) is not None:
                    named.add(place)
            findings += _findings(rows, column, files, refused)
    return frozenset(named)


def _findings(
    rows: EvidenceTable, column: str, files: ProofFiles, refused: Collection[str]
) -> Iterator[Finding]:
    title, file = rows.spec.columns[column].title, rows.source.file if rows.source else None
    in_trouble, windows = list[Location](), list[Location]()
    for key, line, path in zip(rows.keys, rows.frame.index, rows.frame[column], strict=True):
        if pd.isna(path) or path in files.withheld:
            continue
        place = files.located(path)
        if place.trouble is not None and place.at not in refused:
            in_trouble.append(Location(str(key), int(line), f"{display_value(path)}：{place.trouble}"))
        elif place.path is not None and "\\" in path:
            windows.append(Location(str(key), int(line), display_value(path)))
    if in_trouble:
        yield Finding(
            f"{rows.name}.{column}.file_readable",
            "critical",
            rows.name,
            f"“{title}”所指的文件在，但不能使用",
            "使文件可读；名称写法不同而看起来一样的，只留一个",
            column,
            title,
            "一个可读的文件",
            file,
            tuple(in_trouble),
        )
    if windows:
        yield Finding(
            f"{rows.name}.{column}.separator",
            "info",
            rows.name,
            f"“{title}”以 \\ 分隔文件夹，读作 /",
            "无须处理",
            column,
            title,
            file=file,
            rows=tuple(windows),
        )
