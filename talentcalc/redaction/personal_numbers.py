"""Numbers that tell of a person whoever wrote them: identity cards and telephones, by their shape."""

import re
import unicodedata
from datetime import date

from talentcalc.messages.message import Message, message

_PSEUDONYM = re.compile(r"P[0-9a-f]{16}")
_GAP = "[ -]?"
_CARD = re.compile(
    rf"(?<!\d)(\d{{6}}{_GAP}\d{{8}}{_GAP}\d{{3}}[\dXx]|\d{{6}}{_GAP}\d{{6}}{_GAP}\d{{3}})(?![\dXx])"
)
_MOBILE = re.compile(rf"(?<!\d)(\+?86{_GAP})?1[3-9]\d{_GAP}\d{{4}}{_GAP}\d{{4}}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d-])(\(0\d{2,3}\)|0\d{2,3}[ -]?)[ ]?[2-9]\d{6,7}(?![\d-])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643
_CHECKS = "10X98765432"


def numbers_of_persons(text: str) -> list[Message]:
    """The kinds of personal numbers in a text: an identity card's number, a telephone number."""
    plain = _PSEUDONYM.sub(" ", unicodedata.normalize("NFKC", text))
    found = []
    if any(_is_a_card(re.sub("[ -]", "", card[0])) for card in _CARD.finditer(plain)):
        found.append(message("redaction.identity_card"))
    if _MOBILE.search(plain) or _LANDLINE.search(plain):
        found.append(message("redaction.telephone"))
    return found


def _is_a_card(digits: str) -> bool:
    """Whether digits are an identity card's: by the check digit of 18, by the day of birth of 15."""
    if len(digits) == 15:
        return _is_a_day(f"19{digits[6:12]}")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    return _is_a_day(digits[6:14]) and _CHECKS[total % 11] == digits[17].upper()


def _is_a_day(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year < 2100
    except ValueError:
        return False
