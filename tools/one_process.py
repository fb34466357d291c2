"""Run many commands of talentcalc in one process, and keep what each says and its exit status.

python -P tools/one_process.py FOLDER < commands.json

The commands, a JSON list of lists of arguments, run in the working folder. FOLDER gets three files a command:
its stdout, stderr and status.
"""

import json
import os
import sys
import time
from pathlib import Path

import talentcalc
from talentcalc.cli import main


def run(arguments: list[str], said: Path) -> object:
    """One command, and its exit status; also what is written past Python's own streams is caught."""
    name = " ".join(arguments).replace("/", "_")
    for stream, number in (("stdout", 1), ("stderr", 2)):
        file = os.open(said / f"{name}.{stream}", os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        os.dup2(file, number)
        os.close(file)
    try:
        status: object = main(arguments)
    except SystemExit as end:  # --help and bad arguments
        status = end.code or 0
    sys.stdout.flush()
    sys.stderr.flush()
    (said / f"{name}.status").write_text(f"{status}\n")
    return status


def run_all(said: Path) -> None:
    """Each command in turn; progress goes to the stderr that the process was started with."""
    progress = os.dup(2)
    [code] = os.environ["PYTHONPATH"].split(os.pathsep)
    assert Path(talentcalc.__file__).is_relative_to(code), f"{talentcalc.__file__} is not in {code}"
    for arguments in json.load(sys.stdin):
        started = time.monotonic()
        status = run(arguments, said)
        took = time.monotonic() - started
        os.write(progress, f"{took:6.1f} s  talentcalc {' '.join(arguments)}\n".encode())
        if isinstance(status, int) and status > 128:  # a signal: what it left is no output to compare
            raise SystemExit(status)


if __name__ == "__main__":
    run_all(Path(sys.argv[1]))
