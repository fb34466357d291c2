"""What must hold of any score, whatever the evidence: checked on generated evidence."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from talentcalc.core.decimals import format_decimal, round_half_up
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.proofs import ProofFiles
from talentcalc.evidence.tables import cells
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.load import find, open_rulebook
from talentcalc.rulebook.model import Rulebook
from talentcalc.rulebook.score import Graded, Milestone
from talentcalc.scorecard.counting import Quantity, count
from talentcalc.scorecard.scoring import BoardPoints, score_boards
from tests.conftest import BOOK, ROOT, scorecard_book

pytestmark = pytest.mark.slow

FILE = open_rulebook(find("dongsheng-2025"))
SPAN = Span(date(2025, 1, 1), date(2025, 12, 31))
READINGS = [{name: choice} for name, reading in BOOK.readings.items() for choice in reading.choices]
Rows = dict[str, list[dict[str, str]]]


def evidence_of(rows: Rows, book: Rulebook = BOOK) -> Evidence:
    """Typed evidence from rows of text, without files."""
    tables = {}
    for name, spec in book.tables.items():
        given_rows = rows.get(name, [])
        columns = {
            column: cells.typed_column(
                pa.array([row.get(column) for row in given_rows], pa.string()), one
            ).values
            for column, one in spec.columns.items()
        }
        frame = pd.DataFrame(columns)
        frame.index = pd.RangeIndex(2, len(frame) + 2)
        tables[name] = EvidenceTable(name, spec, frame)
    return Evidence(ProofFiles(ROOT), tables)


def scored(rows: Rows, **readings: str) -> dict[str, BoardPoints]:
    """The boards under these readings."""
    book = scorecard_book(**readings)
    return score_boards(book.scorecard, count(book, evidence_of(rows, book), SPAN))


def totals(boards: dict[str, BoardPoints]) -> list[Fraction]:
    """Every board's score, then every indicator's points."""
    return [board.score for board in boards.values()] + [
        one.points for board in boards.values() for one in board.indicators
    ]


DAYS = st.integers(-40, 400).map(lambda n: (date(2025, 1, 1) + timedelta(days=n)).isoformat())
WHEN = {
    "activities": "held_on",
    "register": "since",
    "documents": "issued_on",
    "contracts": "signed_on",
    "work_orders": "closed_on",
    "milestones": "achieved_on",
}


@st.composite
def submissions(draw: st.DrawFn) -> Rows:
    """Evidence of many kinds: proven or not, in the period or not, some of it alike."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    rows: Rows = {name: [] for name in BOOK.tables}
    for table, when in WHEN.items():
        spec = BOOK.tables[table]
        items = [item.id for item in BOOK.items_measured_from(table)]
        kinds = [(column, list(one.choices)) for column, one in spec.columns.items() if one.choices]
        size = min(draw(st.integers(0, 120)), len(items) or 120)
        for number in range(size):
            key = items[number] if items else f"{table[0]}{number:03d}"
            row = {column: rng.choice(choices) for column, choices in kinds}
            row |= {
                spec.key[0]: key,
                when: (date(2024, 12, 1) + timedelta(days=rng.randrange(430))).isoformat(),
                "title": f"t{rng.randrange(60)}",
                "entity_id": f"e{rng.randrange(90)}",
                "amount": f"{rng.randrange(900_000)}.{rng.randrange(100):02d}",
                "achieved": "true",
            }
            rows[table].append(row)
            if rng.random() < 0.9:
                rows["proofs"].append({"proof_id": f"p{len(rows['proofs'])}", "table": table, "row_id": key})
    for row in rows["activities"]:
        for person in rng.sample(range(500), rng.randrange(60)):
            rows["attendance"].append({"activity_id": row["activity_id"], "person_id": f"q{person}"})
    for item in BOOK.items():
        if isinstance(item.rule, Graded) and rng.random() < 0.8:
            mark = format_decimal(round_half_up(Fraction(rng.random()) * Fraction(item.rule.points), 1))
            rows["judgements"].append({"item": item.id, "reviewer": "R1", "mark": mark})
    return rows


some = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(submissions(), st.sampled_from(READINGS))
def test_points_never_exceed_a_cap_under_any_reading(rows: Rows, readings: dict[str, str]) -> None:
    boards = scored(rows, **readings)
    for board in boards.values():
        assert 0 <= board.score <= board.board.points
        for one in board.indicators:
            assert 0 <= one.points <= one.indicator.points
            assert one.points <= sum(item.points for item in one.items)
            for item in one.items:
                assert 0 <= item.points <= item.cap
                assert item.cap <= (item.item.cap or one.indicator.points)


@some
@given(submissions(), st.sampled_from(["activities", "work_orders", "register", "documents", "contracts"]))
def test_more_evidence_never_lowers_a_score(rows: Rows, table: str) -> None:
    # Under the default readings. The new row's id sorts last, and it is proven and in the period.
    before = totals(scored(rows))
    spec, items = BOOK.tables[table], BOOK.items_measured_from(table)
    wanted = items[len(rows[table]) % len(items)].measure.where
    key = "zzz"
    more = {
        spec.key[0]: key,
        WHEN[table]: "2025-06-01",
        "title": "new",
        "entity_id": "new",
        "amount": "1000.00",
        "mode": "consulting",
        "outcome": "resolved",
    }
    more |= {column: str(values[0]) for column, values in wanted.items()}
    proof = {"proof_id": "zzz", "table": table, "row_id": key}
    grown = rows | {table: [*rows[table], more], "proofs": [*rows["proofs"], proof]}
    assert all(after >= was for after, was in zip(totals(scored(grown)), before, strict=True))


@some
@given(submissions(), st.randoms())
def test_the_order_of_rows_never_matters(rows: Rows, rng: Any) -> None:
    shuffled = {name: rng.sample(table, len(table)) for name, table in rows.items()}
    assert totals(scored(shuffled)) == totals(scored(rows))


@some
@given(submissions())
def test_whole_units_never_earn_more_than_pro_rata(rows: Rows) -> None:
    whole, share = totals(scored(rows)), totals(scored(rows, partial_units="pro_rata"))
    assert all(one <= other for one, other in zip(whole, share, strict=True))


@some
@given(submissions())
def test_every_row_is_either_counted_or_set_aside_once(rows: Rows) -> None:
    quantities = count(BOOK, evidence_of(rows), SPAN)
    for table in WHEN:
        seen: list[str] = []
        by_measure: dict[str, Quantity] = {
            str(item.measure.where): quantities[item.id] for item in BOOK.items_measured_from(table)
        }
        for quantity in by_measure.values():
            seen += quantity.counted + tuple(aside.row for aside in quantity.set_aside)
        key = BOOK.tables[table].key[0]
        assert sorted(seen) == sorted(row[key] for row in rows[table])


@some
@given(submissions())
def test_points_against_a_second_way_of_computing(rows: Rows) -> None:
    # By plain Python from the rows: which count, how many units, times points, least of the caps.
    boards = scored(rows)
    earned = {
        one.item.id: one.points for board in boards.values() for row in board.indicators for one in row.items
    }
    for indicator in (one for board in BOOK.scorecard.boards.values() for one in board.indicators()):
        for item in indicator.items:
            if item.measure.through or item.measure.count != "rows" or isinstance(item.rule, Milestone):
                continue
            number = sum(1 for _ in counting_rows(rows, item))
            units = number // int(getattr(item.rule, "per", 1))
            cap = Fraction(item.cap or indicator.points)
            assert earned[item.id] == min(units * Fraction(item.rule.points), cap), item.id


def counting_rows(rows: Rows, item: Any) -> Iterator[dict[str, str]]:
    """The rows that count for an item of countable rows, by the rulings read off anew."""
    table, alike = item.measure.table, set()
    stock = {
        "policy_expert",
        "institution_introduced",
        "institution_reserved",
        "expert_pool",
        "project_reserved",
    }
    proven = {proof["row_id"] for proof in rows["proofs"] if proof["table"] == table}
    key = BOOK.tables[table].key[0]
    same = {
        "activities": ("kind", "title", "held_on"),
        "documents": ("kind", "title"),
        "register": ("kind", "entity_id"),
    }.get(table)
    for row in sorted(rows[table], key=lambda one: one[key]):
        day = row[WHEN[table]]
        dated = day <= "2025-12-31" and (row.get("kind") in stock or day >= "2025-01-01")
        wanted = all(row[column] in values for column, values in item.measure.where.items())
        if wanted and dated and row.get("outcome", "resolved") == "resolved" and row[key] in proven:
            mark = tuple(row[column] for column in same) if same else row[key]
            if mark not in alike:
                alike.add(mark)
                yield row


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_every_reading_scores_the_sample(reading: dict[str, str]) -> None:
    from talentcalc.analysis.scenario import Scenarios
    from talentcalc.evidence.read import read_evidence
    from talentcalc.params.audit import open_audit
    from talentcalc.params.form import ScorecardParams

    audit = open_audit(ROOT / "params" / "dongsheng-2025-annual.yaml")
    assert isinstance(audit.params, ScorecardParams)
    evidence = read_evidence(audit.evidence, audit.rulebook)
    card = Scenarios(scorecard_book(**reading), audit.params, evidence).filed.card
    assert card.paid.payable - card.paid.overpaid <= card.paid.fee
    assert all(0 <= board.score <= 100 for board in card.boards.values())
