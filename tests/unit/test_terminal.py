"""What is printed has only characters that can be seen, and no terminal makes a command fail.

Expected: control, bidirectional and invisible characters are shown by their codes, in JSON as escapes.
"""

import io
import json
import logging
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import talentcalc.pipeline.assess
from talentcalc.checks.engines.pandas import run_with_pandas
from talentcalc.cli import main
from talentcalc.cli.console import print_document, print_lines, print_problems, show_every_character
from talentcalc.result.document import canonical, read_result, result_of
from talentcalc.result.model.result import Result
from tests.conftest import Case
from tests.support.documents import least

HIDDEN = [chr(one) for one in (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200B, 0x200E, 0x200F, 0xFEFF)]
HIDDEN += [chr(one) for one in (*range(0x2028, 0x202F), *range(0x2066, 0x206A)) if one != 0x202F]
OBEYED = frozenset(HIDDEN) - {"\n"}
NASTY = "甲\x1b[31m\x9b2J\u202e乙\u2066\u200f\u061c\u2028\x85\ufeff𠮷"


def obeyed(text: str) -> frozenset[str]:
    """The characters in it that a terminal would obey, or nobody would see."""
    return OBEYED & set(text)


class Screen(io.TextIOWrapper):
    """A terminal in an encoding of its own."""

    def isatty(self) -> bool:
        return True


def screen(monkeypatch: pytest.MonkeyPatch, encoding: str) -> Screen:
    """In the place of both streams."""
    made = Screen(io.BytesIO(), encoding=encoding, write_through=True)
    monkeypatch.setattr(sys, "stdout", made)
    monkeypatch.setattr(sys, "stderr", made)
    return made


def written(made: Screen) -> str:
    buffer: Any = made.buffer
    return str(buffer.getvalue(), made.encoding)


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8", "cp936", "latin-1"])
def test_no_terminal_makes_a_line_fail(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(monkeypatch, encoding)
    show_every_character()
    print_lines(NASTY)
    print_problems([f"one\nproblem: {NASTY}"])
    lines = written(shown).splitlines()
    assert len(lines) == 2 and obeyed("".join(lines)) == set()
    assert lines[1].startswith("talentcalc: one problem: ")
    assert ("𠮷" if encoding == "utf-8" else "U+20BB7") in lines[0]


def test_a_finding_on_a_terminal_has_its_own_colours_and_no_other(
    nasty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules,
        "talentcalc.checks.engines.great_expectations",
        SimpleNamespace(run_with_great_expectations=run_with_pandas),
    )
    shown = screen(monkeypatch, "utf-8")
    assert main(["check", str(nasty)]) == 3
    told = written(shown)
    assert obeyed(told) == {"\x1b"} and not re.search("甲\x1b", told)
    assert set(re.findall("\x1b.[^m]*m?", told)) <= {f"\x1b[{code}m" for code in (0, 31, 33, 36)}


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "utf-8"])
def test_json_on_a_terminal_says_the_same_in_any_encoding(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen(monkeypatch, encoding)
    show_every_character()
    print_document({"x": NASTY, "y": "😀"})
    assert json.loads(written(shown)) == {"x": NASTY, "y": "😀"}
    assert obeyed(written(shown)) == set()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.one_of(st.sampled_from(HIDDEN), st.characters()), max_size=9), max_size=4))
def test_a_document_holds_every_character_and_shows_none_that_is_obeyed(said: list[str]) -> None:
    document = least(subject="".join(said), ignored=["x", *said])
    content = canonical(document)
    assert canonical(read_result(content)) == content
    assert obeyed(content.decode()) == set()


def test_half_a_character_survives_a_document() -> None:
    assert read_result(canonical(least(subject="a\ud800b"))).subject == "a\ud800b"


@pytest.fixture
def nasty(tmp_path: Path) -> Path:
    """The params of an audit whose evidence and subject are full of such characters."""
    case = Case(tmp_path, params={"subject": f"中心{NASTY}"}).many("work_orders", 2)
    return case.add(
        "work_orders", {"order_id": f"W{NASTY}"}, {"order_id": f"V{NASTY}", "mode": NASTY}
    ).write()


@pytest.mark.parametrize(("command", "status"), [
    (["score"], 3), (["check"], 3), (["explain", "B09"], 3), (["explain", NASTY], 3),
    (["run", NASTY], 2), (["score", "--x", NASTY], 2), (["next-year"], 3),
])  # fmt: skip
def test_no_command_prints_what_a_terminal_obeys(
    command: list[str],
    status: int,
    nasty: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    quick = SimpleNamespace(
        run_with_great_expectations=run_with_pandas
    )  # the same findings, without Great Expectations
    monkeypatch.setitem(sys.modules, "talentcalc.checks.engines.great_expectations", quick)
    try:
        done: object = main([command[0], str(nasty), *command[1:]])
    except SystemExit as left:
        done = left.code
    told = capsys.readouterr()
    assert done == status and told.err
    assert obeyed(told.out + told.err) == set()
    if command == ["score"]:
        assert json.loads(told.out)["subject"].startswith("中心甲\x1b[31m\x9b2J")


def test_an_error_of_any_kind_is_told_in_characters_that_can_be_seen(
    nasty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError(f"two\nlines {NASTY}")

    monkeypatch.setattr(talentcalc.pipeline.assess, "assess_file", fail)
    assert main(["score", str(nasty)]) == 1
    told = capsys.readouterr()
    assert told.out == "" and len(told.err.splitlines()) == 1
    assert told.err.startswith("talentcalc: ZeroDivisionError: two lines") and obeyed(told.err) == set()


def test_no_library_says_anything(
    nasty: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def noisy(_: object) -> Result:
        warnings.warn("a library warns", UserWarning, stacklevel=1)
        logging.getLogger("a library").error("a library logs")
        return result_of(least())

    monkeypatch.setattr(talentcalc.pipeline.assess, "assess_file", noisy)
    assert main(["-q", "score", str(nasty)]) == 3
    assert capsys.readouterr().err == ""
    assert logging.root.manager.disable == logging.NOTSET


def test_a_name_with_a_line_end_makes_no_line_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules,
        "talentcalc.checks.engines.great_expectations",
        SimpleNamespace(run_with_great_expectations=run_with_pandas),
    )
    params = Case(tmp_path).many("work_orders", 2).write()
    (tmp_path / "evidence/x\n关键  服务工单.csv：伪造.pdf").write_bytes(b"")
    main(["check", str(params)])
    lines = capsys.readouterr().out.splitlines()
    assert [one for one in lines if "伪造" in one and "x⏎关键" not in one] == []
    assert sum("x⏎关键" in one for one in lines) == 2  # the finding, and its row


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe that nobody reads is another error there")
def test_a_reader_that_leaves_does_not_change_the_exit_status(nasty: Path) -> None:
    # The blocked audit of the test before, exit status 3, to a reader that is gone already.
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "talentcalc", "score", str(nasty)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.DEVNULL, cwd=nasty.parent, check=False)
    os.close(writing)
    assert done.returncode == 3
