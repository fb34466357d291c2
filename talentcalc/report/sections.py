"""The sections that every audit's working papers have. Each is a view of the result alone."""

from typing import Any, Literal

from talentcalc.exact import money
from talentcalc.report import charts
from talentcalc.report.blocks import (
    Block,
    Column,
    Facts,
    Fragment,
    Heading,
    Notice,
    Prose,
    Table,
)
from talentcalc.report.rows import in_few_words
from talentcalc.result.document import Result, in_order

SEVERITIES = {"critical": "关键", "warning": "警示", "info": "提示"}
STATUSES = {"final": "定稿", "draft": "草稿", "blocked": "未评分"}
PERIODS = {"annual": "年度考核", "half_year": "半年评估"}
CLAUSES = {"computed": "计算", "judged": "评判", "procedural": "程序", "not_in_source": "原文无此条"}
_BLOCKED = Notice(
    "关键性数据检查未通过，本次不公布得分和支付金额。请按“数据检查”一节更正材料后重新运行。", "critical"
)


def blocked(result: Result) -> bool:
    """Whether there is no score to show."""
    return bool(result["status"] == "blocked")


def unless_blocked(result: Result, *blocks: Block) -> Fragment:
    """The blocks, or the word that there is no score."""
    return Fragment(_BLOCKED) if blocked(result) else Fragment(*blocks)


def scope(result: Result) -> Fragment:
    """一、考核范围与参数."""
    regulation, period, review = result["regulation"], result["period"], result["review"]
    issued = "，".join(part for part in (regulation["issuer"], regulation["signed"]) if part)
    pairs = [
        ("考核对象", result["subject"]),
        ("考核依据", f"《{regulation['title']}》（{issued}）"),
        ("考核方式", PERIODS[period["kind"]]),
        ("考核期", f"{period['start']} 至 {period['end']}（含首尾两日）"),
        ("评审机构", review["agency"]),
        ("评审员", "、".join(review["reviewers"])),
        ("报告日期", review["dated"]),
        ("结果状态", STATUSES[result["status"]]),
    ]
    if not blocked(result):
        payment = result["payment"]
        pairs += [
            ("整体运营费", f"{money(payment['fee'])} 元"),
            ("本期此前已付", f"{money(payment['paid'])} 元"),
        ]
    blocks: list[Block] = [Facts(tuple(pairs))]
    if result["status"] == "draft":
        owed = "、".join(result["awaiting"])
        blocks.append(Notice(f"草稿：下列给分要点尚无评审员打分，暂计 0 分：{owed}。", "warning"))
    return Fragment(*blocks)


def material(result: Result) -> Fragment:
    """二、收到的材料."""
    rows = tuple(
        (one["title"], name, one.get("file", "未提交"), str(one["rows"]), one.get("sha256", "—")[:16])
        for name, one in in_order(result, "evidence")
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
    months = {
        one["title"]: one["months"]
        for _, one in in_order(result, "evidence")
        if one.get("months") and one["rows"]
    }
    if months:
        blocks.append(charts.submissions(months))
    return Fragment(*blocks)


def checks(result: Result) -> Fragment:
    """三、数据检查."""
    ran, counts = result["checks_run"], result["checks"]
    level: Literal["critical", "warning", "good"] = (
        "critical" if counts["critical"] else "warning" if counts["warning"] else "good"
    )
    verdict = (
        f"共运行 {len(ran)} 项检查。发现关键问题 {counts['critical']} 项、警示 {counts['warning']} 项、"
        f"提示 {counts['info']} 项。"
    )
    rows = []
    for name, one in in_order(result, "evidence"):
        own = [check for check in ran if check["table"] == name]
        failed = {
            level: sum(1 for check in own if check["severity"] == level and check["failed"])
            for level in ("critical", "warning")
        }
        rows.append(
            (one["title"], str(one["rows"]), str(len(own)), str(failed["critical"]), str(failed["warning"]))
        )
    blocks: list[Block] = [
        Notice(verdict, level),
        Table(
            "各表检查情况",
            (
                Column("材料表", 3),
                Column("条数", 1, "right"),
                Column("检查项", 1, "right"),
                Column("关键未过", 1, "right"),
                Column("警示未过", 1, "right"),
            ),
            tuple(rows),
        ),
    ]
    critical = [finding for finding in result["findings"] if finding["severity"] == "critical"]
    if critical:
        blocks += [Heading("关键问题"), _findings_table(result, "须更正后方可评分的问题", critical)]
    return Fragment(*blocks)


def verification(result: Result) -> Fragment:
    """四、独立核查."""
    rows = tuple(
        (
            one["title"],
            str(one["rows"]),
            str(sum(one["verified"].values())),
            str(one["verified"].get("accepted", 0)),
            str(one["verified"].get("rejected", 0)),
        )
        for _, one in in_order(result, "evidence")
        if one.get("verified")
    )
    if not rows:
        return Fragment(Prose(("本期没有独立核查记录；未经核查的记录按提交材料计入。",)))
    return Fragment(
        Prose(("评审员对提交的材料独立核查；不予认可的记录不计分，未经核查的记录按提交材料计入。",)),
        Table(
            "独立核查情况",
            (
                Column("材料表", 3),
                Column("条数", 1, "right"),
                Column("核查", 1, "right"),
                Column("认可", 1, "right"),
                Column("不予认可", 1, "right"),
            ),
            rows,
        ),
    )


def readings(result: Result) -> Fragment:
    """七、条文理解."""
    rows = []
    for name in result["order"]["readings"]:
        chosen = result["readings"][name]
        reading = result["regulation"]["readings"][name]
        others = "；".join(text for choice, text in reading["choices"].items() if choice != chosen)
        default = "默认" if chosen == reading["default"] else "本次另选"
        rows.append(
            (
                f"{reading['title']}（{name}）",
                reading["clause"],
                f"{reading['choices'][chosen]}（{chosen}，{default}）",
                others,
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


def findings(result: Result) -> Fragment:
    """八、发现的问题."""
    listed = [one for one in result["findings"] if one["severity"] != "critical"]
    if not listed:
        return Fragment(Notice("没有需要提请注意的问题。", "good"))
    return Fragment(
        Prose(("下列问题不妨碍评分，提请评审和考核方注意。行号以表头为第 1 行。",)),
        _findings_table(result, "提请注意的问题", listed),
    )


def ledger(result: Result) -> Fragment:
    """十、条款台账."""
    regulation = result["regulation"]
    clauses = tuple(
        (one["id"], one.get("quote", "—"), CLAUSES[one["status"]], one.get("note", ""))
        for one in regulation["clauses"]
    )
    repairs = tuple((one["raw"], one["read_as"]) for one in regulation["repairs"])
    blocks: list[Block] = [
        Table(
            "正文各条及说明",
            (Column("条款", 1.3), Column("原文", 6), Column("处理", 1), Column("备注", 2.4)),
            clauses,
        )
    ]
    sentences = tuple(
        (item_id, item["quote"], "评判" if item["kind"] == "graded" else "计算")
        for _, board in in_order(result, "boards")
        for indicator in board["indicators"].values()
        for item_id, item in indicator["items"].items()
    )
    if sentences:
        blocks.append(
            Table("给分要点各句", (Column("要点", 1), Column("原文", 7), Column("处理", 1)), sentences)
        )
    if repairs:
        blocks.append(Table("原文受损处及读法", (Column("提取的原文", 3), Column("读法", 4)), repairs))
    return Fragment(*blocks)


def provenance(result: Result) -> Fragment:
    """十一、来源与版本."""
    from importlib.metadata import version

    made = result["provenance"]
    pairs = [
        ("规则", f"{result['rulebook']}，版本 {made['rulebook_version']}"),
        ("规则 SHA-256", made["rulebook_sha256"]),
        ("参数文件 SHA-256", made["params_sha256"]),
        ("talentcalc", made["talentcalc"]),
    ]
    pairs += [
        (name, version(name)) for name in ("pandas", "great-expectations", "papermill", "nbconvert", "typst")
    ]
    hashes = tuple((one["file"], one["sha256"]) for _, one in in_order(result, "evidence") if "sha256" in one)
    blocks: list[Block] = [
        Prose(("相同的参数、材料、规则和软件版本，重新运行得到逐字节相同的结果。",)),
        Facts(tuple(pairs)),
    ]
    if hashes:
        blocks.append(
            Table("输入文件", (Column("文件", 2), Column("SHA-256", 5)), tuple(dict.fromkeys(hashes)))
        )
    return Fragment(*blocks)


def _findings_table(result: Result, caption: str, listed: list[dict[str, Any]]) -> Table:
    rows = []
    for one in listed:
        where = one.get("file") or one["table"]
        if one.get("column"):
            where += f"\n{one.get('column_title', '')}（{one['column']}）"
        expected = f"应为：{one['expected']}。" if "expected" in one else ""
        rows.append(
            (
                SEVERITIES[one["severity"]],
                where,
                one["title"],
                _rows(result, one["table"], one["rows"]),
                f"{expected}{one['remedy']}。",
            )
        )
    return Table(
        caption,
        (Column("级别", 0.8), Column("位置", 2), Column("问题", 2.4), Column("记录", 3), Column("处理", 2.4)),
        tuple(rows),
    )


def _rows(result: Result, table: str, rows: list[dict[str, Any]], most: int = 12) -> str:
    if not rows:
        return "—"
    if all("found" not in row for row in rows):
        return in_few_words(result, table, (row["row"] for row in rows))
    words = [
        row["row"]
        + (f"（第 {row['line']} 行）" if "line" in row else "")
        + (f"：{row['found']}" if "found" in row else "")
        for row in rows[:most]
    ]
    more = f"；另 {len(rows) - most} 条见 result.json" if len(rows) > most else ""
    return "；".join(words) + more
