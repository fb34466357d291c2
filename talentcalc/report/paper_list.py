"""The printed list of the proofs on paper, in the order in which they lie on the shelf."""

from dataclasses import asdict

from talentcalc.report.labels import kind_of, labels_of, span_of
from talentcalc.report.render.blocks import Block, Column, Facts, Prose
from talentcalc.report.render.exporters import head_of, pdf_of
from talentcalc.result.document import fingerprint
from talentcalc.result.model.audit import PaperProof
from talentcalc.result.model.result import Result

_COLUMNS = (
    Column("清点", 0.7, "center"),
    Column("存放位置", 3),
    Column("佐证编号", 1.8),
    Column("所证表", 2.4),
    Column("所证记录", 2.4),
)
_NOWHERE = "未登记存放位置"


def paper_list_pdf(result: Result) -> bytes | None:
    """The list as PDF/A-2a and PDF/UA-1; None where no proof is on paper."""
    listed = sorted(result.paper_proofs, key=_place)
    if not listed:
        return None
    words = labels_of(result)
    nowhere = sum(not proof.location for proof in listed)
    facts = (
        (words.kind, kind_of(result)),
        (words.span, span_of(result)),
        ("评审机构", result.review.agency),
        ("报告日期", str(result.review.dated)),
        ("纸质佐证", f"{len(listed)} 件" + (f"，其中 {nowhere} 件{_NOWHERE}" if nowhere else "")),
        ("result.json 的 SHA-256", fingerprint(result)),
    )
    blocks: list[Block] = [
        Facts(facts),
        Prose(("请按存放位置逐件清点，在册且完好的在方框内打勾，缺失的在行旁注明。",)),
    ]
    return pdf_of(
        "paper-list",
        head_of("纸质佐证清单", result)
        | {
            "blocks": [asdict(block) for block in blocks],
            "list": {
                "caption": "纸质佐证（按存放位置）",
                "columns": [asdict(column) for column in _COLUMNS],
                "rows": [_row(result, proof) for proof in listed],
            },
        },
    )


def _place(proof: PaperProof) -> tuple[bool, str, str]:
    location = proof.location or ""
    return not location, location, proof.proof


def _row(result: Result, proof: PaperProof) -> tuple[str, str, str, str]:
    title = result.title_of(proof.table or "—")
    return proof.location or _NOWHERE, proof.proof, title, proof.row_id or "—"
