"""Which audit is meant: the params file, read strictly, and the rulebook it puts in force."""

import hashlib
import os
import re
import unicodedata
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from talentcalc.core.decimals import decimal_places
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.staging import OUTPUTS
from talentcalc.core.models import ExactDecimal, StrictModel, validated
from talentcalc.core.yaml import load_mapping
from talentcalc.params.redaction_notice import RedactionNotice, read_redaction_notice
from talentcalc.params.source import (
    SNAPSHOT,
    Database,
    TableSource,
    database_of,
    mapping_problems,
    names_a_database,
    source_problems,
)
from talentcalc.rulebook.load import RulebookFile, choices_in_force, find, open_rulebook
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import PeriodKind
from talentcalc.rulebook.weights import weight_problems

_PLAIN_NAME = re.compile(r"\w[\w.-]*")


def _cents(value: Any) -> Any:
    if (decimal_places(Fraction(value)) or 0) > 2:
        raise ValueError("an amount in yuan with at most two decimals")
    return value


def _inner_share(value: Any) -> Any:
    if not 0 < value < 1 or (decimal_places(Fraction(value)) or 0) > 4:
        raise ValueError("a share above 0 and below 1 with at most four decimals")
    return value


def _named(value: str) -> str:
    """Text as evidence cells have it: NFC, without white space around it."""
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise ValueError("some text")
    return text


def _plain_name(value: str) -> str:
    if not _PLAIN_NAME.fullmatch(value):
        raise ValueError("a name of letters, digits, - _ . that starts with a letter or digit")
    return value


def _glob(value: str) -> str:
    if "\\" in value or value.startswith("/") or ".." in value.split("/"):
        raise ValueError("a path below the evidence folder with /, such as 草稿/*")
    return value


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            value = None
    if type(value) is not date:
        raise ValueError("a date YYYY-MM-DD")
    return value


MARK = "pyproject.toml"  # what marks the root of a repository

Text = Annotated[str, AfterValidator(_named)]
Glob = Annotated[Text, AfterValidator(_glob)]
Yuan = Annotated[ExactDecimal, AfterValidator(_cents)]
Share = Annotated[ExactDecimal, AfterValidator(_inner_share)]
Day = Annotated[date, BeforeValidator(_iso_date)]


class Period(StrictModel):
    """考核期, both ends included."""

    kind: PeriodKind
    start: Day
    end: Day

    @field_validator("end")
    @classmethod
    def _in_order(cls, end: date, others: ValidationInfo) -> date:
        start = others.data.get("start")
        if start is not None and end < start:
            raise ValueError(f"a day not before the start, {start}")
        return end


class Review(StrictModel):
    """Who reviews, and the one date that goes into every rendered file."""

    agency: Text
    reviewers: tuple[Text, ...]
    dated: Day
    objections_by: Annotated[date | None, BeforeValidator(_iso_date)] = None  # last day to ask for a review

    @field_validator("reviewers")
    @classmethod
    def _each_once(cls, reviewers: tuple[str, ...]) -> tuple[str, ...]:
        if not reviewers or len(set(reviewers)) != len(reviewers):
            raise ValueError("at least one reviewer, and each of them once")
        return reviewers

    @field_validator("objections_by")
    @classmethod
    def _time_left(cls, last: date, others: ValidationInfo) -> date:
        dated = others.data.get("dated")
        if dated is not None and last < dated:
            raise ValueError(f"a day not before dated, {dated}")
        return last


class Sampling(StrictModel):
    """How sure a sample of the evidence has to make, and the seed by which it can be drawn again."""

    confidence: Share = Field(default="0.95", validate_default=True)
    tolerable: Share = Field(default="0.05", validate_default=True)
    seed: Annotated[int, Field(strict=True, ge=0, lt=10**18)] = 0


class Params(StrictModel):
    """What every params file says. `id` names the audit; without it the file's name does."""

    id: Annotated[str, AfterValidator(_plain_name)] | None = None
    rulebook: Text
    subject: Text
    evidence: Text
    tables: dict[str, TableSource] = {}  # of evidence in a database
    proofs_folder: Text | None = None
    ignore: tuple[Glob, ...] = ()  # files and sheets knowingly left out
    readings: dict[str, str] = {}
    review: Review

    @property
    @abstractmethod
    def first_day(self) -> date:
        """The first day that is audited."""

    @property
    @abstractmethod
    def last_day(self) -> date:
        """The last day that is audited; its year is the audit's."""


class ScorecardParams(Params):
    """An audit of one organisation for a period. Amounts are in yuan."""

    period: Period
    fee: Annotated[Yuan, Field(gt=0)]
    paid: Annotated[Yuan, Field(ge=0)] = Field(default=0, validate_default=True)
    composite: dict[str, ExactDecimal] | None = None  # weights of 综合评议
    sampling: Sampling = Sampling()

    @property
    def first_day(self) -> date:
        return self.period.start

    @property
    def last_day(self) -> date:
        return self.period.end


class LeagueParams(Params):
    """An audit of a city's homes for a calendar year."""

    year: Annotated[int, Field(strict=True, ge=1990, le=2200)]

    @property
    def first_day(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, 12, 31)


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
                Problem(f"{path.name}: {problem.where}", problem.found, problem.expected, problem.remedy)
                for problem in refusal.problems
            )
    try:
        params = validated(_KINDS[kind], data, path.name)
    except InputError as refusal:
        problems = [*refusal.problems, *problems]
    if not _PLAIN_NAME.fullmatch(path.stem):
        problems.append(
            Problem(
                "PARAMS",
                quote_value(path.name),
                "a file name of letters, digits, - _ . that starts with a letter or digit",
                "rename the file: it names the audit",
            )
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
