"""Unescapes text in a workbook's XML, in which `_xHHHH_` is a UTF-16 code unit."""

import re

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescape(text: str) -> str | None:
    """The unescaped text; None if it has an unpaired surrogate.

    `_x005F_` is an underscore, so that a text that looks like an escape can be written.
    """
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return None
