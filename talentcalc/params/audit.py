"""The audit that a params file names: read strictly, with the rulebook that it puts in force."""

import dataclasses
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.staging import OUTPUTS
from talentcalc.core.models import validated
from talentcalc.core.yaml import load_mapping
from talentcalc.messages.message import message
from talentcalc.params.form import PLAIN_NAME, LeagueParams, Params, ScorecardParams
from talentcalc.params.redaction_notice import RedactionNotice, read_redaction_notice
from talentcalc.params.source import (
    SNAPSHOT,
    Database,
    database_of,
    mapping_problems,
    names_a_database,
    source_problems,
)
from talentcalc.rulebook.load import RulebookFile, choices_in_force, find, open_rulebook
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.weights import weight_problems

MARK = "pyproject.toml"  # what marks the root of a repository

_KINDS: dict[str, type[Params]] = {"scorecard": ScorecardParams, "league": LeagueParams}
"""What the params of each kind of rulebook say."""


@dataclass(frozen=True)
class Audit:
    """One rulebook applied to one subject for one period: what a params file names.

    `rulebook` is `book_file` under the audit's `readings`. `evidence` is a folder or a workbook; what a
    `database` holds is there once it has been read: as the last run's snapshot, or where one is asked for.
    """

    id: str
    file: Path
    params: Params
    book_file: RulebookFile
    rulebook: Rulebook
    rulebook_sha256: str
    regulation_sha256: str
    readings: dict[str, str]
    evidence: Path
    root: Path
    params_sha256: str
    redaction_file: Path | None = None
    redaction: RedactionNotice | None = None
    database: Database | None = None

    @property
    def withheld(self) -> Mapping[str, str]:
        """The proofs that a redacted audit leaves out, with their sha256."""
        return self.redaction.withheld if self.redaction else {}

    @property
    def shown_file(self) -> str:
        """The params file as outputs name it: where it lies outside the root is not told."""
        path = self.file.resolve()
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name


def open_audit(
    params_file: str | Path,
    evidence: str | Path | None = None,
    redaction: str | Path | None = None,
    root: str | Path | None = None,
) -> Audit:
    """The audit that a params file names.

    An archived audit lies elsewhere than its params say: `evidence` takes the place of the folder or
    workbook that they name, and `redaction` is the note of what a published one leaves out. `root` is the
    folder that paths are relative to, for a kernel, whose current folder is its own; else see `root_of`.

    Raises:
        InputError: everything wrong with the params, the readings or the evidence folder's path.
    """
    path = Path(params_file)
    data = load_mapping(path)
    problems: list[Problem] = []
    name, chosen = data.get("rulebook"), data.get("readings", {})
    kind = "league" if "year" in data else "scorecard"  # unless the rulebook says
    if isinstance(name, str) and name.strip():
        try:
            file = open_rulebook(find(name))
            named = chosen.items() if isinstance(chosen, dict) else ()
            readings = {key: one for key, one in named if isinstance(key, str) and isinstance(one, str)}
            kind = str(file.data.get("kind"))
            if "tables" in data:
                problems += mapping_problems(data["tables"], file.in_force({}).tables, path.name)
            rulebook = file.in_force(readings)
            problems += weight_problems(rulebook, data.get("composite"), path.name)
        except InputError as refusal:
            problems += (
                dataclasses.replace(
                    problem, where=message("params.place_in_file", file=path.name, place=problem.where)
                )
                for problem in refusal.problems
            )
    try:
        params = validated(_KINDS[kind], data, path.name)
    except InputError as refusal:
        problems = [*refusal.problems, *problems]
    if not PLAIN_NAME.fullmatch(path.stem):
        problems.append(
            Problem("PARAMS", message("params.file_not_plainly_named", name=quote_value(path.name)))
        )
    root = root_of(path) if root is None else Path(root)
    problems += source_problems(data, None if evidence is None else str(evidence), root, path.name)
    if problems:
        raise InputError(problems)
    database, lies = None, root / (evidence or params.evidence)
    if evidence is None and names_a_database(params.evidence):
        where = f"{path.name}: evidence"
        database = database_of(params.evidence, params.tables, params.proofs_folder, root, where)
        lies = root / OUTPUTS / str(params.last_day.year) / (params.id or path.stem) / SNAPSHOT
    return Audit(
        id=params.id or path.stem,
        file=path,
        params=params,
        book_file=file,
        rulebook=rulebook,
        rulebook_sha256=file.sha256,
        regulation_sha256=hashlib.sha256(file.regulation().encode()).hexdigest(),
        readings=choices_in_force(file.readings(), params.readings),
        evidence=lies,
        root=root,
        params_sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        redaction_file=Path(redaction) if redaction else None,
        redaction=read_redaction_notice(Path(redaction)) if redaction else None,
        database=database,
    )


def root_of(file: Path) -> Path:
    """The repository that a file stands in, as named or behind links; outside any, the current folder."""
    for folder in (*Path(os.path.abspath(file)).parents, *file.resolve().parents):
        if (folder / MARK).is_file():
            return folder.resolve()
    return Path.cwd()
