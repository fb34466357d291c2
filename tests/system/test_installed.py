"""The wheel and its extras, installed where nothing else is, do in an empty folder what the checkout does.

Expected: the bytes that the checkout makes of the same params and evidence, and the versions of uv.lock.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from talentcalc.cli import main
from tests.conftest import ROOT
from tests.support.archive_packages import files
from tests.support.reading import copied

pytestmark = pytest.mark.wheel
HALF, ANNUAL, LEAGUE = AUDITS = ("dongsheng-2025-half-year", "dongsheng-2025-annual", "quanzhou-2025")
SHELF = "outputs/archive/2025"
_VERSIONS = """
import importlib.metadata as known, json
print(json.dumps({one.name: one.version for one in known.distributions()}))
"""
_EXPLORED = """
import nbclient, nbformat
from talentcalc.core.installation import NOTEBOOKS
book = nbformat.read(NOTEBOOKS / "explore.ipynb", 4)
book.cells.append(nbformat.v4.new_code_cell("print(explorer.panel.now.payment.payable)"))
nbclient.NotebookClient(book, kernel_name="python3", timeout=120).execute()
print(book.cells[-1].outputs[0].text)
"""


class Installed:
    """The package in an environment of its own, and a folder that is nothing but somebody's audits."""

    def __init__(self, place: Path) -> None:
        self.place, self.home = place, place / "home"
        self.environment = {name: one for name, one in os.environ.items() if not name.startswith("PYTHON")}

    def install(self) -> None:
        """Build the wheel from the source distribution, and install it with the versions of the lock file."""
        uv = (sys.executable, "-m", "uv")
        python, pins = self.place / "venv/bin/python", self.place / "pins.txt"
        export = ("export", "--quiet", "--frozen", "--no-dev", "--all-extras")
        self.command(*uv, "build", "--quiet", "--out-dir", self.place / "dist")
        self.command(*uv, *export, "--no-hashes", "--no-emit-project", "--output-file", pins)
        self.command(*uv, "venv", "--quiet", "--python", sys.executable, self.place / "venv")
        into = ("pip", "install", "--quiet", "--compile-bytecode", "--python", python)
        self.command(*uv, *into, "--constraints", pins, f"{self.wheel}[lab,database]")
        self.home.mkdir()

    @property
    def wheel(self) -> Path:
        (one,) = (self.place / "dist").glob("*.whl")
        return one

    def command(self, *words: str | Path, cwd: Path = ROOT) -> str:
        """What a command prints; it must succeed."""
        done = subprocess.run(
            list(map(str, words)),
            cwd=cwd,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, (words, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def talentcalc(self, *words: str) -> str:
        return self.command(self.place / "venv/bin/talentcalc", *words, cwd=self.home)

    def python(self, code: str) -> str:
        return self.command(self.place / "venv/bin/python", "-c", code, cwd=self.home)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed, and the samples handed in."""
    made = Installed(tmp_path_factory.mktemp("installed"))
    made.install()
    for name in ("params", "evidence"):
        shutil.copytree(ROOT / name, made.home / name)
    return made


@pytest.fixture(scope="module")
def ran(installed: Installed) -> Installed:
    """The same with every sample run."""
    for name in AUDITS:
        installed.talentcalc("run", f"params/{name}.yaml")
    return installed


@pytest.fixture(scope="module")
def sealed(ran: Installed) -> Installed:
    """The same with every run sealed."""
    for name in AUDITS:
        assert ran.talentcalc("seal", f"outputs/2025/{name}") == f"{SHELF}/{name}\n"
    return ran


def test_the_wheel_holds_all_that_the_package_reads(installed: Installed) -> None:
    tracked = installed.command("git", "ls-files", "-z", "talentcalc", "notebooks", "uv.lock")
    wanted = {one: (ROOT / one).read_bytes() for one in tracked.rstrip("\0").split("\0")}
    with zipfile.ZipFile(installed.wheel) as wheel:
        held = {one: wheel.read(one) for one in wheel.namelist() if ".dist-info/" not in one}
    assert held == {
        f"talentcalc/{one.removeprefix('talentcalc/')}": content for one, content in wanted.items()
    }


def test_it_is_the_wheel_that_runs(installed: Installed) -> None:
    told = installed.python(
        "import importlib.metadata as known, talentcalc, nbconvert.exporters as exporters;"
        "print(talentcalc.__file__); print(talentcalc.__version__, known.version('talentcalc'));"
        "print(*(exporters.get_exporter(f'talentcalc_{form}').__name__ for form in ('html', 'pdf')))"
    ).splitlines()
    assert Path(told[0]).is_relative_to(installed.place / "venv")
    assert told[1:] == ["0.1.0 0.1.0", "ReportHTMLExporter ReportPDFExporter"]


@pytest.mark.parametrize("name", AUDITS)
def test_a_run_leaves_the_bytes_of_the_checkouts(ran: Installed, tmp_path: Path, name: str) -> None:
    assert main(["-q", "run", str(copied(tmp_path) / f"params/{name}.yaml")]) == 0
    here, there = (files(home / f"outputs/2025/{name}") for home in (tmp_path, ran.home))
    assert "result.json" in here and [one for one in {*here, *there} if here.get(one) != there.get(one)] == []


def test_seal_sign_and_verify_which_runs_it_again(sealed: Installed) -> None:
    sealed.talentcalc("keygen", "zhang.key", "--name", "张三", "--party", "agency")
    shutil.copy(sealed.home / "zhang.key.pub", sealed.home / "trust.yaml")
    for name in (ANNUAL, LEAGUE):
        sealed.talentcalc("sign", f"{SHELF}/{name}", "--key", "zhang.key", "--as", "prepared")
        told = sealed.talentcalc("verify", f"{SHELF}/{name}", "--trust", "trust.yaml", "--rerun")
        assert "run again: every output is the same, byte for byte" in told.splitlines()


def test_a_package_holds_the_lock_file_and_the_versions_that_ran(sealed: Installed) -> None:
    there = json.loads(sealed.python(_VERSIONS))
    for name in AUDITS:
        software = sealed.home / SHELF / name / "data/software"
        assert (software / "uv.lock").read_bytes() == (ROOT / "uv.lock").read_bytes()
        known = json.loads((software / "versions.json").read_bytes())["packages"]
        installed = {re.sub("[._]", "-", one.lower()): there[one] for one in there}
        assert known == {name: installed[name] for name in known} and "jupyterlab" in installed.keys() - known


def test_the_published_package_comes_out_again_too(sealed: Installed) -> None:
    sealed.talentcalc("keygen", "pseudonyms", "--pseudonyms")
    sealed.talentcalc("seal", f"outputs/2025/{ANNUAL}", "--redacted", "--pseudonyms", "pseudonyms")
    told = sealed.talentcalc("verify", f"{SHELF}/{ANNUAL}-redacted", "--unsigned", "--rerun")
    assert "run again: every output is the same, byte for byte" in told.splitlines()


def test_two_audits_are_compared_and_all_are_listed(sealed: Installed) -> None:
    assert "应付" in sealed.talentcalc("diff", f"{SHELF}/{HALF}", f"outputs/2025/{ANNUAL}")
    sealed.talentcalc("index")
    page = (sealed.home / "outputs/index.html").read_text("utf-8")
    assert all(name in page for name in AUDITS)


def test_the_next_year_begins(ran: Installed) -> None:
    ran.talentcalc("next-year", f"params/{LEAGUE}.yaml")
    there = files(ran.home / "evidence/quanzhou-2026")
    assert (ROOT / "evidence/quanzhou-2026").exists() is False and there["homes.csv"]


def test_the_notebook_explores_where_it_is_opened(ran: Installed) -> None:
    result = json.loads((ran.home / f"outputs/2025/{ANNUAL}/result.json").read_bytes())
    assert ran.python(_EXPLORED).strip() == result["payment"]["payable"]


def test_an_empty_workbook_and_a_plan_to_take_along(installed: Installed) -> None:
    installed.talentcalc("template", "dongsheng-2025", "empty.xlsx")
    installed.talentcalc("plan", f"params/{ANNUAL}.yaml", "plan.xlsx")
    assert all(zipfile.is_zipfile(installed.home / name) for name in ("empty.xlsx", "plan.xlsx"))
