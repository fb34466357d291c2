"""Lists the files at or below the evidence folder by name; nothing is opened."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

from talentcalc.core.errors import InputError, Problem, UnreadableEvidence, quote_value
from talentcalc.core.findings import printable_name
from talentcalc.evidence.evidence_file import is_inside, reason_not_regular
from talentcalc.evidence.tables.table_names import nearest_title_for_path, table_named
from talentcalc.messages.message import Message, message
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

    `refused` are those that are no regular files of the folder, each with the reason; `ignore` are the globs
    of what the params leave out: such files are not among `files`. If the evidence is a single workbook,
    `files` is its name.
    """

    folder: Path
    files: tuple[str, ...]
    refused: tuple[tuple[str, Message], ...]
    ignore: tuple[str, ...]

    def ignores_sheet(self, file: str, sheet: str) -> bool:
        """Whether the params leave out a sheet, named as FILE/SHEET or by its label."""
        return _matches(f"{file}/{sheet}", self.ignore) or _matches(sheet_label(file, sheet), self.ignore)


def submission_of(evidence: Path, ignore: Iterable[str] = ()) -> SubmittedFiles:
    """List the files of a folder, or a single workbook.

    Names that begin with a dot or ~$ are left out: they are the system's, or locks of programs.

    Raises:
        InputError: more than `MOST` files and folders.
    """
    globs = tuple(ignore)
    if not evidence.is_dir():
        reason = reason_not_regular(evidence, evidence.parent)
        refused = [] if reason is None else [(evidence.name, reason)]
        return SubmittedFiles(evidence.parent, () if reason else (evidence.name,), tuple(refused), globs)
    files, refused = list[str](), list[tuple[str, Message]]()
    for path, reason in _files_below(evidence, globs):
        if reason is None:
            files.append(path)
        else:
            refused.append((path, reason))
    return SubmittedFiles(evidence, tuple(sorted(files)), tuple(sorted(refused)), globs)


def sheet_label(file: str, sheet: str) -> str:
    """A sheet's name in messages."""
    return f"{printable_name(file)}（{sheet}）"


def is_workbook(file: str) -> bool:
    """Whether a file is a workbook, by its name."""
    return file.lower().endswith(WORKBOOKS)


def table_of_file(file: str, book: Rulebook) -> str | None:
    """The table that a file directly in the evidence folder is named after, if its format can be read."""
    stem, suffix = os.path.splitext(file)
    return table_named(stem, book) if suffix.lower() in WORKBOOKS + TABLES and "/" not in file else None


def may_be_a_table(path: str) -> bool:
    """Whether a file has a table's suffix directly in the folder, where no proof may be copied."""
    return "/" not in path and path.lower().endswith(TABLES + WORKBOOKS)


def would_be_a_table(path: str, book: Rulebook) -> bool:
    """Whether a file with this path below the folder is read for tables."""
    return "/" not in path and (is_workbook(path) or table_of_file(path, book) is not None)


def must_hold_a_table(submission: SubmittedFiles, book: Rulebook) -> None:
    """Refuse evidence without any table, before any of it is read.

    Raises:
        InputError: no file there is a table's or a workbook.
        UnreadableEvidence: the folder may not be opened.
    """
    folder, refused = quote_value(str(submission.folder)), dict(submission.refused)
    if "." in refused:
        unreadable = message("evidence.unreadable_folder", folder=folder, reason=refused["."])
        raise UnreadableEvidence(Problem("evidence", unreadable))
    if any(would_be_a_table(file, book) for file in (*submission.files, *refused)):
        return  # what is wrong with them is reported as findings
    titles = "、".join(f"{name}（{table.title}）" for name, table in book.tables.items())
    similar = [
        message("evidence.file_like_table", file=printable_name(file), table=title)
        for file in submission.files
        if (title := nearest_title_for_path(file, book))
    ]
    found = message("evidence.no_table_in_folder", folder=folder)
    if similar:
        files = tuple(similar[:_NAMED])
        found = message("evidence.no_table_in_folder_of_similar_files", folder=folder, files=files)
    if submission.ignore:
        found = message("evidence.no_table_beside_ignored_files", found=found)
    suffixes = " ".join(TABLES + WORKBOOKS)
    raise InputError(
        Problem("evidence", message("evidence.no_table", found=found, suffixes=suffixes, tables=titles))
    )


def _files_below(folder: Path, ignore: tuple[str, ...]) -> Iterator[tuple[str, Message | None]]:
    """The path of each file below a folder, and the reason if it is refused."""
    subfolders, count = [""], 0
    while subfolders:
        subfolder = subfolders.pop()
        try:
            with os.scandir(folder / subfolder) as scan:
                entries = list(islice(scan, MOST - count + 1))
        except OSError as error:
            yield subfolder or ".", message("evidence.cannot_be_opened", error=str(error.strerror))
            continue
        count += len(entries)
        if count > MOST:
            too_many = message("evidence.too_many_files", most=f"{MOST:,}", folder=quote_value(str(folder)))
            raise InputError(Problem("evidence", too_many))
        for entry in entries:
            path = f"{subfolder}/{entry.name}" if subfolder else entry.name
            if entry.name.startswith((".", "~$")) or _matches(path, ignore):
                continue
            if entry.is_dir(follow_symlinks=False) and is_inside(entry.path, folder):
                if not subfolder and entry.name.lower().endswith(TABLES + WORKBOOKS):
                    yield path, message("evidence.folder")
                subfolders.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield path, None
            elif not (os.path.isdir(entry.path) and is_inside(entry.path, folder)):
                yield path, reason_not_regular(entry.path, folder)
            # a link to a folder inside is skipped: that folder is listed itself


def _matches(path: str, globs: Iterable[str]) -> bool:
    text = unicodedata.normalize("NFC", path)
    return any(text == glob or fnmatchcase(text, glob) for glob in globs)
