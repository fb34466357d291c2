"""Faults that any part of a rulebook may have."""

from collections import Counter
from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem, quote_value


def not_verbatim(quote: str, lines_joined: str, where: str) -> Iterator[Problem]:
    """A quote whose words do not stand in the regulation."""
    if not quote or quote not in lines_joined:
        yield Problem(
            where, quote_value(quote), "words that stand in the regulation", "quote the text verbatim"
        )


def repeated(ids: Iterable[str], where: str) -> Iterator[Problem]:
    """An id given more than once."""
    for name, times in Counter(ids).items():
        if times > 1:
            yield Problem(f"{where} {name}", f"{times} of them", "one", "rename")
