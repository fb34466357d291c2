"""The note beside redacted evidence: what a published audit leaves out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.models import StrictModel, validated
from talentcalc.core.untrusted_json import MOST_BYTES, read_json

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class RedactionNotice(StrictModel):
    """The columns whose values are pseudonyms, and the proofs that are withheld with their sha256.

    `key` tells which secret made the pseudonyms (a fingerprint, from which nothing follows): under
    the same secret the same person has the same pseudonym in every pack.
    """

    note: Literal["talentcalc/redaction/1"]
    key: Sha256
    columns: Mapping[str, tuple[str, ...]]
    withheld: Mapping[str, Sha256]


def read_redaction_notice(path: Path) -> RedactionNotice:
    """The note at `path`, which is JSON.

    Raises:
        InputError: it is not such a note.
    """
    try:
        note = read_json(read_bounded_file(path, "the note of what is left out", MOST_BYTES))
    except ValueError as error:
        found, expected = quote_value(str(error)), "the note of what is left out"
        raise InputError(Problem(path.name, found, expected, "ask for the package again")) from None
    return validated(RedactionNotice, note, path.name)
