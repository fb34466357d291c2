"""How something is refused: every problem at once, each with its place and its remedy."""

import os
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from os import PathLike

from talentcalc.messages.catalogue import TERMINAL, wording
from talentcalc.messages.message import Message, Text, message


@dataclass(frozen=True)
class Problem:
    """One thing that cannot be accepted: where, and what was found, what was expected, what to do."""

    where: Text
    message: Text

    def __str__(self) -> str:
        return wording(message("core.problem", where=self.where, message=self.message), TERMINAL)


class UnfitValue(ValueError):
    """A value of the wrong kind or beyond a limit; the `message` says which it may be, or what it is."""

    def __init__(self, message: Message) -> None:
        super().__init__(wording(message, TERMINAL))
        self.message = message


class InputError(Exception):
    """Bad arguments, params or rulebook, or no such evidence folder. Exit status 2."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnreadableEvidence(InputError):
    """Evidence that is there but cannot be read. Exit status 3."""


class _Short(reprlib.Repr):
    """What stands before an @ in an address may be a password."""

    def repr_str(self, x: str, level: int) -> str:
        if "://" in x and "@" in x:
            x = f"{x.partition('://')[0]}://…@{x.rpartition('@')[2]}"
        return super().repr_str(x, level)


_short = _Short()
_short.maxlevel, _short.maxstring, _short.maxother = 1, 80, 80


def quote_value(value: object) -> str:
    """A found value for a message: on one line, control characters escaped, long ones cut short.

    Never the whole of it first: a few lines of YAML can name a value too large to write out.
    """
    return str(value) if isinstance(value, date | Decimal | int) else _short.repr(value)


def path_from_here(path: str | PathLike[str]) -> str:
    """A path as messages name it: from the current folder, or whole if it is on another drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return os.path.abspath(path)
