"""Two audits never share a folder: a run replaces its own earlier run and refuses to replace others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from talentcalc.archive.finished_run import finished_run
from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.params.audit import Audit, open_audit
from talentcalc.pipeline.replacement import must_be_its_own
from tests.support.archive_packages import audited, sealed, stand_in

Told = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A repository with a finished run of `case.yaml`."""
    stand_in(audited(tmp_path).write())
    return tmp_path


def asked(home: Path, file: str = "case.yaml", **changed: Any) -> Audit:
    """An audit as in `case.yaml` but for some of its params, in another file."""
    params = yaml.safe_load((home / "case.yaml").read_text("utf-8")) | changed
    path = home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(params, allow_unicode=True), "utf-8")
    return open_audit(path)


def place(audit: Audit) -> Path:
    """Where an audit's run stands."""
    return audit.root / f"outputs/{audit.params.last_day.year}/{audit.id}"


def refused(audit: Audit) -> str:
    """The refusal to run an audit."""
    with pytest.raises(InputError) as refusal:
        must_be_its_own(audit, place(audit))
    (problem,) = refusal.value.problems
    assert "id:" in str(problem).rpartition("; ")[2]
    return str(problem)


def test_an_audits_own_run_is_replaced_also_when_its_file_was_edited(home: Path) -> None:
    for changed in ({}, {"fee": "2.00"}, {"readings": {"partial_units": "pro_rata"}}, {"paid": "1.00"}):
        audit = asked(home, **changed)
        must_be_its_own(audit, place(audit))


@pytest.mark.parametrize(("file", "changed", "found"), [
    ("other/case.yaml", {}, "params file, 'case.yaml'; expected 'other/case.yaml'"),
    ("case.yaml", {"subject": "别的中心"}, "subject, '示例中心'; expected '别的中心'"),
    ("other.yaml", {"id": "case"}, "params file, 'case.yaml'; expected 'other.yaml'"),
    ("other.yaml", {"id": "CASE"}, "'case' beside it, which differs in case"),
])  # fmt: skip
def test_another_audits_run_is_not_replaced(
    home: Path, file: str, changed: dict[str, Any], found: str
) -> None:
    assert found in refused(asked(home, file, **changed))


def test_an_id_gives_the_second_of_two_files_of_one_name_a_place_of_its_own(home: Path, capsys: Told) -> None:
    asked(home, "b/case.yaml")
    assert main(["-q", "run", str(home / "b/case.yaml")]) == 2  # refused before any kernel starts
    told = capsys.readouterr().err
    assert "the run of another params file" in told and "id:" in told
    audit = asked(home, "b/case.yaml", id="案-2")
    assert audit.id == "案-2"
    must_be_its_own(audit, place(audit))
    run = stand_in(audit.file)
    assert run.name == "案-2" and finished_run(run).audit.id == "案-2"
    assert main(["verify", str(sealed(run)), "--unsigned"]) == 0


@pytest.mark.parametrize("name", ["a/b", "", ".x", "a b", "..", 7])
def test_an_id_is_a_plain_name(home: Path, name: object) -> None:
    with pytest.raises(InputError, match="id"):
        asked(home, id=name)


@pytest.mark.parametrize("broken", [
    lambda run: (run / "result.json").unlink(),
    lambda run: (run / "result.json").write_bytes(b""),
    lambda run: run.rename(run.with_name("away")) and run.write_bytes(b"a file"),
])  # fmt: skip
def test_what_is_no_run_is_not_replaced(home: Path, broken: Callable[[Path], object]) -> None:
    broken(home / "outputs/2025/case")
    assert "what is no finished run" in refused(asked(home))


def test_of_a_file_outside_the_repository_the_period_tells_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its folder is not recorded; by the contract an audit is a rulebook, a subject and a period.
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    audited(tmp_path / "work").write()
    monkeypatch.chdir(tmp_path / "work")
    (tmp_path / "work/pyproject.toml").unlink()
    params = yaml.safe_load((tmp_path / "work/case.yaml").read_text("utf-8"))
    half = {"kind": "half_year", "start": "2025-01-01", "end": "2025-06-30"}
    for name, changed in (("a", {}), ("b", {"period": half})):
        text = yaml.safe_dump(
            params | {"evidence": str(tmp_path / "work/evidence")} | changed, allow_unicode=True
        )
        (tmp_path / name / "case.yaml").write_text(text, "utf-8")
    stand_in(tmp_path / "a/case.yaml")
    own, other = (open_audit(tmp_path / name / "case.yaml") for name in ("a", "b"))
    must_be_its_own(own, place(own))
    assert "another period" in refused(other)
