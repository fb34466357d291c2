"""Tables to filter, sort and click, drawn by a script that comes with the package: nothing is fetched."""

from collections.abc import Sequence
from typing import Any, Literal

import pandas as pd
from itables.widget import ITable

_WORDS = {
    "search": "筛选：",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "没有符合的行",
    "infoFiltered": "（全表 _MAX_ 行）",
    "zeroRecords": "没有符合的行",
    "emptyTable": "没有记录",
    "lengthMenu": "每页 _MENU_ 行",
    "thousands": "",
    "paginate": {"first": "首页", "previous": "上一页", "next": "下一页", "last": "末页"},
    "aria": {"paginate": {"first": "首页", "previous": "上一页", "next": "下一页", "last": "末页"}},
    "select": {"rows": {"_": "已选 %d 行", "0": "", "1": "已选 1 行"}},
}
_CSS = (
    ".dt-container {font-size: 13px; overflow-x: auto}"
    " .dt-container td {white-space: normal; overflow-wrap: anywhere; min-width: 2.5em}"
    " .dt-container th, .dt-container td.dt-type-date {white-space: nowrap}"
)
_HOW: dict[str, Any] = {
    "language": _WORDS,
    "classes": "display compact",
    "style": "table-layout:auto;width:100%",
    "css": _CSS,
    "autoWidth": False,
    "lengthMenu": [10, 20, 50, 100],
    "showIndex": False,
    "maxBytes": 0,
    "allow_html": False,  # a cell is what somebody wrote
    "text_in_header_can_be_selected": False,
}


def table(frame: pd.DataFrame, select: Literal["single", "multi"]) -> ITable:
    """A table of texts. Rows are selected by a click: one, or several; the index is not shown."""
    return ITable(frame, select=select, pageLength=10, **_HOW)


def fill(widget: ITable, frame: pd.DataFrame, selected: Sequence[int] = ()) -> None:
    """Show other rows in a table; with the same rows, its filter and order stay."""
    if not frame.equals(widget.df):
        widget.update(frame, selected_rows=list(selected), **_HOW)
