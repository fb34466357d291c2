"""A run for tests that look at its report: in this process, its checks by the engine that loads fast."""

import contextlib
import io
import tempfile
from pathlib import Path

import pytest

from talentcalc import cli
from talentcalc.pipeline import run
from tests.conftest import ROOT


def light_run(params: Path) -> tuple[int, str]:
    """The exit status of `talentcalc run` and what it tells; Great Expectations takes long to load."""
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as notebooks,
        contextlib.redirect_stderr(io.StringIO()) as told,
    ):
        for file in (ROOT / "notebooks").glob("*_audit.ipynb"):
            notebook = file.read_text("utf-8")
            quick = notebook.replace(
                "engines.great_expectations import run_with_great_expectations",
                "engines.pandas import run_with_pandas as run_with_great_expectations",
            )
            assert quick != notebook
            (Path(notebooks) / file.name).write_text(quick, "utf-8")
        patch.setattr(run, "NOTEBOOKS", Path(notebooks))
        return cli.main(["run", str(params)]), told.getvalue()
