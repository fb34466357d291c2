"""Which files of an evidence folder were submitted as tables?"""

from pathlib import Path, PurePath

_TABLES = (".csv", ".parquet", ".xlsx")


def table_files(path: Path) -> list[Path]:
    """The files that may be tables: those of a folder by name, or the one workbook."""
    return sorted(one for one in path.iterdir() if may_be_a_table(one)) if path.is_dir() else [path]


def may_be_a_table(file: PurePath) -> bool:
    """Whether a file of an evidence folder would be read as a table, by its name."""
    lock_of_excel = file.name.startswith("~$")
    return file.suffix.lower() in _TABLES and not lock_of_excel
