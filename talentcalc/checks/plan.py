"""Which checks are there to run? What every column brings with it, and what the rulebook declares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from talentcalc.checks.kinds import KINDS, Mask, Setting
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.table import Evidence, EvidenceTable
from talentcalc.exact import plain
from talentcalc.finding import Severity, as_found
from talentcalc.params import Audit
from talentcalc.rulebook.check import Check
from talentcalc.rulebook.score import Graded
from talentcalc.rulebook.table import Column

HEADER_LINE = 1


@dataclass(frozen=True)
class Planned:
    """One check to run: what it concerns, and which rows fail it.

    `arguments` are those of the kind, for an engine that has its own way of finding the rows.
    """

    id: str
    kind: str
    severity: Severity
    title: str
    remedy: str
    rows: EvidenceTable
    failing: Callable[[], Mask]
    column: str | None = None
    expected: str | None = None
    arguments: tuple[tuple[str, Any], ...] = ()

    def found(self, line: int) -> str | None:
        """The value found in a row, where it is not free text."""
        if self.column is None or self.column not in self.rows.frame:
            return None
        spec = self.rows.spec.columns.get(self.column)
        free = spec is None or (spec.type == "text" and spec.references is None)
        if free and self.kind not in ("row_there", "known"):
            return None
        value: Any = self.rows.frame.at[line, self.column]
        return "空" if pd.isna(value) else as_found(value)


def plan(audit: Audit, evidence: Evidence) -> tuple[Planned, ...]:
    """Every check of the audit, in table order."""
    book = audit.rulebook
    setting = Setting(
        evidence,
        Span(audit.params.period.start, audit.params.period.end),
        {item.id: item.rule.points for item in book.items() if isinstance(item.rule, Graded)},
    )
    planned: list[Planned] = []
    for name, rows in evidence.tables.items():
        items = tuple(item.id for item in book.items_measured_from(name))
        for column_name, column in rows.spec.columns.items():
            planned += _column_checks(evidence, rows, column_name, column, items)
        if len(rows.spec.key) > 1 and not set(rows.spec.key) & set(rows.missing):
            planned.append(_unique(rows, rows.spec.key))
        for check in book.checks:
            if check.table == name and not rows.missing:
                planned.append(_declared(check, rows, setting, audit))
    return tuple(planned)


def _column_checks(
    evidence: Evidence, rows: EvidenceTable, name: str, column: Column, items: tuple[str, ...]
) -> Iterator[Planned]:
    def planned(
        kind: str,
        title: str,
        remedy: str,
        failing: Callable[[], Mask],
        expected: str | None = None,
        **arguments: Any,
    ) -> Planned:
        return Planned(
            f"{rows.name}.{name}.{kind}",
            kind,
            "critical",
            title,
            remedy,
            rows,
            failing,
            name,
            expected,
            tuple(arguments.items()),
        )

    frame, title = rows.frame, f"“{column.title}”"
    absent = name in rows.missing
    yield planned(
        "present",
        f"缺少列{title}",
        "补上该列",
        lambda: pd.Series([absent], index=[HEADER_LINE]),
        f"列名 {name} 或 {column.title}",
    )
    if absent:
        return
    if not column.optional:
        yield planned("filled", f"{title}为空", "填写该单元格", lambda: frame[name].isna())
    if rows.spec.key == (name,):
        yield _unique(rows, (name,))
    known = tuple(column.choices) if column.type == "choice" else items
    if column.type in ("choice", "item"):
        wanted = "、".join(f"{code}（{text}）" for code, text in column.choices.items()) or "、".join(items)
        yield planned(
            "known",
            f"{title}不是已知的值",
            "改为所列的值之一",
            lambda: frame[name].notna() & ~frame[name].isin(known),
            wanted,
            values=known,
        )
    if column.references is not None:
        keys = evidence[column.references].keys
        yield planned(
            "references",
            f"{title}所指的记录不存在",
            "更正编号或补上该记录",
            lambda: frame[name].notna() & ~frame[name].isin(keys),
            f"{evidence[column.references].spec.title}中的编号",
            values=tuple(keys.unique()),
        )
    if column.minimum is not None or column.maximum is not None:
        yield planned(
            "in_range",
            f"{title}超出范围",
            "更正该值",
            lambda: _outside(frame[name], column.minimum, column.maximum),
            _range_text(column),
            least=None if column.minimum is None else _whole(column.minimum),
            most=None if column.maximum is None else _whole(column.maximum),
        )


def _unique(rows: EvidenceTable, key: tuple[str, ...]) -> Planned:
    titles = "、".join(rows.spec.columns[name].title for name in key)

    def failing() -> Mask:
        given = rows.frame[list(key)].notna().all(axis=1)
        return rows.frame.duplicated(list(key), keep=False) & given

    return Planned(
        f"{rows.name}.key.unique",
        "unique",
        "critical",
        f"主键（{titles}）重复",
        "每条记录使用唯一的编号",
        rows,
        failing,
        arguments=(("key", key),),
    )


def _declared(check: Check, rows: EvidenceTable, setting: Setting, audit: Audit) -> Planned:
    arguments = {name: getattr(check, name) for name in ("other", "where") if getattr(check, name)}
    if check.kind == "every_reviewer":
        rows = _marks_wanted(check, rows, audit)
        return Planned(
            check.id,
            check.kind,
            check.severity,
            check.title,
            check.remedy,
            rows,
            lambda: rows.frame["marked"].eq(False),
        )
    return Planned(
        check.id,
        check.kind,
        check.severity,
        check.title,
        check.remedy,
        rows,
        lambda: KINDS[check.kind](check, rows, setting),
        check.column,
        arguments=tuple(arguments.items()),
    )


def _marks_wanted(check: Check, rows: EvidenceTable, audit: Audit) -> EvidenceTable:
    """One row for each mark that a named reviewer owes, and whether it is there."""
    given = set(zip(rows.frame[check.item], rows.frame[check.reviewer], strict=True))
    wanted = [
        (item.id, reviewer)
        for item in audit.rulebook.items_measured_from(rows.name)
        for reviewer in audit.params.review.reviewers
    ]
    frame = pd.DataFrame(
        {
            check.item: [item for item, _ in wanted],
            check.reviewer: [reviewer for _, reviewer in wanted],
            "marked": [pair in given for pair in wanted],
        }
    )
    return EvidenceTable(rows.name, rows.spec, frame, None)


def _outside(values: "pd.Series[Any]", least: Decimal | None, most: Decimal | None) -> Mask:
    fails = pd.Series(False, index=values.index)
    given = values.dropna()
    if least is not None:
        fails |= (given < _whole(least)).reindex(values.index, fill_value=False)
    if most is not None:
        fails |= (given > _whole(most)).reindex(values.index, fill_value=False)
    return fails.astype(bool)


def _whole(bound: Decimal) -> Decimal | int:
    """A whole bound as an integer, which compares with every exact column type."""
    return int(bound) if bound == bound.to_integral_value() else bound


def _range_text(column: Column) -> str:
    least = "" if column.minimum is None else f"不小于 {plain(Fraction(column.minimum))}"
    most = "" if column.maximum is None else f"不大于 {plain(Fraction(column.maximum))}"
    return "，".join(part for part in (least, most) if part)
