"""Typed documents: unknown keys and wrong types are refused, every one of them named."""

from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, WithJsonSchema

from talentcalc.core.decimals import to_decimal
from talentcalc.core.errors import InputError, Problem, UnfitValue, quote_value
from talentcalc.messages.message import Text, message

ExactDecimal = Annotated[
    Decimal,
    BeforeValidator(to_decimal),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}, {"type": "number"}]}),
]


class StrictModel(BaseModel):
    """The base of every typed document: frozen, and no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Document = TypeVar("Document", bound=StrictModel)

_WITHOUT_A_VALUE = {
    "extra_forbidden": message("core.unknown_key"),
    "missing": message("core.missing_key"),
}
_EXPECTED = {
    "bool_parsing": message("core.not_true_or_false"),
    "bool_type": message("core.true_or_false"),
    "date_type": message("core.date"),
    "dict_type": message("core.mapping"),
    "int_from_float": message("core.whole_number_without_fraction"),
    "int_parsing": message("core.whole_number_in_text"),
    "int_type": message("core.whole_number"),
    "string_type": message("core.text"),
    "tuple_type": message("core.list_in_yaml"),
}
_MANY = {"Dictionary": message("core.many_keys"), "Tuple": message("core.many_values")}


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
    if entry["type"] in _WITHOUT_A_VALUE:
        return Problem(where, _WITHOUT_A_VALUE[entry["type"]])
    found = quote_value(entry["input"])
    return Problem(where, message("core.value_not_as_expected", found=found, expected=_expected(entry)))


def _expected(entry: Any) -> Text:
    """What a value should be; what the library alone knows of, in its own words."""
    match entry["type"], entry.get("ctx", {}):
        case "value_error", {"error": UnfitValue(message=expected)}:
            return expected
        case "greater_than", {"gt": limit}:
            return message("core.more_than", limit=str(limit))
        case "greater_than_equal", {"ge": limit}:
            return message("core.at_least", limit=str(limit))
        case "less_than", {"lt": limit}:
            return message("core.less_than", limit=str(limit))
        case "less_than_equal", {"le": limit}:
            return message("core.at_most", limit=str(limit))
        case "literal_error", {"expected": str(known)}:
            *others, last = known.replace(" or ", ", ").split(", ")
            return message("core.one_of", others=tuple(others), last=last) if others else last
        case "union_tag_not_found", {"discriminator": key}:
            return message("core.key_that_tells_kind", key=str(key))
        case "union_tag_invalid", {"discriminator": key, "tag": tag, "expected_tags": str(known)}:
            kinds = tuple(known.split(", "))
            return message("core.kind_among", kind=str(tag), key=str(key), kinds=kinds)
        case "too_short", {"field_type": kind, "min_length": least, "actual_length": number}:
            many = _MANY.get(kind, kind)
            if least == 1:
                return message("core.not_empty", kind=many, number=number)
            return message("core.too_few", kind=many, least=least, number=number)
        case "string_pattern_mismatch", {"pattern": pattern}:
            return message("core.text_of_pattern", pattern=pattern)
        case "model_type", {"class_name": form}:
            return message("core.mapping_of_form", form=form)
    words = str(entry["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    return _EXPECTED.get(entry["type"], words[0].lower() + words[1:])
