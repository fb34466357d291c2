"""The checks that every table brings with it: columns, filled cells, keys, values, references, ranges."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from talentcalc.checks.planned_check import HEADER_LINE, Lines, Mask, PlannedCheck, lines_of
from talentcalc.core.decimals import format_shortest
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.table import Column

if TYPE_CHECKING:
    from talentcalc.evidence.stores.duckdb_table import StoredTable


def table_checks(evidence: Evidence, rows: EvidenceTable, items: tuple[str, ...]) -> Iterator[PlannedCheck]:
    """The checks of one table; `items` are the ids that an `item` column of it may hold."""
    yield _columns_there(rows)
    if not set(rows.spec.key) & set(rows.missing):
        yield _unique(rows, lambda: lines_of(rows.ids.duplicated(keep=False) & rows.ids.notna()))
    for name, column in rows.spec.columns.items():
        if name not in rows.missing:
            yield from _cell_checks(evidence, rows, name, column, items)


def stored_checks(evidence: Evidence, rows: "StoredTable") -> Iterator[PlannedCheck]:
    """The same checks of a table in DuckDB, whose columns are text and moments."""
    from talentcalc.checks.engines import duckdb as in_duckdb

    yield _columns_there(rows)
    if not set(rows.spec.key) & set(rows.missing):
        yield _unique(rows, partial(in_duckdb.repeated_keys, rows))
    for name, column in rows.spec.columns.items():
        if name not in rows.missing:
            if not column.optional:
                yield _filled(rows, name, partial(in_duckdb.empty_cells, rows, name))
            if column.references is not None and column.references not in evidence.unread:
                lost = partial(in_duckdb.lost_references, rows, name)
                title = rows.referenced[column.references]
                yield _references(rows, name, title, (), lost)


def _columns_there(rows: "EvidenceTable | StoredTable") -> PlannedCheck:
    titles = [f"{name}（{column.title}）" for name, column in rows.spec.columns.items()]
    missing = "、".join(f"{name}（{rows.spec.columns[name].title}）" for name in rows.missing)
    return PlannedCheck(
        f"{rows.name}.columns.present",
        "present",
        "critical",
        f"缺少列 {missing}" if missing else "各列齐全",
        "补上缺少的列",
        rows,
        lambda: np.array([HEADER_LINE] if rows.missing else [], dtype=np.int64),
        expected="、".join(titles),
        arguments=(("columns", tuple(rows.spec.columns)),),
    )


def _unique(rows: "EvidenceTable | StoredTable", failing: Callable[[], Lines]) -> PlannedCheck:
    titles = "、".join(rows.spec.columns[name].title for name in rows.spec.key)
    return PlannedCheck(
        f"{rows.name}.key.unique",
        "unique",
        "critical",
        f"主键（{titles}）重复",
        "每条记录使用唯一的编号",
        rows,
        failing,
    )


def _filled(rows: "EvidenceTable | StoredTable", name: str, failing: Callable[[], Lines]) -> PlannedCheck:
    return PlannedCheck(
        f"{rows.name}.{name}.filled",
        "filled",
        "critical",
        f"“{rows.spec.columns[name].title}”为空",
        "填写该单元格，或删除该行" if rows.spec.ruling else "填写该单元格",
        rows,
        failing,
        name,
    )


def _references(
    rows: "EvidenceTable | StoredTable",
    name: str,
    other: str,
    keys: tuple[str, ...],
    failing: Callable[[], Lines],
) -> PlannedCheck:
    return PlannedCheck(
        f"{rows.name}.{name}.references",
        "references",
        "critical",
        f"“{rows.spec.columns[name].title}”所指的记录不存在",
        "更正编号或补上该记录",
        rows,
        failing,
        name,
        f"{other}中的编号",
        (("values", keys),),
    )


def _cell_checks(
    evidence: Evidence, rows: EvidenceTable, name: str, column: Column, items: tuple[str, ...]
) -> Iterator[PlannedCheck]:
    values, title = rows.frame[name], f"“{column.title}”"
    planned = partial(PlannedCheck, severity="critical", rows=rows, column=name)
    if not column.optional:
        yield _filled(rows, name, lambda: lines_of(values.isna()))
    if column.type in ("choice", "item"):
        known = tuple(column.choices) if column.type == "choice" else items
        yield planned(
            id=f"{rows.name}.{name}.known",
            kind="known",
            title=f"{title}不是已知的值",
            remedy="改为所列的值之一",
            failing=lambda: lines_of(_not_among(values, known)),
            expected="、".join(f"{one}（{column.choices[one]}）" if column.choices else one for one in known),
            arguments=(("values", known),),
        )
    if column.references is not None and column.references not in evidence.unread:
        other = evidence[column.references]
        keys = tuple(other.ids.dropna().unique())
        lost = partial(_not_among, values, keys)
        yield _references(rows, name, other.spec.title, keys, lambda: lines_of(lost()))
    if column.minimum is not None or column.maximum is not None:
        least, most = _whole(column.minimum), _whole(column.maximum)
        yield planned(
            id=f"{rows.name}.{name}.in_range",
            kind="in_range",
            title=f"{title}超出范围",
            remedy="更正该值",
            failing=lambda: lines_of(_outside(values, least, most)),
            expected=_range_text(column),
            arguments=(("least", least), ("most", most)),
        )


def _not_among(values: "pd.Series[Any]", known: tuple[str, ...]) -> Mask:
    return values.notna() & ~values.isin(known)


def _outside(values: "pd.Series[Any]", least: Decimal | int | None, most: Decimal | int | None) -> Mask:
    fails, given = pd.Series(False, index=values.index), values.dropna()
    if least is not None:
        fails |= (given < least).reindex(values.index, fill_value=False)
    if most is not None:
        fails |= (given > most).reindex(values.index, fill_value=False)
    return fails.astype(bool)


def _whole(bound: Decimal | None) -> Decimal | int | None:
    """A whole bound as an integer, which compares with every exact column type."""
    return int(bound) if bound is not None and bound == bound.to_integral_value() else bound


def _range_text(column: Column) -> str:
    least = "" if column.minimum is None else f"不小于 {format_shortest(Fraction(column.minimum))}"
    most = "" if column.maximum is None else f"不大于 {format_shortest(Fraction(column.maximum))}"
    return "，".join(part for part in (least, most) if part)
