"""Typed documents: unknown keys and wrong types are refused, every one of them named."""

from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from talentcalc.core.decimals import to_decimal
from talentcalc.core.errors import InputError, Problem, quote_value

ExactDecimal = Annotated[
    Decimal,
    BeforeValidator(to_decimal),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, {"type": "number"}]}),
]


class StrictModel(BaseModel):
    """The base of every typed document: frozen, and no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Document = TypeVar("Document", bound=StrictModel)

_WORDS = {
    "extra_forbidden": ("a key that is not known here", "a known key", "remove or rename it"),
    "missing": ("nothing", "a value", "add the key"),
}

_IN_YAML = {"tuple_type": "a list, as in [a, b]"}
"""What the file should say where the library names Python's type."""


def validated(model: type[Document], data: dict[str, Any], name: str) -> Document:
    """`data` as a `model`.

    Raises:
        InputError: everything in `data` that the model does not allow, all at once.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise InputError(_problem(entry, name) for entry in error.errors()) from None


def _problem(entry: Any, name: str) -> Problem:
    place = ".".join(str(part)[:80] for part in entry["loc"])
    where = f"{name}: {place}" if place else name
    if entry["type"] in _WORDS:
        return Problem(where, *_WORDS[entry["type"]])
    message = str(entry["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    expected = _IN_YAML.get(entry["type"], message)
    return Problem(where, quote_value(entry["input"]), expected[0].lower() + expected[1:], "correct it")
