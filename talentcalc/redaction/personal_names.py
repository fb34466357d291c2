"""Names in other texts: values of personal columns, found and replaced wherever they stand.

A value is found whether it is written in full width or half, in capitals or small letters, with white
space, an invisible character or a middle dot within or without. Letters of ASCII have to be a whole word,
digits a whole number (`10001` is not in `210001`, but in `Tel10001`); Chinese has no words, so `张三` is
found in `张三丰` too: rather one pseudonym too many than a name. What tells nobody from anybody is not looked
for: one character, and a number of fewer than five digits, which stands in every text.
"""

import unicodedata
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import chain
from typing import Any

import pyarrow as pa

from talentcalc.redaction.pseudonyms import Pseudonyms, in_each_cell

_DOTS = "·•‧∙⋅・･᛫"
_FEWEST_DIGITS = 5
_TELLING = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl", "So"}  # letters, ideographs, emoji


class Names:
    """The values of personal columns, and texts with pseudonyms in their place.

    `hashes` are the plain SHA-256 of proofs: keyed hashes stand in their place.
    """

    def __init__(self, pseudonyms: Pseudonyms, values: Iterable[str], hashes: Collection[str]) -> None:
        self.pseudonyms = pseudonyms
        self._hashes = frozenset(hashes)
        self._values: dict[str, str] = {}
        self._variants: set[str] = set()
        self.too_short = 0
        lengths: dict[str, set[int]] = {}
        for value in chain(values, sorted(self._hashes)):
            form, _ = _with_places(value)
            if not _tells_of_somebody(form):
                self.too_short += 1
            elif self._values.setdefault(form, value) != value:
                self._variants.add(value)
            else:
                lengths.setdefault(form[:2], set()).add(len(form))
        self._lengths = {head: sorted(each, reverse=True) for head, each in lengths.items()}
        self.replaced = lru_cache(maxsize=1 << 16)(self._replaced)

    def _replaced(self, text: str) -> str:
        """A text with a pseudonym in the place of each value in it; the longest that begins first."""
        form, places = _with_places(text)
        parts, done, at = list[str](), 0, 0
        while at < len(form) - 1:
            length = self._length_of_value(form, places, at)
            if length:
                start, end = places[at], places[at + length - 1] + 1
                parts += (text[done:start], self._instead(text[start:end], form[at : at + length]))
                done, at = end, at + length
            else:
                at += 1
        return "".join((*parts, text[done:])) if done else text

    def _length_of_value(self, form: str, places: list[int], at: int) -> int:
        """The length of the longest value that stands at a place of a text, as a whole word; 0 if none."""
        for length in self._lengths.get(form[at : at + 2], ()):
            end = at + length
            if (
                end <= len(form)
                and form[at:end] in self._values
                and not (_one_word(form, places, at - 1) or _one_word(form, places, end - 1))
            ):
                return length
        return 0

    def _instead(self, written: str, form: str) -> str:
        value = written if written in self._variants else self._values[form]
        return self.pseudonyms.keyed(value) if value in self._hashes else self.pseudonyms.of(value)

    def of_column(self, texts: pa.Array) -> pa.Array:
        """Each cell's text with pseudonyms in it; missing stays missing."""
        return in_each_cell(self.replaced, texts)

    def within(self, document: Any) -> Any:
        """A document of mappings, lists and texts, with every text replaced, keys too."""
        if isinstance(document, dict):
            return type(document)({self.within(key): self.within(part) for key, part in document.items()})
        if isinstance(document, list | tuple):
            return type(document)(self.within(part) for part in document)
        return self.replaced(document) if isinstance(document, str) else document


@lru_cache(maxsize=1 << 17)
def _form(character: str) -> str:
    """A character in the form in which texts are compared; empty for a space or a dot within names."""
    if character in _DOTS or character.isspace() or unicodedata.category(character) == "Cf":
        return ""
    return unicodedata.normalize("NFKC", character).casefold()


def _with_places(text: str) -> tuple[str, list[int]]:
    """A text in the form in which texts are compared, and each character's place in the text."""
    if text.isascii() and not any(character.isspace() for character in text):
        return text.lower(), list(range(len(text)))
    forms = [_form(character) for character in text]
    return "".join(forms), [place for place, form in enumerate(forms) for _ in form]


def _one_word(form: str, places: list[int], at: int) -> bool:
    """Whether a character and the next belong to one word of ASCII letters, or to one number."""
    if not 0 <= at < len(form) - 1 or places[at + 1] - places[at] > 1:
        return False
    pair = form[at : at + 2]
    return pair.isascii() and (pair.isalpha() or pair.isdigit())


def _tells_of_somebody(form: str) -> bool:
    digits = sum(character.isdigit() for character in form)
    letters = sum(unicodedata.category(character) in _TELLING for character in form)
    return letters > 1 or (letters == 1 and digits > 0) or digits >= _FEWEST_DIGITS
