"""File names that a package can have: those that every system keeps, and keeps apart."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from talentcalc.core.errors import Problem, quote_value

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
        if expected := _unfit(path):
            yield Problem(
                "a file's name", quote_value(path), expected, "rename it, and the path that names it"
            )
    for same in alike.values():
        if len(same) > 1:
            found = " and ".join(quote_value(name) for name in sorted(same))
            expected = "names that differ in more than capital and small letters or Unicode form"
            yield Problem("files' names", found, expected, "rename one, and the path that names it")


def _unfit(path: str) -> str:
    """The expectation that a path fails; empty if it is fit."""
    if _NO_MANIFEST.search(path):
        return "no control character, no \\, no %0A %0D %25"
    if _NOT_IN_WINDOWS.search(path):
        return (
            'a name that Windows can have: none of < > : " | ? *, no dot or space at the end, no CON, NUL …'
        )
    if any(len(name.encode()) > _MOST_BYTES for name in path.split("/")):
        return f"each part of a path of at most {_MOST_BYTES} bytes"
    if len(path.encode("utf-16-le")) // 2 > _MOST_UNITS:
        return f"a path of at most {_MOST_UNITS} characters"
    return ""
