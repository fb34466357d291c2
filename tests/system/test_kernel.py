"""The kernel is the running interpreter's own: nothing on the machine or beside the params gets into it.

Expected: what a notebook sees is the installed package, an empty folder and no secret; every path works.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from talentcalc.core.errors import InputError
from talentcalc.pipeline.kernel import CellFailed, environment_of_a_kernel, execute

_LOOK = """
import json, logging, os, sys, warnings
warnings.warn("noise")
logging.getLogger("a library").error("noise")
from importlib.util import find_spec
print(json.dumps({
    "told": told, "path": sys.path, "environment": dict(os.environ), "here": os.getcwd(),
    "lies": sorted(os.listdir(".")), "interpreter": [sys.executable, sys.prefix],
    "modules": [find_spec(name).origin for name in ("json", "altair", "great_expectations", "talentcalc")],
    "planted": [name for name in globals() if name.startswith("planted")],
}))
"""


def notebook(folder: Path, source: str) -> Path:
    """A notebook of one parameter, `told`, and one cell."""
    cells = [new_code_cell('told = ""', metadata={"tags": ["parameters"]}), new_code_cell(source)]
    path = folder / "book.ipynb"
    path.write_text(nbformat.writes(new_notebook(cells=cells)), encoding="utf-8")
    return path


def seen(folder: Path, source: str, told: str = "x") -> Any:
    """What the cell printed as JSON, and nothing else stands in the notebook."""
    (folder / "work").mkdir()
    execute(notebook(folder, source), folder / "work/out.ipynb", {"told": told}, progress=False)
    (output,) = nbformat.read(folder / "work/out.ipynb", as_version=4).cells[-1].outputs
    return json.loads(output.text)


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder full of files that Python, IPython and Jupyter would run, and a machine that asks for them."""
    home, here = tmp_path / "home", tmp_path / "here"
    planted = "planted = True\nraise SystemExit('executed')\n"
    modules = (
        "altair",
        "pandas",
        "great_expectations",
        "ipykernel",
        "sitecustomize",
        "usercustomize",
        "json",
    )
    configs = ("ipython_config", "ipython_kernel_config", "jupyter_config", "jupyter_nbconvert_config")
    for folder in (home, here, home / ".jupyter", home / ".ipython/profile_default"):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (*modules, *configs):
            (folder / f"{name}.py").write_text(planted)
    (here / "talentcalc").mkdir()
    (here / "talentcalc/__init__.py").write_text(planted)
    startup = home / ".ipython/profile_default/startup/00.py"
    startup.parent.mkdir()
    startup.write_text("planted_by_startup = True\n")
    spec = {"argv": ["/bin/false"], "display_name": "another", "language": "python", "env": {"PLANTED": "1"}}
    for data in (home / "jupyter", home / ".local/share/jupyter"):
        (data / "kernels/python3").mkdir(parents=True)
        (data / "kernels/python3/kernel.json").write_text(json.dumps(spec))
    for name, value in {
        "HOME": home,
        "JUPYTER_PATH": home / "jupyter",
        "JUPYTER_CONFIG_DIR": home / ".jupyter",
        "JUPYTER_DEFAULT_PROVISIONER_NAME": "none",
        "IPYTHONDIR": home / ".ipython",
        "PYTHONSTARTUP": startup,
        "PYTHONPATH": here,
        "TALENTCALC_DB_PASSWORD": "secret",
        "PGPASSWORD": "secret",
        "TALENTCALC_PASSPHRASE": "secret",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "TALENTCALC_LANG": "zh",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.chdir(here)


@pytest.mark.usefixtures("hostile")
def test_a_kernel_is_this_interpreter_and_nothing_planted_is_in_it(tmp_path: Path) -> None:
    found = seen(tmp_path, _LOOK)
    assert found["interpreter"] == [sys.executable, sys.prefix]
    places = {str(Path(one).resolve()) for one in found["path"]}
    assert not [one for one in places if Path(one).is_relative_to(tmp_path)]
    assert not [one for one in found["modules"] if Path(one).is_relative_to(tmp_path)]
    assert found["planted"] == []
    assert re.fullmatch(r"talentcalc-[0-9a-f]{16}/kernel", "/".join(Path(found["here"]).parts[-2:]))
    assert found["lies"] in ([], ["profile_default"])  # IPython's own, made empty


@pytest.mark.usefixtures("hostile")
def test_a_kernel_inherits_no_secret_and_no_settings(tmp_path: Path) -> None:
    given = environment_of_a_kernel(tmp_path)
    assert "secret" not in given.values()
    assert given["HOME"] == given["TMPDIR"] == str(tmp_path)
    assert given["TALENTCALC_LANG"] == "zh" and given["PATH"] == os.environ["PATH"]
    assert not [name for name in given if name.startswith(("PYTHON", "JUPYTER", "PG"))]


_NAMES = {
    "all": b'$HOME ${x} $1/{connection_file} {0} {}/%TEMP% %(x)s %20/it\'s "q" `b` \\n/new\nline\ttab\rback/'
    + "底稿　全角 空格😀/-x ;&|<> #?*[a]~".encode(),
    "short": b"$x {0}",  # the kernel's sockets lie there too
    "long": b"d" * 200 + b"/" + b"e" * 200,
}


@pytest.mark.parametrize("name", _NAMES.values(), ids=_NAMES)
def test_every_character_in_a_path_works(
    name: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / os.fsdecode(name)
    folder.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    told = str(folder / "params.yaml")
    found = seen(folder, "import json, tempfile; print(json.dumps([told, tempfile.gettempdir()]))", told)
    assert found[0] == told and Path(found[1]).parents[1] == folder


def test_a_path_that_is_no_unicode_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = notebook(tmp_path, "print('{}')")
    with pytest.raises(InputError, match="a path of Unicode text"):
        execute(book, tmp_path / "out.ipynb", {"told": "/\udcff"}, progress=False)
    folder = tmp_path / "\udcff"  # but the system's folder for temporary files may be called anything
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    assert seen(tmp_path, "print('{}')") == {}


def test_what_a_cell_raises_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    book = notebook(tmp_path, "raise ValueError('some \\x1b[31m text')")
    with pytest.raises(CellFailed) as failed:
        execute(book, tmp_path / "work/out.ipynb", {"told": "x"}, progress=False)
    assert str(failed.value) == "ValueError: some \x1b[31m text"
    assert "Traceback" in (tmp_path / "work/out.ipynb").read_text()


@pytest.mark.parametrize("how", ["module", "path"])
def test_the_command_line_imports_nothing_from_the_working_folder(how: str, tmp_path: Path) -> None:
    for name in ("argparse", "pathlib", "yaml", "pydantic", "pandas", "great_expectations"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(7)\n")
    command = [sys.executable, "-m", "talentcalc"] if how == "module" else [sys.executable, "-P", "-c", _MAIN]
    done = subprocess.run(
        [*command, "check", "case.yaml"],
        cwd=tmp_path,
        env=os.environ | ({"PYTHONPATH": os.pathsep} if how == "path" else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "case.yaml" in done.stderr


_MAIN = "import sys; from talentcalc.cli import main; sys.exit(main())"
