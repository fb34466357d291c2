"""Typed documents: what a value should be, in either language; in English as the library has it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, ValidationError

from talentcalc.core.errors import InputError
from talentcalc.core.models import ExactDecimal, StrictModel, validated
from talentcalc.messages.catalogue import wording


class _Round(StrictModel):
    kind: Literal["round"]


class _Square(StrictModel):
    kind: Literal["square"]


class _Document(StrictModel):
    text: str = ""
    whole: Annotated[int, Field(strict=True, ge=1, lt=9)] = 1
    money: Annotated[ExactDecimal, Field(gt=0, le=5)] = Field(default="1", validate_default=True)
    number: int = 1
    day: date = date(2025, 1, 1)
    flag: bool = False
    named: dict[str, str] = {}
    two: dict[str, str] = Field(default={"a": "b", "c": "d"}, min_length=2)
    some: tuple[str, ...] = Field(default=("a",), min_length=1)
    few: Literal["a", "b", "c"] = "a"
    only: Literal["a"] = "a"
    form: _Round | None = None
    shape: Annotated[_Round | _Square, Field(discriminator="kind")] | None = None
    digits: Annotated[str, Field(pattern="^[0-9]$")] = "1"


@pytest.mark.parametrize(
    ("key", "value", "chinese"),
    [
        ("text", 5, "文本"),
        ("whole", "x", "整数"),
        ("whole", 0, "不小于 1"),
        ("whole", 9, "小于 9"),
        ("money", "0", "大于 0"),
        ("money", "5.5", "不大于 5"),
        ("money", "x", "小数"),
        ("flag", "x", "true 或 false"),
        ("flag", [], "true 或 false"),
        ("number", "x", "整数"),
        ("number", Decimal("1.5"), "没有小数部分的整数"),
        ("day", [], "日期"),
        ("named", [], "键与值的映射"),
        ("two", {"a": "b"}, "至少有 2 个键，而非 1 个"),
        ("some", [], "至少有 1 个值，而非 0 个"),
        ("few", "d", "'a'、'b' 或 'c'"),
        ("only", "d", "'a'"),
        ("form", 5, "键与值的映射（_Round）"),
        ("shape", {}, "由 'kind' 指明其种类"),
        ("shape", {"kind": "flat"}, "'kind' 为 'round'、'square' 之一，而非“flat”"),
        ("digits", "x", "符合 ^[0-9]$ 的文本"),
    ],
)
def test_what_a_value_should_be_is_said_in_either_language(key: str, value: Any, chinese: str) -> None:
    with pytest.raises(ValidationError) as library:
        _Document.model_validate({key: value})
    with pytest.raises(InputError) as refused:
        validated(_Document, {key: value}, "case.yaml")
    (problem,) = refused.value.problems
    (entry,) = library.value.errors()
    expected = entry["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    assert f"expected {expected[0].lower()}{expected[1:]}; correct it" in str(problem)
    assert f"；应为：{chinese}；请更正" in wording(problem.message, "zh")
