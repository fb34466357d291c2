"""The run of the annual sample that several modules look at: made once in a session, changed by nobody."""

import json
import subprocess
from pathlib import Path

from tests.conftest import Command, Once
from tests.support.reading import copied

ANNUAL = Path("params/dongsheng-2025-annual.yaml")
_EAST = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"}
Ran = tuple[Path, "subprocess.CompletedProcess[str]"]


def annual_run(once: Once, talentcalc: Command) -> Ran:
    """Where the sample was run by the command line, far in the east, and how that ended."""

    def fill(folder: Path) -> None:
        (folder / "east").mkdir()
        done = talentcalc("run", ANNUAL, cwd=copied(folder / "east"), **_EAST)
        said = [done.returncode, done.stdout, done.stderr]
        (folder / "said.json").write_text(json.dumps(said), "utf-8")

    folder = once("annual-run", fill)
    said = json.loads((folder / "said.json").read_text("utf-8"))
    return folder / "east", subprocess.CompletedProcess(["talentcalc", "run"], *said)
