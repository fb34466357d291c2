"""The language of a result's and a difference's lines on the terminal."""

from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Text


def worded(text: Text) -> str:
    """A text as these lines show it: in the language of the result, whose own texts stand beside it."""
    return wording(text, PAPERS)
