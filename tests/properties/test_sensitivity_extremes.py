"""The extremes of all readings together, against every combination of choices scored one by one."""

import copy
import dataclasses
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.analysis.scenario import Scenarios
from talentcalc.analysis.sensitivity.extremes import extremes
from talentcalc.analysis.sensitivity.reading_effects import reading_effects
from talentcalc.analysis.sensitivity.readings import Alternative, each_other_reading
from talentcalc.core.errors import InputError
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.read import read_evidence
from talentcalc.params.audit import Audit, open_audit
from talentcalc.params.form import Period, ScorecardParams
from talentcalc.rulebook.load import RulebookFile
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import PeriodKind
from talentcalc.scorecard.counting import count
from talentcalc.scorecard.payment import pay
from talentcalc.scorecard.scoring import score_boards
from tests.conftest import BOOK, ROOT, scorecard_book
from tests.properties.test_scores import FILE, SPAN, Rows, evidence_of, some, submissions

pytestmark = pytest.mark.slow

ANNUAL = ROOT / "params" / "dongsheng-2025-annual.yaml"


def narrowed(file: RulebookFile, names: tuple[str, ...]) -> RulebookFile:
    """The rulebook with these readings alone left open, in this order; the others as by default."""

    def decided(value: Any) -> Any:
        if isinstance(value, Mapping):
            reading = value.get("by_reading")
            if reading is not None and reading not in names:
                return decided(value[file.data["readings"][reading]["default"]])
            return {key: decided(one) for key, one in value.items()}
        return [decided(one) for one in value] if isinstance(value, list) else value

    readings = {name: file.data["readings"][name] for name in names}
    return dataclasses.replace(file, data=decided(file.data) | {"readings": readings})


def audit_by(file: RulebookFile, chosen: Mapping[str, str] | None = None, **params: Any) -> Audit:
    """The sample audit by another rulebook."""
    audit = open_audit(ANNUAL)
    in_force = {name: reading.default for name, reading in file.readings().items()} | dict(chosen or {})
    return dataclasses.replace(
        audit,
        book_file=file,
        rulebook=file.in_force(in_force),
        readings=in_force,
        params=audit.params.model_copy(update=params),
    )


def composite_of(score: Fraction, evidence: Evidence, params: ScorecardParams) -> Fraction:
    """A board's composite, worked out from the tables: article 8 (四), without the package's own."""
    assert params.composite is not None
    total = Fraction(params.composite["boards"]) * score
    for name in ("opinions", "satisfaction", "inspections"):
        frame = evidence[name].frame
        if name == "inspections":
            frame = frame[(frame["inspected_on"] >= "2025-01-01") & (frame["inspected_on"] <= "2025-12-31")]
        scores = [Fraction(one) for one in frame["score"]]
        total += Fraction(params.composite[name]) * sum(scores) / max(1, len(scores))
    return total


def one_by_one(audit: Audit, evidence: Evidence) -> Iterator[tuple[Fraction, tuple[tuple[int, int], ...]]]:
    """The payable amount of every combination, each counted, scored and paid as a whole; and its changes."""
    readings, params = audit.book_file.readings(), audit.params
    assert isinstance(params, ScorecardParams)
    for choices in product(*(one.choices for one in readings.values())):
        book = audit.book_file.in_force(dict(zip(readings, choices, strict=True)))
        assert isinstance(book, ScorecardRulebook)
        boards = score_boards(book.scorecard, count(book, evidence, SPAN))
        scores = {name: board.score for name, board in boards.items()}
        fee, paid = Fraction(params.fee), Fraction(params.paid)
        payment = book.scorecard.payment
        if payment.basis == "composite":
            scores = {name: composite_of(score, evidence, params) for name, score in scores.items()}
            payment = payment.model_copy(update={"basis": "boards"})
        changed = tuple(
            (number, list(one.choices).index(choice))
            for number, ((name, one), choice) in enumerate(zip(readings.items(), choices, strict=True))
            if choice != audit.readings[name]
        )
        yield pay(payment, params.period.kind, scores, fee, paid).payable, changed


def assert_extreme(audit: Audit, evidence: Evidence) -> tuple[Alternative, Alternative]:
    """The extremes are those of all combinations one by one, down to which one is told; both of them."""
    found = extremes(Scenarios.of_audit(audit, evidence))
    every = list(one_by_one(audit, evidence))
    names = list(audit.book_file.readings().items())
    for end, sign in ((found.lowest, 1), (found.highest, -1)):
        payable, changed = min(every, key=lambda one: (sign * one[0], len(one[1]), one[1]))
        assert end.payable == payable
        assert end.readings == {names[r][0]: list(names[r][1].choices)[c] for r, c in changed}
    return found.lowest, found.highest


few = settings(some, max_examples=6)
FEES = st.sampled_from(["1000000", "123456.78", "0.05"])
KINDS: st.SearchStrategy[PeriodKind] = st.sampled_from(["annual", "half_year"])
TAKEN = st.lists(st.sampled_from(sorted(BOOK.readings)), min_size=2, max_size=3, unique=True).map(tuple)


@few
@given(
    submissions(),
    TAKEN,
    FEES,
    st.sampled_from(["0", "0.02", "90000"]),
    KINDS,
)
def test_extremes_are_those_of_every_combination(
    rows: Rows, names: tuple[str, ...], fee: str, paid: str, kind: PeriodKind
) -> None:
    period = Period(kind=kind, start=SPAN.start, end=SPAN.end)
    shape: dict[str, Any] = {"fee": Decimal(fee), "paid": Decimal(paid), "period": period}
    audit = audit_by(narrowed(FILE, names), **shape)
    evidence = evidence_of(rows)
    ends = assert_extreme(audit, evidence)
    other = audit_by(narrowed(FILE, names[::-1]), **shape)
    turned = extremes(Scenarios.of_audit(other, evidence))
    for end, same in zip(ends, (turned.lowest, turned.highest), strict=True):
        assert (end.payable, len(end.readings)) == (same.payable, len(same.readings))  # whatever their order
    one, two = (
        {
            str(alternative.readings): alternative
            for alternative in each_other_reading(Scenarios.of_audit(by, evidence))
        }
        for by in (audit, other)
    )
    assert one == two


@few
@given(submissions(), TAKEN)
def test_each_alternative_is_scored_as_a_whole(rows: Rows, names: tuple[str, ...]) -> None:
    evidence, audit = evidence_of(rows), audit_by(narrowed(FILE, names))
    found = {str(one.readings): one for one in each_other_reading(Scenarios.of_audit(audit, evidence))}
    for name in names:
        for choice in audit.book_file.readings()[name].choices:
            if choice != audit.readings[name]:
                book = audit.book_file.in_force({name: choice})
                assert isinstance(book, ScorecardRulebook)
                boards = score_boards(book.scorecard, count(book, evidence, SPAN))
                scores = {board: one.score for board, one in boards.items()}
                assert found.pop(str({name: choice})).scores == scores
    assert found == {}


def test_extremes_of_the_sample_over_all_of_its_combinations() -> None:
    # 2⁷ × 3² = 1,152 ways to score, each paid in 2² ways: the rule of the half-year apart, which does not act
    # in an annual audit. A combination's counting rests on four of the readings only: counted once for each.
    audit = open_audit(ANNUAL)
    evidence = read_evidence(audit.evidence, audit.rulebook)
    quantities: dict[tuple[str, ...], Any] = {}
    payable = set()
    paying = ("annual_balance", "payment_basis")
    payments = [
        scorecard_book(annual_balance=balance, payment_basis=basis).scorecard.payment
        for balance, basis in product(*(BOOK.readings[name].choices for name in paying))
    ]
    acting = {
        name: one.choices for name, one in BOOK.readings.items() if name not in (*paying, "half_year_payment")
    }
    assert isinstance(audit.params, ScorecardParams)
    for choices in product(*acting.values()):
        chosen = dict(zip(acting, choices, strict=True))
        book = FILE.in_force(chosen)
        assert isinstance(book, ScorecardRulebook)
        key = tuple(chosen[name] for name in ("unproven", "training_coverage", "exchange_coverage", "marks"))
        if key not in quantities:
            quantities[key] = count(book, evidence, SPAN)
        boards = score_boards(book.scorecard, quantities[key])
        scores = {name: board.score for name, board in boards.items()}
        composites = {name: composite_of(score, evidence, audit.params) for name, score in scores.items()}
        for payment in payments:
            by = composites if payment.basis == "composite" else scores
            plain = payment.model_copy(update={"basis": "boards"})
            payable.add(pay(plain, "annual", by, Fraction(2_000_000), Fraction(703_400)).payable)
    ends = extremes(Scenarios.of_audit(audit, evidence))
    assert (ends.lowest.payable, ends.highest.payable) == (min(payable), max(payable))


def changed(edit: Any, names: tuple[str, ...]) -> RulebookFile:
    """The rulebook with a few readings open, edited as text is: `edit` takes its data and alters it."""
    file = narrowed(FILE, names)
    data = copy.deepcopy(dict(file.data))
    edit(data)
    return dataclasses.replace(file, data=data)


def _indicator(data: Any, name: str) -> Any:
    return next(
        indicator
        for board in data["scorecard"]["boards"].values()
        for category in board["categories"]
        for task in category["tasks"]
        for indicator in task["indicators"]
        if indicator["id"] == name
    )


def _asks_elsewhere(data: Any) -> None:
    """A01.1 asks for 150 of B14.2, whose count is by a reading that now acts on both."""
    gate = {"item": "B14.2", "at_least": "150"}
    rule = {"kind": "threshold", "points": "2", "at_least": "0", "only_with": gate}
    _indicator(data, "A01")["items"][0]["rule"] = rule


def _whole_task(data: Any) -> None:
    """Under one choice, the first task's indicators are not there at all."""
    category = data["scorecard"]["boards"]["base"]["categories"][0]
    tasks = category["tasks"]
    category["tasks"] = {"by_reading": "station_cap", "target": tasks, "indicator_only": tasks[1:]}


_FALLING = [
    {"up_to": "2", "share": "0.40"},
    {"up_to": "4", "share": "0.10"},
    {"up_to": "100", "share": "0.30"},
]


def _falling_bands(data: Any) -> None:
    """More points, less money: by a reading, and by the bands themselves."""
    part = data["scorecard"]["payment"]["parts"][0]
    part["bands"] = {"by_reading": "exchange_coverage", "attendances": part["bands"], "persons": _FALLING}


def _capped_board(data: Any) -> None:
    data["scorecard"]["payment"]["parts"][0]["bands"] = _FALLING
    limit = {"by_reading": "annual_balance", "less_paid": "100", "share_of_rest": "1"}
    data["scorecard"]["boards"]["base"]["points"] = limit


@pytest.mark.parametrize("edit", [_asks_elsewhere, _whole_task, _falling_bands, _capped_board])
def test_extremes_of_rulebooks_of_other_shapes(edit: Any) -> None:
    names = ("exchange_coverage", "station_cap", "partial_units", "annual_balance")
    audit = audit_by(changed(edit, names), paid=Fraction(1000))
    rows: Rows = {name: [] for name in BOOK.tables}
    for number in range(14):
        kind = ("exchange", "policy_display", "showcase")[number % 3]
        row = {"activity_id": f"h{number}", "kind": kind, "title": f"t{number}", "held_on": "2025-05-05"}
        rows["activities"].append(row)
        rows["proofs"].append({"proof_id": f"p{number}", "table": "activities", "row_id": f"h{number}"})
        rows["attendance"] += [{"activity_id": f"h{number}", "person_id": f"q{n}"} for n in range(40)]
    assert_extreme(audit, evidence_of(rows))


def test_places_are_found_in_the_rulebook_as_written() -> None:
    # By reading the rulebook: half the readings stand inside one indicator, two in the payment alone;
    # partial units in five indicators, proof in the conditions of six tables.
    found = reading_effects(FILE)
    assert set(found.several) == {"partial_units", "unproven", "marks"}
    alone = {name: place for place, names in found.at.items() for name in names if name not in found.several}
    assert {name for name, place in alone.items() if place == ("scorecard", "payment")} == {
        "half_year_payment",
        "annual_balance",
        "payment_basis",
    }
    assert len(alone) + len(found.several) == len(BOOK.readings)
    asked = changed(_asks_elsewhere, ("exchange_coverage", "station_cap"))
    assert reading_effects(asked).several == ("exchange_coverage",)


def test_a_reading_of_what_is_submitted_is_refused() -> None:
    def columns(data: Any) -> None:
        choices = {"target": True, "indicator_only": False}
        data["tables"]["contracts"]["columns"]["service"]["optional"] = {
            "by_reading": "station_cap",
            **choices,
        }

    where = re.escape("tables.contracts.columns.service.optional: found a value by reading station_cap")
    with pytest.raises(InputError, match=where):
        reading_effects(changed(columns, ("station_cap",)))
