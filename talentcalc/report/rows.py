"""Row keys in few words: consecutive numbers as a range, rows of one activity together."""

import re
from collections.abc import Iterable
from itertools import groupby

_NUMBERED = re.compile(r"^(.*?)(\d+)$")


def in_few_words(keys: Iterable[str]) -> str:
    """Every key, in order: W001–W003、W007; keys with a `/` by their first part: H01（R1、R2）."""
    parted = sorted(keys, key=_order)
    words = []
    for group, members in groupby(parted, key=lambda key: key.rpartition("/")[0]):
        last = [key.rpartition("/")[2] for key in members]
        words.append(f"{group}（{_ranges(last)}）" if group else _ranges(last))
    return "、".join(words)


def tallied(keys: Iterable[str]) -> str:
    """The same, but rows of one activity by their number alone: H01 35 条、H02 12 条."""
    counted: dict[str, list[str]] = {}
    for key in sorted(keys, key=_order):
        counted.setdefault(key.rpartition("/")[0], []).append(key)
    return "、".join(
        f"{group} {len(members)} 条" if group else in_few_words(members) for group, members in counted.items()
    )


def _ranges(keys: list[str]) -> str:
    runs: list[list[str]] = []
    for key in keys:
        if runs and _follows(runs[-1][-1], key):
            runs[-1].append(key)
        else:
            runs.append([key])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(run) for run in runs)


def _follows(first: str, second: str) -> bool:
    one, two = _NUMBERED.match(first), _NUMBERED.match(second)
    return (
        one is not None
        and two is not None
        and one[1] == two[1]
        and len(one[2]) == len(two[2])
        and int(one[2]) + 1 == int(two[2])
    )


def _order(key: str) -> tuple[str, str]:
    group, _, last = key.rpartition("/")
    return group, last
