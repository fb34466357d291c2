"""The places where texts change as they are published: the agency looks at them before it publishes."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.errors import InputError, Problem
from talentcalc.messages.message import Message, Text, message
from talentcalc.redaction.personal_numbers import numbers_of_persons

_PSEUDONYM = r"P[0-9a-f]{16}"
_LOOKS_PERSONAL = r"[0-9０-９]{4}"  # no such number without four digits in a row
_LISTED = 1000

Where = tuple[str, Message]
"""A table's column, and a row of it by its key as published and its line."""


class ChangedPlaces:
    """A record of texts replaced, of different texts that became one, and of numbers like persons'.

    No value is ever kept for showing; a row is named by its key as it is published.
    """

    def __init__(self) -> None:
        self._replaced: Counter[str] = Counter()
        self._numbers: list[tuple[Where, Message]] = []
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
                Problem(_place(second), message("redaction.texts_become_one", place=_place(first)))
                for first, second in dict.fromkeys(self._merged)
            )

    def warnings(self) -> Iterator[Text]:
        """A line for each column in whose texts persons were named, and for each number that looks so."""
        for column in sorted(self._replaced):
            if self._replaced[column]:
                yield message("redaction.texts_replaced", column=column, number=self._replaced[column])
        for place, kind in self._numbers[:_LISTED]:
            yield message("redaction.looks_personal", place=_place(place), kind=kind)
        if (more := len(self._numbers) - _LISTED) > 0:
            yield message("redaction.more_places", number=more)


def _place(where: Where) -> Message:
    return message("redaction.place", column=where[0], row=where[1])


def _row(key: list[str | None], line: int) -> Message:
    """A row's key and line; the line alone where the key looks like a person's number."""
    whole = "/".join(part or "" for part in key)
    text = re.sub(r"[\x00-\x1f]", " ", whole)
    if not text or numbers_of_persons(text):
        return message("redaction.line", line=line)
    return message("redaction.row", row=text, line=line)
