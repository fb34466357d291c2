"""Small audits made in code: a test says only what matters to it, the rest is filled in."""

import csv
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from talentcalc.cli import main
from talentcalc.result.document import canonical
from talentcalc.rulebook.load import find, open_rulebook
from talentcalc.rulebook.model import ScorecardRulebook
from tests.support.city import City
from tests.support.documents import ResultJson, as_read, assess_file

ROOT = Path(__file__).resolve().parents[1]


def scorecard_book(**readings: str) -> ScorecardRulebook:
    """The Dongsheng rulebook under these readings."""
    book = open_rulebook(find("dongsheng-2025")).in_force(readings)
    assert isinstance(book, ScorecardRulebook)
    return book


BOOK = scorecard_book()

Row = Mapping[str, Any]

_DEFAULTS: dict[str, dict[str, Any]] = {
    "activities": {"kind": "exchange", "title": "活动", "held_on": "2025-03-01"},
    "work_orders": {
        "mode": "consulting",
        "client": "示例",
        "opened_on": "2025-03-01",
        "closed_on": "2025-03-02",
        "outcome": "resolved",
        "client_confirmed": "true",
    },
    "register": {"kind": "talent_added", "name": "示例", "since": "2025-03-01"},
    "documents": {"kind": "study_report", "title": "材料", "issued_on": "2025-03-01"},
    "contracts": {"service": "服务", "client": "示例", "amount": "1.00", "signed_on": "2025-03-01"},
    "milestones": {"achieved": "true", "achieved_on": "2025-03-01"},
    "judgements": {"reviewer": "R1", "mark": "0", "reason": "理由"},
    "verifications": {"outcome": "rejected", "reason": "理由", "reviewer": "R1", "checked_on": "2026-01-05"},
}
_PROVEN = ("activities", "work_orders", "register", "documents", "contracts", "milestones")


@dataclass
class Case:
    """One audit: tables of rows, and what its params say beside the default."""

    folder: Path
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    params: dict[str, Any] = field(default_factory=dict)

    def add(self, table: str, *rows: Row, proven: bool = True) -> "Case":
        """Add rows, with what they do not say filled in and, unless told otherwise, a proof each."""
        key = BOOK.tables[table].key
        for row in rows:
            filled = {**_DEFAULTS.get(table, {}), **row}
            number = len(self.tables.setdefault(table, [])) + 1
            if len(key) == 1 and key[0] not in filled:
                filled[key[0]] = f"{table[0].upper()}{number:04d}"
            if table == "register":
                filled.setdefault("entity_id", f"E{number:04d}")
            if table in ("activities", "documents"):
                filled["title"] = row.get("title", f"{filled['title']}{number}")
            self.tables[table].append(filled)
            if proven and table in _PROVEN:
                self.add("proofs", {"table": table, "row_id": filled[key[0]], "medium": "paper"})
        return self

    def many(self, table: str, number: int, **row: Any) -> "Case":
        """Add `number` rows alike but for their ids."""
        return self.add(table, *[row] * number)

    def attend(self, activity: str, persons: Iterable[str]) -> "Case":
        """Add sign-ins at an activity."""
        return self.add("attendance", *({"activity_id": activity, "person_id": one} for one in persons))

    def write(self) -> Path:
        """Write evidence and params; the params file."""
        evidence = self.folder / "evidence"
        evidence.mkdir(parents=True, exist_ok=True)
        for name, rows in (self.tables or {"satisfaction": []}).items():  # without any table it is refused
            columns = list(BOOK.tables[name].columns)
            with (evidence / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, columns)
                writer.writeheader()
                writer.writerows(rows)
        params = {
            "rulebook": "dongsheng-2025",
            "subject": "示例中心",
            "period": {"kind": "annual", "start": "2025-01-01", "end": "2025-12-31"},
            "evidence": str(evidence),
            "fee": "1000000.00",
            "review": {"agency": "示例机构", "reviewers": ["R1"], "dated": "2026-01-15"},
        } | self.params
        path = self.folder / "case.yaml"
        path.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
        return path

    def result(self, **readings: str) -> ResultJson:
        """The score under these readings; how firm it is has tests of its own."""
        return self._assessed(readings, analysis=False)

    def whole(self, **readings: str) -> ResultJson:
        """The whole result under these readings: the score, and how firm it is."""
        return self._assessed(readings, analysis=True)

    def _assessed(self, readings: dict[str, str], analysis: bool) -> ResultJson:
        if readings:
            self.params["readings"] = readings
        return assess_file(self.write(), analysis)

    def points(self, wanted: str, **readings: str) -> str:
        """The points of one item or indicator."""
        result = self.result(**readings)
        for board in result["boards"].values():
            for name, indicator in board["indicators"].items():
                if name == wanted:
                    return str(indicator["points"])
                if wanted in indicator["items"]:
                    return str(indicator["items"][wanted]["points"])
        raise KeyError(wanted)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An audit without any evidence yet."""
    return Case(tmp_path)


@pytest.fixture(scope="session")
def book() -> ScorecardRulebook:
    """The Dongsheng rulebook under its default readings."""
    return BOOK


Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def talentcalc() -> Command:
    """The command line as a subprocess: arguments, then `cwd` and environment changes."""

    def run(
        *arguments: str | Path, cwd: Path = ROOT, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "talentcalc", *map(str, arguments)],
            cwd=cwd,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )

    return run


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command line called in this process, where a process is not the point: arguments, then `cwd`."""

    def call(*arguments: str | Path, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        monkeypatch.chdir(cwd)
        capsys.readouterr()
        status = main([*map(str, arguments)])
        told = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, status, told.out, told.err)

    return call


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fill a folder of this name once in a session, whichever worker comes first; tests leave it as it is."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    shared.mkdir(exist_ok=True)

    def once(name: str, fill: Callable[[Path], object]) -> Path:
        folder, filled = shared / name, shared / f"{name}.filled"
        with FileLock(shared / f"{name}.lock"):
            if not filled.exists():
                shutil.rmtree(folder, ignore_errors=True)  # of a filling that failed
                folder.mkdir()
                fill(folder)
                filled.touch()
        return folder

    return once


SampleResult = Callable[[str], ResultJson]


@pytest.fixture(scope="session")
def sample_result(once: Once) -> SampleResult:
    """A sample's result by the name of its params, as `score` prints it; each caller's own copy."""

    def read(name: str) -> ResultJson:
        params = ROOT / f"params/{name}.yaml"
        folder = once(
            f"result-{name}", lambda at: (at / "result.json").write_bytes(canonical(assess_file(params)))
        )
        return as_read(json.loads((folder / "result.json").read_bytes()))

    return read


@pytest.fixture
def city(tmp_path: Path) -> City:
    """A league with one home, H01, that takes part in 2025, and nothing else yet."""
    return City(tmp_path).add("homes", {})
