"""Which column does a header mean: its name or Chinese title, as it is or with a remark, a star, a unit?"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from talentcalc.core.folding import folded
from talentcalc.rulebook.table import Column, Table

_GROUP = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]$")
_STAR = re.compile(r"(\*+(必填项?|选填|可选|可空|可不填)?|[::])$")
_LEADING = re.compile(r"^(\*+|[(\[【〔](必填项?|选填)[)\]】〕])")
_YUAN = frozenset({"元", "人民币", "人民币元", "rmb", "cny", "¥", "元人民币"})
_COUNTED = frozenset({*"人名位个次家项件场份条篇天日年月分颗星", "人次"})
_SCALE = r"[十百千万亿兆k]+"
_UNIT = re.compile(
    rf"^({_SCALE})?(元|圆|块|角|欧元|美元|美金|港元|港币|日元|英镑|人|人次|名|位|个|次|家|项|件|场|份|条|篇|天|日|年|月|周|"
    rf"小时|分钟|秒|分|度|米|公里|平方米|亩|吨|颗|星)?$|^({_SCALE})?(人民币|rmb|cny|usd|eur|hkd|jpy|gbp|[¥$€£%‰℃])({_SCALE})?元?$"
)
_OTHER_MONEY = re.compile(rf"{_SCALE}[元圆块]|[万亿]|美元|美金|欧元|港[元币]|日元|英镑|[$€£%‰]|usd|eur|hkd")
_ABOVE = re.compile(
    rf"单位[::]?{_SCALE}($|[,;)])|(?<![\d.十百千万亿])({_SCALE}[元圆]|美元|欧元|港[元币]|日元|英镑)"
)


@dataclass(frozen=True)
class MatchedHeader:
    """The column that a header means, whether in its own words, and the other unit it gives, if any."""

    column: str
    exact: bool
    unit: str | None = None


def foreign_unit_above(cells: Iterable[str | None]) -> str | None:
    """The cell of a line above or below a table that gives its numbers a unit other than one or 元.

    A sum is no unit: 超过 100 万元的合同.
    """
    return next((cell.strip() for cell in cells if cell and _ABOVE.search(folded(cell[:_LONGEST]))), None)


class HeaderNames:
    """What the headers of one table may be."""

    def __init__(self, spec: Table) -> None:
        self.columns = spec.columns
        self.key = spec.key
        self.measured = any(column.type in _MEASURED for column in spec.columns.values())
        self._exact = {column.title: name for name, column in spec.columns.items()}
        self._exact |= {name: name for name in spec.columns}
        self._meant: dict[str, MatchedHeader | None] = {}

    def meant(self, header: str) -> MatchedHeader | None:
        """The column that a header can only mean; None if it is none, could be two, or is far too long."""
        if len(header) > _LONGEST:
            return None
        if header not in self._meant:
            self._meant[header] = self._look(header)
        return self._meant[header]

    def known(self, cells: Iterable[str | None]) -> set[str]:
        """The columns that a line of cells names."""
        found = (self.meant(cell) for cell in cells if cell)
        return {one.column for one in found if one is not None}

    def _look(self, header: str) -> MatchedHeader | None:
        trimmed = header.strip()
        if trimmed in self._exact:
            return MatchedHeader(self._exact[trimmed], exact=True)
        text, remarks = _LEADING.sub("", folded(header)), list[str]()
        while text:
            if text in self._folded:
                return self._with_unit(self._folded[text], remarks)
            group, star = _GROUP.search(text), _STAR.search(text)
            if group is not None:
                text, remark = text[: group.start()], group[1]
                remarks.append(remark)
                if _is_unit(remark) and text in self._bare:
                    return self._with_unit(self._bare[text], remarks)
            elif star is not None:
                text = text[: star.start()]
            else:
                return None
        return None

    def _with_unit(self, column: str | None, remarks: list[str]) -> MatchedHeader | None:
        if column is None:
            return None
        spec = self.columns[column]
        return MatchedHeader(column, False, next((one for one in remarks if _other_unit(one, spec)), None))

    @cached_property
    def _folded(self) -> dict[str, str | None]:
        """Names and titles as they are compared; None where two columns have one."""
        return _one_each((folded(text), column) for text, column in self._exact.items())

    @cached_property
    def _bare(self) -> dict[str, str | None]:
        """The same for titles that end with their unit, without it: 交易额 for 交易额（元）."""
        bare = []
        for title, column in self._exact.items():
            group = _GROUP.search(folded(title))
            if group is not None and _is_unit(group[1]):
                bare.append((folded(title)[: group.start()], column))
        return _one_each(bare)


_LONGEST = 200
"""Characters of a cell that may still be a header."""

_MEASURED = ("integer", "number", "money")


def _one_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for text, column in pairs:
        found[text] = column if found.get(text, column) == column else None
    return found


def _is_unit(remark: str) -> bool:
    return bool(remark) and (remark.startswith("单位") or _UNIT.match(remark) is not None)


def _other_unit(remark: str, column: Column) -> bool:
    """Whether a remark says that the numbers of a column are not in its unit: 万元, 美元, %."""
    if column.type not in _MEASURED:
        return False
    unit = re.sub(r"^单位[::]?", "", remark)
    plain = _YUAN if column.type == "money" else _COUNTED
    return unit not in plain and (_is_unit(remark) or _OTHER_MONEY.search(unit) is not None)
