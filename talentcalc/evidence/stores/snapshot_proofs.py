"""Copies the proof files that a database's tables name into its snapshot."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

from talentcalc.core.errors import Problem, UnreadableEvidence, quote_value
from talentcalc.evidence.evidence_file import open_regular
from talentcalc.evidence.named_proofs import proof_columns
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.file_bytes import read_bytes
from talentcalc.evidence.submitted_files import may_be_a_table
from talentcalc.evidence.tables.cells import cleaned
from talentcalc.params.source import Database
from talentcalc.rulebook.model import Rulebook


def copy_proofs(book: Rulebook, source: Database, folder: Path) -> None:
    """Copy each existing proof to its path below `folder`; only the owner may read the copies.

    They are copied so that later changes of a proof do not change what the audit read.

    Raises:
        UnreadableEvidence: a proof that would be taken for a table, whose name fits more than one file, that
            cannot be read, or that changes while it is copied.
    """
    if source.proofs is None:
        return
    files, problems = ProofFiles(source.proofs), []
    for path in sorted(set(_paths(book, folder))):
        located = files.locate(path)
        if located.problem is not None:
            found = f"a proof at {quote_value(path)}: {located.problem}"
            problems.append(Problem(source.where, found, "one file", "rename the others"))
        elif located.path is None:
            continue
        elif may_be_a_table(located.path):
            found, remedy = f"a proof at {quote_value(path)}", "put it into a folder of its own"
            problems.append(Problem(source.where, found, "tables alone beside the tables", remedy))
        elif (error := _copy(source.proofs, located.path, folder)) is not None:
            remedy = "let it be read, and leave it alone while the audit runs"
            problems.append(
                Problem(source.where, f"{quote_value(path)}: {error}", "the proof's file", remedy)
            )
    if problems:
        raise UnreadableEvidence(problems)


def _paths(book: Rulebook, folder: Path) -> Iterator[str]:
    """The paths in the columns that name proof files."""
    for name, columns in proof_columns(book.checks).items():
        table = folder / f"{name}.csv"
        if not table.exists():
            continue
        grid = read_csv(read_bytes(table), book.tables[name])
        for column in sorted(columns & set(grid.headers)):
            texts = cleaned(grid.columns[grid.headers.index(column)])
            yield from (path for path in texts.to_pylist() if path is not None)


def _copy(proofs: Path, path: str, folder: Path) -> str | None:
    """Copy a file below `proofs` to its path below `folder`, unless it exists; return the error, if any."""
    parent = folder
    for part in PurePath(path).parts[:-1]:
        parent /= part
        parent.mkdir(mode=0o700, exist_ok=True)
    copy = folder / path
    if copy.exists():  # copied already, its path written in another way
        return None
    try:
        source = open_regular(proofs / path, proofs)
    except OSError as error:  # an error of reading is the proof's, unlike one of writing
        return error.strerror
    with source, open(copy, "xb", opener=open_for_owner) as target:
        before = os.fstat(source.fileno())
        shutil.copyfileobj(source, target, 1 << 20)
        after = os.fstat(source.fileno())
        unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return None if unchanged and target.tell() == after.st_size else "it changed while it was copied"


def open_for_owner(path: str, flags: int) -> int:
    """Open a file that, if it is created, only its owner may read."""
    return os.open(path, flags, 0o600)
