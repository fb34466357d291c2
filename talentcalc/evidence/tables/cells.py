"""From the text in a cell to its exact type; what cannot be read is named, never repaired."""

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
from talentcalc.evidence.tables.everyday_forms import plain_form
from talentcalc.rulebook.table import Column, ColumnType

_TRUE, _FALSE = ("true", "是", "1"), ("false", "否", "0")
_EXPECTED: dict[ColumnType, str] = {
    "date": "日期，形如 2025-03-01",
    "month": "月份，形如 2025-03",
    "moment": "时间，形如 2025-03-01 09:30:00",
    "integer": "整数",
    "number": "小数，形如 85.5",
    "money": "金额（元），至多两位小数",
    "boolean": "是/否、true/false 或 1/0",
}
_DAY = r"^(\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d{2}|[1-9]\d{3})-\d{2}-\d{2}"  # there is no year 0
_SHAPES: dict[ColumnType, str] = {
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
    if isinstance(value, float):  # the shortest decimal that stands for it, as the author typed it
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
class Typed:
    """A column's cells: their values, which could not be read (missing there), and which were read otherwise.

    `otherwise` are the positions of cells in an everyday form, with the plain form each was read as.
    """

    values: "pd.Series[Any]"
    unread: "pd.Series[bool]"
    otherwise: dict[int, str]


def typed(texts: pa.Array, column: Column) -> Typed:
    """Cleaned text as the column's type."""
    given = texts.is_valid().to_numpy(zero_copy_only=False)
    texts, otherwise = plain_forms(texts, column)
    series: pd.Series[Any] = texts.to_pandas(
        types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get
    )
    if column.type in _SHAPES:
        fits = pc.match_substring_regex(texts, _SHAPES[column.type]).fill_null(False)
        values = _READERS[column.type](series.where(pd.Series(fits.to_numpy(zero_copy_only=False))))
    elif column.type == "boolean":
        values = _boolean(series)
    elif column.type == "choice":
        values = series.replace({title: code for code, title in column.choices.items()})
    else:
        lost = lost_digits(texts)
        values = series.mask(pd.Series(lost)) if lost.any() else series
    return Typed(values, pd.Series(given) & values.isna(), otherwise)


def plain_forms(texts: pa.Array, column: Column) -> tuple[pa.Array, dict[int, str]]:
    """The texts, those in an everyday form of the column's type in the plain one; these by their positions.

    Only what is not plain already is looked at: of most columns nothing.
    """
    odd = np.flatnonzero(_not_plain(texts, column))
    if not len(odd):
        return texts, {}
    forms: dict[str, str | None] = {}
    otherwise: dict[int, str] = {}
    synonyms = _synonyms(column) if column.type == "choice" else {}
    for place, text in zip(odd.tolist(), texts.take(pa.array(odd)).to_pylist(), strict=True):
        if text not in forms:
            forms[text] = synonyms.get(folded(text)) if synonyms else _plain_form(column.type, text)
        form = forms[text]
        if form is not None and form != text:
            otherwise[place] = form
    mask = np.zeros(len(texts), dtype=bool)
    mask[list(otherwise)] = True
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(otherwise.values(), pa.string())), otherwise


def _plain_form(kind: ColumnType, text: str) -> str | None:
    """The plain form of a text, if it has one and that is a value of the type."""
    form = plain_form(kind, text)
    fits = form is not None and (kind not in _SHAPES or re.search(_SHAPES[kind], form, re.ASCII))
    return form if fits else None


def _not_plain(texts: pa.Array, column: Column) -> npt.NDArray[np.bool_]:
    if column.type in _SHAPES:
        plain = pc.match_substring_regex(texts, _SHAPES[column.type])
    elif column.type == "boolean":
        plain = pc.is_in(pc.utf8_lower(texts), pa.array(_TRUE + _FALSE))
    elif column.type == "choice":
        plain = pc.is_in(texts, pa.array([*column.choices, *column.choices.values()], pa.string()))
    else:
        return np.zeros(len(texts), dtype=bool)
    odd = pc.and_(texts.is_valid(), pc.invert(plain.fill_null(True)))
    return np.asarray(odd.to_numpy(zero_copy_only=False))


def _synonyms(column: Column) -> dict[str, str]:
    """What stands for one choice only, as texts are compared: its code, its title, its synonyms."""
    found: dict[str, set[str]] = {}
    for code, title in column.choices.items():
        for word in (code, title, *column.synonyms.get(code, ())):
            found.setdefault(folded(word), set()).add(code)
    return {word: codes.pop() for word, codes in found.items() if len(codes) == 1}


LOST_DIGITS = r"^[+-]?\d{1,3}(\.\d+)?[eE]\+\d{2,3}$|^[+-]?\d{1,3}\.\d+[eE]\d{2,3}$"
"""A long number as a program writes it that has no room: 1.52701E+17, 152.7E+15. What it was is lost.

An id such as 3E08 is none: no program writes a number so.
"""


def lost_digits(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Which texts are what a spreadsheet has left of a long number."""
    found = np.zeros(len(texts), dtype=bool)
    if pc.any(pc.match_substring(texts, "e", ignore_case=True)).as_py():
        found |= pc.match_substring_regex(texts, LOST_DIGITS).fill_null(False).to_numpy(zero_copy_only=False)
    return found


def expected(column: Column) -> str:
    """What a column's cells should look like, for a message."""
    return _EXPECTED.get(column.type, "完整的文字；这一格像是长数字丢了位数，请以文本格式重新填写")


def shape(kind: ColumnType) -> str:
    """The shape, a regular expression, that a cell of a type has to have."""
    return _SHAPES[kind]


def empty(column: Column) -> "pd.Series[Any]":
    """The column without a row."""
    if column.type not in _EMPTY:
        _EMPTY[column.type] = typed(pa.array([], pa.string()), column).values
    return _EMPTY[column.type]


_EMPTY: dict[ColumnType, "pd.Series[Any]"] = {}


def _day(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return pd.to_datetime(texts.str.slice(0, 10), format="%Y-%m-%d", errors="coerce")


def _moment(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return pd.to_datetime(texts, format="ISO8601", errors="coerce")


def _integer(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return texts.str.replace(r"\.0+$", "", regex=True).astype("Int64")


def _decimal(texts: "pd.Series[str]") -> "pd.Series[Any]":
    return texts.map(Decimal, na_action="ignore").astype(object).where(texts.notna(), None)


def _boolean(texts: "pd.Series[str]") -> "pd.Series[Any]":
    lower = texts.str.lower()
    values = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    return values.mask(lower.isin(_TRUE), True).mask(lower.isin(_FALSE), False)


_READERS: dict[ColumnType, Callable[["pd.Series[str]"], "pd.Series[Any]"]] = {
    "date": _day,
    "month": lambda texts: texts,
    "moment": _moment,
    "integer": _integer,
    "number": _decimal,
    "money": _decimal,
}
