"""Write the synthetic evidence of both sample audits, and the half-year's params; the same bytes every time.

python tools/make_sample.py
"""

import csv
import hashlib
import io
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

import sample_text as text

Row = dict[str, str]
Tables = dict[str, list[Row]]
Marked = set[tuple[str, str]]  # rows, by table and key

REPOSITORY = Path(__file__).resolve().parents[1]
YEAR_END, HALF_YEAR_END = "2025-12-31", "2025-06-30"
REVIEWERS = ("R1", "R2", "R3")
KEYS = {name: columns.split()[0] for name, columns in text.COLUMNS.items()}


def spread(rng: Random, count: int, first: str = "2025-01-08", last: str = "2025-12-29") -> list[str]:
    """Working days scattered evenly over a span, in order."""
    start = date.fromisoformat(first)
    step = (date.fromisoformat(last) - start).days / count
    return [later(first, int((n + rng.random()) * step)) for n in range(count)]


def later(day: str, days: int) -> str:
    """The working day some days later, or the Friday before if that is a weekend."""
    moved = date.fromisoformat(day) + timedelta(days)
    return (moved - timedelta(max(0, moved.weekday() - 4))).isoformat()


def numbered(rows: list[Row], table: str, prefix: str, width: int = 3) -> list[Row]:
    """The rows in the order of their dates, with their ids."""
    rows.sort(key=lambda row: row[text.BEGINS[table]])
    for n, row in enumerate(rows, start=1):
        row[KEYS[table]] = f"{prefix}{n:0{width}d}"
    return rows


def of_kind(rows: Iterable[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] == kind]


def key_of(table: str, row: Row) -> str:
    return f"{row['activity_id']}/{row['person_id']}" if table == "attendance" else row[KEYS[table]]


def activities(rng: Random) -> list[Row]:
    rows = []
    for kind, plan in text.ACTIVITIES.items():
        for n, day in enumerate(spread(rng, plan.number)):
            title = f"{plan.titles[n % len(plan.titles)]}（示例第{n + 1}期）"
            rows.append(
                {
                    "kind": kind,
                    "title": title,
                    "held_on": day,
                    "place": rng.choice(text.PLACES),
                    "partner": rng.choice(text.PARTNERS),
                }
            )
    talks, showcases, exchanges = (of_kind(rows, kind) for kind in ("policy_talk", "showcase", "exchange"))
    talks[1] |= {"held_on": exchanges[4]["held_on"], "place": text.PLACES[0]}  # two places on one day
    exchanges[4]["place"] = text.PLACES[1]
    rows.append(showcases[3] | {"partner": ""})  # a duplicate
    rows.append(exchanges[8] | {"kind": "cooperation"})  # one event under two kinds
    rows.append(talks[0] | {"title": "人才政策年末宣讲会（示例）", "held_on": "2024-12-18"})
    rows.append(exchanges[0] | {"title": "新年人才沙龙（示例）", "held_on": "2026-01-07"})
    return numbered(rows, "activities", "HD")


def attendance(rng: Random, held: list[Row]) -> list[Row]:
    """Who signed in, nobody twice a day but for one person; fills in the declared numbers."""
    people = [f"RC{n:04d}" for n in range(1, 481)]
    busy: dict[str, set[str]] = defaultdict(set)
    signed: list[tuple[Row, str]] = []
    for activity in held:
        if size := text.ACTIVITIES[activity["kind"]].signed_in:
            free = [person for person in people if person not in busy[activity["held_on"]]]
            chosen = sorted(rng.sample(free, rng.randint(size - 6, size + 6)))
            busy[activity["held_on"]].update(chosen)
            signed += [(activity, person) for person in chosen]
    exchanges = of_kind(held, "exchange")
    talk = next(one for one in of_kind(held, "policy_talk") if one["held_on"] == exchanges[4]["held_on"])
    signed.append((talk, next(person for activity, person in signed if activity is exchanges[4])))
    tally = Counter(activity["activity_id"] for activity, _ in signed)
    tally[exchanges[1]["activity_id"]] += 8
    rows = [
        {
            "activity_id": activity["activity_id"],
            "person_id": person,
            "signed_at": f"{activity['held_on']} 09:{rng.randrange(60):02d}:00",
        }
        for activity, person in sorted(signed, key=lambda one: one[0]["activity_id"])
    ]
    tally[of_kind(held, "policy_training")[2]["activity_id"]] += 5
    for activity in held:
        activity["declared_attendance"] = str(tally[activity["activity_id"]] or "")
    return rows


def work_orders(rng: Random) -> list[Row]:
    rows = []
    for n, opened in enumerate(spread(rng, 190, "2025-01-06", "2025-12-23"), start=1):
        closed = later(opened, rng.randint(2, 20))
        outcome = "withdrawn" if n % 22 == 0 else "resolved"
        if n % 17 == 0 or closed > YEAR_END:
            closed, outcome = "", "open"
        client = (
            f"人才{rng.randint(1, 480):04d}"
            if rng.random() < 0.4
            else f"示例科技有限公司{rng.randint(1, 120):03d}"
        )
        rows.append(
            {
                "mode": rng.choice(("consulting", "consulting", "dedicated", "full_agency")),
                "client": client,
                "opened_on": opened,
                "closed_on": closed,
                "outcome": outcome,
                "client_confirmed": ("" if n % 90 == 7 else str(n % 45 != 7).lower()) if closed else "",
            }
        )
    for row, closed in zip(
        [row for row in rows if not row["closed_on"]][-2:], ("2026-01-05", "2026-01-08"), strict=True
    ):
        row |= {"closed_on": closed, "outcome": "resolved", "client_confirmed": "true"}
    return numbered(rows, "work_orders", "GD")


def register(rng: Random) -> list[Row]:
    used: Counter[str] = Counter()
    rows: list[Row] = []
    for kind, plan in text.REGISTER.items():
        standing = plan.number * 3 // 5 if kind in text.STOCK else 0
        days = spread(rng, standing, "2023-02-01", "2024-12-20") if standing else []
        first = "2025-07-02" if plan.number == 1 else "2025-01-08"  # a single success takes its time
        for day in days + spread(rng, plan.number - standing, first):
            used[plan.entity] += 1
            number = used[plan.entity]
            certificate = (
                f"{plan.certificate}{day[:4]}-{rng.randrange(10_000):04d}" if plan.certificate else ""
            )
            rows.append(
                {
                    "kind": kind,
                    "entity_id": f"{plan.entity}{number:04d}",
                    "until": "",
                    "level": plan.level,
                    "name": text.ENTITIES[plan.entity].format(number),
                    "since": day,
                    "certificate_no": certificate,
                }
            )
    ended = {"policy_expert": 1, "institution_introduced": 1, "expert_pool": 3, "project_reserved": 2}
    for kind, count in ended.items():
        for row, day in zip(
            of_kind(rows, kind), spread(rng, count, "2025-03-03", "2025-11-28"), strict=False
        ):
            row["until"] = day
    added, landed = of_kind(rows, "talent_added"), of_kind(rows, "high_level_landed")
    rows.append(added[20] | {"since": later(added[20]["since"], 40)})  # a duplicate
    rows.append(
        landed[1] | {"kind": "talent_added", "since": later(landed[1]["since"], 12)}
    )  # under two kinds
    for n, day in enumerate(("2024-11-26", "2024-12-17", "2026-01-06"), start=used["RC"] + 1):
        rows.append(
            added[0] | {"entity_id": f"RC{n:04d}", "name": text.ENTITIES["RC"].format(n), "since": day}
        )
    return numbered(rows, "register", "DJ", 4)


def documents(rng: Random) -> list[Row]:
    rows = [{"kind": kind, "title": title, "issued_on": day} for kind, title, day in text.DOCUMENTS]
    rows += [
        {"kind": "project_opinion", "title": f"示例项目{n:03d}评估意见", "issued_on": day}
        for n, day in enumerate(spread(rng, 38), start=1)
    ]
    rows.append(rows[20] | {"issued_on": later(rows[20]["issued_on"], 30)})  # a duplicate
    return numbered(rows, "documents", "CL")


def contracts() -> list[Row]:
    rows = [
        {
            "service": f"{service}（示例）",
            "client": f"示例科技有限公司{n * 7:03d}",
            "amount": f"{amount}.00",
            "signed_on": day,
        }
        for n, (service, amount, day) in enumerate(text.CONTRACTS, start=1)
    ]
    return numbered(rows, "contracts", "HT")


def milestones() -> list[Row]:
    return [
        {"item": item, "achieved": str(bool(day)).lower(), "achieved_on": day, "note": note}
        for item, (day, note) in text.MILESTONES.items()
    ]


def rejected_rows(tables: Tables) -> Marked:
    """What the independent verification rejects, but for one proof."""
    resolved = [row for row in tables["work_orders"] if row["outcome"] == "resolved"]
    kinds = {row["kind"]: row["entry_id"] for row in tables["register"]}
    signed = of_kind(tables["activities"], "exchange")[0]["activity_id"]
    person = next(row["person_id"] for row in tables["attendance"] if row["activity_id"] == signed)
    return {
        ("activities", of_kind(tables["activities"], "talent_visit")[2]["activity_id"]),
        ("attendance", f"{signed}/{person}"),
        ("work_orders", resolved[30]["order_id"]),
        ("work_orders", resolved[110]["order_id"]),
        ("register", kinds["platform_region"]),
        ("register", kinds["expert_pool"]),
        ("documents", of_kind(tables["documents"], "project_opinion")[9]["document_id"]),
    }


def unproven_rows(tables: Tables) -> Marked:
    """The rows that nothing proves."""
    resolved = [row["order_id"] for row in tables["work_orders"] if row["outcome"] == "resolved"]
    entries = [("top_talent", 0), ("talent_added", 15), ("partner_contact", 11)]
    return {
        ("activities", of_kind(tables["activities"], "policy_display")[8]["activity_id"]),
        *(("work_orders", order) for order in resolved[12:160:40]),
        *(("register", of_kind(tables["register"], kind)[n]["entry_id"]) for kind, n in entries),
        ("documents", of_kind(tables["documents"], "study_report")[2]["document_id"]),
        ("contracts", tables["contracts"][8]["contract_id"]),
        ("milestones", "B16.3"),
    }


def proofs(rng: Random, tables: Tables, unproven: Marked) -> tuple[list[Row], dict[str, bytes]]:
    """A proof for every other row that is done, and the files; two activities share one file."""
    rows: list[Row] = []
    files: dict[str, bytes] = {}
    shared = [row["activity_id"] for row in of_kind(tables["activities"], "exchange")[1:3]]
    for table, dated in text.PROVEN_ON.items():
        for row in tables[table]:
            row_id = row[KEYS[table]]
            if not row[dated] or row.get("outcome") == "withdrawn" or (table, row_id) in unproven:
                continue
            proof = {"proof_id": f"P{len(rows) + 1:04d}", "table": table, "row_id": row_id, "medium": "paper"}
            if row_id in shared or rng.random() < 0.5:
                path = f"proofs/{proof['proof_id']}.txt"
                if row_id == shared[1]:
                    path = next(one["path"] for one in rows if one["row_id"] == shared[0])
                files.setdefault(
                    path,
                    (
                        f"合成样例（非真实材料）\n佐证编号：{proof['proof_id']}\n所证记录：{table} {row_id}\n"
                        f"日期：{row[dated]}\n本文件由程序生成，仅供演示考核底稿。\n"
                    ).encode(),
                )
                proof |= {
                    "medium": "electronic",
                    "path": path,
                    "sha256": hashlib.sha256(files[path]).hexdigest(),
                }
            else:
                proof["location"] = (
                    f"档案柜{rng.choice('ABCDEF')}-{rng.randint(1, 6):02d}-{rng.randint(1, 40):02d}"
                )
            rows.append(proof)
    return rows, files


def as_of(tables: Tables, day: str) -> Tables:
    """The submitted rows that existed on a day, as they stood then."""
    then = {
        name: [dict(row) for row in tables[name] if row[begins] <= day]
        for name, begins in text.BEGINS.items()
    }
    for order in then["work_orders"]:
        if order["closed_on"] > day:
            order |= {"closed_on": "", "outcome": "open", "client_confirmed": ""}
    for entry in then["register"]:
        entry["until"] = entry["until"] if entry["until"] <= day else ""
    then["milestones"] = [
        row
        if row["achieved_on"] <= day
        else row | {"achieved": "false", "achieved_on": "", "note": "正在推进"}
        for row in tables["milestones"]
    ]
    held = {row["activity_id"] for row in then["activities"]}
    then["attendance"] = [row for row in tables["attendance"] if row["activity_id"] in held]
    done = {
        (name, row[KEYS[name]]) for name, dated in text.PROVEN_ON.items() for row in then[name] if row[dated]
    }
    then["proofs"] = [row for row in tables["proofs"] if (row["table"], row["row_id"]) in done]
    return then


def reviewed(rng: Random, tables: Tables, rejected: Marked, annual: bool) -> Tables:
    """What the reviewers add to the submitted tables: marks, verifications, opinions, surveys."""
    first, since, last = (
        ("2026-01-05", "2025-07-07", YEAR_END) if annual else ("2025-07-02", "2025-02-10", HALF_YEAR_END)
    )
    judgements = [
        {
            "item": item,
            "reviewer": reviewer,
            "mark": mark,
            "reason": reason if annual else f"截至六月底，{reason}",
        }
        for item, judged in text.JUDGED.items()
        for reviewer, mark, reason in zip(
            REVIEWERS, (judged.annual if annual else judged.half_year).split(), judged.reasons, strict=True
        )
        if mark != "-"
    ]
    proven = {(row["table"], row["row_id"]) for row in tables["proofs"]}
    verifications = []
    for table, count in text.CHECKED.items():
        keys = [key_of(table, row) for row in tables[table]]
        refused = [key for key in keys if (table, key) in rejected]
        sound = [
            key
            for key in keys
            if key not in refused and (table in ("attendance", "proofs") or (table, key) in proven)
        ]
        checked = rng.sample(sound, min(len(sound), count if annual else count // 2))
        verifications += [
            {
                "table": table,
                "row_id": key,
                "outcome": "rejected" if key in refused else "accepted",
                "reason": text.REJECTED[table] if key in refused else rng.choice(text.ACCEPTED),
                "reviewer": rng.choice(REVIEWERS),
                "checked_on": later(first, rng.randrange(9)),
            }
            for key in sorted(checked + refused)
        ]
    opinions = [
        {"unit": f"示例成员单位{n:02d}", "score": score(rng, 78, 96), "comment": rng.choice(text.COMMENTS)}
        for n in range(1, 13)
    ]
    satisfaction = [
        {
            "respondent_id": f"MY{n:03d}",
            "field": rng.choice(text.FIELDS),
            "level": rng.choice(text.LEVELS),
            "score": score(rng, 70, 100),
            "answered_on": day,
        }
        for n, day in enumerate(spread(rng, 60, since, last), start=1)
    ]
    inspections = [
        {
            "inspection_id": f"JC{n:02d}",
            "inspected_on": day,
            "subject": text.SUBJECTS[n % len(text.SUBJECTS)],
            "score": score(rng, 80, 97),
            "comment": rng.choice(text.COMMENTS),
        }
        for n, day in enumerate(spread(rng, 8, since, last), start=1)
    ]
    return tables | {
        "judgements": judgements,
        "verifications": verifications,
        "opinions": opinions,
        "satisfaction": satisfaction,
        "inspections": inspections,
    }


def sampled(tables: Tables) -> Tables:
    """The same with the verification plan carried out for the work orders and the contracts: all accepted."""
    proven = {(row["table"], row["row_id"]) for row in tables["proofs"]}
    orders = [
        row["order_id"]
        for row in tables["work_orders"]
        if row["outcome"] == "resolved"
        and "2025" <= row["closed_on"] < "2026"
        and ("work_orders", row["order_id"]) in proven
    ]
    orders.sort(key=lambda key: hashlib.sha256(f"0/B09.1/{key}".encode()).digest())
    wanted = {("work_orders", key) for key in orders[: text.SAMPLED_ORDERS]}
    wanted |= {("contracts", row["contract_id"]) for row in tables["contracts"]} & proven
    wanted -= {(row["table"], row["row_id"]) for row in tables["verifications"]}
    more = [
        {
            "table": table,
            "row_id": key,
            "outcome": "accepted",
            "reason": text.ACCEPTED[0],
            "reviewer": REVIEWERS[number % 3],
            "checked_on": "2026-01-14",
        }
        for number, (table, key) in enumerate(sorted(wanted))
    ]
    order = [*text.CHECKED]
    rows = sorted(tables["verifications"] + more, key=lambda row: (order.index(row["table"]), row["row_id"]))
    return tables | {"verifications": rows}


def score(rng: Random, low: int, high: int) -> str:
    return f"{rng.randint(low * 10, high * 10) / 10:.1f}"


def write(folder: Path, tables: Tables, files: dict[str, bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "proofs").mkdir(parents=True)
    for name, columns in text.COLUMNS.items():
        lines = io.StringIO()
        writer = csv.DictWriter(lines, columns.split(), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(tables[name])
        (folder / f"{name}.csv").write_bytes(lines.getvalue().encode("utf-8-sig"))
    for path in {row["path"] for row in tables["proofs"] if "path" in row}:
        (folder / path).write_bytes(files[path])
    (folder / "README.md").write_bytes((text.README % folder.name).encode())


def main() -> None:
    rng = Random(2025)
    held = activities(rng)
    tables: Tables = {
        "activities": held,
        "attendance": attendance(rng, held),
        "work_orders": work_orders(rng),
        "register": register(rng),
        "documents": documents(rng),
        "contracts": contracts(),
        "milestones": milestones(),
    }
    tables["proofs"], files = proofs(rng, tables, unproven_rows(tables))
    contact = of_kind(tables["register"], "partner_contact")[5]["entry_id"]
    rejected = rejected_rows(tables) | {
        ("proofs", next(row["proof_id"] for row in tables["proofs"] if row["row_id"] == contact))
    }
    annual = reviewed(rng, tables, rejected, annual=True)
    write(REPOSITORY / "evidence" / "dongsheng-2025-annual", sampled(annual), files)
    half_year = reviewed(rng, as_of(tables, HALF_YEAR_END), rejected, annual=False)
    write(REPOSITORY / "evidence" / "dongsheng-2025-half-year", half_year, files)
    (REPOSITORY / "params" / "dongsheng-2025-half-year.yaml").write_bytes(text.HALF_YEAR_PARAMS.encode())


if __name__ == "__main__":
    main()
