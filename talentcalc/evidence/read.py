"""Read everything submitted, against what the rulebook expects; nothing found wrong is passed over."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath

from talentcalc.evidence.from_grid import absent, table_of, unreadable
from talentcalc.evidence.grid import Grid, Unreadable, grid_of
from talentcalc.evidence.headers import named_by
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.on_disk import OnDisk, on_disk, read_bytes
from talentcalc.evidence.readers.parquet_file import read_parquet
from talentcalc.evidence.readers.workbook import read_sheets
from talentcalc.evidence.submission import table_files
from talentcalc.evidence.submitted import Evidence
from talentcalc.evidence.table import EvidenceTable, Source
from talentcalc.finding import Finding, as_found, name_shown
from talentcalc.rulebook.model import Rulebook


def read_evidence(path: Path, book: Rulebook, withheld: Mapping[str, str] | None = None) -> Evidence:
    """The tables in a folder of files, one a table, or in one workbook.

    What cannot be read is a critical finding of the evidence, not an exception; an absent table
    is an empty one. `withheld` are the proofs that a redacted audit left out.
    """
    findings: list[Finding] = []
    tables: dict[str, EvidenceTable] = {}
    large: dict[str, tuple[Grid | OnDisk, Source]] = {}
    for name, content, source in submitted(path, book, findings):
        if name in tables or name in large:
            first = large[name][1] if name in large else tables[name].source
            findings.append(_two_sources(name, first, source))
        elif book.tables[name].large:
            large[name] = content, source
        else:
            assert isinstance(content, Grid)
            tables[name] = table_of(name, book.tables[name], content, source, findings)
    for name, spec in book.tables.items():
        if name not in tables and not spec.large:
            tables[name] = absent(name, spec)
        if spec.required and tables[name].source is None and not _unreadable(name, findings):
            findings.append(Finding(f"{name}.present", "critical", name, "缺少必需的表", "补交该表"))
    stored = {}
    if any(spec.large for spec in book.tables.values()):
        from talentcalc.evidence.large import read_large  # DuckDB is loaded only where it is needed

        stored = read_large(book, large, tables, findings)
    in_order = {name: tables[name] for name in book.tables if name in tables}
    files = ProofFiles(path if path.is_dir() else path.parent, withheld or {})
    return Evidence(files, in_order, tuple(findings), stored)


def _unreadable(name: str, findings: list[Finding]) -> bool:
    return any(one.check == f"{name}.readable" for one in findings)


def submitted(
    path: Path, book: Rulebook, findings: list[Finding]
) -> Iterator[tuple[str, Grid | OnDisk, Source]]:
    """Each table's content; the file itself where the table may be too large for memory."""
    files = table_files(path)
    if any(_is_workbook(one) and one.stem not in book.tables for one in files) and len(files) > 1:
        findings.append(
            Finding(
                "evidence.one_form",
                "critical",
                "evidence",
                "材料文件夹中工作簿与其他表文件并存",
                "只保留一个工作簿，或只保留 CSV / Parquet 文件和以表名命名的工作簿",
                expected="一个工作簿，或一组 CSV / Parquet 文件",
            )
        )
        return
    for file in files:
        try:
            if file.stem in book.tables and book.tables[file.stem].large and not _is_workbook(file):
                large = on_disk(file)
                yield file.stem, large, Source(name_shown(file.name), large.sha256)
                continue
            content = read_bytes(file)
            source = Source(name_shown(file.name), hashlib.sha256(content).hexdigest())
            if _is_workbook(file):
                only = file.stem if len(files) > 1 else None
                yield from _sheets(content, source, book, only, findings)
            elif file.stem not in book.tables:
                findings.append(_ignored(source.file, "文件"))
            elif file.suffix.lower() == ".csv":
                yield file.stem, read_csv(content, book.tables[file.stem]), source
            else:
                yield file.stem, read_parquet(content, book.tables[file.stem]), source
        except Unreadable as error:
            name = file.stem if file.stem in book.tables else "evidence"
            findings.append(unreadable(name, error, name_shown(file.name)))


def _is_workbook(file: Path) -> bool:
    return file.suffix.lower() == ".xlsx"


def _sheets(
    content: bytes, source: Source, book: Rulebook, only: str | None, findings: list[Finding]
) -> Iterator[tuple[str, Grid, Source]]:
    """The tables in a workbook; of one with a table's name, beside other files, that table alone.

    What else such a workbook holds may explain the table, but no other table is read from it.
    """
    titles = {key: table.title for key, table in book.tables.items()}
    there = False
    for sheet in read_sheets(content, PurePath(source.file).suffix):
        name = named_by(sheet.title, titles)
        if name is None and sheet.lists:
            continue
        if name is not None and only in (None, name):
            there = True
            where = Source(f"{source.file}（{sheet.title}）", source.sha256)
            try:
                grid = grid_of(iter(sheet.lines), book.tables[name], sheet.refused, sheet.remarks)
            except Unreadable as error:
                findings.append(unreadable(name, error, where.file))
                continue
            yield name, grid, where
        elif name is not None or only is None:
            findings.append(_ignored(sheet.title, f"{source.file} 的工作表"))
    if only is not None and not there:
        raise Unreadable(f"没有名为“{titles[only]}”或 {only} 的工作表")


def _ignored(name: str, what: str) -> Finding:
    return Finding(
        "evidence.unknown",
        "info",
        "evidence",
        f"{what}“{as_found(name)}”不是已知的表，不参与计算",
        "如系误写请更正名称",
    )


def _two_sources(name: str, first: Source | None, second: Source) -> Finding:
    files = f"{first.file if first else ''}、{second.file}"
    return Finding(
        f"{name}.one_source", "critical", name, f"同一张表有两个来源：{files}", "只保留一个", file=second.file
    )
