"""The sheet beside a sealed report that says who signed what, as what, and when."""

from dataclasses import asdict
from typing import Any

from talentcalc.report.labels import STATUSES
from talentcalc.report.render.blocks import Block, Cell, Column, Facts, Heading, Notice, Prose, Table
from talentcalc.report.render.exporters import pdf_of

_COLUMNS = (
    Column("序号", 0.6, "center"),
    Column("签署环节", 1.5),
    Column("签署人", 2),
    Column("日期", 1.2),
    Column("公钥（Ed25519）", 3.6),
)


def signature_sheet_pdf(sheet: dict[str, Any]) -> bytes:
    """The sheet as PDF/A-2a and PDF/UA-1, dated by the last signature.

    `sheet` says what is signed (`title`, `regulation`, `subject`, `span`, `audit`, `agency`, `dated`,
    `status`, `redacted`, the SHA-256 of `manifest` and of `result`), the `signatures` in their order,
    and by their titles the steps that are still `open`.
    """
    signatures = sheet["signatures"]
    return pdf_of(
        "signature-sheet",
        {
            "title": "签署页",
            "subject": sheet["subject"],
            "regulation": sheet["regulation"],
            "period": sheet["span"],
            "agency": sheet["agency"],
            "dated": max([signature["dated"] for signature in signatures], default=sheet["dated"]),
            "status": sheet["status"],
            "status_title": STATUSES[sheet["status"]],
            "edition": "公开版" if sheet["redacted"] else "",
            "blocks": [asdict(block) for block in [*_signed(sheet), *_signatures(sheet)]],
        },
    )


def _signed(sheet: dict[str, Any]) -> list[Block]:
    kind = "公开版（部分内容已作脱敏处理）" if sheet["redacted"] else "完整版"
    return [
        Heading("一、签署的内容"),
        Facts(
            (
                ("报告", sheet["title"]),
                ("审计编号", sheet["audit"]),
                ("期间", sheet["span"]),
                ("评审机构", sheet["agency"]),
                ("报告日期", sheet["dated"]),
                ("结果状态", STATUSES[sheet["status"]]),
                ("封存包", kind),
                ("清单的 SHA-256", sheet["manifest"]),
                ("result.json 的 SHA-256", sheet["result"]),
            )
        ),
        Prose(
            (
                "签署针对封存包的清单。清单记有包内每个文件的 SHA-256，"
                "因此清单的 SHA-256 不变，包内的报告、结果和材料就没有改动。",
            )
        ),
    ]


def _signatures(sheet: dict[str, Any]) -> list[Block]:
    rows = tuple(
        (
            str(signature["number"]),
            signature["title"] + (f"\n{signature['clause']}" if signature["clause"] else ""),
            Cell(f"{signature['name']}\n{signature['party']}"),
            signature["dated"],
            "\n".join(signature["key"][n : n + 32] for n in range(0, len(signature["key"]), 32)),
        )
        for signature in sheet["signatures"]
    )
    blocks: list[Block] = [Heading("二、签署")]
    if rows:
        blocks.append(Table("按签署的先后", _COLUMNS, rows))
    else:
        blocks.append(Notice("尚无人签署。", "warning"))
    if sheet["open"]:
        blocks.append(Notice(f"尚未签署：{'、'.join(sheet['open'])}。", "warning"))
    else:
        blocks.append(Notice("各环节均已签署。", "good"))
    blocks.append(
        Prose(("签署为数字签名，与封存包一同保存，以 talentcalc verify 核验；本页是它的可读记录。",))
    )
    return blocks
