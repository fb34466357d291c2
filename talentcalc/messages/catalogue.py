"""Words a message in a language: gettext catalogues, one a room, `<language>/<room>.po`."""

from __future__ import annotations

import os
from functools import cache
from gettext import GNUTranslations

TYPE_CHECKING = False
if TYPE_CHECKING:  # `--help` answers at once: typing waits until it is needed
    from typing import Literal, TypeAlias

    from talentcalc.messages.message import Argument, Text

Language: TypeAlias = "Literal['en', 'zh']"

TERMINAL: Language = "en"
"""The language of refusals, help and prompts."""

PAPERS: Language = "zh"
"""The language of the result and of every paper made of it: the regulations'."""

_FOLDER = os.path.dirname(__file__)
_SEPARATORS = {"en": ", ", "zh": "、"}


def wording(text: Text, language: Language) -> str:
    """A message in a language; words that are data stay as they are.

    Raises:
        KeyError: the catalogue has no such message.
    """
    if isinstance(text, str):
        return text
    template = _catalogue(language, text.key.partition(".")[0]).gettext(text.key)
    if template == text.key:
        raise KeyError(f"{language}: {text.key}")
    return template.format(**{name: _worded(value, language) for name, value in text.arguments.items()})


def _worded(value: Argument, language: Language) -> str:
    if isinstance(value, tuple):
        return _SEPARATORS[language].join(_worded(one, language) for one in value)
    return str(value) if isinstance(value, int) or hasattr(value, "isoformat") else wording(value, language)


@cache
def _catalogue(language: Language, room: str) -> GNUTranslations:
    with open(os.path.join(_FOLDER, language, f"{room}.mo"), "rb") as file:
        return GNUTranslations(file)
