"""What a params file may say, of a scorecard's audit and of a league's."""

import re
import unicodedata
from abc import abstractmethod
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from talentcalc.core.decimals import decimal_places
from talentcalc.core.errors import UnfitValue
from talentcalc.core.models import ExactDecimal, StrictModel
from talentcalc.messages.message import message
from talentcalc.params.source import TableSource
from talentcalc.rulebook.score import PeriodKind

PLAIN_NAME = re.compile(r"\w[\w.-]*")


def _cents(value: Any) -> Any:
    if (decimal_places(Fraction(value)) or 0) > 2:
        raise UnfitValue(message("params.amount_in_yuan"))
    return value


def _inner_share(value: Any) -> Any:
    if not 0 < value < 1 or (decimal_places(Fraction(value)) or 0) > 4:
        raise UnfitValue(message("params.share"))
    return value


def _named(value: str) -> str:
    """Text as evidence cells have it: NFC, without white space around it."""
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise UnfitValue(message("params.some_text"))
    return text


def _plain_name(value: str) -> str:
    if not PLAIN_NAME.fullmatch(value):
        raise UnfitValue(message("params.plain_name"))
    return value


def _glob(value: str) -> str:
    if "\\" in value or value.startswith("/") or ".." in value.split("/"):
        raise UnfitValue(message("params.path_below_evidence"))
    return value


def _iso_date(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            value = None
    if type(value) is not date:
        raise UnfitValue(message("params.date"))
    return value


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
            raise UnfitValue(message("params.day_from_start", start=start))
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
            raise UnfitValue(message("params.reviewers_each_once"))
        return reviewers

    @field_validator("objections_by")
    @classmethod
    def _time_left(cls, last: date, others: ValidationInfo) -> date:
        dated = others.data.get("dated")
        if dated is not None and last < dated:
            raise UnfitValue(message("params.day_from_dated", dated=dated))
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
