"""Evidence put into a database, under names of its own, with the mapping that params then need."""

import csv
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import yaml

from talentcalc.evidence.tables.cells import as_text
from talentcalc.rulebook.load import find, open_rulebook
from talentcalc.rulebook.model import Rulebook
from tests.conftest import ROOT, Case
from tests.support.documents import ResultJson

Rows = list[list[str | None]]
Tables = dict[str, tuple[list[str], Any]]
SECRET = "hunter2-漏"
SAMPLES = {"dongsheng-2025-annual": "dongsheng-2025", "quanzhou-2025": "quanzhou-talent-home"}
"""Sample audits with their rulebooks."""


def book_of(rulebook: str) -> Rulebook:
    """A rulebook under its default readings."""
    return open_rulebook(find(rulebook)).in_force({})


def tables_in(folder: Path) -> dict[str, tuple[list[str], Rows]]:
    """Header and rows of each table file in a folder, as text."""
    found: dict[str, tuple[list[str], Rows]] = {}
    for file in sorted(folder.glob("*.csv")):
        header, *rows = csv.reader(file.read_text("utf-8-sig").splitlines(keepends=True))
        found[file.stem] = header, [[cell or None for cell in row] for row in rows]
    for file in sorted(folder.glob("*.parquet")):
        read = pq.read_table(file)
        columns = [[as_text(value) for value in column.to_pylist()] for column in read.columns]
        found[file.stem] = read.column_names, [list(row) for row in zip(*columns, strict=True)]
    return found


def quoted(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


def fill(file: Path, tables: Mapping[str, tuple[list[str], Any]]) -> Path:
    """An SQLite file of these tables, none of whose columns has a type."""
    with sqlite3.connect(file) as made:
        for name, (header, rows) in tables.items():
            made.execute(f"CREATE TABLE {quoted(name)} ({', '.join(map(quoted, header))})")
            places = ", ".join("?" * len(header))
            made.executemany(f"INSERT INTO {quoted(name)} VALUES ({places})", rows)
    made.close()
    return file


def renamed(name: str, header: list[str], book: Rulebook) -> dict[str, Any]:
    """What a table and its columns are called in a Chinese database, as the mapping says it."""
    title = book.tables[name].title
    return {
        "from": f'库 "{title}"',
        "columns": {column: f"{title}：{n} %s :p '{column}'" for n, column in enumerate(header)},
    }


def in_sqlite(evidence: Path, file: Path, book: Rulebook) -> dict[str, Any]:
    """Put a folder of evidence into an SQLite file, all names changed; the mapping."""
    tables = tables_in(evidence)
    mapping = {name: renamed(name, header, book) for name, (header, _) in tables.items()}
    own = {
        mapping[name]["from"]: (list(mapping[name]["columns"].values()), rows)
        for name, (_, rows) in tables.items()
    }
    fill(file, own)
    return mapping


def repository(folder: Path, sample: str) -> Path:
    """A repository with a sample's evidence and nothing else; its evidence folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").touch()
    return shutil.copytree(ROOT / "evidence" / sample, folder / "files")


def params_of(folder: Path, sample: str, name: str = "audit", **said: Any) -> Path:
    """The params file of a sample but for what is `said`."""
    told = yaml.safe_load((ROOT / f"params/{sample}.yaml").read_text("utf-8")) | said
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True), "utf-8")
    return path


def but_for_files(result: ResultJson) -> Any:
    """A result without what names files and lines, the params and the hashes."""
    left_out = {"file", "line", "sha256", "params_file", "params_sha256"}

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: kept(one) for key, one in value.items() if key not in left_out}
        return [kept(one) for one in value] if isinstance(value, list) else value

    return kept({key: value for key, value in result.items() if key != "audit"})


def stored(case: Case, given: Tables, **said: Any) -> Path:
    """The params of an audit whose evidence is these tables."""
    (case.folder / "e.db").unlink(missing_ok=True)
    fill(case.folder / "e.db", given)
    case.params |= {"evidence": f"sqlite:///{case.folder}/e.db"} | said
    return case.write()
