"""Copies the proof files that a database's tables name into its snapshot."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path, PurePath

from talentcalc.core.errors import Problem, UnreadableEvidence, quote_value
from talentcalc.evidence.evidence_file import open_regular, reason_of
from talentcalc.evidence.named_proofs import proof_columns
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.readers.csv_file import read_csv
from talentcalc.evidence.readers.file_bytes import read_bytes
from talentcalc.evidence.submitted_files import may_be_a_table
from talentcalc.evidence.tables.cells import cleaned
from talentcalc.messages.message import Text, message
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
            unusable = message("evidence.proof_not_one_file", path=quote_value(path), reason=located.problem)
            problems.append(Problem(source.where, unusable))
        elif located.path is None:
            continue
        elif may_be_a_table(located.path):
            problems.append(
                Problem(source.where, message("evidence.proof_among_tables", path=quote_value(path)))
            )
        elif (reason := _copy(source.proofs, located.path, folder)) is not None:
            uncopied = message("evidence.proof_not_copied", path=quote_value(path), reason=reason)
            problems.append(Problem(source.where, uncopied))
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


def _copy(proofs: Path, path: str, folder: Path) -> Text | None:
    """Copy a file below `proofs` to its path below `folder`, unless it exists; return why if it fails."""
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
        return reason_of(error)
    with source, open(copy, "xb", opener=open_for_owner) as target:
        before = os.fstat(source.fileno())
        shutil.copyfileobj(source, target, 1 << 20)
        after = os.fstat(source.fileno())
        unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if unchanged and target.tell() == after.st_size:
            return None
        return message("evidence.changed_while_copied")


def open_for_owner(path: str, flags: int) -> int:
    """Open a file that, if it is created, only its owner may read."""
    return os.open(path, flags, 0o600)
