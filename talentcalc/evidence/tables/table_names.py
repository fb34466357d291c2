"""Which table does a name mean: that of a file or a sheet, as it should be or a little otherwise?"""

import difflib
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

from talentcalc.rulebook.model import Rulebook

_ALIKE = 0.75  # of 1: two letters of `verification` may be wrong
_SHORT = 3  # bytes in which nobody abbreviates a table's name: one Chinese character, three letters


def table_named(text: str, book: Rulebook) -> str | None:
    """The table of this name or Chinese title; case, width and white space around it make no difference."""
    for name, title in _named(book):
        if text in (name, title):
            return name
    alike = {name for name, title in _named(book) if _plain(text) in (_plain(name), _plain(title))}
    return alike.pop() if len(alike) == 1 else None


def nearest(text: str, book: Rulebook) -> str | None:
    """The title of the table that a name which is no table's may be meant for: 独立核查 for 核查(1)."""
    wanted = _plain(text)
    within: list[tuple[int, str]] = []
    like: list[tuple[float, str]] = []
    for name, title in _named(book):
        for word in (_plain(name), _plain(title)):
            if word in wanted or (len(wanted.encode(errors="surrogatepass")) > _SHORT and wanted in word):
                within.append((min(len(word), len(wanted)), title))
            ratio = difflib.SequenceMatcher(None, word, wanted).ratio()
            if ratio >= _ALIKE:
                like.append((ratio, title))
    best = sorted(like, reverse=True) or sorted(within, reverse=True)
    return best[0][1] if best else None


def meant(path: str, book: Rulebook) -> str | None:
    """The same for a path: by its file's name, then by the folders that it lies in."""
    file = PurePosixPath(path)
    words = (file.name.partition(".")[0] or file.name, *reversed(file.parent.parts))
    return next((title for word in words if (title := nearest(word, book))), None)


def _named(book: Rulebook) -> Iterator[tuple[str, str]]:
    return ((name, table.title) for name, table in book.tables.items())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
