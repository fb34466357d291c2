"""What a letter is made of beside the blocks of a report, and the words that letters share."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from talentcalc.report.labels import owed_in_words
from talentcalc.report.render.blocks import Block, Notice
from talentcalc.report.render.qr import grouped
from talentcalc.result.document import fingerprint
from talentcalc.result.model.regulation import ProcedureStep
from talentcalc.result.model.result import AnyScorecard, ScorecardResult


@dataclass(frozen=True)
class Addressee:
    """The addressee of a letter (主送)."""

    text: str
    kind: Literal["addressee"] = "addressee"


@dataclass(frozen=True)
class Enclosures:
    """The list of enclosures of a letter (附件说明), numbered where there are several."""

    entries: tuple[str, ...]
    kind: Literal["enclosures"] = "enclosures"


@dataclass(frozen=True)
class Signature:
    """The signer of a letter and its day: two lines at the right."""

    by: str
    dated: str
    kind: Literal["signature"] = "signature"


@dataclass(frozen=True)
class Approvals:
    """A table to sign in, with a row for each signer."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    kind: Literal["approvals"] = "approvals"


@dataclass(frozen=True)
class Annex:
    """The head of a part on pages of its own, after the signature."""

    label: str
    title: str
    kind: Literal["annex"] = "annex"


NO_DAY = "（　　年　　月　　日前）"
"""Room for a deadline that is not set yet."""

LetterBlock = Block | Addressee | Enclosures | Signature | Approvals | Annex


@dataclass(frozen=True)
class Letter:
    """A letter in the usual form (公文格式): a title, then everything below it in its order."""

    title: str
    blocks: tuple[LetterBlock, ...]


def day(dated: date) -> str:
    """A day as letters write it: 2026年1月15日."""
    return f"{dated.year}年{dated.month}月{dated.day}日"


def span(result: AnyScorecard) -> str:
    """The audited days as letters write them."""
    return f"{day(result.period.start)}至{day(result.period.end)}"


def party(result: AnyScorecard, step: str, otherwise: str) -> str:
    """The title of the party whose step of the procedure it is; `otherwise` where there is no such step."""
    procedure = result.regulation.procedure
    return next(
        (procedure.parties[procedure_step.by[0]] for procedure_step in _steps(result, step)), otherwise
    )


def clause(result: AnyScorecard, step: str) -> str:
    """The clause of a step of the procedure; empty where the rulebook names none."""
    return next((procedure_step.clause or "" for procedure_step in _steps(result, step)), "")


def _steps(result: AnyScorecard, step: str) -> list[ProcedureStep]:
    return [
        procedure_step for procedure_step in result.regulation.procedure.steps if procedure_step.id == step
    ]


def basis(result: AnyScorecard, *clauses: str) -> str:
    """The regulation's title with these clauses, each once."""
    named = dict.fromkeys(cited for cited in clauses if cited)
    return f"《{result.regulation.title}》{'、'.join(named)}"


def composite_clause(result: ScorecardResult) -> list[str]:
    """The clause of the composite where payment rests on it."""
    rests = result.composite is not None and result.payment.basis == "composite"
    return [result.composite.clause] if result.composite and rests else []


def operator(result: AnyScorecard) -> str:
    """The operator of the audited centre by its role (运营方); the result has no name of it."""
    return f"{result.subject}{party(result, 'received', '运营方')}"


def office(result: AnyScorecard) -> str:
    """The party that decides on a request for review."""
    return party(result, "review_decided", "考核方")


def signature(result: AnyScorecard) -> Signature:
    """The agency's signature, on the date of the review."""
    return Signature(result.review.agency, day(result.review.dated))


def with_report(result: AnyScorecard, *first: str) -> Enclosures:
    """The list of enclosures; the last is the report, with the hash of its result."""
    digits = grouped(fingerprint(result))
    return Enclosures((*first, f"考核审计报告（report.pdf），其结果文件result.json的SHA-256为{digits}"))


def caution(result: AnyScorecard) -> list[Notice]:
    """The notice on a draft of what it waits for; none on a final letter."""
    if result.status != "draft":
        return []
    words = f"草稿：{owed_in_words(result)}。本件所列得分和金额均非最终结果，不作为反馈和支付的依据。"
    return [Notice(words, "warning")]
