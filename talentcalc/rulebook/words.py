"""When do two writings say the same word?"""

import unicodedata


def folded(text: str) -> str:
    """Text as names are compared: NFKC, without case and white space."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split()).replace("\u200b", "")
