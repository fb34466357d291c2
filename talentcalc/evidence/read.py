"""Read everything submitted, against what the rulebook expects; nothing found wrong is passed over."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from talentcalc.evidence import cells
from talentcalc.evidence.files import Grid, Unreadable, read_bytes, read_csv, read_parquet, read_sheets
from talentcalc.evidence.table import Evidence, EvidenceTable, Source
from talentcalc.finding import Finding, Place, as_found, name_shown
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.table import Column, Table


def read_evidence(path: Path, book: Rulebook) -> Evidence:
    """The tables in a folder of CSV and Parquet files, or in one workbook.

    What cannot be read is a critical finding of the evidence, not an exception; an absent table
    is an empty one.
    """
    findings: list[Finding] = []
    tables: dict[str, EvidenceTable] = {}
    for name, grid, source in _grids(path, book, findings):
        if name in tables:
            findings.append(_two_sources(name, tables[name].source, source))
            continue
        tables[name] = _table(name, book.tables[name], grid, source, findings)
    for name, spec in book.tables.items():
        if name not in tables:
            tables[name] = EvidenceTable(name, spec, _frame(spec))
            if spec.required:
                findings.append(Finding(f"{name}.present", "critical", name, "缺少必需的表", "补交该表"))
    in_order = {name: tables[name] for name in book.tables}
    return Evidence(path if path.is_dir() else path.parent, in_order, tuple(findings))


def _grids(path: Path, book: Rulebook, findings: list[Finding]) -> Iterator[tuple[str, Grid, Source]]:
    if path.is_dir():
        files = sorted(one for one in path.iterdir() if _may_be_a_table(one))
        if any(one.suffix.lower() == ".xlsx" for one in files) and len(files) > 1:
            findings.append(
                Finding(
                    "evidence.one_form",
                    "critical",
                    "evidence",
                    "材料文件夹中工作簿与其他表文件并存",
                    "只保留一个工作簿，或只保留 CSV / Parquet 文件",
                    expected="一个工作簿，或一组 CSV / Parquet 文件",
                )
            )
            return
    else:
        files = [path]
    for file in files:
        try:
            content = read_bytes(file)
            source = Source(name_shown(file.name), hashlib.sha256(content).hexdigest())
            if file.suffix.lower() == ".xlsx":
                titles = {key: table.title for key, table in book.tables.items()}
                for title, grid in read_sheets(content, known={*titles, *titles.values()}):
                    name = _named(title, titles)
                    if name is None:
                        findings.append(_ignored(title, f"{source.file} 的工作表"))
                    else:
                        yield name, grid, Source(f"{source.file}（{title}）", source.sha256)
            elif file.stem not in book.tables:
                findings.append(_ignored(source.file, "文件"))
            elif file.suffix.lower() == ".csv":
                yield file.stem, read_csv(content), source
            else:
                yield file.stem, read_parquet(content), source
        except Unreadable as error:
            name = file.stem if file.stem in book.tables else "evidence"
            findings.append(
                Finding(
                    f"{name}.readable",
                    "critical",
                    name,
                    f"文件无法读取：{error}",
                    "重新导出该文件",
                    file=name_shown(file.name),
                )
            )


def _may_be_a_table(file: Path) -> bool:
    lock_of_excel = file.name.startswith("~$")
    return file.suffix.lower() in (".csv", ".parquet", ".xlsx") and not lock_of_excel


def _table(name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]) -> EvidenceTable:
    places = _columns(name, spec, grid, source, findings)
    frame = pd.DataFrame(index=pd.Index(grid.lines, dtype="int64"))
    unread: list[tuple[str, Column, pd.Series[bool], Any]] = []
    for column_name, column in spec.columns.items():
        if column_name not in places:
            frame[column_name] = cells.empty(column).reindex(frame.index)
            continue
        texts = cells.cleaned(grid.columns[places[column_name]])
        values, bad = cells.typed(texts, column)
        frame[column_name] = values.to_numpy() if values.dtype == object else values.array
        if bad.any():
            unread.append((column_name, column, bad, texts))
    missing = tuple(column_name for column_name in spec.columns if column_name not in places)
    table = EvidenceTable(name, spec, frame, source, missing)
    for column_name, column, bad, texts in unread:
        rows = tuple(
            Place(table.keys.iloc[n], grid.lines[n], as_found(texts[n].as_py())) for n in bad[bad].index
        )
        findings.append(
            Finding(
                f"{name}.{column_name}.readable",
                "critical",
                name,
                f"“{column.title}”无法读取",
                "更正单元格",
                column_name,
                column.title,
                cells.expected(column),
                source.file,
                rows,
            )
        )
    if grid.refused:
        refused = tuple(Place(f"#{line}", line, found) for line, found, _ in grid.refused)
        wanted = "；".join(dict.fromkeys(expected for _, _, expected in grid.refused))
        findings.append(
            Finding(
                f"{name}.shape",
                "critical",
                name,
                "行或单元格不合格",
                "更正后重新导出",
                expected=wanted,
                file=source.file,
                rows=refused,
            )
        )
    return table


def _columns(name: str, spec: Table, grid: Grid, source: Source, findings: list[Finding]) -> dict[str, int]:
    titles = {key: column.title for key, column in spec.columns.items()}
    known = [_named(header, titles) for header in grid.headers]
    for column, times in Counter(known).items():
        if column is not None and times > 1:
            findings.append(
                Finding(
                    f"{name}.{column}.once",
                    "critical",
                    name,
                    f"列“{titles[column]}”出现 {times} 次",
                    "只保留一列",
                    column,
                    titles[column],
                    "每列一次",
                    source.file,
                )
            )
    for header, column, texts in zip(grid.headers, known, grid.columns, strict=True):
        if column is None and (header or any(texts.to_pylist())):
            findings.append(
                Finding(
                    f"{name}.unknown_column",
                    "info",
                    name,
                    f"未知列“{as_found(header)}”不参与计算",
                    "如系误写请更正列名",
                    file=source.file,
                )
            )
    return {column: n for n, column in enumerate(known) if column is not None}


def _named(text: str, titles: dict[str, str]) -> str | None:
    """The name for which `text` stands: the name itself or its Chinese title."""
    if text in titles:
        return text
    return next((name for name, title in titles.items() if title == text), None)


def _frame(spec: Table) -> pd.DataFrame:
    return pd.DataFrame({name: cells.empty(column) for name, column in spec.columns.items()})


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
