"""Matches headers to columns: by name or Chinese title, exactly or with a remark, a star or a unit added."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from talentcalc.core.folding import folded
from talentcalc.rulebook.table import Column, Table

_BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]$")
_STAR_OR_COLON = re.compile(r"(\*+(必填项?|选填|可选|可空|可不填)?|[::])$")
_LEADING_MARK = re.compile(r"^(\*+|[(\[【〔](必填项?|选填)[)\]】〕])")
_YUAN_UNITS = frozenset({"元", "人民币", "人民币元", "rmb", "cny", "¥", "元人民币"})
_COUNTING_UNITS = frozenset({*"人名位个次家项件场份条篇天日年月分颗星", "人次"})
_SCALE = r"[十百千万亿兆k]+"
_UNIT = re.compile(
    rf"^({_SCALE})?(元|圆|块|角|欧元|美元|美金|港元|港币|日元|英镑|人|人次|名|位|个|次|家|项|件|场|份|条|篇|天|日|年|月|周|"
    rf"小时|分钟|秒|分|度|米|公里|平方米|亩|吨|颗|星)?$|^({_SCALE})?(人民币|rmb|cny|usd|eur|hkd|jpy|gbp|[¥$€£%‰℃])({_SCALE})?元?$"
)
_FOREIGN_MONEY = re.compile(rf"{_SCALE}[元圆块]|[万亿]|美元|美金|欧元|港[元币]|日元|英镑|[$€£%‰]|usd|eur|hkd")
_FOREIGN_UNIT = re.compile(
    rf"单位[::]?{_SCALE}($|[,;)])|(?<![\d.十百千万亿])({_SCALE}[元圆]|美元|欧元|港[元币]|日元|英镑)"
)


@dataclass(frozen=True)
class MatchedHeader:
    """The column that a header names, whether exactly, and the unit that it gives if not the column's."""

    column: str
    exact: bool
    foreign_unit: str | None = None


def foreign_unit_in(cells: Iterable[str | None]) -> str | None:
    """The first cell of a title or footer row that gives the table's numbers a unit other than one or 元.

    An amount is no unit: 超过 100 万元的合同.
    """
    return next(
        (cell.strip() for cell in cells if cell and _FOREIGN_UNIT.search(folded(cell[:_MOST_CHARACTERS]))),
        None,
    )


class HeaderMatcher:
    """Matches the headers of one table's files to its columns."""

    def __init__(self, spec: Table) -> None:
        self.columns = spec.columns
        self.key = spec.key
        self.has_numbers = any(column.type in _NUMERIC for column in spec.columns.values())
        self._exact = {column.title: name for name, column in spec.columns.items()}
        self._exact |= {name: name for name in spec.columns}
        self._matches: dict[str, MatchedHeader | None] = {}

    def match(self, header: str) -> MatchedHeader | None:
        """The one column that a header can mean; None if there is none, or two, or the header is too long."""
        if len(header) > _MOST_CHARACTERS:
            return None
        if header not in self._matches:
            self._matches[header] = self._find(header)
        return self._matches[header]

    def columns_named(self, cells: Iterable[str | None]) -> set[str]:
        """The columns that the cells of a row name."""
        matches = (self.match(cell) for cell in cells if cell)
        return {match.column for match in matches if match is not None}

    def _find(self, header: str) -> MatchedHeader | None:
        trimmed = header.strip()
        if trimmed in self._exact:
            return MatchedHeader(self._exact[trimmed], exact=True)
        text, remarks = _LEADING_MARK.sub("", folded(header)), list[str]()
        while text:
            if text in self._folded:
                return self._matched(self._folded[text], remarks)
            bracketed, star = _BRACKETED.search(text), _STAR_OR_COLON.search(text)
            if bracketed is not None:
                text, remark = text[: bracketed.start()], bracketed[1]
                remarks.append(remark)
                if _is_unit(remark) and text in self._without_unit:
                    return self._matched(self._without_unit[text], remarks)
            elif star is not None:
                text = text[: star.start()]
            else:
                return None
        return None

    def _matched(self, column: str | None, remarks: list[str]) -> MatchedHeader | None:
        if column is None:
            return None
        spec = self.columns[column]
        return MatchedHeader(
            column, False, next((remark for remark in remarks if _is_foreign_unit(remark, spec)), None)
        )

    @cached_property
    def _folded(self) -> dict[str, str | None]:
        """The columns by folded name and title; None where two columns share one."""
        return _unambiguous((folded(text), column) for text, column in self._exact.items())

    @cached_property
    def _without_unit(self) -> dict[str, str | None]:
        """The same by titles that end with their unit, without it: 交易额 for 交易额（元）."""
        titles = []
        for title, column in self._exact.items():
            bracketed = _BRACKETED.search(folded(title))
            if bracketed is not None and _is_unit(bracketed[1]):
                titles.append((folded(title)[: bracketed.start()], column))
        return _unambiguous(titles)


_MOST_CHARACTERS = 200
"""Characters that a header may have."""

_NUMERIC = ("integer", "number", "money")


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    columns: dict[str, str | None] = {}
    for text, column in pairs:
        columns[text] = column if columns.get(text, column) == column else None
    return columns


def _is_unit(remark: str) -> bool:
    return bool(remark) and (remark.startswith("单位") or _UNIT.match(remark) is not None)


def _is_foreign_unit(remark: str, column: Column) -> bool:
    """Whether a remark gives a unit that is not the column's: 万元, 美元, %."""
    if column.type not in _NUMERIC:
        return False
    unit = re.sub(r"^单位[::]?", "", remark)
    expected = _YUAN_UNITS if column.type == "money" else _COUNTING_UNITS
    return unit not in expected and (_is_unit(remark) or _FOREIGN_MONEY.search(unit) is not None)
