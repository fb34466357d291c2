"""A tiny spreadsheet program: just the functions of the workbook's formulas, in binary fractions as all are.

It is stricter than the real ones: its ROUND sees the binary fraction as it is, without their indulgence for
the last digits, so that a formula that holds here does not lean on anyone's indulgence.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cached_property
from math import floor, nan
from statistics import median
from typing import Any

import numpy as np
from openpyxl import load_workbook
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token

_OPERATORS = {"=": "==", "<>": "!=", "^": "**"}
_ROOM = Context(prec=400)


def _round(value: float, places: float) -> float:
    whole = Decimal(value).quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, _ROOM)
    return float(whole)


def _numbers(values: Iterable[Any]) -> list[float]:
    flat: list[float] = []
    for one in values:
        flat += (
            [float(cell) for cell in one.flat if cell is not None] if isinstance(one, np.ndarray) else [one]
        )
    return flat


_FUNCTIONS: dict[str, Any] = {
    "ROUND": _round,
    "INT": lambda value: float(floor(value)),
    "MIN": lambda *values: min(_numbers(values), default=0.0),
    "MAX": lambda *values: max(_numbers(values), default=0.0),
    "SUM": lambda *values: float(sum(_numbers(values))),
    "MEDIAN": lambda *values: median(_numbers(values) or [nan]),  # IF asks before, but computes both
    "COUNT": lambda *values: float(len(_numbers(values))),
    "IF": lambda wanted, then, otherwise: then if wanted else otherwise,
    "AND": lambda *values: all(values),
    "INDEX": lambda cells, number: cells.flat[int(number) - 1],
    "SUMPRODUCT": lambda values: float(np.sum(values)),
}


class _Cells(np.ndarray):
    """A range in a formula: compared with a number, 1 and 0 for each of its cells."""

    def __lt__(self, other: Any) -> Any:
        return np.asarray([float(one) < other for one in self.flat], dtype=int)

    def __ne__(self, other: Any) -> Any:
        return np.asarray([float(one) != other for one in self.flat], dtype=int)


def _unmerged(content: bytes) -> io.BytesIO:
    """The workbook without merged cells: to draw their edges takes openpyxl longer than all the rest."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as held, zipfile.ZipFile(plain, "w") as made:
        for name in held.namelist():
            part = held.read(name)
            made.writestr(name, re.sub(rb"<mergeCells.*?</mergeCells>", b"", part, flags=re.DOTALL))
    return plain


class Spreadsheet:
    """A workbook that computes: values of cells by sheet and name, `set` what may be changed."""

    def __init__(self, content: bytes) -> None:
        self.book = load_workbook(_unmerged(content))
        self.values: dict[tuple[str, str], Any] = {}

    def set(self, sheet: str, cell: str, value: float | None) -> None:
        """Fill in a cell."""
        assert not self.book[sheet][cell].protection.locked, f"{sheet}!{cell} is locked"
        self.book[sheet][cell].value = value
        self.values.clear()

    @cached_property
    def formulas(self) -> dict[tuple[str, str], str]:
        """Every formula, by sheet and cell."""
        return {
            (sheet.title, cell.coordinate): str(cell.value)
            for sheet in self.book.worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }

    def value(self, sheet: str, cell: str) -> Any:
        """What a cell shows."""
        key = (sheet, cell)
        if key not in self.values:
            held = self.book[sheet][cell].value
            formula = self.formulas.get(key)
            self.values[key] = held if formula is None else self._computed(sheet, formula)
        return self.values[key]

    def _computed(self, sheet: str, formula: str) -> Any:
        python = "".join(self._spelt(token, sheet) for token in Tokenizer(formula).items)
        return eval(python, {"__builtins__": {}}, _FUNCTIONS | {"cell": self._cell, "cells": self._cells})

    def _spelt(self, token: Token, sheet: str) -> str:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            at, _, cells = token.value.rpartition("!")
            at = at[1:-1].replace("''", "'") if at.startswith("'") else at
            return f"{'cells' if ':' in cells else 'cell'}({(at or sheet)!r}, {cells.replace('$', '')!r})"
        if token.type == Token.OPERAND:
            assert token.subtype == Token.NUMBER and re.fullmatch(r"[0-9.]+", token.value), token
            return repr(float(token.value))
        return _OPERATORS.get(str(token.value), str(token.value))

    def _cell(self, sheet: str, cell: str) -> Any:
        value = self.value(sheet, cell)
        return 0 if value is None else value

    def _cells(self, sheet: str, cells: str) -> Any:
        found = [self.value(sheet, one.coordinate) for row in self.book[sheet][cells] for one in row]
        held = np.empty(len(found), dtype=object)
        held[:] = found
        return held.view(_Cells)
