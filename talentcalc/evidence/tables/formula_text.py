"""Text that a spreadsheet would take for a formula: in a CSV file an apostrophe says that it is text.

A spreadsheet runs what a CSV cell begins with `=` for, and with `+ - @`, in full width too. `inert` puts an
apostrophe before such a text, and before one that has apostrophes there already; `plain` takes one away
again: every text comes back as it was. Plain numbers (`-5`) stay: they run nothing.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

_LIVE = r"[=+\-@＝＋－＠\t\r\n]"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def inert(texts: pa.Array) -> pa.Array:
    """Texts as they are written to a CSV file; missing stays missing."""
    live = pc.match_substring_regex(texts, f"^'*{_LIVE}")
    number = pc.match_substring_regex(texts, _NUMBER)
    marked = pc.binary_join_element_wise(pa.scalar("'"), texts, pa.scalar(""))
    return pc.if_else(pc.and_(live, pc.invert(number)), marked, texts)


def inert_text(text: str | None) -> str | None:
    """The same for one text."""
    live = text is not None and re.match(f"'*{_LIVE}", text) and not re.search(_NUMBER, text)
    return f"'{text}" if live else text


def plain(texts: pa.Array) -> pa.Array:
    """Texts as a CSV file means them: without the apostrophe that marks text."""
    return pc.if_else(
        pc.match_substring_regex(texts, f"^'+{_LIVE}"), pc.utf8_slice_codeunits(texts, start=1), texts
    )
