"""The electronic proofs that a database's tables name, put beside its snapshot as a submission has them."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from talentcalc.errors import Problem, Unread, shown
from talentcalc.evidence.cells import cleaned
from talentcalc.evidence.named_proofs import naming_columns
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.on_disk import read_bytes
from talentcalc.evidence.submission import may_be_a_table
from talentcalc.rulebook.model import Rulebook
from talentcalc.source import Database


def link_proofs(book: Rulebook, source: Database, folder: Path) -> None:
    """Let each proof that is there lie at its path below `folder`: as a hard link, or else as a copy.

    Raises:
        Unread: a proof that would pass for a table there, or whose name more than one file has.
    """
    if source.proofs is None:
        return
    files, problems = ProofFiles(source.proofs), []
    for path in sorted(set(_paths(book, folder))):
        place, file = files.located(path), files.found(path)
        if place.trouble is not None:
            found = f"a proof at {shown(path)}: {place.trouble}"
            problems.append(Problem(source.where, found, "one file", "rename the others"))
        elif file is None or place.path is None:
            continue
        elif may_be_a_table(place.path):
            found, remedy = f"a proof at {shown(path)}", "put it into a folder of its own"
            problems.append(Problem(source.where, found, "tables alone beside the tables", remedy))
        else:
            _put(file, folder / place.path)
    if problems:
        raise Unread(problems)


def _paths(book: Rulebook, folder: Path) -> Iterator[str]:
    """What stands in the columns that name files."""
    for name, columns in naming_columns(book.checks).items():
        table = folder / f"{name}.csv"
        if not table.exists():
            continue
        grid = read_csv(read_bytes(table), book.tables[name].headers)
        for column in sorted(columns & set(grid.headers)):
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
