"""What is drawn: the same for everyone, nested, and whatever has been verified; money by fixed intervals."""

from fractions import Fraction
from hashlib import sha256
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.analysis.sampling.drawing import hits, in_drawing_order
from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from talentcalc.params.form import ScorecardParams
from tests.conftest import Case
from tests.support.sampling_results import said

KEYS = st.lists(st.text(min_size=1, max_size=6), min_size=1, max_size=30, unique=True)
CENTS = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(0, 10**6), max_size=25)


@given(KEYS, st.integers(0, 10**6), st.randoms())
def test_the_order_is_by_the_hash_alone(keys: list[str], seed: int, shuffled: object) -> None:
    order = in_drawing_order(seed, "B09.1", keys)
    again = sorted((sha256(f"{seed}/B09.1/{key}".encode()).hexdigest(), key) for key in keys)
    assert list(order) == [key for _, key in again]
    shuffled.shuffle(keys)  # type: ignore[attr-defined]
    assert in_drawing_order(seed, "B09.1", keys) == order  # whatever order the rows are in
    assert in_drawing_order(seed, "B09.1", order[: len(order) // 2]) == order[: len(order) // 2]  # nested


def test_each_row_is_as_likely_as_any_other_to_be_drawn() -> None:
    # 400 seeds, 10 of 40 rows: each row is expected 100 times; its standard deviation is √(400 × ¼ × ¾) = 8.7
    keys = [f"W{n:03}" for n in range(40)]
    times = dict.fromkeys(keys, 0)
    for seed in range(400):
        for key in in_drawing_order(seed, "B09.1", keys)[:10]:
            times[key] += 1
    assert all(abs(count - 100) < 5 * 8.7 for count in times.values())


@settings(max_examples=60, deadline=None)
@given(CENTS, st.integers(1, 80), st.integers(0, 10**6))
def test_intervals_hit_as_often_as_there_are_points(cents: dict[str, int], number: int, seed: int) -> None:
    amounts = {key: Fraction(one, 100) for key, one in cents.items()}
    total = sum(amounts.values())
    found = hits(seed, "A02.2", amounts, number)
    assert sum(found.values()) == (number if total else 0)
    for key, amount in amounts.items():
        times = amount * number / total if total else Fraction(0)
        assert int(times) <= found.get(key, 0) <= ceil(times)  # so one as long as the interval is taken
    # a second way: every point looked for along the amounts
    order = [key for key in in_drawing_order(seed, "A02.2", amounts) if amounts[key]]
    start = Fraction(int(sha256(f"{seed}/A02.2".encode()).hexdigest(), 16), 2**256)
    walked: dict[str, int] = {}
    for point in range(number if total else 0):
        left = (start + point) * total / number
        for key in order:
            if left < amounts[key]:
                walked[key] = walked.get(key, 0) + 1
                break
            left -= amounts[key]
    assert found == walked


def test_a_sample_stays_when_its_rows_are_verified_but_not_under_another_seed(case: Case) -> None:
    case.many("work_orders", 100).many("work_orders", 3, outcome="open")
    before = said(case)["items"]["B09.1"]
    # By hand: five wrong of 100 are missed in 45 with 55·54·53·52·51 ÷ (100·99·98·97·96) = 0.046; 44: 0.051
    assert (before["population"], before["size"], before["verified"]) == (100, 45, 0)
    for n, key in enumerate(before["drawn"][:9]):
        outcome = "accepted" if n % 2 else "rejected"
        case.add("verifications", {"table": "work_orders", "row_id": key, "outcome": outcome})
    after = said(case)["items"]["B09.1"]
    assert after["drawn"] == before["drawn"] and after["population"] == 100
    assert (after["verified"], after["errors"]) == (9, 5)
    assert "upper_rate" not in after  # not finished
    other = said(case, seed=1)["items"]["B09.1"]["drawn"]
    assert set(other) != set(before["drawn"])
    more = said(case, tolerable="0.02")["items"]["B09.1"]["drawn"]
    assert more[:45] == before["drawn"]  # nested: who wants to be surer goes on


def test_large_contracts_are_certainly_drawn_and_empty_ones_never(case: Case) -> None:
    case.many("contracts", 200, amount="1000.00").many("contracts", 2, amount="90000.00")
    case.add("contracts", {"amount": "0.00"})
    one = said(case, seed=7)["items"]["A02.2"]
    # 380,000 yuan in 59 intervals of 6,440.68: each large contract is 13.97 of them long
    assert (one["method"], one["size"], one["population"]) == ("monetary_units", 59, 203)
    assert sum(one["hits"].values()) == 59 and set(one["hits"]) == set(one["drawn"])
    assert {one["hits"][key] for key in ("C0201", "C0202")} <= {13, 14}
    assert "C0203" not in one["drawn"]
    assert said(case)["items"]["A02.1"]["method"] == "rows"  # the number of contracts


def test_marks_are_not_sampled(case: Case) -> None:
    case.add("judgements", {"item": "B12.1", "mark": "3"}).add("milestones", {"item": "B04.1"})
    assert list(said(case)["items"]) == ["B04.1"]
    case.tables = {"judgements": case.tables["judgements"]}
    assert said(Case(case.folder / "other", case.tables)) == {}


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"confidence": "1"}, "confidence"),
        ({"confidence": "0"}, "confidence"),
        ({"tolerable": "-0.05"}, "tolerable"),
        ({"tolerable": "0.00001"}, "tolerable"),
        ({"tolerable": "NaN"}, "tolerable"),
        ({"confidence": True}, "confidence"),
        ({"seed": -1}, "seed"),
        ({"seed": "1"}, "seed"),
        ({"seed": True}, "seed"),
        ({"size": 5}, "size"),
    ],
)
def test_sampling_is_read_strictly(case: Case, asked: dict[str, object], where: str) -> None:
    case.params["sampling"] = asked
    with pytest.raises(InputError) as refused:
        open_audit(case.write())
    assert [one.where for one in refused.value.problems] == [f"case.yaml: sampling.{where}"]


def test_sampling_has_the_defaults_of_the_issue(case: Case) -> None:
    params = open_audit(case.write()).params
    assert isinstance(params, ScorecardParams)
    asked = params.sampling
    assert (Fraction(asked.confidence), Fraction(asked.tolerable), asked.seed) == (
        Fraction("0.95"),
        Fraction("0.05"),
        0,
    )
    case.params["sampling"] = {"confidence": 0.9}  # an exact YAML number
    read = open_audit(case.write()).params
    assert isinstance(read, ScorecardParams) and Fraction(read.sampling.confidence) == Fraction("0.9")
