"""What was handed in and is no table that was read? It is a proof, or a finding says so."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from talentcalc.core.findings import LISTED, Finding, Location, printable_name
from talentcalc.evidence.companion_sheets import EXPLAINING, LISTS
from talentcalc.evidence.named_proofs import naming_columns
from talentcalc.evidence.submitted_files import TABLES, SubmittedFiles, sheet_shown, table_of_file
from talentcalc.evidence.tables.grid import Sheet, Unreadable
from talentcalc.evidence.tables.reading_findings import unreadable_file_finding
from talentcalc.evidence.tables.table_names import nearest_title, nearest_title_for_path, table_named
from talentcalc.params.source import WORKBOOKS
from talentcalc.rulebook.model import Rulebook

UNNAMED = "evidence.unnamed"
"""The finding that lists, row by row, what is neither a table nor a proof."""

_COULD_BE = (*TABLES, *WORKBOOKS, ".tsv", ".txt")
"""The suffixes of files that could be tables, whatever else is behind them (.csv.gz, .xlsx.bak)."""

_FEW = 2
"""So many filled cells could be a row; one is a remark."""

_HEADED = 10  # rows in which a header may stand
_NAMED = 3  # files that a title names


@dataclass(frozen=True)
class UnreadFile:
    """A file or sheet of which no table was read: how messages call it, and what it may be meant for.

    `file` is its path below the evidence folder, by which a proof may name it; None where a proof excuses
    nothing. `meant` looks for the title of the table, which takes long: most files are proofs. `why` says
    why it could not be opened. What is `critical` could be a table.
    """

    shown: str
    file: str | None
    nearest_title: Callable[[], str | None]
    why: str | None = None
    critical: bool = True


def unread_file(path: str, book: Rulebook, why: str | None = None) -> UnreadFile:
    """A file; it could be a table if its suffix is a table's, or if it is called like one."""
    name = PurePosixPath(path).name
    suffixes = [one.lower() for one in PurePosixPath(path).suffixes[-2:]]
    named = table_named(name.partition(".")[0], book) is not None
    could_be = named or any(one in _COULD_BE for one in suffixes)
    return UnreadFile(printable_name(path), path, partial(nearest_title_for_path, path, book), why, could_be)


def unread_sheet(path: str, sheet: Sheet, book: Rulebook) -> UnreadFile | None:
    """A sheet of a workbook; None if nothing is in it, or only what drop-down lists offer."""
    lines = [[cell.strip() for cell in cells if cell and cell.strip()] for _, cells in sheet.lines]
    like = next((title for cells in lines[:_HEADED] if (title := _headed_as(cells, book))), None)
    if sum(map(len, lines)) < _FEW or ((sheet.only_lists or sheet.title == LISTS) and like is None):
        return None
    critical = like is not None or sheet.title not in EXPLAINING
    shown = sheet_shown(path, sheet.title)
    return UnreadFile(shown, path, lambda: like or nearest_title(sheet.title, book), critical=critical)


def left_over(
    unread: list[UnreadFile], proofs: Collection[str], book: Rulebook, checked: Collection[str]
) -> Iterator[Finding]:
    """A finding of all that is meant for one table, and one of what nobody names.

    `proofs` are the files that tables name; `checked` are the checks that failed: if the tables that name
    files could not be read, nobody knows which files are proofs.
    """
    rest = [one for one in unread if one.file is None or one.file not in proofs]
    for one in rest:
        if one.why is not None:
            title, remedy = f"文件无法读取：{one.why}", "更正该文件；如不是材料，在参数 ignore 中列明"
            yield Finding("evidence.readable", "critical", "evidence", title, remedy, file=one.shown)
    by_table = defaultdict[str | None, list[UnreadFile]](list)
    for one in rest:
        if one.critical and one.why is None:
            by_table[one.nearest_title()].append(one)
    names = {table.title: name for name, table in book.tables.items()}
    for asked in sorted(by_table, key=lambda title: title or ""):
        yield _not_read(by_table[asked], asked, names.get(asked or "", "evidence"))
    told = [one for one in rest if not one.critical]
    naming = naming_columns(book.checks)
    if told and not any(f"{table}.readable" in checked for table in naming):
        yield _unnamed(told)


def refused_files(submission: SubmittedFiles, book: Rulebook) -> Iterator[Finding]:
    """What is no plain file of the folder, and was not opened: a table's by itself, all others in one."""
    others = list[Location]()
    for path, why in submission.refused:
        table, shown = table_of_file(path, book), printable_name(path)
        if table is not None:
            yield unreadable_file_finding(table, Unreadable(why), shown)
        else:
            others.append(Location(shown, None, why))
    if others:
        yield Finding(
            "evidence.plain_files",
            "critical",
            "evidence",
            f"材料文件夹中有不能读取的项目：{_few([one.row for one in others])}",
            "放入文件本身，而非链接；如不是材料，移走或在参数 ignore 中列明",
            expected="材料文件夹内的普通文件",
            rows=tuple(others),
        )


def no_table(evidence: Path) -> Finding:
    """Nothing was read, and nothing says why."""
    title, remedy = "材料中没有任何表", "核对参数 evidence 所指的文件夹或工作簿"
    return Finding(
        "evidence.tables", "critical", "evidence", title, remedy, file=printable_name(evidence.name)
    )


def _headed_as(cells: list[str], book: Rulebook) -> str | None:
    """The title of the table of which a row has at least two headers, and no fewer than of any other."""
    most, title = max((len(table.headers & {*cells}), table.title) for table in book.tables.values())
    return title if most >= _FEW else None


def _not_read(unread: list[UnreadFile], title: str | None, table: str) -> Finding:
    question = "" if title is None else f"，是否指 {title}？"
    return Finding(
        f"{table}.not_read",
        "critical",
        table,
        f"可能是表而没有读取：{_few([one.shown for one in unread])}{question}",
        f"如是材料，存为 CSV、Parquet 或工作簿，以表名（{title or '任一张表的名称'}）命名文件或工作表，"
        "直接放在材料文件夹中；如不是材料，在参数 ignore 中列明",
        expected="规则书中的表、佐证材料所指的文件，或参数 ignore 所列",
        file=unread[0].shown if len(unread) == 1 else None,
        rows=tuple(Location(one.shown) for one in unread),
    )


def _unnamed(unread: list[UnreadFile]) -> Finding:
    return Finding(
        UNNAMED,
        "info",
        "evidence",
        f"不是表，也未被佐证材料指明，不参与计算：{_few([one.shown for one in unread])}",
        "如是佐证材料，登记其文件的路径；如不是材料，可在参数 ignore 中列明",
        rows=tuple(Location(one.shown) for one in unread[:LISTED]),
        count=len(unread) if len(unread) > LISTED else None,
    )


def _few(names: list[str]) -> str:
    rest = f" 等 {len(names)} 项" if len(names) > _NAMED else ""
    return "、".join(f"“{name}”" for name in names[:_NAMED]) + rest
