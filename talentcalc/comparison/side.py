"""One side of a comparison: an audit as it was recorded, with the inputs that it was made from."""

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path

from talentcalc.params.audit import Audit, open_audit
from talentcalc.result.model.result import Result
from talentcalc.rulebook.load import choices_in_force, open_rulebook


@dataclass(frozen=True)
class Side:
    """One audit: its result as recorded, and where its inputs lie now. `rulebook` is a rulebook.yaml."""

    name: str
    result: Result
    params_file: Path
    evidence: Path
    rulebook: Path
    redaction: Path | None = None


def opened(side: Side) -> Audit:
    """The audit of a side under the side's own rulebook, whatever is installed here by that name.

    Raises:
        InputError: the params, their readings or the rulebook are not well formed.
    """
    audit = open_audit(side.params_file, os.path.abspath(side.evidence), side.redaction)
    file = open_rulebook(side.rulebook)
    return dataclasses.replace(
        audit,
        book_file=file,
        rulebook=file.in_force(audit.params.readings),
        rulebook_sha256=file.sha256,
        readings=choices_in_force(file.readings(), audit.params.readings),
    )
