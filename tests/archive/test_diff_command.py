"""`talentcalc diff`: runs and packages alike, and what cannot be compared."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from talentcalc.cli import main
from tests.support.archive_packages import audited, sealed, stand_in

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two repositories: an audit of three work orders, and one of five; each run and sealed."""
    place = tmp_path_factory.mktemp("made")
    for name, orders in (("one", 0), ("two", 2)):
        run = stand_in(audited(place / name).many("work_orders", orders).write())
        sealed(run)
        sealed(run, as_zip=True)
    return place


@pytest.fixture
def shelf(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of them to change, in the working folder."""
    for name in ("one", "two"):
        shutil.copytree(made / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compared(a: str, b: str, capsys: Told) -> dict[str, Any]:
    """The difference as JSON, without the names of the sides."""
    assert main(["-q", "diff", a, b, "--json"]) == 0, capsys.readouterr().err
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return {key: value for key, value in found.items() if key != "sides"}


@pytest.mark.usefixtures("shelf")
def test_a_run_its_package_and_its_zip_are_the_same_side(capsys: Told) -> None:
    run, packs = "outputs/2025/case", "outputs/archive/2025/case"
    found = [
        compared(f"one/{a}", f"two/{b}", capsys)
        for a, b in ((run, run), (packs, f"{packs}.zip"), (run, packs))
    ]
    assert found[0] == found[1] == found[2]
    # B09: five orders are a unit of 0.4 points, three are none (worked case 3)
    assert found[0]["figures"]["indicators"]["B09"] == ["0.00", "0.40"]
    rows = found[0]["parts"]["evidence"]["tables"]["work_orders"]
    assert (rows["rows"], rows["added"]["keys"]) == ([3, 5], ["W0004", "W0005"])
    same = compared(f"one/{packs}", f"one/{packs}.zip", capsys)
    assert len(same["parts"]) == 5 and not any(same["parts"].values())


@pytest.mark.usefixtures("shelf")
def test_it_is_told_in_the_words_of_the_review(capsys: Told) -> None:
    assert main(["diff", "one/outputs/2025/case", "two/outputs/archive/2025/case"]) == 0
    told = capsys.readouterr().out
    assert "W0004" in told and "+0.40" in told and "甲 + 合计 = 乙，各项相符" in told


def test_a_damaged_package_is_not_compared(shelf: Path, capsys: Told) -> None:
    with (shelf / "two/outputs/archive/2025/case/data/evidence/work_orders.csv").open("ab") as file:
        file.write(b"x")
    assert main(["diff", "one/outputs/2025/case", "two/outputs/archive/2025/case"]) == 4
    told = capsys.readouterr()
    assert told.out == "" and "work_orders.csv" in told.err


def test_what_is_neither_a_run_nor_a_package_and_inputs_that_changed_are_refused(
    shelf: Path, capsys: Told
) -> None:
    assert main(["diff", "one/outputs/2025/case", "three"]) == 2
    assert "three" in capsys.readouterr().err
    with (shelf / "one/case.yaml").open("a") as file:
        file.write("# another byte\n")
    assert main(["diff", "one/outputs/2025/case", "two/outputs/archive/2025/case"]) == 2
    assert "case.yaml" in capsys.readouterr().err and "run the audit again" not in capsys.readouterr().out
