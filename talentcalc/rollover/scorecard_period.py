"""The next period's params file and evidence, from this period's: both of them, or neither."""

import io
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from talentcalc.core.files.durable import made_file, making, publish_missing
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.csv_writing import write_rows
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.params.form import ScorecardParams
from talentcalc.result.model.result import ScorecardResult
from talentcalc.rollover.carried_rows import Rows, outlasted, submitted_so_far
from talentcalc.rollover.followups import to_follow
from talentcalc.rollover.league_year import evidence_place
from talentcalc.rollover.next_params import next_params
from talentcalc.rollover.period import following, named_on, same_year
from talentcalc.rulebook.followups import FOLLOWUPS
from talentcalc.rulebook.model import Rulebook


@dataclass(frozen=True)
class Rolled:
    """The next period's files, and what a person should know of them."""

    params: Path
    evidence: Path
    notes: tuple[Text, ...]


def roll_forward(audit: Audit, evidence: Evidence, result: ScorecardResult) -> Rolled:
    """Write the next period's params file beside this one's, and its evidence beside this period's.

    Raises:
        InputError: one of the two is there and says something else, or a proof cannot go with the tables.
        NotWritten: a full disk, or a folder that may not be written to; nothing is left.
    """
    params = audit.params
    assert isinstance(params, ScorecardParams)
    before, after = params.period, following(params.period, audit.file.name)
    place = Path(os.path.abspath(evidence_place(audit)))
    folder = place.with_name(named_on(place.name, before, after))
    file = audit.file.with_name(named_on(audit.file.stem, before, after) + audit.file.suffix)
    carried = (submitted_so_far if same_year(before) else outlasted)(audit, evidence)
    tables, notes = dict(carried.tables), list(carried.notes)
    if FOLLOWUPS in tables:
        tables[FOLLOWUPS] = to_follow(evidence, result)
        title, number = audit.rulebook.tables[FOLLOWUPS].title, len(tables[FOLLOWUPS])
        notes.append(message("rollover.to_follow", table=title, number=number))
    absolute = Path(params.evidence).is_absolute()
    named = str(folder) if absolute else Path(os.path.relpath(folder, audit.root)).as_posix()
    text = next_params(audit, result, after, named)
    with making(folder) as place, making(file) as beside:
        made = place / "made"
        made.mkdir()
        _write(made, audit.rulebook, tables, carried.files)
        publish_missing((made, folder), (made_file(beside / "made", text.encode()), file))
    return Rolled(file, folder, tuple(notes))


def _write(folder: Path, book: Rulebook, tables: Mapping[str, Rows], files: Mapping[PurePath, str]) -> None:
    for target, file in files.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, folder / target)
    for name, rows in tables.items():
        written = io.StringIO()
        write_rows(written, [list(book.tables[name].columns), *rows], line_ending="\r\n")
        (folder / f"{name}.csv").write_bytes(written.getvalue().encode("utf-8-sig"))
