"""An Arrow column's values as the texts that a CSV file would have for them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from talentcalc.evidence.tables.cells import as_text
from talentcalc.evidence.tables.grid import Unreadable

_EXACT = {16: 3, 32: 6, 64: 15}
"""Digits that every whole number has kept in a float of so many bits."""

_PLAIN = (
    types.is_boolean,
    types.is_integer,
    types.is_floating,
    types.is_decimal,
    types.is_date,
    types.is_timestamp,
    types.is_time,
    types.is_null,
)


@dataclass(frozen=True)
class Texts:
    """The texts of a column, and the positions of the floats that are too long to have kept their digits."""

    texts: pa.Array
    inexact: list[int] = field(default_factory=list)


def texts_of(name: str, column: Any) -> Texts:
    """The texts of a column by its name.

    Raises:
        Unreadable: its type is not of text, numbers, dates or booleans, or a value is beyond Python's.
    """
    kind = column.type
    try:
        column = _plainly_stored(column)
        column.validate(full=True)
        if types.is_string(column.type):
            return Texts(column)
        if isinstance(kind, pa.UuidType) or any(holds(column.type) for holds in _PLAIN):
            return _values(column)
    except (pa.ArrowException, ValueError, OverflowError, ArithmeticError, LookupError, TypeError) as error:
        found = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise Unreadable(f"列 {name} 的类型 {_shown(kind)}，其中有无法读取的值（{found}）") from None
    raise Unreadable(f"列 {name} 的类型 {_shown(kind)} 不是文字、数字、日期或是否")


def has_value(column: Any) -> Any:
    """Which cells of a column have a value, as a numpy mask: white space is none."""
    if types.is_dictionary(column.type):  # each of its texts is looked at but once
        held = pc.take(pa.array(has_value(column.dictionary)), column.indices).fill_null(False)
        return np.asarray(held.to_numpy(zero_copy_only=False))
    try:
        column = _plainly_stored(column)
    except (pa.ArrowException, ValueError):
        return np.ones(len(column), dtype=bool)
    held = column.is_valid()
    if types.is_string(column.type):
        held = pc.and_(held, pc.not_equal(pc.utf8_trim_whitespace(column), "")).fill_null(False)
    return np.asarray(held.to_numpy(zero_copy_only=False))


def bytes_of(column: Any) -> int:
    """The bytes of a column's values; a text behind a dictionary counts as often as it stands there."""
    if not types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _plainly_stored(column: Any) -> Any:
    """The column's values themselves: not behind a dictionary, nor in the rarer ways of holding text."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if types.is_dictionary(column.type):
        return _plainly_stored(column.dictionary_decode())
    if types.is_run_end_encoded(column.type):
        return _plainly_stored(pc.run_end_decode(column))
    if types.is_large_string(column.type) or types.is_string_view(column.type):
        return column.cast(pa.string())
    return column


def _values(column: Any) -> Texts:
    kind = column.type
    values = column.to_pylist()
    if not types.is_floating(kind):
        return Texts(pa.array([as_text(value) for value in values], pa.string()))
    if kind.bit_width < 64:  # the shortest decimal of a short float is shorter than that of a long one
        short = np.float16 if kind.bit_width == 16 else np.float32
        values = [None if value is None else float(str(short(value))) for value in values]
    most = 10 ** _EXACT[kind.bit_width]
    inexact = [n for n, value in enumerate(values) if value is not None and abs(value) >= most]
    for n in inexact:
        values[n] = None
    return Texts(pa.array([as_text(value) for value in values], pa.string()), inexact)


def _shown(kind: Any) -> str:
    return str(kind)[:60]
