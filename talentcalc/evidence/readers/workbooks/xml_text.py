"""Text as a workbook's XML escapes it: `_xHHHH_` for a UTF-16 unit."""

import re

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")


def unescaped(text: str) -> str | None:
    """The text that a person sees; None if it has half a character, which no text has.

    `_x005F_` stands for the underscore, so that what looks like an escape can be written.
    """
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda one: chr(int(one[1], 16)), text)
    if not _SURROGATE.search(text):
        return text
    try:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        return None
