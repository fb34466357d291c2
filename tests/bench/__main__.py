"""`make bench`: each speed as a ratio against a named other way, measured in one run.

A ratio over its limit makes the run fail; seconds are shown for orientation only.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench import archive, league, scorecard
from tests.bench.measuring import Ratio


def ratios(folder: Path) -> Iterator[Ratio]:
    """Every ratio, one after the other."""
    yield from scorecard.ratios(folder)
    yield from league.ratios(folder / "league")
    yield from archive.ratios(folder / "archive")


def main() -> int:
    """Measure and show every ratio; 1 if any is over its limit."""
    with tempfile.TemporaryDirectory() as name:
        kept = True
        for ratio in ratios(Path(name)):
            print(ratio, flush=True)
            kept &= ratio.kept
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
