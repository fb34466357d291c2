"""What was handed in? Every file at or below the evidence folder, by name alone; nothing is opened."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from talentcalc.core.errors import InputError, Problem, UnreadableEvidence, quote_value
from talentcalc.core.findings import printable_name
from talentcalc.evidence.evidence_file import inside, not_plain
from talentcalc.evidence.tables.table_names import nearest_title_for_path, table_named
from talentcalc.params.source import WORKBOOKS
from talentcalc.rulebook.model import Rulebook

TABLES = (".csv", ".parquet")
"""The suffixes of files that hold one table."""

MOST = 200_000
"""Files and folders below an evidence folder: ten times those of a large audit; a disk's root has more."""

_NAMED = 5  # files that a refusal names


@dataclass(frozen=True)
class SubmittedFiles:
    """The files below `folder`, by their paths there (with /), in order.

    `refused` are those that are no plain files of the folder, with the reason; `ignore` are the globs of
    what the params leave out: such files are not among `files`. Of a workbook that is the whole
    evidence, `files` is its name alone.
    """

    folder: Path
    files: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    ignore: tuple[str, ...]

    def left_out(self, file: str, sheet: str) -> bool:
        """Whether the params leave out a sheet, named as FILE/SHEET or as messages name it."""
        return _matches(f"{file}/{sheet}", self.ignore) or _matches(sheet_shown(file, sheet), self.ignore)


def submission_of(evidence: Path, ignore: Iterable[str] = ()) -> SubmittedFiles:
    """What lies in a folder, or the one workbook.

    Names that begin with a dot or ~$ are no submission: they are the system's, or locks of programs.

    Raises:
        InputError: more than `MOST` files and folders.
    """
    globs = tuple(ignore)
    if not evidence.is_dir():
        why = not_plain(evidence, evidence.parent)
        refused = [] if why is None else [(evidence.name, why)]
        return SubmittedFiles(evidence.parent, () if why else (evidence.name,), tuple(refused), globs)
    files, refused = list[str](), list[tuple[str, str]]()
    for path, why in _below(evidence, globs):
        if why is None:
            files.append(path)
        else:
            refused.append((path, why))
    return SubmittedFiles(evidence, tuple(sorted(files)), tuple(sorted(refused)), globs)


def sheet_shown(file: str, sheet: str) -> str:
    """A sheet as messages name it."""
    return f"{printable_name(file)}（{sheet}）"


def is_workbook(file: str) -> bool:
    """Whether a file holds sheets, by its name."""
    return file.lower().endswith(WORKBOOKS)


def table_of_file(file: str, book: Rulebook) -> str | None:
    """The table that a file directly in the evidence folder is named as, if its form can be read."""
    stem, suffix = os.path.splitext(file)
    return table_named(stem, book) if suffix.lower() in WORKBOOKS + TABLES and "/" not in file else None


def may_be_a_table(path: str) -> bool:
    """Whether a file lies, and is called, where tables are: no place for a proof that is copied there."""
    return "/" not in path and path.lower().endswith(TABLES + WORKBOOKS)


def would_be_a_table(path: str, book: Rulebook) -> bool:
    """Whether tables would be looked for in a file with this path below the folder."""
    return "/" not in path and (is_workbook(path) or table_of_file(path, book) is not None)


def must_hold_a_table(submission: SubmittedFiles, book: Rulebook) -> None:
    """Refuse evidence without any table, before any of it is read.

    Raises:
        InputError: no file there is a table's or a workbook.
        Unread: the folder may not be opened.
    """
    folder, refused = quote_value(str(submission.folder)), dict(submission.refused)
    if "." in refused:
        found, remedy = f"{folder} {refused['.']}", "let it be read, or correct the path"
        raise UnreadableEvidence(Problem("evidence", found, "a folder to read", remedy))
    if any(would_be_a_table(file, book) for file in (*submission.files, *refused)):
        return  # what is wrong with them is for the checks to say
    titles = "、".join(f"{name}（{table.title}）" for name, table in book.tables.items())
    near = [
        f"{printable_name(file)}（是否指 {one}？）"
        for file in submission.files
        if (one := nearest_title_for_path(file, book))
    ]
    there = f"; there are {'、'.join(near[:_NAMED])}" if near else ""
    if submission.ignore:
        there += "; nothing is looked for in what the params' `ignore` leaves out"
    raise InputError(
        Problem(
            "evidence",
            f"no table in {folder}{there}",
            f"files {' '.join(TABLES + WORKBOOKS)} named as a table: {titles}",
            "correct the path or `ignore`, or rename the files and put them into the folder itself",
        )
    )


def _below(folder: Path, ignore: tuple[str, ...]) -> Iterator[tuple[str, str | None]]:
    """The path of each file, and why it is refused."""
    waiting, seen = [""], 0
    while waiting:
        above = waiting.pop()
        try:
            with os.scandir(folder / above) as found:
                entries = list(islice(found, MOST - seen + 1))
        except OSError as error:
            yield above or ".", f"无法打开（{error.strerror}）"
            continue
        seen += len(entries)
        if seen > MOST:
            found_there = f"more than {MOST:,} files and folders below {quote_value(str(folder))}"
            remedy = "name that folder, or split the audit"
            raise InputError(Problem("evidence", found_there, "the folder of one audit's evidence", remedy))
        for one in entries:
            path = f"{above}/{one.name}" if above else one.name
            if one.name.startswith((".", "~$")) or _matches(path, ignore):
                continue
            if one.is_dir(follow_symlinks=False) and inside(one.path, folder):
                if not above and one.name.lower().endswith(TABLES + WORKBOOKS):
                    yield path, "文件夹"
                waiting.append(path)
            elif one.is_file(follow_symlinks=False):
                yield path, None
            elif not (os.path.isdir(one.path) and inside(one.path, folder)):
                yield path, not_plain(one.path, folder)
            # what a link to a folder inside leads to is found where it lies


def _matches(path: str, globs: Iterable[str]) -> bool:
    text = unicodedata.normalize("NFC", path)
    return any(text == glob or fnmatchcase(text, glob) for glob in globs)
