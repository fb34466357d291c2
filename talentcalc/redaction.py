"""What does a published audit leave out? The note that lies beside redacted evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from talentcalc.errors import Problem, Refusal, shown
from talentcalc.exact_json import MOST_BYTES, read_json
from talentcalc.plain_file import content_of
from talentcalc.strict import Strict, read_as

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class Redaction(Strict):
    """The columns whose values are pseudonyms, and the proofs that are withheld with their sha256.

    `key` tells which secret made the pseudonyms (a fingerprint, from which nothing follows): under
    the same secret the same person has the same pseudonym in every pack.
    """

    note: Literal["talentcalc/redaction/1"]
    key: Sha256
    columns: Mapping[str, tuple[str, ...]]
    withheld: Mapping[str, Sha256]


def read_redaction(path: Path) -> Redaction:
    """The note at `path`, which is JSON.

    Raises:
        Refusal: it is not such a note.
    """
    try:
        note = read_json(content_of(path, "the note of what is left out", MOST_BYTES))
    except ValueError as error:
        found, expected = shown(str(error)), "the note of what is left out"
        raise Refusal(Problem(path.name, found, expected, "ask for the package again")) from None
    return read_as(Redaction, note, path.name)
