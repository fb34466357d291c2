"""The note beside redacted evidence: what a published audit leaves out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from talentcalc.core.errors import InputError, Problem, UnfitValue, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.models import StrictModel, validated
from talentcalc.core.untrusted_json import MOST_BYTES, read_json
from talentcalc.messages.message import message

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
        note = read_json(read_bounded_file(path, message("params.redaction_notice"), MOST_BYTES))
    except UnfitValue as refusal:
        limit = message("params.notice_beyond_limit", limit=refusal.message)
        raise InputError(Problem(path.name, limit)) from None
    except ValueError as error:
        reason = message("params.notice_not_json", reason=quote_value(str(error)))
        raise InputError(Problem(path.name, reason)) from None
    return validated(RedactionNotice, note, path.name)
