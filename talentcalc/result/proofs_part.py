"""What a result says of proofs: each electronic one's file, and where each paper one is kept."""

from typing import Any

from talentcalc.evidence.submitted import Evidence
from talentcalc.result.document import Result


def proofs_part(evidence: Evidence) -> Result:
    """`files`: path to sha256 (null: no such file) of electronic proofs. `paper`: the others, by location."""
    if "proofs" not in evidence.tables:
        return {}
    rows = evidence["proofs"]
    files: dict[str, str | None] = {}
    paper: list[dict[str, Any]] = []
    for row in rows.records():
        said = {name: value for name, value in row._asdict().items() if value is not None}
        if said.get("medium") == "electronic" and "path" in said:
            files[said["path"]] = evidence.files.sha256(said["path"])
        elif said.get("medium") == "paper":
            named = {name: said[name] for name in ("location", "table", "row_id") if name in said}
            paper.append({"proof": "/".join(said.get(name, "") for name in rows.spec.key)} | named)
    paper.sort(key=lambda one: (one.get("location", ""), one["proof"]))
    return {"proofs": {"files": files, "paper": paper}}
