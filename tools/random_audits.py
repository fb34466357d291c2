"""Write random audits made from the samples: their tables and params changed at random, by fixed seeds.

python tools/random_audits.py FOLDER

The folder gets params/ and evidence/, the same bytes every time. Most audits can be scored, as final or as
draft; some are blocked by a flaw in a table, a few refused for their params.
"""

import csv
import io
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import yaml

Row = dict[str, str]
Tables = dict[str, list[Row]]
Params = dict[str, Any]

SAMPLES = Path(__file__).resolve().parents[1]
ANNUAL, HALF_YEAR, LEAGUE = "dongsheng-2025-annual", "dongsheng-2025-half-year", "quanzhou-2025"
COUNTS = {ANNUAL: 35, HALF_YEAR: 35, LEAGUE: 30}
READINGS = {
    "dongsheng-2025": {
        "partial_units": ["whole", "pro_rata"],
        "training_coverage": ["persons", "attendances"],
        "exchange_coverage": ["attendances", "persons"],
        "enclave_caps": ["indicator_only", "one_each", "shared"],
        "station_cap": ["target", "indicator_only"],
        "services_gate": ["independent", "joint"],
        "fund_or_pool": ["additive", "either"],
        "unproven": ["set_aside", "count"],
        "half_year_payment": ["capped", "halved"],
        "annual_balance": ["less_paid", "share_of_rest"],
        "marks": ["mean", "median", "trimmed_mean"],
        "payment_basis": ["boards", "composite"],
    },
    "quanzhou-talent-home": {
        "check_in": ["talent_day", "visit_and_event", "every_record"],
        "cut": ["floor", "half_up", "ceil"],
        "ranking": ["overall", "by_type"],
        "star_ceiling": ["none", "five"],
        "participation": ["next_calendar_year", "after_twelve_months"],
        "media_without_event": ["nothing", "scores"],
        "sanction_drop": ["apart", "counts_as_down"],
        "communities": ["ranked", "apart"],
        "month_first": ["month_points", "standing"],
        "staff_minimum": ["one", "twelve"],
    },
}
WEIGHTS = (
    {"boards": "0.70", "opinions": "0.10", "satisfaction": "0.10", "inspections": "0.10"},
    {"boards": "0.55", "opinions": "0.2", "satisfaction": "0.15", "inspections": "0.1"},
    {"boards": "0.8", "opinions": "0.0667", "satisfaction": "0.0667", "inspections": "0.0666"},
)
FIELDS = {
    "activities": ["kind", "held_on", "declared_attendance"],
    "adjustments": ["awareness", "satisfaction", "points"],
    "attendance": ["person_id"],
    "checkins": ["talent_id", "at", "device"],
    "conformity": ["outcome reason"],
    "contracts": ["service", "client", "amount", "signed_on"],
    "documents": ["kind", "title", "issued_on"],
    "events": [
        "announced_at starts_at ends_at",
        "publicised",
        "sign_up_open",
        "region_limited",
        "fee",
        "cost",
    ],
    "extensions": ["days"],
    "facilities": ["present", "checked_on"],
    "homes": ["category", "type", "county", "designated_on", "overseas", "stars", "drops", "opening_points"],
    "inspections": ["inspected_on", "score"],
    "judgements": ["mark"],
    "media": ["event_id", "outlet tier", "published_on"],
    "milestones": ["achieved achieved_on"],
    "opinions": ["score"],
    "plans": ["uploaded_at"],
    "proofs": ["location"],
    "redemptions": ["talent_id", "redeemed_on", "points"],
    "register": ["kind", "level", "since until", "entity_id name"],
    "sanctions": ["decided_on"],
    "satisfaction": ["field", "level", "score", "answered_on"],
    "services": ["scope"],
    "staff": ["employment", "languages"],
    "talents": ["level", "county", "valid_from valid_to"],
    "verifications": ["outcome reason", "reviewer", "checked_on"],
    "work_orders": ["mode", "client", "opened_on closed_on", "outcome client_confirmed"],
}
"""What is changed in a table: columns whose cells change together."""
KEYED_BY_TWO = {"attendance", "judgements", "verifications", "conformity", "plans", "facilities", "services"}
KEYED_BY_TWO |= {"staff", "adjustments", "extensions"}
REFERENCES = {"activity_id": "activities", "home_id": "homes", "event_id": "events", "talent_id": "talents"}
RULED = ("judgements", "verifications", "milestones", "conformity", "sanctions", "adjustments")


# What may happen to a table; it can still be read.


def rows_dropped(rng: Random, _: str, rows: list[Row]) -> None:
    """Some of the rows, at most half of them, are missing."""
    for _n in range(rng.randint(1, len(rows) // 2 + 1)):
        if rows:
            rows.pop(rng.randrange(len(rows)))


def cut_short(rng: Random, _: str, rows: list[Row]) -> None:
    """All rows below a random one are missing."""
    del rows[rng.randrange(len(rows)) :]


def rows_repeated(rng: Random, _: str, rows: list[Row]) -> None:
    """Some rows stand there once more, under another id."""
    key = next(iter(rows[0]))
    for n in range(rng.randint(1, 9) if key != "item" else 0):
        row = rng.choice(rows)
        rows.insert(rng.randrange(len(rows)), row | {key: f"{row[key]}-{n}"})


def cells_changed(rng: Random, name: str, rows: list[Row]) -> None:
    """Some cells hold what others of the column hold; a mark what another reviewer gave for the item."""
    columns = rng.choice(FIELDS[name]).split()
    for row in rng.sample(rows, rng.randint(1, min(30, len(rows)))):
        other = rng.choice([one for one in rows if name != "judgements" or one["item"] == row["item"]])
        row.update({column: other[column] for column in columns})


CHANGES: tuple[Callable[[Random, str, list[Row]], None], ...] = (
    rows_dropped,
    cut_short,
    rows_repeated,
    cells_changed,
    cells_changed,
    cells_changed,
)


def key_of(name: str, row: Row) -> str:
    """What other tables call the row."""
    return "/".join(list(row.values())[: 1 + (name in KEYED_BY_TWO)])


def mend(tables: Tables) -> None:
    """Leave out rows whose key stands above already, and rows that belong to rows that are not there."""
    for name, rows in tables.items():
        tables[name] = list({key_of(name, row): row for row in reversed(rows)}.values())[::-1]
    for _ in range(2):  # a proof may belong to an attendance, which belongs to an activity
        there = {name: {key_of(name, row) for row in rows} for name, rows in tables.items()}
        for name, rows in tables.items():
            tables[name] = [row for row in rows if not _is_orphan(name, row, there)]


def _is_orphan(name: str, row: Row, there: dict[str, set[str]]) -> bool:
    named = [(REFERENCES[column], row[column]) for column in row if column in REFERENCES]
    if "row_id" in row:
        named.append((row["table"], row["row_id"]))
    return any(key and table != name and key not in there.get(table, ()) for table, key in named)


# Flaws: what a check ought to find.


def same_id_twice(rng: Random, rows: list[Row]) -> None:
    """A row stands there twice."""
    rows.append(rng.choice(rows))


def cell_emptied(rng: Random, rows: list[Row]) -> None:
    """A cell is empty."""
    rng.choice(rows)[rng.choice(list(rows[0]))] = ""


def cell_unreadable(rng: Random, rows: list[Row]) -> None:
    """A cell holds what is no date, number or kind."""
    rng.choice(rows)[rng.choice(list(rows[0]))] = rng.choice(["待定", "2025-13-01", "-1", "1e3", "=1+1"])


def everyday_forms(rng: Random, rows: list[Row]) -> None:
    """Digits of a column are full-width, as some input methods write them."""
    column = rng.choice(list(rows[0])[1:])
    for row in rng.sample(rows, min(5, len(rows))):
        row[column] = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in row[column])


def column_missing(rng: Random, rows: list[Row]) -> None:
    """A column is missing."""
    column = rng.choice(list(rows[0]))
    for row in rows:
        row.pop(column, None)


FLAWS = (same_id_twice, cell_emptied, cell_unreadable, everyday_forms, column_missing)


def change_tables(rng: Random, tables: Tables) -> None:
    """A few changes anywhere, often some among the rulings, and in one audit of four a flaw."""
    ruled = [name for name in RULED if name in tables]
    chosen = rng.choices(list(tables), k=rng.randint(2, 5)) + rng.choices(ruled, k=rng.randint(0, 2))
    for name in chosen:
        if tables[name]:
            rng.choice(CHANGES)(rng, name, tables[name])
    if rng.random() < 0.15:
        tables[rng.choice(list(tables))].clear()
    mend(tables)
    filled = [name for name, rows in tables.items() if rows]
    if rng.random() < 0.25:
        rng.choice(FLAWS)(rng, tables[rng.choice(filled)])


def change_params(rng: Random, params: Params) -> None:
    """Other readings, amounts, weights and days; in one of thirty what is refused."""
    params["readings"] = {
        name: rng.choice(choices)
        for name, choices in READINGS[params["rulebook"]].items()
        if rng.random() < 0.4
    }
    if rng.random() < 0.3:
        params["review"]["objections_by"] = date(2026, 3, rng.randint(1, 28))
    if "fee" in params:
        fee = rng.randint(1, 400_000_000)
        params["fee"] = f"{fee / 100:.2f}"
        params["paid"] = f"{rng.randint(0, fee) * rng.choice([0, 0.2, 0.9]) / 100:.2f}"
        params["composite"] = rng.choice(WEIGHTS)
        params["sampling"] = {"confidence": rng.choice(["0.9", "0.95"]), "seed": rng.randint(0, 9)}
    if rng.random() < 1 / 30:
        params.update(rng.choice([{"fee": "-1.00"}, {"readings": {"marks": "best"}}, {"colour": "red"}]))


def read_tables(folder: Path) -> Tables:
    """The tables of a sample, each cell as text."""
    tables = Tables()
    for file in sorted(folder.iterdir()):
        if file.suffix == ".csv":
            tables[file.stem] = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"))))
        elif file.suffix == ".parquet":
            frame = pd.read_parquet(file).astype("string").fillna("")
            tables[file.stem] = [dict(zip(frame.columns, row, strict=True)) for row in frame.to_numpy()]
    return tables


def write_table(file: Path, columns: list[str], rows: list[Row]) -> None:
    """One table as CSV; a table without rows keeps its header."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_audit(sample: str, tables: Tables, name: str, target: Path) -> None:
    """One random audit."""
    rng = Random(name)  # seeded, not secret
    changed = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    change_tables(rng, changed)
    params = yaml.safe_load((SAMPLES / "params" / f"{sample}.yaml").read_text("utf-8"))
    change_params(rng, params)
    params["evidence"] = f"evidence/{name}"
    params.pop("ignore")
    evidence = target / "evidence" / name
    evidence.mkdir(parents=True)
    for file in {row["path"] for row in changed.get("proofs", ()) if row.get("path")}:
        (evidence / file).parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / "evidence" / sample / file, evidence / file)
    for table, rows in changed.items():
        columns = list(rows[0] if rows else tables[table][0])
        write_table(evidence / f"{table}.csv", columns, rows)
    text = yaml.safe_dump(params, allow_unicode=True, sort_keys=False)
    (target / "params" / f"{name}.yaml").write_text(text, "utf-8")


def audit_names() -> list[str]:
    """The names of all of them, the samples in turn."""
    numbered = [(number, sample) for sample, count in COUNTS.items() for number in range(count)]
    return [f"{sample}-{number:02d}" for number, sample in sorted(numbered)]


def write_audits(target: Path) -> None:
    """All of them, into params/ and evidence/ of a folder."""
    (target / "params").mkdir(parents=True)
    for sample in COUNTS:
        tables = read_tables(SAMPLES / "evidence" / sample)
        for name in audit_names():
            if name.startswith(sample):
                write_audit(sample, tables, name, target)


if __name__ == "__main__":
    write_audits(Path(sys.argv[1]))
