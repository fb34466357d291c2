"""What findings say, in the language of the papers."""

from talentcalc.core.findings import Location
from talentcalc.messages.catalogue import PAPERS, wording


def found_text(place: Location) -> str | None:
    """The value found in a row."""
    return None if place.found is None else wording(place.found, PAPERS)
