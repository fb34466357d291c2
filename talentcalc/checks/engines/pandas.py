"""The checks by pandas alone: for `score`, which need not wait for Great Expectations to load."""

import numpy as np

from talentcalc.checks.planned_check import Lines, PlannedCheck
from talentcalc.evidence.tables.table import EvidenceTable

_NONE: Lines = np.array([], dtype=np.int64)


def run_with_pandas(planned: tuple[PlannedCheck, ...]) -> dict[str, Lines]:
    """An engine for `run_checks`: each check's failing lines."""
    return {check.id: check.failing() if _may_fail(check) else _NONE for check in planned}


def _may_fail(check: PlannedCheck) -> bool:
    """Whether there is anything that could: where no row is, only a column can be missing."""
    return check.kind == "present" or not isinstance(check.rows, EvidenceTable) or not check.rows.frame.empty
