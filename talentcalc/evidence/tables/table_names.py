"""Matches the names of files and sheets to the tables of a rulebook, exactly or approximately."""

import difflib
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

from talentcalc.rulebook.model import Rulebook

_MIN_SIMILARITY = 0.75  # of 1: two letters of `verification` may be wrong
_MIN_ABBREVIATION = 3  # bytes that are too few for one: one Chinese character, three letters


def table_named(text: str, book: Rulebook) -> str | None:
    """The table with this name or Chinese title, ignoring case, width and surrounding white space."""
    for name, title in _names_and_titles(book):
        if text in (name, title):
            return name
    matches = {
        name for name, title in _names_and_titles(book) if _folded(text) in (_folded(name), _folded(title))
    }
    return matches.pop() if len(matches) == 1 else None


def nearest_title(text: str, book: Rulebook) -> str | None:
    """The title of the table that resembles a name most, None if none does: 独立核查 for 核查(1)."""
    text = _folded(text)
    containing: list[tuple[int, str]] = []
    similar: list[tuple[float, str]] = []
    for name, title in _names_and_titles(book):
        for word in (_folded(name), _folded(title)):
            if word in text or (
                len(text.encode(errors="surrogatepass")) > _MIN_ABBREVIATION and text in word
            ):
                containing.append((min(len(word), len(text)), title))
            similarity = difflib.SequenceMatcher(None, word, text).ratio()
            if similarity >= _MIN_SIMILARITY:
                similar.append((similarity, title))
    best = sorted(similar, reverse=True) or sorted(containing, reverse=True)
    return best[0][1] if best else None


def nearest_title_for_path(path: str, book: Rulebook) -> str | None:
    """The title of the table that a path's file name, or else one of its folders, resembles most."""
    file = PurePosixPath(path)
    words = (file.name.partition(".")[0] or file.name, *reversed(file.parent.parts))
    return next((title for word in words if (title := nearest_title(word, book))), None)


def _names_and_titles(book: Rulebook) -> Iterator[tuple[str, str]]:
    return ((name, table.title) for name, table in book.tables.items())


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
