"""File names that a package can have: those that every system keeps, and keeps apart."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem, quote_value
from talentcalc.messages.message import Message, message

_NO_MANIFEST = re.compile(
    r"[\x00-\x1f\x7f\\\ud800-\udfff]|(^|/)\.\.(/|$)|^/|%0[ad]|%25|[\x85\u2028\u2029]", re.IGNORECASE
)
_NOT_IN_WINDOWS = re.compile(
    r'[<>:"|?*]|[. ](/|$)|(^|/)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])[ ]*(\.|/|$)',
    re.IGNORECASE,
)
_MOST_BYTES = 255  # of one name, in every common file system
_MOST_UNITS = 180  # of a path in UTF-16: Windows has 259 for it with the folder that the package lies in


def portable(path: str) -> str:
    """A path as packages have it: in NFC, which other systems may turn into another form and back."""
    return unicodedata.normalize("NFC", path)


def unfit_names(paths: Iterable[str]) -> Iterator[Problem]:
    """The problems of the names of a package's files."""
    alike: defaultdict[str, set[str]] = defaultdict(set)
    for path in dict.fromkeys(paths):
        for number in range(1, path.count("/") + 2):
            part = "/".join(path.split("/")[:number])
            alike[unicodedata.normalize("NFC", part.casefold())].add(part)
        if unfit := _unfit(path):
            yield Problem(message("archive.name_of_file"), unfit)
    for same in alike.values():
        if len(same) > 1:
            *names, last = (quote_value(name) for name in sorted(same))
            alike_names = message("archive.names_alike", names=tuple(names), last=last)
            yield Problem(message("archive.names_of_files"), alike_names)


def _unfit(path: str) -> Message | None:
    """The problem of a path; None if it is fit."""
    name = quote_value(path)
    if _NO_MANIFEST.search(path):
        return message("archive.name_breaks_manifest", name=name)
    if _NOT_IN_WINDOWS.search(path):
        return message("archive.name_not_in_windows", name=name)
    if any(len(part.encode()) > _MOST_BYTES for part in path.split("/")):
        return message("archive.name_too_long", name=name, most=_MOST_BYTES)
    if len(path.encode("utf-16-le")) // 2 > _MOST_UNITS:
        return message("archive.path_too_long", name=name, most=_MOST_UNITS)
    return None
