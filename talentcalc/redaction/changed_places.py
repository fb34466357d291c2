"""The places where texts change as they are published: the agency looks at them before it publishes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.errors import InputError, Problem
from talentcalc.redaction.personal_numbers import numbers_of_persons

_PSEUDONYM = r"P[0-9a-f]{16}"
_LOOKS_PERSONAL = r"[0-9０-９]{4}"  # no such number without four digits in a row
_LISTED = 1000

Where = tuple[str, str]
"""A table's column, and a row of it by its key as published and its line, or what stands there."""


class ChangedPlaces:
    """A record of texts replaced, of different texts that became one, and of numbers like persons'.

    No value is ever kept for showing; a row is named by its key as it is published.
    """

    def __init__(self) -> None:
        self._replaced: Counter[str] = Counter()
        self._numbers: list[tuple[Where, str]] = []
        self._before: dict[Where, tuple[str, Where]] = {}
        self._merged: list[tuple[Where, Where]] = []

    def look(
        self, column: str, before: pa.Array, after: pa.Array, keys: Sequence[pa.Array], lines: Sequence[int]
    ) -> None:
        """Record the changes of a column's cells, from as they were to as they are published."""
        changed = pc.or_(pc.not_equal(before, after), pc.match_substring_regex(after, _PSEUDONYM))
        numbers = pc.match_substring_regex(after, _LOOKS_PERSONAL)
        for at in pc.indices_nonzero(pc.fill_null(pc.or_(changed, numbers), False)).to_pylist():
            was, now = before[at].as_py(), after[at].as_py()
            where = column, _row([key[at].as_py() for key in keys], lines[at])
            self._replaced[column] += was != now
            if changed[at].as_py():
                first, place = self._before.setdefault((column, now), (was, where))
                if first != was:
                    self._merged.append((place, where))
            self._numbers += ((where, kind) for kind in numbers_of_persons(now))

    def must_differ(self) -> None:
        """Refuse different texts that are the same as published: they might count as duplicates.

        Raises:
            InputError: there are such texts.
        """
        if self._merged:
            raise InputError(
                Problem(
                    f"{second[0]}, {second[1]}",
                    f"a text that, with pseudonyms in it, is the same as that of {first[0]}, {first[1]}",
                    "different texts that stay different",
                    "write the name in both in the same way, or take it out of one; then run the audit again",
                )
                for first, second in dict.fromkeys(self._merged)
            )

    def told(self) -> Iterator[str]:
        """A line for each column in whose texts persons were named, and for each number that looks so."""
        for column in sorted(self._replaced):
            if self._replaced[column]:
                yield f"{column}: {self._replaced[column]} texts name what a personal column holds; replaced"
        yield from _short([f"{column}, {row}: looks like {kind}" for (column, row), kind in self._numbers])


def _short(lines: list[str]) -> list[str]:
    more = len(lines) - _LISTED
    return lines if more <= 0 else [*lines[:_LISTED], f"and {more} more places like these"]


def _row(key: list[str | None], line: int) -> str:
    """A row's key and line; the line alone where the key looks like a person's number."""
    whole = "/".join(part or "" for part in key)
    text = re.sub(r"[\x00-\x1f]", " ", whole)
    return f"line {line}" if not text or numbers_of_persons(text) else f"row {text} (line {line})"
