"""Every check of the rulebook, and every kind that a table brings with it, by its smallest failing case.

The expected rows come from the rulings, “Checks”: which are critical, which warn, and where their limits lie.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.checks.record import run_checks
from tests.conftest import BOOK, Case
from tests.support.flaws import FLAWS, WARNINGS, adding, changing, planned, sound

pytestmark = pytest.mark.slow


def failing(case: Case) -> dict[str, tuple[str, list[str]]]:
    """The severity and the keys of the failing rows of each check that did not pass; reading's apart."""
    checks, evidence = planned(case.write())
    found, ids = run_checks(checks, evidence, run_with_pandas).findings, {check.id for check in checks}
    return {one.check: (one.severity, [place.row for place in one.rows]) for one in found if one.check in ids}


def test_every_check_and_every_kind_has_a_flaw(case: Case) -> None:
    checks, _ = planned(sound(case).write())
    assert {check.id for check in BOOK.checks} <= set(FLAWS) <= {check.id for check in checks}
    tried = {check.kind for check in checks if check.id in FLAWS}
    assert (
        tried
        == {check.kind for check in checks}
        >= {
            "present",
            "filled",
            "unique",
            "known",
            "references",
            "in_range",
        }
    )


def test_sound_evidence_fails_no_check(case: Case) -> None:
    record = run_checks(*planned(sound(case).write()), run_with_pandas)
    assert record.findings == ()
    assert {check.id for check in BOOK.checks} <= {ran.check for ran in record.ran}


@pytest.mark.parametrize("check", FLAWS)
def test_a_flaw_fails_its_check_and_no_other(case: Case, check: str) -> None:
    spoil, rows = FLAWS[check]
    spoil(sound(case))
    severity = "warning" if check.split(".")[1] in WARNINGS else "critical"
    assert failing(case) == {check: (severity, rows)}


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            adding("work_orders", *[{}] * 4, {"closed_on": "2025-12-31"}), id="one order in six late"
        ),
        pytest.param(adding("work_orders", {"closed_on": "2025-12-21"}), id="eleven days before the end"),
        pytest.param(
            adding("work_orders", {"closed_on": "", "outcome": "open", "client_confirmed": ""}), id="open"
        ),
        pytest.param(changing("work_orders", opened_on="2025-03-02"), id="closed on the day it was opened"),
        pytest.param(changing("register", until="2025-03-01"), id="until on the day of since"),
        pytest.param(adding("register", {"entity_id": "E0001"}), id="one entity twice under one kind"),
        pytest.param(
            adding("activities", {"held_on": "2025-01-01"}, {"held_on": "2025-12-31"}), id="the period's ends"
        ),
        pytest.param(
            adding("activities", {"kind": "cooperation", "title": "活动1", "held_on": "2025-03-02"}),
            id="one title on two days",
        ),
        pytest.param(changing("activities", declared_attendance="1"), id="declared as signed in"),
        pytest.param(adding("activities", {"declared_attendance": "0"}), id="none declared, none signed in"),
        pytest.param(
            lambda case: (
                case.add("activities", {"place": "甲"}, {"place": "甲"}, {})
                .attend("A0002", ["P1"])
                .attend("A0003", ["P1"])
            ),
            id="two activities at one place",
        ),
        pytest.param(changing("judgements", mark="1.00"), id="the full mark"),
        pytest.param(
            adding("judgements", {"item": "B12.1", "reviewer": "R2", "mark": "1.80"}), id="30 % apart"
        ),
        pytest.param(
            adding(
                "proofs", *[{"table": "activities", "row_id": "A0001", "medium": "paper", "path": "a"}] * 2
            ),
            id="one file twice for one row",
        ),
    ],
)
def test_the_limits_themselves_are_no_flaw(case: Case, spoil: Callable[[Case], Any]) -> None:
    # “More than 30 %”, “one in five or more”, “last ten days”; both ends of the period are included.
    spoil(sound(case))
    assert failing(case) == {}


@pytest.fixture
def proof(case: Case) -> Path:
    """The path of a file of evidence; beside its folder lies a secret, and links lead there."""
    folder = case.folder / "evidence"
    (folder / "佐证").mkdir(parents=True)
    (case.folder / "secret.txt").write_bytes(b"secret")
    (folder / "link.txt").symlink_to(case.folder / "secret.txt")
    (folder / "out").symlink_to(case.folder)
    (folder / "loop").symlink_to("loop")
    (folder / "佐证/甲.txt").write_bytes(b"proof")
    (folder / "within.txt").symlink_to("佐证/甲.txt")
    return folder


@pytest.mark.parametrize(
    "path",
    [
        "",
        "none.txt",
        "佐证",
        ".",
        "../secret.txt",
        "佐证/../../secret.txt",
        "link.txt",
        "out/secret.txt",
        "loop",
        "/etc/hostname",
        "{folder}/佐证/甲.txt",
        "x" * 5000,
        "佐证/甲.txt/more",
    ],
)
def test_an_electronic_proof_is_a_file_below_the_evidence_folder(case: Case, proof: Path, path: str) -> None:
    # The contract: “relative to the evidence folder … and may not leave it”: so not absolute, and by no link.
    changing("proofs", medium="electronic", path=path.format(folder=proof))(sound(case))
    assert failing(case) == {"proofs.file_there": ("critical", ["P0001"])}
    case.tables["proofs"][0]["sha256"] = sha256(b"secret").hexdigest()
    assert failing(case) == {"proofs.file_there": ("critical", ["P0001"])}


RIGHT = sha256(b"proof").hexdigest()


@pytest.mark.parametrize(
    ("path", "digest", "same"),
    [
        ("佐证/甲.txt", "", True),
        ("./佐证/甲.txt", RIGHT, True),
        ("佐证/../佐证/甲.txt", RIGHT.upper(), True),
        ("within.txt", RIGHT, True),
        ("佐证/甲.txt", RIGHT[:-1], False),
        ("within.txt", "0" * 64, False),
    ],
)
@pytest.mark.usefixtures("proof")
def test_an_electronic_proof_has_the_registered_sha256(
    case: Case, path: str, digest: str, same: bool
) -> None:
    changing("proofs", medium="electronic", path=path, sha256=digest)(sound(case))
    assert failing(case) == ({} if same else {"proofs.file_same": ("critical", ["P0001"])})
    case.tables["proofs"][0]["medium"] = "paper"  # paper has no file to compare
    assert failing(case) == {}


def test_a_found_value_is_shown_as_its_author_would_write_it(case: Case) -> None:
    # A boolean in the regulation's language, a date without a midnight.
    case.add("work_orders", {"client_confirmed": "false"}, {"opened_on": "2025-04-01"})
    found = {
        one["check"]: one["rows"][0]["found"]
        for one in case.result()["findings"]
        if "work_orders" in one["check"]
    }
    assert found["work_orders.confirmed"] == "否"
    assert found["work_orders.closed_after_opened"] == "2025-03-02"
