"""The electronic proofs that a database's tables name, put beside its snapshot as a submission has them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

from talentcalc.errors import Problem, Unread, shown
from talentcalc.evidence.cells import cleaned
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.on_disk import read_bytes
from talentcalc.evidence.submission import may_be_a_table
from talentcalc.rulebook.check import FileSame, FileThere
from talentcalc.rulebook.model import Rulebook
from talentcalc.source import Database


def link_proofs(book: Rulebook, source: Database, folder: Path) -> None:
    """Let each proof that is there lie at its path below `folder`: as a hard link, or else as a copy.

    Raises:
        Unread: a proof that would pass for a table there.
    """
    if source.proofs is None:
        return
    files, problems = ProofFiles(source.proofs), []
    for path in sorted(set(_paths(book, folder))):
        file, target = files.found(path), PurePath(os.path.normpath(path))
        if file is None:
            continue
        if len(target.parts) == 1 and may_be_a_table(target):
            found, remedy = f"a proof at {shown(path)}", "put it into a folder of its own"
            problems.append(Problem(source.where, found, "tables alone beside the tables", remedy))
            continue
        _put(file, folder / target)
    if problems:
        raise Unread(problems)


def _paths(book: Rulebook, folder: Path) -> Iterator[str]:
    """What stands in the columns that name files."""
    for check in book.checks:
        if not isinstance(check, FileThere | FileSame):
            continue
        column = check.column if isinstance(check, FileThere) else check.path
        table = folder / f"{check.table}.csv"
        grid = read_csv(read_bytes(table), book.tables[check.table]) if table.exists() else None
        if grid is not None and column in grid.headers:
            texts = cleaned(grid.columns[grid.headers.index(column)])
            yield from (path for path in texts.to_pylist() if path is not None)


def _put(file: str, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.exists():  # by another way of writing its path
        return
    try:
        os.link(file, target)
    except OSError:  # on another disk, or another's file
        shutil.copyfile(file, target)
        target.chmod(0o600)
