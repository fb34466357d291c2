"""Prove that a change of the code changed no output: the same bytes from a revision and the working tree."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from first_difference import first_difference, same_but_for_clock
from moved_imports import move_imports
from random_audits import ANNUAL, HALF_YEAR, LEAGUE, audit_names, write_audits

ABOUT = """\
Make all outputs of a revision and of the working tree, both from the working tree's params/ and
evidence/, and compare them byte for byte:

  samples  each of the three samples: run, seal (folder, .zip, redacted), sign, verify, index, diff,
           plan, explain, check, score, next-year; templates, rulebooks, every --help
  random   100 audits made from the samples at random (tools/random_audits.py): score of each, check
           of every seventh, run of the first N

What a command says on stdout and stderr, and its exit status, are outputs like any file. One thing is
masked, and said to be: the time of saving in the workbooks of `template`. So that renamed modules do
not change the code that executed notebooks show, and all hashes with it, both sides run notebooks whose
imports from talentcalc were moved out, under numbered names (tools/moved_imports.py).
"""
EXAMPLES = """\
examples:
  python tools/same_bytes.py HEAD                  # before a commit: is everything still the same?
  python tools/same_bytes.py main --only samples   # a branch against main, the samples alone
  python tools/same_bytes.py v0.1.0 --runs 20      # more whole runs of random audits

A revision's outputs are kept in .work/same_bytes/ and made once; those of the last working tree lie
there too, in working-tree/. Exit status 1 if anything differs.
"""

TOP = Path(__file__).resolve().parents[1]
TOOLS = Path(__file__).resolve().parent
KEPT = TOP / ".work" / "same_bytes"
KEYS = KEPT / "keys"
PLACE = Path(tempfile.gettempdir()) / f"same-bytes-{hashlib.sha256(os.fsencode(TOP)).hexdigest()[:12]}"
"""Where both sides are made in turn: at one path, as an output might hold it."""

PYTHON = str(PLACE / "venv" / "bin" / "python")
SIGNERS = {"prepared": "agency", "reviewed": "agency", "approved": "office", "received": "operator"}
CLOCKS = {Path("samples-asked/dongsheng-2025.xlsx"), Path("samples-asked/quanzhou-talent-home.xlsx")}
"""Outputs that hold the time when they were made: `template` does not write the same bytes twice."""
COMMANDS = "run check score explain plan next-year template rulebook seal sign keygen verify index diff"
DECIDING = ("random_audits", "moved_imports", "one_process")
"""The tools that the outputs depend on."""
EVERY = 7
"""Of how many random audits one is checked by Great Expectations, which takes thrice as long as `score`."""

Command = list[str]


@dataclass(frozen=True)
class Job:
    """Commands that run in turn in one process, in a repository that holds some audits and nothing else."""

    name: str
    audits: list[str]
    commands: list[Command]


def sample_jobs() -> list[Job]:
    """All that can be asked of the samples; the runs and what rests on them share a shelf."""
    samples = [ANNUAL, HALF_YEAR, LEAGUE]
    asked: list[Command] = [["--help"], ["rulebook", "list"]]
    for rulebook in ("dongsheng-2025", "quanzhou-talent-home"):
        asked += (["rulebook", action, rulebook] for action in ("show", "lint"))
        asked.append(["template", rulebook, f"{rulebook}.xlsx"])
    asked += ([command, "--help"] for command in COMMANDS.split())
    for audit in samples:
        asked += ([command, f"params/{audit}.yaml"] for command in ("score", "check"))
        asked.append(["plan", f"params/{audit}.yaml", f"{audit}-plan.xlsx"])
    explained = {ANNUAL: ("B09", "B04.2"), HALF_YEAR: ("A06", "Z99"), LEAGUE: ("H21/2025-05", "T0001")}
    asked += (["explain", f"params/{audit}.yaml", item] for audit in samples for item in explained[audit])
    asked += (["next-year", f"params/{audit}.yaml"] for audit in samples)
    return [Job("samples-sealed", samples, list(_sealed(samples))), Job("samples-asked", samples, asked)]


def _sealed(samples: list[str]) -> Iterator[Command]:
    """The samples run, sealed, signed, verified and compared."""
    shelf, trust = "outputs/archive/2025", ["--trust", "keys/trust.yaml"]
    for audit in samples:
        yield ["run", f"params/{audit}.yaml"]
        yield ["seal", f"outputs/2025/{audit}", "--zip"]
        yield ["sign", f"{shelf}/{audit}.zip", "--key", "keys/prepared.key", "--dated", "2026-03-01"]
        yield ["verify", f"{shelf}/{audit}.zip", *trust]
    for audit in samples:
        yield ["seal", f"outputs/2025/{audit}"]
    for step in SIGNERS:
        dated = [] if step == "prepared" else ["--dated", "2026-03-02"]
        yield ["sign", f"{shelf}/{ANNUAL}", "--key", f"keys/{step}.key", "--as", step, *dated]
    yield ["verify", f"{shelf}/{ANNUAL}", *trust, "--require", "approved,received"]
    yield ["verify", f"{shelf}/{HALF_YEAR}", "--unsigned", "--rerun"]
    yield ["verify", f"{shelf}/{LEAGUE}"]
    for audit in (ANNUAL, LEAGUE):
        yield ["seal", f"outputs/2025/{audit}", "--redacted", "--pseudonyms", "keys/pseudonyms"]
        yield ["verify", f"{shelf}/{audit}-redacted", "--unsigned"]
    yield ["diff", f"{shelf}/{HALF_YEAR}", f"{shelf}/{ANNUAL}"]
    yield ["diff", f"outputs/2025/{HALF_YEAR}", f"outputs/2025/{ANNUAL}", "--json"]
    yield ["index"]


def random_jobs(audits: list[str], runs: int) -> list[Job]:
    """The random audits scored, some checked, some run."""
    half = len(audits) // 2
    scored = {"random-scores-1": audits[:half], "random-scores-2": audits[half:]}
    jobs = [Job(f"random-run-{one}", [one], [["run", f"params/{one}.yaml"]]) for one in audits[:runs]]
    jobs += (
        Job(name, some, [["score", f"params/{one}.yaml"] for one in some]) for name, some in scored.items()
    )
    checked = audits[::EVERY]
    return [*jobs, Job("random-checks", checked, [["check", f"params/{one}.yaml"] for one in checked])]


def tell(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def git(*arguments: str) -> bytes:
    """What git says of this repository."""
    return subprocess.run(["git", "-C", str(TOP), *arguments], check=True, stdout=subprocess.PIPE).stdout


def check_out(revision: str | None) -> None:
    """The code of a revision, or of the working tree, at the place; with its notebooks' imports moved out."""
    code = PLACE / "code"
    shutil.rmtree(code, ignore_errors=True)
    code.mkdir(parents=True)
    if revision is not None:
        subprocess.run(["tar", "-x", "-C", str(code)], check=True, input=git("archive", revision))
    else:
        for name in git("ls-files", "-z", "-co", "--exclude-standard").decode().split("\0")[:-1]:
            if (TOP / name).is_file():
                (code / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(TOP / name, code / name)
    make_interpreter()
    moved = move_imports(code)
    tell(f"code of {revision or 'the working tree'}: {moved} imported names moved out of its notebooks")


def make_interpreter() -> None:
    """This environment's libraries, but the package from the place: also where PYTHONPATH is not heeded.

    A notebook's kernel is isolated, and would take the package that is installed here, if one is.
    """
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", "--clear", str(PLACE / "venv")], check=True
    )
    paths = {key: sysconfig.get_path(key) for key in ("purelib", "platlib")}
    [there] = (PLACE / "venv").glob("[Ll]ib/**/site-packages")
    libraries = "\n".join(dict.fromkeys(paths.values()))
    (there / "place.pth").write_text(f"{PLACE / 'code'}\n{libraries}\n", "utf-8")


def environment() -> dict[str, str]:
    """What a command inherits: the code at the place, nothing else that could make a difference."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TALENTCALC"))
    }
    return kept | {"PYTHONPATH": str(PLACE / "code"), "COLUMNS": "100"}


def make_keys() -> None:
    """The keys of the sample's signers and the secret for pseudonyms, made once and kept for both sides."""
    if (KEYS / "trust.yaml").exists():
        return
    shutil.rmtree(KEYS, ignore_errors=True)
    KEYS.mkdir(parents=True)
    keygen = [PYTHON, "-m", "talentcalc", "keygen"]
    for step, party in SIGNERS.items():
        named = [str(KEYS / f"{step}.key"), "--name", f"样例签署人（{step}）", "--party", party]
        subprocess.run([*keygen, *named], check=True, env=environment(), stdout=subprocess.DEVNULL)
    secret = [str(KEYS / "pseudonyms"), "--pseudonyms"]
    subprocess.run([*keygen, *secret], check=True, env=environment(), stdout=subprocess.DEVNULL)
    (KEYS / "trust.yaml").write_bytes(b"".join(one.read_bytes() for one in sorted(KEYS.glob("*.pub"))))


def inputs_hash() -> str:
    """One hash of all that the outputs are made from, but for the code."""
    hashed = hashlib.sha256(f"{PLACE} {sys.executable} {sys.version} {EVERY} {sample_jobs()}".encode())
    found = [*(TOOLS / f"{name}.py" for name in DECIDING), *KEYS.iterdir()]
    found += (one for folder in ("params", "evidence") for one in (TOP / folder).rglob("*"))
    for file in sorted(one for one in found if one.is_file() and "__pycache__" not in one.parts):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        hashed.update(f"{file.relative_to(TOP)}\0{content}\n".encode())
    return hashed.hexdigest()[:16]


def write_inputs(inputs: Path) -> list[str]:
    """The samples and the random audits, in a folder, unless it is there; the names of the random ones."""
    if not inputs.exists():
        making = inputs.with_suffix(".part")
        shutil.rmtree(making, ignore_errors=True)
        write_audits(making)
        for audit in (ANNUAL, HALF_YEAR, LEAGUE):
            shutil.copy(TOP / "params" / f"{audit}.yaml", making / "params")
            shutil.copytree(TOP / "evidence" / audit, making / "evidence" / audit)
        making.rename(inputs)
    return audit_names()


def do(job: Job, inputs: Path, results: Path) -> None:
    """One job; all that it said and wrote lies in a folder of `results` afterwards."""
    repository = PLACE / job.name
    shutil.rmtree(repository, ignore_errors=True)
    for folder in ("params", "evidence", "said"):
        (repository / folder).mkdir(parents=True)
    shutil.copytree(KEYS, repository / "keys")
    for audit in job.audits:
        shutil.copy(inputs / "params" / f"{audit}.yaml", repository / "params")
        shutil.copytree(inputs / "evidence" / audit, repository / "evidence" / audit)
    before = {file: file.read_bytes() for file in files(repository)}
    command = [PYTHON, "-P", str(TOOLS / "one_process.py"), str(repository / "said")]
    given = json.dumps(job.commands).encode()
    subprocess.run(command, check=True, input=given, cwd=repository, env=environment())
    shutil.rmtree(repository / ".work", ignore_errors=True)
    for file, content in before.items():
        if file.exists() and file.read_bytes() == content:
            file.unlink()
    shutil.move(repository, results / f"{job.name}.part")
    (results / f"{job.name}.part").rename(results / job.name)


def make(revision: str | None, jobs: list[Job], inputs: Path, results: Path) -> None:
    """The results of all jobs that are not there yet, two at a time."""
    results.mkdir(parents=True, exist_ok=True)
    missing = [job for job in jobs if not (results / job.name).exists()]
    if not missing:
        tell(f"outputs of {revision} are there already")
        return
    started = time.monotonic()
    check_out(revision)
    with ThreadPoolExecutor(2) as pool:
        for _ in pool.map(lambda job: do(job, inputs, results), missing):
            pass
    tell(f"outputs of {revision or 'the working tree'}: {time.monotonic() - started:.0f} s")


def files(folder: Path) -> list[Path]:
    """All files below a folder, in order."""
    return sorted(one for one in folder.rglob("*") if one.is_file())


def kind_of(path: Path) -> str:
    """How outputs are counted: by the command that said them, or by where they were written."""
    job, *folders = path.parts
    job = "random" if job.startswith("random") else "samples"
    if folders[0] == "said":
        return f"{job}: said by {'--help' if '--help' in path.name else path.stem.split()[0]}"
    if folders[0] == "outputs":
        return f"{job}: written by {'seal and sign' if folders[1] == 'archive' else 'run and index'}"
    return f"{job}: written by template, plan and next-year"


def compare(before: Path, after: Path, jobs: list[Job]) -> int:
    """Say how many files of each kind are the same, and where others differ first; how many differ."""
    counts: Counter[tuple[str, bool]] = Counter()
    there = {
        one.relative_to(side) for side in (before, after) for job in jobs for one in files(side / job.name)
    }
    differing = 0
    for path in sorted(there):
        difference = first_difference(before / path, after / path)
        if difference is not None and path in CLOCKS and same_but_for_clock(before / path, after / path):
            print(f"{path}: the time of saving masked, the rest is the same")
            difference = None
        counts[kind_of(path), difference is None] += 1
        if difference is not None:
            differing += 1
            print(f"{path}\n    {difference}")
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind}: {counts[kind, True]} identical, {counts[kind, False]} different")
    print(statuses(after, jobs))
    print(f"{len(there)} files: {len(there) - differing} identical, {differing} different")
    return differing


def statuses(results: Path, jobs: list[Job]) -> str:
    """How commands and scores ended, as a word on what the comparison covers."""
    ended, scores = Counter[str](), Counter[str]()
    for job in jobs:
        said = results / job.name / "said"
        ended.update(f"status {file.read_text().strip()}" for file in said.glob("*.status"))
        texts = (file.read_text("utf-8") for file in said.glob("score params_*.stdout"))
        scores.update(json.loads(text)["status"] if text else "refused" for text in texts)
    return f"commands: {_counted(ended)}\nscores: {_counted(scores)}"


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {one}" for one, count in sorted(found.items()))


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        description=ABOUT, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument(
        "revision", metavar="REV", help="a commit, branch or tag to compare the working tree with"
    )
    made.add_argument(
        "--runs", type=int, default=4, metavar="N", help="whole runs of random audits; default 4"
    )
    made.add_argument("--only", choices=["samples", "random"], help="one part alone")
    return made


def main() -> int:
    """Make what is missing, and compare."""
    asked = parser().parse_args()
    revision = git("rev-parse", "--verify", f"{asked.revision}^{{commit}}").decode().strip()
    KEPT.mkdir(parents=True, exist_ok=True)
    with FileLock(KEPT / "lock"):
        return run(revision, asked.runs, asked.only)


def run(revision: str, runs: int, only: str | None) -> int:
    """The whole comparison; the exit status."""
    started = time.monotonic()
    if not (KEYS / "trust.yaml").exists():
        check_out(None)
        make_keys()
    inputs = KEPT / f"inputs-{inputs_hash()}"
    audits = write_inputs(inputs)
    jobs = [] if only == "random" else sample_jobs()
    jobs += [] if only == "samples" else random_jobs(audits, runs)
    tell(f"inputs: {time.monotonic() - started:.0f} s")
    before, after = KEPT / f"{revision}-{inputs_hash()}", KEPT / "working-tree"
    make(revision, jobs, inputs, before)
    shutil.rmtree(after, ignore_errors=True)
    make(None, jobs, inputs, after)
    differing = compare(before, after, jobs)
    shutil.rmtree(PLACE)
    tell(f"in all: {time.monotonic() - started:.0f} s")
    return 1 if differing else 0


if __name__ == "__main__":
    raise SystemExit(main())
