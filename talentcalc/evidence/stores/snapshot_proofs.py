"""The electronic proofs that a database's tables name, copied beside its snapshot as they are submitted."""

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


def keep_proofs(book: Rulebook, source: Database, folder: Path) -> None:
    """Copy each proof that is there to its path below `folder`; only the owner may read the copies.

    Copies, as what is appended to a proof afterwards must not change what the audit saw.

    Raises:
        Unread: a proof that would pass for a table there, whose name more than one file has, that cannot be
            read, or that changes while it is copied.
    """
    if source.proofs is None:
        return
    files, problems = ProofFiles(source.proofs), []
    for path in sorted(set(_paths(book, folder))):
        place = files.located(path)
        if place.problem is not None:
            found = f"a proof at {quote_value(path)}: {place.problem}"
            problems.append(Problem(source.where, found, "one file", "rename the others"))
        elif place.path is None:
            continue
        elif may_be_a_table(place.path):
            found, remedy = f"a proof at {quote_value(path)}", "put it into a folder of its own"
            problems.append(Problem(source.where, found, "tables alone beside the tables", remedy))
        elif (found_out := _copy(source.proofs, place.path, folder)) is not None:
            remedy = "let it be read, and leave it alone while the audit runs"
            problems.append(
                Problem(source.where, f"{quote_value(path)}: {found_out}", "the proof's file", remedy)
            )
    if problems:
        raise UnreadableEvidence(problems)


def _paths(book: Rulebook, folder: Path) -> Iterator[str]:
    """What stands in the columns that name files."""
    for name, columns in proof_columns(book.checks).items():
        table = folder / f"{name}.csv"
        if not table.exists():
            continue
        grid = read_csv(read_bytes(table), book.tables[name])
        for column in sorted(columns & set(grid.headers)):
            texts = cleaned(grid.columns[grid.headers.index(column)])
            yield from (path for path in texts.to_pylist() if path is not None)


def _copy(proofs: Path, path: str, folder: Path) -> str | None:
    """Copy a file below `proofs` to its path below `folder`, unless it is there; what went wrong with it."""
    place = folder
    for part in PurePath(path).parts[:-1]:
        place /= part
        place.mkdir(mode=0o700, exist_ok=True)
    copy = folder / path
    if copy.exists():  # by another way of writing its path
        return None
    try:
        read = open_regular(
            proofs / path, proofs
        )  # an error of reading, unlike one of writing, is the proof's
    except OSError as error:
        return error.strerror
    with read, open(copy, "xb", opener=for_the_owner) as written:
        before = os.fstat(read.fileno())
        shutil.copyfileobj(read, written, 1 << 20)
        after = os.fstat(read.fileno())
        same = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        return None if same and written.tell() == after.st_size else "it changed while it was copied"


def for_the_owner(path: str, flags: int) -> int:
    """Open a file that, if it is made, only its owner may read."""
    return os.open(path, flags, 0o600)
