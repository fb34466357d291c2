"""The scorecard's part of `make bench`: a run, scoring, readings, the desk, growth, critical evidence."""

import sys
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from tests.bench.large_scorecards import attended, marked, worked
from tests.bench.measuring import BIN, ROOT, Ratio, best, command
from tests.support.documents import assess_file

PARAMS = ROOT / "params" / "dongsheng-2025-annual.yaml"

_IMPORTS_ONLY = """\
{"cells": [{"cell_type": "code", "id": "imports", "execution_count": null, "metadata": {}, "outputs": [],
  "source": "import pandas\\nimport great_expectations"}],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
  "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
"""


def ratios(folder: Path) -> Iterator[Ratio]:
    """Every ratio of a scorecard."""
    yield help_at_once()
    yield whole_run(folder)
    yield score_work()
    yield other_readings()
    yield a_change_at_the_desk()
    yield from growth(folder)
    yield from critical_rows_of_many(folder / "critical")


def help_at_once() -> Ratio:
    """`talentcalc --help` against Python doing nothing."""
    return Ratio(
        "talentcalc --help",
        "python -c pass",
        best(command(BIN / "talentcalc", "--help"), 15),
        best(command(sys.executable, "-c", "pass"), 15),
        4,
    )


def whole_run(folder: Path) -> Ratio:
    """A whole run against papermill running a notebook that only imports pandas and GX."""
    notebook = folder / "imports.ipynb"
    notebook.write_text(_IMPORTS_ONLY, encoding="utf-8")
    papermill = command(BIN / "papermill", notebook, folder / "out.ipynb")
    run = command(BIN / "talentcalc", "run", "-q", PARAMS)
    papermill(), run()  # the first of each reads the disk
    return Ratio(
        "talentcalc run, checks to PDF",
        "papermill importing pandas and Great Expectations",
        best(run, 3),
        best(papermill, 3),
        1.1,
    )


def score_work() -> Ratio:
    """Scoring the sample, imports and how firm the score is apart, against 0.3 seconds."""
    assess_file(PARAMS)
    score = best(lambda: assess_file(PARAMS, analysis=False), 10)
    return Ratio("score the sample without imports", "a second", score, 1.0, 0.3)


def other_readings() -> Ratio:
    """Every other reading of the sample, and the extremes of all of them together, against a second."""
    from talentcalc.analysis.scenario import Scenarios
    from talentcalc.analysis.sensitivity.extremes import extremes
    from talentcalc.analysis.sensitivity.readings import each_other_reading
    from talentcalc.evidence.read import read_evidence
    from talentcalc.params.audit import open_audit

    audit = open_audit(PARAMS)
    evidence = read_evidence(audit.evidence, audit.rulebook)

    def work() -> object:
        again = Scenarios.of_audit(audit, evidence)
        return each_other_reading(again), extremes(again)

    return Ratio("readings and extremes of the sample", "a second", best(work, 10), 1.0, 1)


def a_change_at_the_desk() -> Ratio:
    """From a control's new value to all that it changes in the panel, against a second."""
    from talentcalc.explore.desk import open_desk
    from talentcalc.explore.panel import Panel

    panel = Panel(open_desk(PARAMS))
    mark, values = panel.marks["B12.1", "R1"], cycle("012345")

    def work() -> None:
        before = panel.summary.value
        mark.value = next(values)
        assert panel.summary.value != before

    return Ratio("a change in the explore notebook", "a second", best(work, 20), 1.0, 0.3)


def growth(folder: Path) -> list[Ratio]:
    """Ten times the attendance rows against ten times the time, from 10³ to 10⁶ rows."""
    spent = {}
    for power in (3, 4, 5, 6):
        params = attended(folder / str(power), 10**power)
        spent[power] = best(lambda params=params: assess_file(params, False), 2 if power < 6 else 1)  # type: ignore[misc]
    return [
        Ratio(
            f"score 10^{power} attendance rows",
            f"10 × the time of 10^{power - 1}",
            spent[power],
            10 * spent[power - 1],
            1,
        )
        for power in (4, 5, 6)
    ]


def critical_rows_of_many(folder: Path) -> Iterator[Ratio]:
    """What decides, over 10⁵ sign-ins of a thousand people and over 10⁵ work orders, against a second."""
    from talentcalc.analysis.critical_evidence.critical_rows import MinimalRejection, critical_evidence
    from talentcalc.analysis.scenario import Scenarios
    from talentcalc.evidence.read import read_evidence
    from talentcalc.params.audit import open_audit

    made = {
        "attendance rows": attended(folder / "attended", 10**5),
        "work orders": worked(folder / "worked", 10**5),
    }
    for what, params in made.items():
        marked(params.parent / "evidence")
        audit = open_audit(params)
        scenarios = Scenarios.of_audit(audit, read_evidence(audit.evidence, audit.rulebook))
        found = critical_evidence(scenarios)
        assert isinstance(found.parts["base"].lowered, MinimalRejection)  # there is a band to fall from
        yield Ratio(
            f"critical evidence over 10^5 {what}",
            "a second",
            best(lambda again=scenarios: critical_evidence(again), 3),  # type: ignore[misc]
            1.0,
            3,
        )
