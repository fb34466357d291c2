"""The checks by pandas alone: for `score`, which need not wait for Great Expectations to load."""

from talentcalc.checks.planned_check import Lines, PlannedCheck


def run_with_pandas(planned: tuple[PlannedCheck, ...]) -> dict[str, Lines]:
    """An engine for `run_checks`: each check's failing lines."""
    return {check.id: check.failing() for check in planned}
