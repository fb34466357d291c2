"""Bad evidence and bad params of a league are refused by name.

What is bad comes from the rulings, “Checks” (critical), and from the contract, “A params file”; what a flaw
looks like is worked by hand. Suspicious evidence: `test_league_patterns.py`.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from tests.conftest import Command
from tests.regulations.test_league_worked_cases import checks_of, held, void
from tests.support.city import City
from tests.support.problems import is_whole, where_of

pytestmark = pytest.mark.slow

Spoil = Callable[[City], Any]


def adding(table: str, *rows: dict[str, Any]) -> Spoil:
    return lambda city: city.add(table, *rows)


def sound(city: City) -> City:
    """H01 with an event, its report and its check-in; H02 with an event; nothing for any check to find."""
    city.add("homes", {"designated_on": "2026-02-10"})  # the day of the review
    held(city)
    held(city, talents=0, home_id="H02")
    return city.add("media", {"event_id": "E0001"}, {"event_id": "E0002"})


H01, OVERDRAWN, VOID = "H01/2025", "redemptions.within_balance", "sanctions.void_names_row"
# The column of a check that does not name it.
COLUMNS = {
    "checkins.event_of_home": "home_id",
    "homes.designated_by_review": "designated_on",
    "homes.delisted_after_designated": "delisted_on",
    "events.ends_after_start": "ends_at",
    VOID: "row_id",
    OVERDRAWN: "points",
}
# What is wrong: how, its check, and the value found in each row, None where it may be free text or is a key.
FLAWS: dict[str, tuple[Spoil, str, dict[str, str | None]]] = {
    "51 points": (
        adding("adjustments", {"points": 51}, {"home_id": "H02", "points": -51}),
        "adjustments.points.in_range",
        {H01: "51", "H02/2025": "-51"},
    ),
    "half a point": (adding("adjustments", {"points": "0.5"}), "adjustments.points.readable", {H01: "0.5"}),
    "adjusted twice": (adding("adjustments", {}, {}), "adjustments.key.unique", {H01: None}),
    "not approved": (
        adding("adjustments", {"approved_by": ""}),
        "adjustments.approved_by.filled",
        {H01: None},
    ),
    "balance": (adding("redemptions", {}, {"redeemed_on": "2026-01-01"}), OVERDRAWN, {"R0002": None}),
    "too early": (adding("redemptions", {"redeemed_on": "2025-03-09"}), OVERDRAWN, {"R0001": None}),
    "another home's event": (
        adding("checkins", {"event_id": "E0002"}),
        "checkins.event_of_home",
        {"C0002": "H01"},
    ),
    "designated after the review": (
        adding("homes", {"designated_on": "2026-02-11"}),
        "homes.designated_by_review",
        {"H03": "2026-02-11"},
    ),
    "delisted before designated": (
        adding("homes", {"delisted_on": "2020-04-30"}),
        "homes.delisted_after_designated",
        {"H03": "2020-04-30"},
    ),
    "two extensions": (adding("extensions", {}, {}), "extensions.key.unique", {H01: None}),
    "0 and 93 days": (
        adding("extensions", {"days": 0}, {"home_id": "H02", "days": 93}),
        "extensions.days.in_range",
        {H01: "0", "H02/2025": "93"},
    ),
    "part of a day": (adding("extensions", {"days": "1.5"}), "extensions.days.readable", {H01: "1.5"}),
    "unapproved": (adding("extensions", {"approved_by": " "}), "extensions.approved_by.filled", {H01: None}),
    "ends before it starts": (
        adding("events", {"ends_at": "2025-03-10 13:59:59"}),
        "events.ends_after_start",
        {"E0003": "2025-03-10 13:59:59"},
    ),
    "unknown tier": (
        adding("media", {"event_id": "E0001", "tier": "national"}),
        "media.tier.known",
        {"M0003": "national"},
    ),
    "unknown kind": (adding("sanctions", {"kind": "fine"}), "sanctions.kind.known", {"S0001": "fine"}),
    "unknown home": (adding("checkins", {"home_id": "H9"}), "checkins.home_id.references", {"C0002": "H9"}),
    "unknown talent": (
        adding("checkins", {"talent_id": "T9"}),
        "checkins.talent_id.references",
        {"C0002": "T9"},
    ),
    "unknown event": (
        adding("checkins", {"event_id": "E9"}),
        "checkins.event_id.references",
        {"C0002": "E9"},
    ),
    "check-in twice": (adding("checkins", {"checkin_id": "C0001"}), "checkins.key.unique", {"C0001": None}),
    "no such hour": (
        adding("checkins", {"at": "2025-03-10 25:00"}),
        "checkins.at.readable",
        {"C0002": "2025-03-10 25:00"},
    ),
    "no time": (adding("checkins", {"at": ""}), "checkins.at.filled", {"C0002": "空"}),
    "void": (
        adding(
            "sanctions",
            void("events", "E9"),  # no such row
            void("events", "E0002"),  # another home's
            void("checkins", "C0001", home="H02"),
            void("media", "M0002"),  # of another home's event
            void("homes", "H01"),  # no such table
            void("", "E0001"),
            void("events", ""),
        ),
        VOID,
        {f"S000{n}": None for n in range(1, 8)},
    ),
}


@pytest.fixture
def flawless(city: City) -> City:
    return sound(city)


def test_checks_sound_evidence_raises_nothing(flawless: City) -> None:
    # By hand: nothing of `FLAWS`, and the bounds themselves are sound.
    flawless.add("adjustments", {"points": 50}, {"home_id": "H02", "points": -50})
    flawless.add("extensions", {"days": 1}, {"home_id": "H02", "days": 92}).add("redemptions", {})
    flawless.add("sanctions", void("media", "M0001"), void("events", "E0002", home="H02"))
    result = flawless.result()
    assert (result["status"], checks_of(result)) == ("draft", {"adjustments.without_season": ["H02/2025"]})


def critical(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in result["findings"] if one["severity"] == "critical"]


@pytest.mark.parametrize("flaw", FLAWS)
def test_checks_a_critical_flaw_blocks_the_result_and_is_named(flawless: City, flaw: str) -> None:
    # The contract: `blocked` publishes no score; a refusal names the row or key and what was found.
    spoil, check, rows = FLAWS[flaw]
    spoil(flawless)
    result = flawless.result()
    assert result["status"] == "blocked"
    assert not {"homes", "months", "talents", "ranked"} & set(result)
    (finding,) = critical(result)
    assert (finding["check"], finding["table"]) == (check, check.split(".")[0])
    assert {row["row"] for row in finding["rows"]} == set(rows)
    found = {row["row"]: row["found"] for row in finding["rows"] if rows[row["row"]]}
    assert found == {row: value for row, value in rows.items() if value}
    assert finding["remedy"]


def test_checks_a_void_that_counted_points_were_redeemed_from(flawless: City) -> None:
    # By hand: one point earned and redeemed; the check-in void, the balance would be −1.
    flawless.add("redemptions", {}).add("sanctions", void("checkins", "C0001"))
    assert [one["check"] for one in critical(flawless.result())] == [OVERDRAWN]


def test_checks_all_flaws_of_a_folder_at_once(flawless: City) -> None:
    # The contract: a refusal names every problem: one finding for each, none hides another.
    for spoil, _, _ in FLAWS.values():
        spoil(flawless)
    found = {one["check"]: one for one in critical(flawless.result())}
    assert set(found) >= {check for _, check, _ in FLAWS.values()} - {OVERDRAWN}  # no balance from bad rows
    named = {check: one for check, one in found.items() if not check.endswith("unique")}
    assert {check: one["column"] for check, one in named.items()} == {
        check: COLUMNS.get(check, check.split(".")[1]) for check in named
    }
    assert all(one["file"] == f"{one['table']}.csv" for one in found.values())
    assert all("line" in row for one in found.values() for row in one["rows"])


@pytest.mark.parametrize(("flaw", "found"), [("balance", "1"), ("void", "E9")])
def test_checks_a_refusal_says_what_was_found_where(flawless: City, flaw: str, found: str) -> None:
    # The contract: every refusal names the file, the row or key, what was found, what was expected.
    spoil, check, _ = FLAWS[flaw]
    spoil(flawless)
    (finding,) = critical(flawless.result())
    assert finding.get("file") == f"{finding['table']}.csv"
    assert finding.get("column") == COLUMNS[check]
    assert finding["rows"][0].get("found") == found


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        pytest.param({"year": "2025"}, ["year"], id="year as text"),
        pytest.param({"year": 2025.5}, ["year"], id="part of a year"),
        pytest.param({"year": None}, ["year"], id="no year"),
        pytest.param({"fee": "1.00"}, ["fee"], id="fee"),
        pytest.param({"paid": "1.00"}, ["paid"], id="paid"),
        pytest.param({"period": {"kind": "annual"}}, ["period"], id="period"),
        pytest.param({"readings": {"cut": "down"}}, ["readings.cut"], id="unknown choice"),
        pytest.param(
            {"readings": {"partial_units": "whole"}}, ["readings.partial_units"], id="other's reading"
        ),
        pytest.param(
            {"year": "2025", "fee": "1", "period": {}, "readings": {"cut": "down", "cuts": "floor"}},
            ["fee", "period", "readings.cut", "readings.cuts", "year"],
            id="all at once",
        ),
    ],
)
def test_params_of_a_league(city: City, changes: dict[str, Any], where: list[str]) -> None:
    # The contract: a league has `year` in place of `period`, `fee`, `paid`; all problems at once.
    city.params = changes
    with pytest.raises(InputError) as refused:
        open_audit(city.write())
    assert sorted(where_of(problem) for problem in refused.value.problems) == [
        f"city.yaml: {one}" for one in where
    ]
    assert all(is_whole(problem) for problem in refused.value.problems)


def test_params_of_a_league_without_a_year(city: City) -> None:
    path = city.write()
    left = yaml.safe_load(path.read_text(encoding="utf-8"))
    del left["year"]
    for params in (left, left | {"period": {"kind": "annual", "start": "2025-01-01", "end": "2025-12-31"}}):
        path.write_text(yaml.safe_dump(params), encoding="utf-8")
        with pytest.raises(InputError) as refused:
            open_audit(path)
        assert "city.yaml: year" in [problem.where for problem in refused.value.problems]


def test_exit_status_of_a_league(flawless: City, talentcalc: Command) -> None:
    # The contract: 3 blocked, and `score` prints the blocked result; 2 bad params; 0 done.
    done = talentcalc("score", flawless.write())
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["homes"]["H01"]["points"] == 11
    FLAWS["balance"][0](flawless)
    FLAWS["51 points"][0](City(flawless.folder, flawless.tables))
    blocked = talentcalc("score", flawless.write())
    result = json.loads(blocked.stdout)
    assert (blocked.returncode, result["status"]) == (3, "blocked")
    assert "homes" not in result and "51" in blocked.stderr and H01 in blocked.stderr
    flawless.params = {"fee": "1", "year": "2025"}
    refused = talentcalc("score", flawless.write())
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "city.yaml: fee" in refused.stderr and "city.yaml: year" in refused.stderr
