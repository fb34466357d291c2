"""Converts an Arrow column's values to the texts that a CSV file would have for them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as types

from talentcalc.evidence.tables.cells import as_text
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_EXACT_DIGITS = {16: 3, 32: 6, 64: 15}
"""Digits up to which every whole number is exact in a float, by its bits."""

_READABLE_TYPES = (
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
    """The texts of a column, and the positions of floats with too many digits to be exact."""

    texts: pa.Array
    inexact: list[int] = field(default_factory=list)


def texts_of(name: str, column: Any) -> Texts:
    """Convert a column to texts; its name is for messages.

    Raises:
        Unreadable: its type is none of text, numbers, dates and booleans, or a value is outside Python's
            range.
    """
    arrow_type = column.type
    try:
        column = _decoded(column)
        column.validate(full=True)
        if types.is_string(column.type):
            return Texts(column)
        if isinstance(arrow_type, pa.UuidType) or any(is_type(column.type) for is_type in _READABLE_TYPES):
            return _values(column)
    except (pa.ArrowException, ValueError, OverflowError, ArithmeticError, LookupError, TypeError) as error:
        found = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        raise Unreadable(
            message("evidence.unreadable_values", column=name, type=_type_name(arrow_type), error=found)
        ) from None
    raise Unreadable(message("evidence.unreadable_type", column=name, type=_type_name(arrow_type)))


def has_value(column: Any) -> Any:
    """Mark the cells of a column that have a value; white space is none."""
    if types.is_dictionary(column.type):  # each of its texts is examined once
        filled = pc.take(pa.array(has_value(column.dictionary)), column.indices).fill_null(False)
        return np.asarray(filled.to_numpy(zero_copy_only=False))
    try:
        column = _decoded(column)
    except (pa.ArrowException, ValueError):
        return np.ones(len(column), dtype=bool)
    filled = column.is_valid()
    if types.is_string(column.type):
        filled = pc.and_(filled, pc.not_equal(pc.utf8_trim_whitespace(column), "")).fill_null(False)
    return np.asarray(filled.to_numpy(zero_copy_only=False))


def bytes_of(column: Any) -> int:
    """The bytes of a column's values; a text in a dictionary counts once for each row that has it."""
    if not types.is_dictionary(column.type):
        return int(column.nbytes)
    lengths = pc.take(pc.binary_length(column.dictionary), column.indices)
    return int(pc.sum(lengths).as_py() or 0)


def _decoded(column: Any) -> Any:
    """Decode dictionary and run-end encodings, and the rarer text types, to plain values."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if types.is_dictionary(column.type):
        return _decoded(column.dictionary_decode())
    if types.is_run_end_encoded(column.type):
        return _decoded(pc.run_end_decode(column))
    if types.is_large_string(column.type) or types.is_string_view(column.type):
        return column.cast(pa.string())
    return column


def _values(column: Any) -> Texts:
    arrow_type = column.type
    values = column.to_pylist()
    if not types.is_floating(arrow_type):
        return Texts(pa.array([as_text(value) for value in values], pa.string()))
    if arrow_type.bit_width < 64:  # the shortest decimal of a short float is shorter than that of a long one
        float_type = np.float16 if arrow_type.bit_width == 16 else np.float32
        values = [None if value is None else float(str(float_type(value))) for value in values]
    limit = 10 ** _EXACT_DIGITS[arrow_type.bit_width]
    inexact = [n for n, value in enumerate(values) if value is not None and abs(value) >= limit]
    for n in inexact:
        values[n] = None
    return Texts(pa.array([as_text(value) for value in values], pa.string()), inexact)


def _type_name(arrow_type: Any) -> str:
    return str(arrow_type)[:60]
