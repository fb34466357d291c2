"""Escapes text in CSV files that a spreadsheet would run as a formula, and removes the escape again.

A spreadsheet takes a CSV cell for a formula if it begins with `=`, `+`, `-` or `@`, in full width too.
Escaping puts an apostrophe before such a text, and before one that has apostrophes there already;
unescaping removes one again, so that every text is read as it was. Numbers such as `-5` are not escaped:
they run nothing.
"""

import re

import pyarrow as pa
import pyarrow.compute as pc

_FORMULA_START = r"[=+\-@＝＋－＠\t\r\n]"
_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def escape_formulas(texts: pa.Array) -> pa.Array:
    """Escape texts for a CSV file; missing ones stay missing."""
    is_formula = pc.match_substring_regex(texts, f"^'*{_FORMULA_START}")
    is_number = pc.match_substring_regex(texts, _NUMBER)
    escaped = pc.binary_join_element_wise(pa.scalar("'"), texts, pa.scalar(""))
    return pc.if_else(pc.and_(is_formula, pc.invert(is_number)), escaped, texts)


def escape_formula(text: str | None) -> str | None:
    """Escape one text for a CSV file; None stays None."""
    is_formula = text is not None and re.match(f"'*{_FORMULA_START}", text) and not re.search(_NUMBER, text)
    return f"'{text}" if is_formula else text


def unescape_formulas(texts: pa.Array) -> pa.Array:
    """Remove the escaping apostrophe from the texts of a CSV file."""
    return pc.if_else(
        pc.match_substring_regex(texts, f"^'+{_FORMULA_START}"),
        pc.utf8_slice_codeunits(texts, start=1),
        texts,
    )
