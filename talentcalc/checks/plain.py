"""The checks by pandas alone: for `score`, which need not wait for Great Expectations to load."""

from talentcalc.checks.planned import Planned


def run_plain(planned: tuple[Planned, ...]) -> dict[str, tuple[int, ...]]:
    """An engine for `run_checks`: each check's failing lines."""
    lines = {}
    for check in planned:
        mask = check.failing()
        lines[check.id] = tuple(int(line) for line in mask.index[mask.to_numpy(dtype=bool)])
    return lines
