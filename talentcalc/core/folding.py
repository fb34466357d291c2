"""Forms of a text in which width, case, spaces and marks are ignored, to compare texts by."""

import re
import unicodedata

_NO_SIGN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Ps", "Pe", "Pi", "Pf")
"""The Unicode categories of white space, of signs that are not seen, of brackets and quotes."""

_QUOTES = "'\"`"
_DASHES = re.compile(r"[-\u2010-\u2015\u2212\ufe58]+")


def folded(text: str) -> str:
    """Text as names are compared: NFKC, without case and white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("\u200b", "")


def unmarked(text: str) -> str:
    """Text as titles are compared: folded, without brackets and quotes, its dashes in one form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    left = "".join(c for c in plain if unicodedata.category(c) not in _NO_SIGN and c not in _QUOTES)
    return _DASHES.sub("-", left)
