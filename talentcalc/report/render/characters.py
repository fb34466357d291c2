"""Which characters can be shown as they are; the others are shown as their code, U+XXXX."""

import unicodedata
from collections.abc import Container, Iterable

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Control, invisible, private and unassigned: they could hide or turn round the text beside them."""


def literal(text: str, glyphs: Container[int] | None = None) -> str:
    """`text` with every character that is hidden, or not among `glyphs`, as its code."""
    if glyphs is None and text.isprintable():
        return text
    return "".join(_visible(text, glyphs))


def on_one_line(text: str) -> str:
    """`text` literally, with a sign where a line ends: what was handed in makes no line of its own."""
    return literal(text.replace("\r", "").replace("\n", "⏎"))


def _visible(text: str, glyphs: Container[int] | None) -> Iterable[str]:
    for character in text.replace("\r\n", "\n").replace("\t", " "):
        hidden = character != "\n" and unicodedata.category(character) in _HIDDEN
        absent = glyphs is not None and character != "\n" and ord(character) not in glyphs
        yield f"U+{ord(character):04X}" if hidden or absent else character
