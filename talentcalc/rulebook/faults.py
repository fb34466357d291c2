"""Faults that any part of a rulebook may have."""

from collections import Counter
from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem, quote_value
from talentcalc.messages.message import message


def not_verbatim(quote: str, lines_joined: str, where: str) -> Iterator[Problem]:
    """A quote whose words do not stand in the regulation."""
    if not quote or quote not in lines_joined:
        yield Problem(where, message("rulebook.not_verbatim", quote=quote_value(quote)))


def repeated(ids: Iterable[str], where: str) -> Iterator[Problem]:
    """An id given more than once."""
    for name, times in Counter(ids).items():
        if times > 1:
            yield Problem(f"{where} {name}", message("rulebook.repeated", times=times))
