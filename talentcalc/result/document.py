"""The one document: its canonical bytes, and how it is read back from them."""

import hashlib
import json
import re
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import Discriminator, TypeAdapter

from talentcalc.core.errors import UnfitValue
from talentcalc.core.untrusted_json import read_json
from talentcalc.messages.message import message
from talentcalc.result.model.part import Part
from talentcalc.result.model.result import AnyLeague, AnyScorecard, Result

SomePart = TypeVar("SomePart", bound=Part)

_HIDDEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
"""Control and invisible characters, and halves of one: a terminal obeys them, or nobody sees them.

A fixed set, as what Unicode calls invisible grows with every version of Python.
"""


@cache
def result_type() -> TypeAdapter[Result]:
    """What tells the forms of a result apart: first `schema`, then `status`."""
    scorecard = Annotated[AnyScorecard, Discriminator("status")]
    league = Annotated[AnyLeague, Discriminator("status")]
    return TypeAdapter(Annotated[scorecard | league, Discriminator("form")])


def result_of(document: Any) -> Result:
    """The result that a JSON document says.

    Raises:
        ValueError: it is no result: a part is missing, unknown or of another kind.
    """
    return result_type().validate_python(document, by_alias=True, by_name=False)


def read_result(content: bytes) -> Result:
    """The result in bytes that anyone may have made, if they are its one form.

    Raises:
        ValueError: no JSON, a limit is passed, it is no result, or it was altered by hand.
    """
    result = result_of(read_json(content))
    if canonical(result) != content:
        raise UnfitValue(message("result.in_another_form"))
    return result


def written(part: Part) -> dict[str, Any]:
    """A part of a result as JSON has it."""
    return part.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def canonical(document: Part | dict[str, Any]) -> bytes:
    """A document's one form: UTF-8, sorted keys, two spaces, hidden characters escaped, a final newline."""
    content = written(document) if isinstance(document, Part) else document
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    return (_HIDDEN.sub(_escaped, text) + "\n").encode()


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def as_read(part: SomePart) -> SomePart:
    """A result, or a part of one, as anyone reads it back: keys sorted, so that no view leans on another."""
    document = json.loads(json.dumps(written(part), ensure_ascii=False, sort_keys=True))
    return type(part).model_validate(document, by_alias=True, by_name=False)


def checks_record(result: Result) -> dict[str, Any]:
    """What `checks.json` says: the part of a result that is about its checks."""
    named = {"audit", "status", "checks", "checks_run", "findings"}
    return result.model_dump(mode="json", by_alias=True, exclude_defaults=True, include=named)


def fingerprint(result: Result) -> str:
    """The SHA-256 of `result.json`, in hexadecimal."""
    return hashlib.sha256(canonical(result)).hexdigest()
