"""Which rows are nearly the same as another that counts: alike but for width, case, spaces and brackets?"""

import re
import unicodedata
from typing import Any

import pandas as pd

from talentcalc.checks.planned import Mask, Planned, lines_of
from talentcalc.checks.setting import Setting
from talentcalc.evidence.table import EvidenceTable
from talentcalc.rulebook.table import FirstOf

_NO_SIGN = ("Zs", "Zl", "Zp", "Cc", "Cf", "Ps", "Pe", "Pi", "Pf")
"""The Unicode categories of white space, of signs that are not seen, of brackets and quotes."""

_QUOTES = "'\"`"
_DASHES = re.compile(r"[-\u2010-\u2015\u2212\ufe58]+")


def near_duplicates(rows: EvidenceTable, setting: Setting) -> list[Planned]:
    """The check of a table of whose rows only the first of the same counts; none of another table."""
    conditions = [one for one in rows.spec.counts if isinstance(one, FirstOf)]
    if not conditions or rows.missing:
        return []
    groups = [columns for one in conditions for columns in (one.same, one.alike) if columns]
    titles = dict.fromkeys(rows.spec.columns[name].title for columns in groups for name in columns)
    return [
        Planned(
            f"{rows.name}.near_duplicates",
            "near_duplicates",
            "warning",
            f"几条记录的{'、'.join(titles)}只是写法不同，可能重复",
            "核对是否同一事项；重复的，在独立核查中不予认可",
            rows,
            lambda: lines_of(_nearly_the_same(rows, groups, setting)),
        )
    ]


def folded(text: str) -> str:
    """What is left of a text when it does not matter how it is written: letters, and dashes in one form."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    left = "".join(c for c in plain if unicodedata.category(c) not in _NO_SIGN and c not in _QUOTES)
    return _DASHES.sub("-", left)


def _nearly_the_same(rows: EvidenceTable, groups: list[tuple[str, ...]], setting: Setting) -> Mask:
    """Rows that count and are alike in a group of columns, once folded, but not the same as they stand."""
    fails = pd.Series(False, index=rows.frame.index)
    counting = rows.frame[pd.isna(setting.reasons(rows.name))]
    for columns in groups:
        asked = counting[list(columns)].dropna()
        alike = asked.apply(_folded)
        distinct = alike[~asked.duplicated()]
        several = distinct[distinct.duplicated(keep=False)].drop_duplicates()
        named = pd.MultiIndex.from_frame(alike).isin(pd.MultiIndex.from_frame(several))
        fails[asked.index[named]] = True
    return fails


def _folded(column: "pd.Series[Any]") -> "pd.Series[Any]":
    return column.map(lambda value: folded(value) if isinstance(value, str) else value)
