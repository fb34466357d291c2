"""From points to money: bands, shares of the fee, and the balance to be paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.core.decimals import decimal_places, round_half_up
from talentcalc.rulebook.score import (
    Balance,
    BalanceRule,
    Banded,
    Capped,
    OfRest,
    Payment,
    PeriodKind,
    Portion,
    Proportional,
    Whole,
)
from talentcalc.scorecard.composite import Composed


@dataclass(frozen=True)
class PaymentStep:
    """One band: scores above `above`, up to and including `up_to`, and what they earn in yuan."""

    above: Fraction | None
    up_to: Fraction
    share: Fraction
    amount: Fraction


@dataclass(frozen=True)
class PartPaid:
    """One part of the payment: its board's `score`, or composite if payment rests on that.

    `share` is of the whole fee; `bands` is empty if there are none.
    """

    part: Banded | Proportional
    score: Fraction
    share: Fraction
    amount: Fraction
    bands: tuple[PaymentStep, ...] = ()


@dataclass(frozen=True)
class Paid:
    """What the scores are worth, and what is left to pay, in yuan."""

    fee: Fraction
    parts: tuple[PartPaid, ...]
    entitlement: Fraction
    balance: Balance
    paid: Fraction
    payable: Fraction
    overpaid: Fraction

    @property
    def due(self) -> Fraction:
        """What is left to pay; less than nothing where too much is paid."""
        return self.payable - self.overpaid


def pay(
    payment: Payment,
    kind: PeriodKind,
    scores: Mapping[str, Fraction],
    fee: Fraction,
    paid: Fraction,
    composed: Composed | None = None,
) -> Paid:
    """The payment for a period of `kind`, by the basis in force; `scores` are the boards' own.

    Only the amounts are rounded, half-up to 0.01 yuan.
    """
    if payment.basis == "composite":
        assert composed is not None  # lint: only where the rulebook has a composite
        scores = {name: composed.of(score) for name, score in scores.items()}
    places = decimal_places(Fraction(payment.round_to)) or 0
    parts = tuple(_part(part, scores[part.board], fee, places) for part in payment.parts)
    entitlement = sum((part.amount for part in parts), Fraction(0))
    balance = payment.balance[kind]
    due = round_half_up(_balance(balance.rule, entitlement, fee, paid), places)
    return Paid(fee, parts, entitlement, balance, paid, max(due, Fraction(0)), max(-due, Fraction(0)))


def _part(part: Banded | Proportional, score: Fraction, fee: Fraction, places: int) -> PartPaid:
    if isinstance(part, Proportional):
        share = score / Fraction(part.of) * Fraction(part.share)
        return PartPaid(part, score, share, round_half_up(share * fee, places))
    steps, above = [], None
    for band in part.bands:
        share = Fraction(band.share)
        steps.append(PaymentStep(above, Fraction(band.up_to), share, round_half_up(share * fee, places)))
        above = Fraction(band.up_to)
    here = next(step for step in steps if score <= step.up_to)
    return PartPaid(part, score, here.share, here.amount, tuple(steps))


def _balance(rule: BalanceRule, entitlement: Fraction, fee: Fraction, paid: Fraction) -> Fraction:
    match rule:
        case Capped(share=share):
            return min(entitlement, Fraction(share) * fee) - paid
        case Portion(share=share):
            return entitlement * Fraction(share) - paid
        case Whole():
            return entitlement - paid
        case OfRest():
            return entitlement / fee * (fee - paid)


def near_edges(paid: Paid, within: Fraction) -> tuple[tuple[PartPaid, Fraction], ...]:
    """The band edges that a score comes within `within` points of, the last edge apart."""
    return tuple(
        (part, step.up_to)
        for part in paid.parts
        for step in part.bands[:-1]
        if abs(part.score - step.up_to) <= within
    )
