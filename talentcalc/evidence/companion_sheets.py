"""Which sheets of our own workbooks are no tables? They explain a table, or hold its drop-down lists."""

LISTS, DESIGN, USE = "选项", "抽样设计", "说明"

EXPLAINING = (DESIGN, USE)
