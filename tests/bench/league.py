"""The league's part of `make bench`: ten million check-ins against pandas, a hundred million against memory.

python tests/bench_league.py [--quick]

Whatever is measured runs in a process of its own, so that nothing measured before it counts as its memory.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.city_by_size import city
from tests.bench.measuring import BIN, ROOT, Memory, Ratio, timed, watched

ROWS = 10_000_000
QUICK = 1_000_000
GB = 1e9


def ratios(folder: Path, rows: int = ROWS) -> Iterator[Ratio]:
    """Every ratio of the league, with so many check-ins and with ten times as many."""
    label, more = f"{rows // 10**6} million", f"{rows // 10**5} million"
    params = city(folder / "some", rows)
    ours = watched(folder, BIN / "talentcalc", "score", params)
    other = watched(folder, sys.executable, ROOT / "tests/bench/pandas_league.py", params.parent / "evidence")
    assert_agreed(ours.wrote, other.wrote)
    name, pandas = f"{label} check-ins, Parquet to result.json", "the same rules in straightforward pandas"
    yield Ratio(name, pandas, ours.seconds, other.seconds, 0.25)
    yield Memory(f"{name}, peak memory", pandas, ours.peak / GB, other.peak / GB, 0.5)

    took = watched(folder, sys.executable, "-m", "tests.bench.league", "--parts", params).wrote
    yield Ratio(f"every check on {label} check-ins", "the points", took["checks"], took["points"], 3)
    took |= {"all in processor time": ours.worked, "pandas in processor time": other.worked}
    print("     " + ", ".join(f"{what} {seconds:.1f} s" for what, seconds in took.items()), flush=True)
    shutil.rmtree(folder / "some")

    many = watched(folder, BIN / "talentcalc", "score", city(folder / "many", 10 * rows))
    shutil.rmtree(folder / "many")
    yield Memory(f"{more} check-ins, peak memory", "2 GB", many.peak / GB, 2.0, 1)
    yield Ratio(f"{more} check-ins", f"the time of {label}", many.seconds, ours.seconds, 12)
    print(f"     in processor time {many.worked:.1f} s", flush=True)


def assert_agreed(ours: dict[str, Any], other: dict[str, Any]) -> None:
    """Both say the same of every home, month, talent and check, as far as pandas says anything.

    Raises:
        AssertionError: where they do not, first of all.
    """
    failed = {ran["check"]: ran["failed"] for ran in ours["checks_run"]}
    at_stake = {one["check"]: one["at_stake"]["homes"] for one in ours["findings"] if "at_stake" in one}
    ours = ours | {"checks": failed, "at_stake": at_stake}
    for what, said in other.items():
        _assert_within(what, ours[what], said)


def _assert_within(where: str, own: Any, other: Any) -> None:
    if not isinstance(other, dict):
        assert own == other, f"{where}: {own} by talentcalc, {other} by pandas"
        return
    if where in ("months", "talents", "homes") or where.endswith(".months"):
        assert own.keys() == other.keys(), f"{where}: not of the same {own.keys() ^ other.keys()}"
    for key, value in other.items():
        assert key in own, f"{where}.{key}: only by pandas"
        _assert_within(f"{where}.{key}", own[key], value)


def parts(params: Path) -> dict[str, float]:
    """The seconds of reading, of the checks and of the points, of one audit in this process.

    The points are everything from the stored table to every home's points, ranks and stars and every
    talent's balance: the whole of `play`. It is given no findings, because what would fall with a finding
    is work for the checks' sake; with it the points would look slower and the checks better.
    """
    from talentcalc.checks.engines.pandas import run_with_pandas
    from talentcalc.checks.planning import plan
    from talentcalc.checks.record import CheckRecord, run_checks
    from talentcalc.evidence.read import read_evidence
    from talentcalc.league.context import LeagueContext
    from talentcalc.league.year import evaluate_year
    from talentcalc.params.audit import open_audit
    from talentcalc.rulebook.model import LeagueRulebook

    audit = open_audit(params)
    book = audit.rulebook
    assert isinstance(book, LeagueRulebook)
    league, year = book.league, audit.params.last_day.year
    reading, evidence = timed(lambda: read_evidence(audit.evidence, book))
    checks, record = timed(lambda: run_checks(plan(audit, evidence), evidence, run_with_pandas))
    assert not record.blocked, [finding.check for finding in record.findings]
    points, _ = timed(lambda: evaluate_year(LeagueContext(league, year, evidence), CheckRecord((), ())))
    with_stakes, _ = timed(lambda: evaluate_year(LeagueContext(league, year, evidence), record))
    return {"reading": reading, "checks": checks, "points": points, "points and stakes": with_stakes}


def main() -> int:
    """Measure and show every ratio; 1 if any is over its limit."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--quick", action="store_true", help="with a tenth of the check-ins")
    asked.add_argument("--parts", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.parts:
        print(json.dumps(parts(given.parts)))
        return 0
    kept = True
    with tempfile.TemporaryDirectory() as name:
        for ratio in ratios(Path(name), QUICK if given.quick else ROWS):
            print(ratio, flush=True)
            kept &= ratio.kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
