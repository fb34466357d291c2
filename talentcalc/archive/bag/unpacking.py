"""The inputs of an archived audit, written into a folder of one's own."""

import re
from dataclasses import dataclass
from pathlib import Path

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.opening import NotAPackage, Package
from talentcalc.core import untrusted_json as exact_json
from talentcalc.core.errors import Problem, quote_value
from talentcalc.core.yaml import MOST_BYTES, load_mapping
from talentcalc.messages.message import message
from talentcalc.params.audit import MARK
from talentcalc.params.source import WORKBOOKS, names_a_database
from talentcalc.result.model.result import Result

# Nothing that Python would import from its working folder, and nothing outside it.
_PARAMS_PATH = re.compile(r"(\w[\w.-]*/)*\w[\w.-]*\.ya?ml")

_LONGEST = 1000


@dataclass(frozen=True)
class Inputs:
    """The places of an archived audit's inputs. `root` is a repository of its own."""

    root: Path
    params_file: Path
    evidence: Path
    redaction: Path | None
    rulebook: Path


def unpack_inputs(pack: Package, result: Result, root: Path) -> Inputs:
    """Write params, evidence and rulebook of a package below the empty folder `root`.

    The repository holds the params file alone: Python imports from where a notebook runs, and whoever
    made the package chose the names in its evidence and rulebook folders.

    Raises:
        NotAPackage: the params file is not there, or has a path that none has.
    """
    recorded_path = result.provenance.params_file
    inside = f"{layout.PAYLOAD}{layout.PARAMS}{recorded_path.rpartition('/')[2]}"
    plain = (
        len(recorded_path) < _LONGEST and _PARAMS_PATH.fullmatch(recorded_path) and ".." not in recorded_path
    )
    if not plain or inside not in pack.files:
        where = f"{layout.PAYLOAD}{layout.RESULT}: provenance.params_file"
        raise NotAPackage(Problem(where, message("archive.no_params_file", path=quote_value(recorded_path))))
    repository = root / "repository"
    params_file = repository / recorded_path
    params_file.parent.mkdir(parents=True, exist_ok=True)
    params_file.write_bytes(pack.read(inside, MOST_BYTES))
    (repository / MARK).touch()
    evidence = root / layout.EVIDENCE
    evidence.mkdir(mode=0o700, exist_ok=True)
    pack.extract(f"{layout.PAYLOAD}{layout.EVIDENCE}", evidence)
    pack.extract(f"{layout.PAYLOAD}{layout.RULEBOOK}", root / layout.RULEBOOK)
    note = f"{layout.PAYLOAD}{layout.REDACTION}"
    redaction = root / layout.REDACTION if note in pack.files else None
    if redaction is not None:
        redaction.write_bytes(pack.read(note, exact_json.MOST_BYTES))
    named = str(load_mapping(params_file).get("evidence", ""))
    in_a_workbook = named.lower().endswith(WORKBOOKS) and not names_a_database(named)
    if in_a_workbook and redaction is None:
        evidence = evidence / named.replace("\\", "/").rpartition("/")[2]
    return Inputs(repository, params_file, evidence, redaction, root / layout.RULEBOOK / "rulebook.yaml")
