"""From the text in a cell to its exact type; what cannot be read is named, never repaired."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.rulebook.table import Column, ColumnType

_TRUE, _FALSE = ("true", "是", "1"), ("false", "否", "0")
_EXPECTED: dict[ColumnType, str] = {
    "date": "日期，形如 2025-03-01",
    "month": "月份，形如 2025-03",
    "moment": "时间，形如 2025-03-01 09:30:00",
    "integer": "整数",
    "number": "小数，形如 85.5",
    "money": "金额（元），至多两位小数，不带千分位",
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


def typed(texts: pa.Array, column: Column) -> tuple["pd.Series[Any]", "pd.Series[bool]"]:
    """Cleaned text as the column's type, and which cells could not be read (missing there)."""
    given = texts.is_valid().to_numpy(zero_copy_only=False)
    series: pd.Series[Any] = texts.to_pandas(
        types_mapper={pa.string(): pd.StringDtype(na_value=float("nan"))}.get
    )
    shape = _SHAPES.get(column.type)
    if shape is not None:
        fits = pc.match_substring_regex(texts, shape).fill_null(False).to_numpy(zero_copy_only=False)
        values = _READERS[column.type](series.where(pd.Series(fits)))
    elif column.type == "boolean":
        values = _boolean(series)
    elif column.type == "choice":
        values = series.replace({title: code for code, title in column.choices.items()})
    else:
        values = series
    return values, pd.Series(given) & values.isna()


def expected(column: Column) -> str:
    """What a column's cells should look like, for a message."""
    return _EXPECTED.get(column.type, "文字")


def shape(kind: ColumnType) -> str:
    """The shape, a regular expression, that a cell of a type has to have."""
    return _SHAPES[kind]


def empty(column: Column) -> "pd.Series[Any]":
    """The column without a row."""
    if column.type not in _EMPTY:
        _EMPTY[column.type] = typed(pa.array([], pa.string()), column)[0]
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
