"""The next period's params file and evidence, from this period's: both of them, or neither."""

import io
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath

from talentcalc.errors import Problem, Refusal
from talentcalc.evidence.csv_text import write_rows
from talentcalc.evidence.submitted import Evidence
from talentcalc.next_year import evidence_place
from talentcalc.params import Audit, ScorecardParams
from talentcalc.result.document import Result
from talentcalc.roll_forward.carried import Rows, outlasted, submitted_so_far
from talentcalc.roll_forward.follow import to_follow
from talentcalc.roll_forward.next_params import next_params
from talentcalc.roll_forward.period import following, named_on, same_year
from talentcalc.rulebook.followups import FOLLOWUPS
from talentcalc.rulebook.model import Rulebook


@dataclass(frozen=True)
class Rolled:
    """The next period's files, and what a person should know of them."""

    params: Path
    evidence: Path
    notes: tuple[str, ...]


def roll_forward(audit: Audit, evidence: Evidence, result: Result) -> Rolled:
    """Write the next period's params file beside this one's, and its evidence beside this period's.

    Raises:
        Refusal: one of the two is there already, or a proof cannot go with the tables.
        OSError: a full disk, or a folder that may not be written to; nothing is left.
    """
    params = audit.params
    assert isinstance(params, ScorecardParams)
    before, after = params.period, following(params.period, audit.file.name)
    place = Path(os.path.abspath(evidence_place(audit)))
    folder = place.with_name(named_on(place.name, before, after))
    file = audit.file.with_name(named_on(audit.id, before, after) + audit.file.suffix)
    _must_be_new(folder, file)
    carried = (submitted_so_far if same_year(before) else outlasted)(audit, evidence)
    tables, notes = dict(carried.tables), list(carried.notes)
    if FOLLOWUPS in tables:
        tables[FOLLOWUPS] = to_follow(evidence, result)
        notes.append(f"{audit.rulebook.tables[FOLLOWUPS].title}：列入 {len(tables[FOLLOWUPS])} 项，待整改")
    absolute = Path(params.evidence).is_absolute()
    named = str(folder) if absolute else Path(os.path.relpath(folder, audit.root)).as_posix()
    text = next_params(audit, result, after, named)
    with _appearing(folder, file) as (part, draft):
        _write(part, audit.rulebook, tables, carried.files)
        draft.write_text(text, encoding="utf-8")
    return Rolled(file, folder, tuple(notes))


def _must_be_new(*paths: Path) -> None:
    problems = [
        Problem(
            "FILE",
            f"{os.path.relpath(path)}, which is already there",
            "a new name",
            "move it away; nothing is overwritten",
        )
        for path in paths
        if os.path.lexists(path)
    ]
    if problems:
        raise Refusal(problems)


def _write(folder: Path, book: Rulebook, tables: Mapping[str, Rows], files: Mapping[PurePath, str]) -> None:
    for target, file in files.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / target)
    for name, rows in tables.items():
        written = io.StringIO()
        write_rows(written, [list(book.tables[name].columns), *rows], ending="\r\n")
        (folder / f"{name}.csv").write_bytes(written.getvalue().encode("utf-8-sig"))


@contextmanager
def _appearing(folder: Path, file: Path) -> Iterator[tuple[Path, Path]]:
    """Where to make a folder and a file that then appear together; if anything fails, neither is left."""
    part, draft = (path.with_name(f".{path.name}.part") for path in (folder, file))
    shutil.rmtree(part, ignore_errors=True)  # what a kill left
    part.mkdir(parents=True)
    there = False
    try:
        yield part, draft
        part.rename(folder)
        there = True
        draft.rename(file)
    except BaseException:
        shutil.rmtree(folder if there else part, ignore_errors=True)
        draft.unlink(missing_ok=True)
        raise
