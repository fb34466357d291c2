"""`make bench`: each speed as a ratio against a named other way, measured in one run.

A ratio over its limit makes the run fail; seconds are shown for orientation only.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARAMS = ROOT / "params" / "dongsheng-2025-annual.yaml"
BIN = Path(sys.executable).parent

_IMPORTS_ONLY = """\
{"cells": [{"cell_type": "code", "id": "imports", "execution_count": null, "metadata": {}, "outputs": [],
  "source": "import pandas\\nimport great_expectations"}],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
  "language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
"""


@dataclass(frozen=True)
class Ratio:
    """One measured ratio and its limit."""

    what: str
    against: str
    seconds: float
    other: float
    limit: float

    @property
    def kept(self) -> bool:
        """Whether the limit is kept."""
        return self.seconds <= self.limit * self.other

    def __str__(self) -> str:
        ratio = self.seconds / self.other
        return (
            f"{'ok  ' if self.kept else 'OVER'} {self.what}: {self.seconds:.3f} s, {ratio:.2f} × "
            f"{self.against} ({self.other:.3f} s), limit {self.limit:g} ×"
        )


def best(work: Callable[[], object], times: int) -> float:
    """The shortest of several tries: the one with the least of the machine's other work in it."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return min(spent)


def command(*words: str | Path) -> Callable[[], object]:
    """A command to be timed as a whole."""
    return lambda: subprocess.run(
        [str(word) for word in words], cwd=ROOT, check=True, capture_output=True, timeout=300
    )


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
    from talentcalc.pipeline.assess import assess_file

    assess_file(PARAMS)
    score = best(lambda: assess_file(PARAMS, firmness=False), 10)
    return Ratio("score the sample without imports", "a second", score, 1.0, 0.3)


def other_readings() -> Ratio:
    """Every other reading of the sample, and the extremes of all of them together, against a second."""
    from talentcalc.analysis.sensitivity.extremes import extremes
    from talentcalc.analysis.sensitivity.readings import each_other_reading
    from talentcalc.analysis.sensitivity.rescoring import Rescoring
    from talentcalc.evidence.read import read_evidence
    from talentcalc.params.audit import open_audit

    audit = open_audit(PARAMS)
    evidence = read_evidence(audit.evidence, audit.rulebook)

    def work() -> object:
        again = Rescoring(audit, evidence)
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
    from talentcalc.pipeline.assess import assess_file

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


def attended(folder: Path, rows: int) -> Path:
    """An audit of 100 trainings with so many sign-ins; its params file."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    activities = ["activity_id,kind,title,held_on,place,partner,declared_attendance"]
    proofs = ["proof_id,table,row_id,medium,path,sha256,location"]
    for n in range(100):
        activities.append(f"H{n:03d},policy_training,T{n},2025-{n % 12 + 1:02d}-0{n % 9 + 1},,,{rows // 100}")
        proofs.append(f"P{n:03d},activities,H{n:03d},paper,,,A")
    signed = ["activity_id,person_id,signed_at"]
    signed += [f"H{n % 100:03d},R{n // 100:06d}," for n in range(rows)]
    for name, lines in (("activities", activities), ("proofs", proofs), ("attendance", signed)):
        (evidence / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    params = folder / "audit.yaml"
    params.write_text(
        f"rulebook: dongsheng-2025\nsubject: bench\nevidence: {evidence}\nfee: 1\n"
        "period: {kind: annual, start: 2025-01-01, end: 2025-12-31}\n"
        "review: {agency: bench, reviewers: [R1], dated: 2026-01-15}\n",
        encoding="utf-8",
    )
    return params


def pivotal_rows_of_many(folder: Path) -> Iterator[Ratio]:
    """What decides, over 10⁵ sign-ins of a thousand people and over 10⁵ work orders, against a second."""
    from talentcalc.analysis.critical_evidence.critical_rows import critical_evidence
    from talentcalc.evidence.read import read_evidence
    from talentcalc.params.audit import ScorecardParams, open_audit
    from talentcalc.rulebook.model import ScorecardRulebook
    from talentcalc.scorecard.card import score_card

    made = {
        "attendance rows": attended(folder / "attended", 10**5),
        "work orders": worked(folder / "worked", 10**5),
    }
    for what, params in made.items():
        marked(params.parent / "evidence")
        audit = open_audit(params)
        evidence = read_evidence(audit.evidence, audit.rulebook)
        assert isinstance(audit.rulebook, ScorecardRulebook) and isinstance(audit.params, ScorecardParams)
        card = score_card(audit.rulebook, audit.params, evidence)
        found = critical_evidence(audit.rulebook, audit.params, card, evidence)
        assert not isinstance(found.parts["base"].fall, str)  # there is a band to fall from
        work = lambda one=audit, its=card, rows=evidence: critical_evidence(
            one.rulebook, one.params, its, rows
        )  # noqa: E731
        yield Ratio(f"pivotal rows over 10^5 {what}", "a second", best(work, 3), 1.0, 3)


def worked(folder: Path, rows: int) -> Path:
    """The audit of 100 trainings of ten people each, and of so many work orders; its params file."""
    params = attended(folder, 1000)
    orders = ["order_id,mode,client,opened_on,closed_on,outcome,client_confirmed"]
    orders += [f"W{n:06d},consulting,C{n % 997},2025-03-01,2025-03-02,resolved,true" for n in range(rows)]
    (folder / "evidence/work_orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    with (folder / "evidence/proofs.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"PW{n:06d},work_orders,W{n:06d},paper,,,A\n" for n in range(rows))
    return params


def marked(evidence: Path) -> None:
    """Full marks, every document and cooperation: a base score over the lowest band."""
    from talentcalc.rulebook.load import find, open_rulebook
    from talentcalc.rulebook.score import Graded

    marks = ["item,reviewer,mark,reason"]
    for item in open_rulebook(find("dongsheng-2025")).in_force({}).items():
        if isinstance(item.rule, Graded):
            marks.append(f"{item.id},R1,{item.rule.points},A")
    (evidence / "judgements.csv").write_text("\n".join(marks) + "\n", encoding="utf-8")
    more = [f"K-{kind}-{n:02d},{kind},A{n},2025-05-{n + 1:02d},,," for kind in _KINDS for n in range(12)]
    with (evidence / "activities.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in more)
    with (evidence / "proofs.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"PK{n},activities,{line.split(',')[0]},paper,,,A\n" for n, line in enumerate(more))


_KINDS = ("cooperation", "exchange", "showcase", "policy_talk", "policy_display", "study_tour")


def of_a_league(folder: Path) -> Iterator[Ratio]:
    """Ten and a hundred million check-ins."""
    from tests.bench.league import ratios

    return ratios(folder / "league")


def of_an_archive(folder: Path) -> Iterator[Ratio]:
    """A package of two gigabytes."""
    from tests.bench.archive import ratios

    return ratios(folder / "archive")


def main() -> int:
    """Measure and show every ratio; 1 if any is over its limit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = True
        for measured in (
            help_at_once,
            lambda: whole_run(folder),
            score_work,
            other_readings,
            a_change_at_the_desk,
            lambda: growth(folder),
            lambda: pivotal_rows_of_many(folder / "pivotal"),
            lambda: of_a_league(folder),
            lambda: of_an_archive(folder),
        ):
            ratios = measured()
            for ratio in [ratios] if isinstance(ratios, Ratio) else ratios:
                print(ratio, flush=True)
                kept &= ratio.kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
