"""What does a published audit leave out? The note that lies beside redacted evidence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from talentcalc.exact_yaml import load_mapping
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
    """The note at `path`, which is JSON and so YAML as well.

    Raises:
        Refusal: it is not such a note.
    """
    return read_as(Redaction, load_mapping(path), path.name)
