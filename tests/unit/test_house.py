"""The house: one-way data flow, one door for each heavy library, pins and documents in step."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from talentcalc.archive.finished_run import versions
from tests.conftest import ROOT, SampleResult

pytestmark = pytest.mark.slow

PACKAGE = ROOT / "talentcalc"

FLOORS = [
    ["messages"],
    ["core", "__init__"],
    ["rulebook"],
    ["params"],
    ["evidence"],
    ["checks", "scorecard"],
    ["league", "analysis"],
    ["result"],
    ["report", "rollover"],
    ["pipeline"],
    ["explore", "archive"],
    ["comparison", "redaction"],
    ["cli"],
    ["__main__"],
]
"""From the ground up: a room imports from its own floor's room or from floors below it."""


def modules() -> Iterator[tuple[str, str, str]]:
    """(file, its room, module it imports), for every import in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield path.relative_to(PACKAGE).as_posix(), parts[0], node.module
            elif isinstance(node, ast.Import):
                for name in node.names:
                    yield path.relative_to(PACKAGE).as_posix(), parts[0], name.name


def floor(room: str) -> int:
    """The floor a room stands on."""
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def test_data_flows_one_way() -> None:
    for path, room, module in modules():
        if module.startswith("talentcalc"):
            wanted = [*module.split("."), "__init__"][1]
            assert wanted == room or floor(wanted) < floor(room), f"{path} imports {module}"


def test_report_knows_the_result_and_nothing_upstream() -> None:
    allowed = {"report", "result", "core", "messages"}
    for path, room, module in modules():
        if room == "report" and module.startswith("talentcalc."):
            assert module.split(".")[1] in allowed, f"{path} imports {module}"


@pytest.mark.parametrize(
    ("library", "door"),
    [
        ("great_expectations", "checks/engines/great_expectations.py"),
        ("typst", "report/render/exporters.py"),
        ("nbconvert", "report/render/exporters.py"),
        ("duckdb", "evidence/stores/duckdb_table.py"),
        ("papermill", "pipeline/kernel.py"),
        ("ortools", "analysis/critical_evidence/integer_model.py"),
        ("vl_convert", "report/charts/drawing.py"),
        ("segno", "report/render/qr.py"),
        ("bagit", "archive/bag/writing.py"),
        ("rocrate", "archive/bag/crate.py"),
        ("cryptography", "archive/signing/keys.py"),
        ("sqlalchemy", "evidence/stores/database.py"),
        ("docx", "report/letters/word.py"),
        ("ipywidgets", "explore/panel.py"),
        ("itables", "explore/tables.py"),
    ],
)
def test_each_heavy_library_has_one_door(library: str, door: str) -> None:
    assert {path for path, _, module in modules() if module.split(".")[0] == library} == {door}


def test_only_charts_are_composed_in_altair() -> None:
    doors = {path for path, _, module in modules() if module == "altair"}
    assert {path for path in doors if "/charts" not in path} == {"report/index/trends.py"}


def test_environment_yml_has_the_same_pins() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package.get("version") for package in lock["package"]}
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
    names = [re.split(r"[<>=]", one)[0] for one in wanted]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert environment[-1]["pip"] == [
        *sorted(f"{name}=={locked[name.partition('[')[0]]}" for name in names),
        f"-e .[{','.join(extras)}]",
    ]
    assert f"python{project['requires-python']}" in environment


def test_uv_is_pinned_to_one_version_everywhere() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pinned = re.search(r"UV_VERSION := (\S+)", makefile)
    assert pinned is not None
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["tool"]["uv"]["required-version"] == f"=={pinned[1]}"
    assert f"uv=={pinned[1]}" in project["dependency-groups"]["dev"]
    assert f"uv=={pinned[1]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_lock_file_names_public_registries_only() -> None:
    hosts = set(re.findall(r'https?://([^/"]+)', (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}


def test_readme_names_every_room_and_make_target() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = [path for path in PACKAGE.iterdir() if path.is_dir() and any(path.glob("*.py"))]
    assert all(f"talentcalc/{room.name}/" in readme for room in rooms)
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", readme, re.MULTILINE):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_sample_script_makes_the_sample_that_is_here(tmp_path: Path) -> None:
    import shutil

    (tmp_path / "tools").mkdir()
    (tmp_path / "evidence").mkdir()
    for script in (ROOT / "tools").glob("*.py"):
        shutil.copy(script, tmp_path / "tools" / script.name)
    (tmp_path / "params").mkdir()
    (tmp_path / "talentcalc").symlink_to(PACKAGE)
    for maker in ("make_sample.py", "make_city.py"):
        subprocess.run([sys.executable, f"tools/{maker}"], cwd=tmp_path, check=True, timeout=60)
    for audit, files in (
        ("dongsheng-2025-annual", 190),
        ("dongsheng-2025-half-year", 190),
        ("quanzhou-2025", 15),
    ):
        made, here = (
            {
                path.relative_to(root): path.read_bytes()
                for path in (root / "evidence" / audit).rglob("*")
                if path.is_file()
            }
            for root in (tmp_path, ROOT)
        )
        assert made == here
        assert len(made) >= files


def test_sample_annual_audit_has_paid_what_the_half_year_owed(sample_result: SampleResult) -> None:
    half, year = (sample_result(f"dongsheng-2025-{kind}") for kind in ("half-year", "annual"))
    assert half["status"] == year["status"] == "final"
    assert year["payment"]["paid"] == half["payment"]["payable"]


def test_an_audit_needs_no_desk_no_driver_and_no_scipy() -> None:
    needed = versions()["packages"].keys()
    assert {
        "great-expectations",
        "duckdb",
        "talentcalc",
        "tinycss2",
    } <= needed  # tinycss2: by bleach[css]
    unneeded = {"jupyterlab", "ipywidgets", "itables", "sqlalchemy", "psycopg", "scipy", "pytest", "uv"}
    assert not unneeded & needed


def test_great_expectations_is_loaded_without_what_no_check_uses() -> None:
    code = (
        "import sys, talentcalc.checks.engines.great_expectations, talentcalc.pipeline.kernel;"
        "left = {'scipy', 'altair', 'sqlalchemy', 'ipywidgets'} & sys.modules.keys();"
        "import altair, sqlalchemy;"  # whoever wants them later has them
        "sys.exit(bool(left) or not (altair.Chart and sqlalchemy.select))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=120).returncode == 0


def test_the_command_starts_the_kernel_before_it_loads_the_report() -> None:
    code = (
        "import sys, talentcalc.pipeline.run;"
        "sys.exit(bool({'pandas', 'pyarrow', 'nbconvert', 'typst', 'openpyxl', 'docx'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0


def test_nobody_waits_for_a_grammar_of_iris() -> None:
    code = "import sys, talentcalc.pipeline.kernel, jsonschema; sys.exit('lark' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False, timeout=60).returncode == 0
