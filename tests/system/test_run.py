"""Runs: outputs that appear whole or not at all, and are the same bytes everywhere."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pypdf import PdfReader

from talentcalc.params.audit import open_audit
from talentcalc.pipeline import run
from tests.conftest import Case, Command, Once
from tests.support.reading import copied
from tests.support.shared_runs import ANNUAL, Ran, annual_run

LETTERS = {f"{name}.{form}" for name in ("feedback", "payment-note") for form in ("docx", "pdf")}
FILES = {
    *("audit.ipynb", "checks.json", "paper-proofs.pdf", "report.html", "report.pdf", "result.json"),
    "scorecard.xlsx",
    *LETTERS,
}
_WEST = {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Survivor:
    """An audit killed at several moments, then run twice at once; its params lie outside the repository."""

    home: Path
    after_kills: list[set[str]]
    pair: list[tuple[int, str]]


def survive(params: Path, home: Path) -> Survivor:
    """Kill runs, then let two of them race."""

    def start() -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "talentcalc", "run", str(params)]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=home, text=True, stdout=pipe, stderr=pipe, start_new_session=True
        )

    after_kills = []
    for seconds in (0.5, 2, 4, 6):
        killed = start()
        time.sleep(seconds)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.communicate()
        after_kills.append(set(files(home / "outputs")))
    both = (start(), start())
    told = [one.communicate(timeout=150)[1] for one in both]
    return Survivor(
        home, after_kills, sorted((one.returncode, text) for one, text in zip(both, told, strict=True))
    )


@pytest.fixture(scope="session")
def all_runs(
    tmp_path_factory: pytest.TempPathFactory, once: Once, talentcalc: Command
) -> tuple[dict[str, Ran], Survivor]:
    """The annual sample run in two far-away places, and a survivor; all at once, as two cores are there."""
    west, home, outside = (tmp_path_factory.mktemp(name) for name in ("west", "home", "outside"))
    (home / "pyproject.toml").touch()
    case = Case(outside).many("work_orders", 12).add("activities", {"kind": "cooperation"}).write()
    with ThreadPoolExecutor(2) as pool:
        survivor = pool.submit(survive, case, home)
        first = pool.submit(annual_run, once, talentcalc)
        second = pool.submit(talentcalc, "-q", "run", ANNUAL, cwd=copied(west), **_WEST)
    return {"east": first.result(), "west": (west, second.result())}, survivor.result()


@pytest.fixture(scope="session")
def runs(all_runs: tuple[dict[str, Ran], Survivor]) -> dict[str, Ran]:
    """The two runs of the annual sample."""
    return all_runs[0]


@pytest.fixture(scope="session")
def survivor(all_runs: tuple[dict[str, Ran], Survivor]) -> Survivor:
    """The audit that was killed, and run twice at once."""
    return all_runs[1]


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def test_a_run_leaves_its_files_and_nothing_else(runs: dict[str, Ran]) -> None:
    for folder, done in runs.values():
        assert done.returncode == 0, done.stderr
        assert set(files(folder / "outputs")) == {f"2025/dongsheng-2025-annual/{file}" for file in FILES}
        assert all(files(folder / "outputs").values())
        assert [one.suffix for one in (folder / ".work").rglob("*")] == [".lock"]


def test_the_same_inputs_give_the_same_bytes_everywhere(runs: dict[str, Ran]) -> None:
    east, west = (files(runs[name][0] / "outputs") for name in ("east", "west"))
    assert len(east) == len(FILES)
    assert [name for name in east if east[name] != west[name]] == []


def test_a_quiet_run_is_silent_and_another_tells_its_steps(runs: dict[str, Ran]) -> None:
    assert (runs["west"][1].stdout, runs["west"][1].stderr) == ("", "")
    told = runs["east"][1].stderr
    assert runs["east"][1].stdout == ""
    assert [told.find(step) for step in ("1/3", "2/3", "3/3")] == sorted(
        told.find(f"{n}/3") for n in (1, 2, 3)
    )
    assert "outputs/2025/dongsheng-2025-annual/report.html" in told and "\x1b" not in told


def test_killed_at_any_moment_leaves_nothing_half_done(survivor: Survivor) -> None:
    whole = {f"2025/case/{file}" for file in FILES}
    # What was being made lies beside its place, hidden, until the next command clears it away.
    seen = [{one for one in left if ".talentcalc-part/" not in one} for left in survivor.after_kills]
    assert [left for left in seen if left not in (set(), whole)] == []
    assert set(files(survivor.home / "outputs")) == whole  # the next run is as if nothing had been
    assert [one.suffix for one in (survivor.home / ".work").rglob("*")] == [".lock"]


def test_of_two_runs_at_once_one_wins(survivor: Survivor) -> None:
    (won, _), (lost, told) = survivor.pair
    assert (won, lost) == (0, 2), survivor.pair
    assert "case.yaml" in told and "another run of this audit" in told and "wait" in told


def test_params_outside_the_repository_are_not_told_where(survivor: Survivor) -> None:
    folder = survivor.home / "outputs/2025/case"
    made, papers = files(folder), {name for name in FILES if name.endswith(".pdf")}
    printed = [
        "".join("".join(one.extract_text().split()) for one in reader.pages) + str(reader.metadata)
        for reader in (PdfReader(folder / name) for name in sorted(papers))
    ]
    for text in (*(made[name].decode(errors="replace") for name in sorted(FILES - papers)), *printed):
        assert not re.search(r"/(tmp|home|root|work|private|var)/", text)
        assert "outside0" not in text
    assert 'params_file = \\"case.yaml\\"' in made["audit.ipynb"].decode()


@pytest.fixture
def small(tmp_path: Path) -> Case:
    """A small audit in a repository of its own."""
    (tmp_path / "pyproject.toml").touch()
    return Case(tmp_path).many("work_orders", 5)


@pytest.fixture
def notebooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in place of the notebooks."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.setattr(run, "NOTEBOOKS", folder)
    yield folder


def written(folder: Path, *cells: str) -> None:
    """A notebook of these cells in the place of the audit's."""
    parameters = new_code_cell("params_file = ''", metadata={"tags": ["parameters"]})
    made = new_notebook(cells=[new_markdown_cell("# 报告"), parameters, *map(new_code_cell, cells)])
    nbformat.write(made, folder / "scorecard_audit.ipynb")


_RESULT = """\
from talentcalc.report.render.blocks import ResultDisplay
from talentcalc.result.model.result import BlockedScorecard
ResultDisplay(BlockedScorecard.model_construct(status='blocked'))"""


@pytest.mark.parametrize(("cells", "cause", "reason"), [
    (["print(1)", "raise ValueError('坏了')"], "CellFailed", "坏了"),
    ([_RESULT, "import sys; print('careful', file=sys.stderr)"], "RenderError", "careful"),
    ([_RESULT, "1 + 1"], "RenderError", "cell 5"),
    ([_RESULT, _RESULT], "RenderError", "2 results"),
    (["pass"], "RenderError", "0 results"),
    ([f"{_RESULT}; import os; os._exit(1)"], "DeadKernelError", "died"),
])  # fmt: skip
def test_a_notebook_that_fails_publishes_nothing(
    small: Case, notebooks: Path, cells: list[str], cause: str, reason: str
) -> None:
    written(notebooks, *cells)
    with pytest.raises(run.RunFailed, match=reason) as failure:
        run.run_audit(open_audit(small.write()), lambda _: None, False)
    assert type(failure.value.__cause__).__name__ == cause
    assert files(small.folder / "outputs/2025") == {}
    assert failure.value.kept == small.folder / "outputs/failed/2025-case"
    assert reason in (failure.value.kept / "error.txt").read_text("utf-8")
    assert not (small.folder / ".work/2025-case").exists()


def test_a_repository_may_lie_in_a_folder_of_any_name(tmp_path: Path, notebooks: Path) -> None:
    folder = tmp_path / "审计 {2025} 'x' [1] %d"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    written(notebooks, "raise ValueError(params_file)")
    params = Case(folder).write()
    with pytest.raises(run.RunFailed) as failure:
        run.run_audit(open_audit(params), lambda _: None, False)
    assert str(params) in str(failure.value)


def test_two_audits_at_once_in_one_repository_do_not_hear_each_other(
    tmp_path: Path, talentcalc: Command
) -> None:
    (tmp_path / "pyproject.toml").touch()
    first = Case(tmp_path / "a").many("work_orders", 5).write()
    second = Case(tmp_path / "b").many("work_orders", 10).write().rename(tmp_path / "b/other.yaml")
    with ThreadPoolExecutor(2) as pool:
        long = str(tmp_path / ("t" * 100))  # longer than any socket's path may be
        Path(long).mkdir()
        both = [
            pool.submit(talentcalc, "-q", "run", one, cwd=tmp_path, TMPDIR=long) for one in (first, second)
        ]
    assert [one.result().returncode for one in both] == [0, 0], [one.result().stderr for one in both]
    assert set(files(tmp_path / "outputs")) == {
        f"2025/{audit}/{file}" for audit in ("case", "other") for file in FILES
    }
    assert [one for one in tmp_path.iterdir() if one.name.startswith("kernel")] == []
