"""The command line as its users meet it: what it prints, where, and its exit statuses."""

import re
from pathlib import Path

import pytest

from talentcalc.cli import arguments
from talentcalc.cli.arguments import parser
from tests.conftest import Case, Command

pytestmark = pytest.mark.slow

ANNUAL = Path("params/dongsheng-2025-annual.yaml")


@pytest.fixture
def small(tmp_path: Path) -> Case:
    """A small audit in a repository of its own."""
    (tmp_path / "pyproject.toml").touch()
    return Case(tmp_path).many("work_orders", 5)


def test_help_names_every_command(talentcalc: Command) -> None:
    told = talentcalc("--help")
    assert (told.returncode, told.stderr) == (0, "")
    for command in ("run", "check", "score", "explain", "template", "rulebook"):
        assert re.search(rf"^ +{command} ", told.stdout, re.MULTILINE)
        with pytest.raises(SystemExit) as left:
            parser().parse_args([command, "--help"])
        assert left.value.code == 0
    for status in range(5):
        assert re.search(rf"^ +{status}  \S", told.stdout, re.MULTILINE)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_help_is_there_in_either_language(
    language: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(arguments, "TERMINAL", language)
    commands = re.findall(r"^ {4}(\S+)  ", parser().format_help(), re.MULTILINE)
    assert len(commands) == 14
    for command in ([], *([command] for command in commands)):
        with pytest.raises(SystemExit):
            parser().parse_args([*command, "--help"])
        told = capsys.readouterr().out
        assert bool(re.search("[\u4e00-\u9fff]", told)) == (language == "zh"), told


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["run"], ["explain", ANNUAL], ["rulebook"]])
def test_bad_arguments_are_refused(arguments: list[str | Path], talentcalc: Command) -> None:
    refused = talentcalc(*arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "usage: talentcalc" in refused.stderr


@pytest.mark.parametrize("command", [["run"], ["check"], ["score"], ["explain", "B09"]])
def test_params_that_name_no_audit_are_refused(small: Case, command: list[str], called: Command) -> None:
    small.params |= {"fee": "-1", "colour": "red", "evidence": "nowhere"}
    params = small.write()
    refused = called(command[0], params, *command[1:], cwd=small.folder)
    assert (refused.returncode, refused.stdout) == (2, "")
    for word in ("case.yaml", "fee", "colour", "nowhere"):
        assert word in refused.stderr
    assert "Traceback" not in refused.stderr and not (small.folder / "outputs").exists()
    gone = called(command[0], params.with_name("gone.yaml"), *command[1:], cwd=small.folder)
    assert gone.returncode == 2 and "gone.yaml" in gone.stderr


def test_a_blocked_audit_is_told_by_score_explain_and_check(
    small: Case, called: Command, talentcalc: Command
) -> None:
    params = small.add("work_orders", {"order_id": "X1", "closed_on": "2025-02-30"}).write()
    for command in (["score"], ["explain", "B09"]):
        done = called(command[0], params, *command[1:], cwd=small.folder)
        assert done.returncode == 3, command
        assert "X1" in done.stdout + done.stderr and "2025-02-30" in done.stdout + done.stderr
    quiet = talentcalc("-q", "check", params, cwd=small.folder)
    assert quiet.returncode == 3 and quiet.stderr == "" and "X1" in quiet.stdout
    assert not (small.folder / "outputs").exists()


def test_check_of_the_sample(talentcalc: Command) -> None:  # its score: test_report
    check = talentcalc("-q", "check", ANNUAL)
    assert (check.returncode, check.stderr) == (0, "")
    assert "活动不在考核期内" in check.stdout and "\x1b" not in check.stdout


@pytest.mark.parametrize(("item", "words"), [
    ("B09", ["B09.1", "每 5 单 0.4 分", "31 单 → 6 个整 5 单 × 0.4 分 = 2.40 分，余 1 单", "再有 4 单"]),
    ("B09.1", ["31 条", "未计入", "W0032"]),
    ("B17", ["0.00", "没有记录计入"]),
])  # fmt: skip
def test_explain_an_indicator_an_item_and_a_zero(
    small: Case, called: Command, item: str, words: list[str]
) -> None:
    params = small.many("work_orders", 26).add("work_orders", {"closed_on": "2026-01-04"}).write()
    told = called("explain", params, item, cwd=small.folder)
    assert (told.returncode, told.stderr) == (0, "")
    assert [word for word in words if word not in told.stdout] == []


@pytest.mark.parametrize("item", ["B99", "B09.9", "b09", "", "B09."])
def test_explain_refuses_what_is_no_item(small: Case, called: Command, item: str) -> None:
    refused = called("explain", small.write(), item, cwd=small.folder)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "B09" in refused.stderr and "Traceback" not in refused.stderr
