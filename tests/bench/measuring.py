"""How a speed is measured: seconds and memory of a piece of work or a command, as a ratio with a limit."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

T = TypeVar("T")

# Runs a command with its output in a file; says how long it took and how large it became. A process counts
# as its own the memory of the one that started it: hence this small one in between.
_WATCH = """\
import json, os, subprocess, sys, time
with open(sys.argv[1], "wb") as out:
    start = time.perf_counter()
    child = subprocess.Popen(sys.argv[2:], stdout=out)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
worked = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, worked, usage.ru_maxrss * 1024]))
"""


@dataclass(frozen=True)
class Spent:
    """What a command took, and what it wrote; `worked` are the seconds of all its processors."""

    seconds: float
    worked: float
    peak: float
    wrote: Any


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


@dataclass(frozen=True)
class Memory(Ratio):
    """A ratio of peak memory, in GB, not of time."""

    def __str__(self) -> str:
        return super().__str__().replace(" s,", " GB,").replace(" s)", " GB)")


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


def watched(folder: Path, *words: str | Path) -> Spent:
    """Run a command that writes JSON, in a process of its own; its own files stay below `folder`."""
    spent = measured(folder, *words)
    return replace(spent, wrote=json.loads(spent.wrote))


def measured(folder: Path, *words: str | Path) -> Spent:
    """The same of a command that writes anything."""
    out = folder / "out.json"
    watch = [sys.executable, "-c", _WATCH, str(out), *map(str, words)]
    done = subprocess.run(
        watch, cwd=ROOT, check=True, stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(folder)}
    )
    status, seconds, worked, peak = json.loads(done.stdout)
    if status:
        raise RuntimeError(f"{' '.join(watch[4:])}: exit status {status}")
    return Spent(seconds, worked, peak, out.read_bytes())


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """The seconds that a piece of work takes, and its outcome."""
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done
