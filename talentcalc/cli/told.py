"""The exit statuses, and what a command says on its way."""

import argparse
import sys
from collections.abc import Iterable

DONE, INTERNAL, REFUSED, BLOCKED, UNVERIFIED = 0, 1, 2, 3, 4


def tell(asked: argparse.Namespace, text: str) -> None:
    """A step on the way, on stderr; nothing if the user wants quiet."""
    if not asked.quiet:
        from talentcalc.report.characters import literal

        print(literal(text), file=sys.stderr, flush=True)


def refuse(problems: Iterable[object]) -> None:
    """Every problem on a line of its own, on stderr."""
    from talentcalc.report.characters import literal

    for problem in problems:
        line = literal(str(problem)).replace("\n", " ")  # a file's name may hold any character
        print(f"talentcalc: {line}", file=sys.stderr)
