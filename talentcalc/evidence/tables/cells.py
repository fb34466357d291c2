"""Converts the text of cells to the type of their column; what cannot be read is reported, never repaired."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.folding import folded
from talentcalc.evidence.tables.canonical_forms import canonical_form
from talentcalc.messages.message import Message, message
from talentcalc.rulebook.table import Column, ColumnType

_TRUE, _FALSE = ("true", "是", "1"), ("false", "否", "0")
_EXPECTED: dict[ColumnType, Message] = {
    "date": message("evidence.date_form"),
    "month": message("evidence.month_form"),
    "moment": message("evidence.moment_form"),
    "integer": message("evidence.integer_form"),
    "number": message("evidence.number_form"),
    "money": message("evidence.money_form"),
    "boolean": message("evidence.boolean_form"),
}
_DAY = r"^(\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d{2}|[1-9]\d{3})-\d{2}-\d{2}"  # there is no year 0
_PATTERNS: dict[ColumnType, str] = {
    "date": _DAY + r"([T ]00:00(:00(\.0+)?)?)?$",
    "month": r"^\d{4}-(0[1-9]|1[0-2])$",
    "moment": _DAY + r"([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?)?$",
    "integer": r"^-?\d{1,18}(\.0+)?$",
    "number": r"^-?\d{1,18}(\.\d{1,12})?$",
    "money": r"^-?\d{1,15}(\.\d{1,2}0*)?$",
}


def as_text(value: Any) -> str | None:
    """A workbook's or a Parquet file's value as the text a CSV file would have for it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):  # the shortest decimal that gives it, as the author typed it
        return None if value != value else format(Decimal(repr(value)).normalize(), "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def cleaned(texts: pa.Array) -> pa.Array:
    """Text in Unicode NFC without surrounding white space; what is then empty is missing."""
    trimmed = pc.utf8_trim_whitespace(pc.utf8_normalize(texts, form="NFC"))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


@dataclass(frozen=True)
class TypedColumn:
    """The values of a column; cells that are no value of its type are missing, and marked in `unread`.

    `converted` maps the positions of cells in a variant form to the canonical form they were read as.
    """

    values: "pd.Series[Any]"
    unread: "pd.Series[bool]"
    converted: dict[int, str]


def typed_column(texts: pa.Array, column: Column) -> TypedColumn:
    """Convert cleaned texts to the column's type."""
    filled = texts.is_valid().to_numpy(zero_copy_only=False)
    texts, converted = canonical_texts(texts, column)
    series: pd.Series[Any] = texts.to_pandas(
        types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get
    )
    if column.type in _PATTERNS:
        matches = pc.match_substring_regex(texts, _PATTERNS[column.type]).fill_null(False)
        values = _CONVERTERS[column.type](series.where(pd.Series(matches.to_numpy(zero_copy_only=False))))
    elif column.type == "boolean":
        values = _booleans(series)
    elif column.type == "choice":
        values = series.replace({title: code for code, title in column.choices.items()})
    else:
        shortened = lost_digits(texts)
        values = series.mask(pd.Series(shortened)) if shortened.any() else series
    return TypedColumn(values, pd.Series(filled) & values.isna(), converted)


def canonical_texts(texts: pa.Array, column: Column) -> tuple[pa.Array, dict[int, str]]:
    """Convert texts in a variant form to the canonical one; also the converted texts by their positions.

    Only texts that are not canonical already are looked at: of most columns none.
    """
    unusual = np.flatnonzero(_not_canonical(texts, column))
    if not len(unusual):
        return texts, {}
    forms: dict[str, str | None] = {}
    converted: dict[int, str] = {}
    synonyms = _synonyms(column) if column.type == "choice" else {}
    for position, text in zip(unusual.tolist(), texts.take(pa.array(unusual)).to_pylist(), strict=True):
        if text not in forms:
            forms[text] = synonyms.get(folded(text)) if synonyms else _valid_canonical_form(column.type, text)
        form = forms[text]
        if form is not None and form != text:
            converted[position] = form
    mask = np.zeros(len(texts), dtype=bool)
    mask[list(converted)] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(converted.values(), pa.string())), converted


def _valid_canonical_form(column_type: ColumnType, text: str) -> str | None:
    """The canonical form of a text, if it has one that is a value of the type."""
    form = canonical_form(column_type, text)
    valid = form is not None and (
        column_type not in _PATTERNS or re.search(_PATTERNS[column_type], form, re.ASCII)
    )
    return form if valid else None


def _not_canonical(texts: pa.Array, column: Column) -> npt.NDArray[np.bool_]:
    if column.type in _PATTERNS:
        canonical = pc.match_substring_regex(texts, _PATTERNS[column.type])
    elif column.type == "boolean":
        canonical = pc.is_in(pc.utf8_lower(texts), pa.array(_TRUE + _FALSE))
    elif column.type == "choice":
        canonical = pc.is_in(texts, pa.array([*column.choices, *column.choices.values()], pa.string()))
    else:
        return np.zeros(len(texts), dtype=bool)
    unusual = pc.and_(texts.is_valid(), pc.invert(canonical.fill_null(True)))
    return np.asarray(unusual.to_numpy(zero_copy_only=False))


def _synonyms(column: Column) -> dict[str, str]:
    """The code of each choice by the folded texts that mean it alone: its code, title and synonyms."""
    codes_of: dict[str, set[str]] = {}
    for code, title in column.choices.items():
        for text in (code, title, *column.synonyms.get(code, ())):
            codes_of.setdefault(folded(text), set()).add(code)
    return {text: codes.pop() for text, codes in codes_of.items() if len(codes) == 1}


LOST_DIGITS = r"^[+-]?\d{1,3}(\.\d+)?[eE]\+\d{2,3}$|^[+-]?\d{1,3}\.\d+[eE]\d{2,3}$"
"""A pattern of long numbers that a spreadsheet shortened: 1.52701E+17, 152.7E+15. Their digits are lost.

An id such as 3E08 does not match: no program writes a number so.
"""


def lost_digits(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Mark the texts that a spreadsheet shortened from a long number."""
    shortened = np.zeros(len(texts), dtype=bool)
    if pc.any(pc.match_substring(texts, "e", ignore_case=True)).as_py():
        shortened |= (
            pc.match_substring_regex(texts, LOST_DIGITS).fill_null(False).to_numpy(zero_copy_only=False)
        )
    return shortened


def expected_form(column: Column) -> Message:
    """Describe the expected form of a column's cells, for a message."""
    return _EXPECTED.get(column.type, message("evidence.text_with_all_digits"))


def pattern(column_type: ColumnType) -> str:
    """The regular expression that a cell of a type has to match."""
    return _PATTERNS[column_type]


def empty_column(column: Column) -> "pd.Series[Any]":
    """The column without rows."""
    if column.type not in _EMPTY:
        _EMPTY[column.type] = typed_column(pa.array([], pa.string()), column).values
    return _EMPTY[column.type]


_EMPTY: dict[ColumnType, "pd.Series[Any]"] = {}


def _dates(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return pd.to_datetime(texts.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")


def _moments(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return pd.to_datetime(texts, format="ISO8601", errors="coerce")


def _integers(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return texts.str.replace(r"\.0+$", "", regex=True).astype("Int64")


def _decimals(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return texts.map(Decimal, na_action="ignore").astype(object).where(texts.notna(), None)


def _booleans(texts: "pd.Series[str]") -> "pd.Series[Any]":
    lower = texts.str.lower()
    values = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    return values.mask(lower.isin(_TRUE), True).mask(lower.isin(_FALSE), False)


_CONVERTERS: dict[ColumnType, Callable[["pd.Series[str]"], "pd.Series[Any]"]] = {
    "date": _dates,
    "month": lambda texts: texts,
    "moment": _moments,
    "integer": _integers,
    "number": _decimals,
    "money": _decimals,
}
