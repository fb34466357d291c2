"""What a reviewer has to know of the evidence: what is wrong, where, and what to do."""

from dataclasses import dataclass
from typing import Any, Literal

from talentcalc.messages.message import Text

Severity = Literal["critical", "warning", "info"]

LISTED = 10_000
"""Rows that a finding names one by one; of more it says how many there are."""


@dataclass(frozen=True)
class Location:
    """One row: its key, its line in the file (the header is line 1), and the value found there.

    `found` is None where the value is free text, which may be personal.
    """

    row: str
    line: int | None = None
    found: Text | None = None


@dataclass(frozen=True)
class Finding:
    """One check that did not pass, with the rows that failed it; `count` if there are more.

    `at_stake` are points, by home, that stand on those rows and would fall with them.
    """

    check: str
    severity: Severity
    table: str
    title: Text
    remedy: Text
    column: str | None = None
    column_title: str | None = None
    expected: Text | None = None
    file: str | None = None
    rows: tuple[Location, ...] = ()
    count: int | None = None
    at_stake: tuple[tuple[str, int], ...] = ()


def printable_name(name: str) -> str:
    """A file's name in characters that can be written: bytes that are no UTF-8 as their codes."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


def display_value(value: Any) -> str:
    """A value as its author wrote it: a day without its midnight, text cut at forty characters."""
    text = str(value).removesuffix(" 00:00:00")
    text = {"True": "是", "False": "否"}.get(text, text)
    return text if len(text) <= 40 else text[:39] + "…"
