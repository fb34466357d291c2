"""Row keys in few words: consecutive numbers as a range, rows of one activity together."""

from collections.abc import Iterable
from itertools import groupby

from talentcalc.result.model.result import Result

_DIGITS = "0123456789"


def in_few_words(result: Result, table: str, keys: Iterable[str]) -> str:
    """A table's keys, sorted and shortened: W001–W003、W007; keys of parts: H01（R1、R2）."""
    return keys_in_few_words(keys, _of_parts(result, table))


def keys_in_few_words(keys: Iterable[str], of_parts: bool) -> str:
    """Keys, sorted and shortened; `of_parts` says whether each is of several columns."""
    if not of_parts:
        return _ranges(sorted(keys))
    words = []
    for group, members in groupby(sorted(keys, key=_order), key=lambda key: _order(key)[0]):
        last = _ranges([_order(key)[1] for key in members])
        words.append(f"{group}（{last}）" if group else last)
    return "、".join(words)


def tallied(result: Result, table: str, keys: Iterable[str]) -> str:
    """A table's keys, those of parts counted by their first part: H01 35 条、H02 12 条."""
    if not _of_parts(result, table):
        return in_few_words(result, table, keys)
    groups = groupby(sorted(keys, key=_order), key=lambda key: _order(key)[0])
    return "、".join(f"{group} {sum(1 for _ in members)} 条" for group, members in groups)


def _of_parts(result: Result, table: str) -> bool:
    return table in result.evidence and len(result.evidence[table].key) > 1


def _order(key: str) -> tuple[str, str]:
    group, _, last = key.rpartition("/")
    return group, last


def _ranges(keys: list[str]) -> str:
    runs: list[list[str]] = []
    for key in keys:
        if runs and _follows(runs[-1][-1], key):
            runs[-1].append(key)
        else:
            runs.append([key])
    return "、".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else "、".join(run) for run in runs)


def _follows(first: str, second: str) -> bool:
    head = first.rstrip(_DIGITS)
    first_digits, second_digits = first[len(head) :], second[len(head) :]
    alike = second.rstrip(_DIGITS) == head and 0 < len(first_digits) == len(second_digits) <= 18
    return alike and int(first_digits) + 1 == int(second_digits)
