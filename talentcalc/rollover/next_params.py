"""The next period's params file: what is known, and what a person still has to say."""

from datetime import date
from fractions import Fraction
from typing import Any

import yaml

from talentcalc.core.decimals import format_decimal, money
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Message, message
from talentcalc.params.audit import Audit
from talentcalc.params.form import Period, ScorecardParams
from talentcalc.result.model.result import ScorecardResult
from talentcalc.rollover.period import named_on, same_year

TO_FILL_IN = "待填"
"""Stands where a person has to say something: neither an amount nor a day, so that it is refused."""

_ORDER = ("id", "rulebook", "subject", "period", "evidence", "fee", "paid", "readings")
_OF_A_DATABASE = ("tables", "proofs_folder")


def next_params(audit: Audit, result: ScorecardResult, period: Period, evidence: str) -> str:
    """The text of the next period's params file."""
    params = audit.params
    assert isinstance(params, ScorecardParams)
    values = {
        **params.model_dump(mode="json", exclude_unset=True, exclude={"period", "review", *_OF_A_DATABASE}),
        "period": period.model_dump(),
        "evidence": evidence,
        "fee": format_decimal(Fraction(params.fee)) if same_year(params.period) else TO_FILL_IN,
        "paid": _paid(params, result) or TO_FILL_IN,
    }
    if params.id is not None:
        values["id"] = named_on(params.id, params.period, period)
    lines = [_remark(message("rollover.params_follow", audit=audit.id, mark=TO_FILL_IN))]
    for name in (*_ORDER, *(name for name in values if name not in _ORDER)):
        if name in values:
            remark = _what_to_check(name, params, result)
            lines += [] if remark is None else [_remark(remark)]
            lines.append(_yaml({name: values[name]}))
    return "\n".join([*lines, *_review(params), ""])


def _paid(params: ScorecardParams, result: ScorecardResult) -> str | None:
    """The amount paid for the year by the end of a half-year; None until its result is final."""
    if not same_year(params.period) or result.status != "final":
        return None
    return format_decimal(Fraction(params.paid) + Fraction(result.payment.payable))


def _remark(text: Message) -> str:
    return f"# {wording(text, PAPERS)}"


def _what_to_check(name: str, params: ScorecardParams, result: ScorecardResult) -> Message | None:
    first = same_year(params.period)
    if name == "fee" and first:
        return message("rollover.fee_as_before")
    if name == "fee":
        return message("rollover.fee_of_year", before=money(format_decimal(Fraction(params.fee))))
    if name == "paid" and not first:
        return message("rollover.paid_in_year")
    if name == "paid":
        payment = result.payment
        if result.status != "final":
            return message("rollover.half_year_not_final")
        return message("rollover.paid_by_half_year", payable=money(payment.payable), paid=money(payment.paid))
    return None


def _review(params: ScorecardParams) -> list[str]:
    """The lines of the review: agency and reviewers as now, days to be filled in."""
    review = params.review.model_dump(exclude_none=True) | {"reviewers": list(params.review.reviewers)}
    days = [name for name, value in review.items() if isinstance(value, date)]
    dump = _yaml({"review": review | dict.fromkeys(days, TO_FILL_IN)})
    return [_remark(message("rollover.review_to_check", days=tuple(days))), dump]


def _yaml(key: dict[str, Any]) -> str:
    """One key and its value as YAML, lists and small mappings on one line."""
    (value,) = key.values()
    flow = None if isinstance(value, dict | list) else False
    text = yaml.safe_dump(key, allow_unicode=True, default_flow_style=flow, sort_keys=False, width=10**6)
    return text.rstrip("\n")
