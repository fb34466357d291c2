"""The sections that every audit's working papers have. Each is a view of the result alone."""

from talentcalc.report.charts import drawing as charts
from talentcalc.report.labels import STATUSES, kind_of, labels_of, owed_in_words, span_of
from talentcalc.report.render.blocks import Block, Column, Facts, Fragment, Heading, Notice, Prose, Table
from talentcalc.report.render.qr import result_code
from talentcalc.result.model.audit import Redacted
from talentcalc.result.model.result import AnyScorecard, Blocked, Result, ScorecardResult

CLAUSES = {
    "computed": "计算",
    "judged": "评判",
    "permissive": "鼓励",
    "addressed": "对他方",
    "procedural": "程序",
    "not_in_source": "原文无此条",
}


def no_score(result: Blocked) -> Fragment:
    """The notice in the place of scores where a critical finding blocks the audit."""
    return Fragment(
        Notice(
            f"关键性数据检查未通过，本次不公布{labels_of(result).nothing}。"
            "请按“数据检查”一节更正材料后重新运行。",
            "critical",
        )
    )


def scope(result: Result) -> Fragment:
    """The section on the audit's scope: its subject, regulation, period, agency and status."""
    regulation, review, words = result.regulation, result.review, labels_of(result)
    issued = "，".join(str(part) for part in (regulation.issuer, regulation.signed) if part)
    pairs = [
        (words.subject, result.subject),
        (words.basis, f"《{regulation.title}》" + (f"（{issued}）" if issued else "")),
        (words.kind, kind_of(result)),
        (words.span, span_of(result) + ("（含首尾两日）" if isinstance(result, AnyScorecard) else "")),
        ("评审机构", review.agency),
        ("评审员", "、".join(review.reviewers)),
        ("报告日期", str(review.dated)),
        ("结果状态", STATUSES[result.status]),
    ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if result.status == "draft":
        blocks.append(Notice(f"草稿：{owed_in_words(result)}。", "warning"))
    if result.redacted:
        blocks.append(Notice(_published(result, result.redacted), "info"))
    return Fragment(*blocks)


def _published(result: Result, redacted: Redacted) -> str:
    """The notice of a redacted result: the columns with pseudonyms, and that proofs are withheld."""
    named, titles = redacted.columns, redacted.titles
    columns = "；".join(
        f"{table.title}的{'、'.join(titles[name].get(column, column) for column in named[name])}"
        for name, table in result.materials
        if name in named
    )
    withheld = "电子佐证文件未公开，仅列摘要。" if result.proofs else ""
    replaced = f"{columns}已用代号替换，同一人始终为同一代号。" if columns else ""
    return f"公开版：{replaced}{withheld}"


def material(result: Result) -> Fragment:
    """The section on the evidence: the submitted tables, and their rows by month."""
    rows = tuple(
        (table.title, name, table.file or "未提交", str(table.rows), (table.sha256 or "—")[:16])
        for name, table in result.materials
    )
    blocks: list[Block] = [
        Table(
            "收到的材料表",
            (
                Column("材料表", 2),
                Column("表名", 2),
                Column("文件", 3),
                Column("条数", 1, "right"),
                Column("SHA-256（前 16 位）", 2.6),
            ),
            rows,
        )
    ]
    months = {table.title: table.months for _, table in result.materials if table.months and table.rows}
    if months:
        blocks.append(charts.submissions(months))
    return Fragment(*blocks)


def readings(result: Result) -> Fragment:
    """The section on readings: each one chosen, beside its other choices."""
    rows = []
    for name in result.order.readings:
        chosen = result.readings[name]
        reading = result.regulation.readings[name]
        alternatives = "；".join(text for choice, text in reading.choices.items() if choice != chosen)
        default = "默认" if chosen == reading.default else "本次另选"
        rows.append(
            (
                f"{reading.title}（{name}）",
                reading.clause,
                f"{reading.choices[chosen]}（{chosen}，{default}）",
                alternatives,
            )
        )
    return Fragment(
        Prose(("条文有多种合理理解之处，本次采用的理解如下。",)),
        Table(
            "本次采用的条文理解",
            (Column("事项", 2.2), Column("条文", 2.6), Column("本次采用", 2.4), Column("其他理解", 2.4)),
            tuple(rows),
        ),
    )


def ledger(result: Result) -> Fragment:
    """The section that lists every clause and item, and how the rulebook treats each."""
    regulation = result.regulation
    clauses = tuple(
        (clause.id, clause.quote or "—", CLAUSES[clause.status], clause.note or "")
        for clause in regulation.clauses
    )
    repairs = tuple((repair.raw, repair.read_as) for repair in regulation.repairs)
    blocks: list[Block] = [
        Table(
            "正文各条及说明",
            (Column("条款", 1.3), Column("原文", 6), Column("处理", 1), Column("备注", 2.4)),
            clauses,
        )
    ]
    sentences = tuple(
        (item_id, item.quote, "评判" if item.kind == "graded" else "计算")
        for item_id, item in (result.items if isinstance(result, ScorecardResult) else ())
    )
    if sentences:
        blocks.append(
            Table("给分要点各句", (Column("要点", 1), Column("原文", 7), Column("处理", 1)), sentences)
        )
    if repairs:
        blocks.append(Table("原文受损处及读法", (Column("提取的原文", 3), Column("读法", 4)), repairs))
    return Fragment(*blocks)


def provenance(result: Result) -> Fragment:
    """The section on provenance: versions, hashes of the inputs, and the code of the result."""
    from importlib.metadata import version

    made = result.provenance
    pairs = [
        ("规则", f"{result.rulebook}，版本 {made.rulebook_version}"),
        ("规则 SHA-256", made.rulebook_sha256),
        ("条文原文 SHA-256", made.regulation_sha256),
        ("参数文件 SHA-256", made.params_sha256),
        ("talentcalc", made.talentcalc),
    ]
    pairs += [
        (name, version(name))
        for name in ("pandas", "duckdb", "great-expectations", "papermill", "nbconvert", "typst")
    ]
    hashes = tuple((table.file, table.sha256) for _, table in result.materials if table.file and table.sha256)
    blocks: list[Block] = [
        Prose(("相同的参数、材料、规则和软件版本，重新运行得到逐字节相同的结果。",)),
        Facts(tuple(pairs)),
    ]
    if hashes:
        blocks.append(
            Table("输入文件", (Column("文件", 2), Column("SHA-256", 5)), tuple(dict.fromkeys(hashes)))
        )
    blocks += [Heading("纸质报告与电子结果的核对"), result_code(result)]
    return Fragment(*blocks)
