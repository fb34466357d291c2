"""Workbooks that unpack or spread beyond reason end soon, in little memory, with the limit named."""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.support.workbook_bombs import BOMBS

SECONDS, MEGABYTES = 4.0, 900.0  # of 5 and 1,000, start of the program and what else is loaded aside

Told = dict[str, tuple[str, float, float]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What one process said of each, the seconds it computed, and its peak of memory so far."""
    folder = tmp_path_factory.mktemp("bombs")
    for name, write in BOMBS.items():
        (folder / name).write_bytes(write())
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.workbook_bombs", folder],
        cwd=ROOT, capture_output=True, text=True, check=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    return {name: (said, *cost) for name, said, *cost in map(json.loads, done.stdout.splitlines())}


def test_each_is_refused_with_the_limit_and_what_to_do(told: Told) -> None:
    assert set(told) == set(BOMBS)
    for name, (said, _, _) in told.items():
        assert any(word in said for word in ("请", "1 refused")), (name, said)


def test_none_takes_long_or_much_memory(told: Told) -> None:
    assert {name: cost for name, (_, *cost) in told.items() if cost[0] > SECONDS or cost[1] > MEGABYTES} == {}
