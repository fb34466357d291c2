"""Scorecard audits with as many sign-ins or work orders as are asked for."""

from pathlib import Path


def attended(folder: Path, rows: int) -> Path:
    """An audit of 100 trainings with so many sign-ins; its params file."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True)
    activities = ["activity_id,kind,title,held_on,place,partner,declared_attendance"]
    proofs = ["proof_id,table,row_id,medium,path,sha256,location"]
    for n in range(100):
        activities.append(f"H{n:03d},policy_training,T{n},2025-{n % 12 + 1:02d}-0{n % 9 + 1},,,{rows // 100}")
        proofs.append(f"P{n:03d},activities,H{n:03d},paper,,,A")
    signed = ["activity_id,person_id,signed_at"]
    signed += [f"H{n % 100:03d},R{n // 100:06d}," for n in range(rows)]
    for name, lines in (("activities", activities), ("proofs", proofs), ("attendance", signed)):
        (evidence / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    params = folder / "audit.yaml"
    params.write_text(
        f"rulebook: dongsheng-2025\nsubject: bench\nevidence: {evidence}\nfee: 1\n"
        "period: {kind: annual, start: 2025-01-01, end: 2025-12-31}\n"
        "review: {agency: bench, reviewers: [R1], dated: 2026-01-15}\n",
        encoding="utf-8",
    )
    return params


def worked(folder: Path, rows: int) -> Path:
    """The audit of 100 trainings of ten people each, and of so many work orders; its params file."""
    params = attended(folder, 1000)
    orders = ["order_id,mode,client,opened_on,closed_on,outcome,client_confirmed"]
    orders += [f"W{n:06d},consulting,C{n % 997},2025-03-01,2025-03-02,resolved,true" for n in range(rows)]
    (folder / "evidence/work_orders.csv").write_text("\n".join(orders) + "\n", encoding="utf-8")
    with (folder / "evidence/proofs.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"PW{n:06d},work_orders,W{n:06d},paper,,,A\n" for n in range(rows))
    return params


def marked(evidence: Path) -> None:
    """Full marks, every document and cooperation: a base score over the lowest band."""
    from talentcalc.rulebook.load import find, open_rulebook
    from talentcalc.rulebook.score import Graded

    marks = ["item,reviewer,mark,reason"]
    for item in open_rulebook(find("dongsheng-2025")).in_force({}).items():
        if isinstance(item.rule, Graded):
            marks.append(f"{item.id},R1,{item.rule.points},A")
    (evidence / "judgements.csv").write_text("\n".join(marks) + "\n", encoding="utf-8")
    more = [f"K-{kind}-{n:02d},{kind},A{n},2025-05-{n + 1:02d},,," for kind in _KINDS for n in range(12)]
    with (evidence / "activities.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in more)
    with (evidence / "proofs.csv").open("a", encoding="utf-8") as stream:
        stream.writelines(f"PK{n},activities,{line.split(',')[0]},paper,,,A\n" for n, line in enumerate(more))


_KINDS = ("cooperation", "exchange", "showcase", "policy_talk", "policy_display", "study_tour")
