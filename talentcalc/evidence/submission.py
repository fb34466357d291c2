"""Which files of an evidence folder were submitted as tables?"""

from pathlib import Path

_TABLES = (".csv", ".parquet", ".xlsx")


def table_files(path: Path) -> list[Path]:
    """The files that may be tables: those of a folder by name, or the one workbook."""
    return sorted(one for one in path.iterdir() if _may_be_a_table(one)) if path.is_dir() else [path]


def _may_be_a_table(file: Path) -> bool:
    lock_of_excel = file.name.startswith("~$")
    return file.suffix.lower() in _TABLES and not lock_of_excel
