"""How the tests read a league's report and public page back, and all that the report must show."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from typing import Any

from bs4 import Tag

from talentcalc.report.sections.row_keys import in_few_words
from tests.support.documents import ResultJson, in_order, result_of
from tests.support.reading import only, squeezed

Row = tuple[str | None, ...]
"""A table row by its cells; None where one is not compared."""
Tables = dict[str, list[Row]]

MARKS = {"met": "√", "not_met": "×", "not_applicable": "—", "pending": "?"}
_CHANGES = {"up": "晋升", "down": "下降", "same": "不变"}
_STATUSES = {"computed": "计算", "judged": "评判", "permissive": "鼓励", "addressed": "对他方"}


def shown(page: Tag) -> Tables:
    """Every table of a page by its caption, cell by cell, without white space."""
    return {
        squeezed(only(table, "caption").get_text()): [
            tuple(squeezed(cell.get_text()) for cell in row.find_all("td"))
            for row in table.select("tbody tr")
        ]
        for table in page.find_all("table")
    }


def lost(result: ResultJson, page: Tag) -> list[str]:
    """What a page does not show as the result has it: tables, by their caption, and words."""
    text = squeezed(page.get_text())
    return lost_tables(wanted(result), shown(page)) + [
        one for one in words(result) if squeezed(one) not in text
    ]


def lost_tables(tables: Tables, there: Tables) -> list[str]:
    """The captions of tables that are not there, or not with these rows."""
    differ = [caption for caption, rows in tables.items() if not _alike(rows, there.get(squeezed(caption)))]
    return differ if list(there) == list(map(squeezed, tables)) else ["the tables or their order", *differ]


def _alike(rows: list[Row], there: list[Row] | None) -> bool:
    return there is not None and len(rows) == len(there) and all(
        len(row) == len(other)
        and all(cell in (None, one) for cell, one in zip(map(_squeezed, row), other, strict=True))
        for row, other in zip(rows, there, strict=True)
    )  # fmt: skip


def _squeezed(cell: str | None) -> str | None:
    return None if cell is None else squeezed(cell)


def runs_of_cells(row: Row) -> Iterator[str]:
    """What of a row stands in one piece on a printed page."""
    for told, cells in groupby(row, key=lambda cell: cell is not None):
        if told:
            yield "".join(cell for cell in cells if cell is not None)


def words(result: ResultJson) -> Iterator[str]:
    """What a report says outside its tables."""
    for cut in result["cuts"]:
        yield f"参加排名 {cut['size']} 个站点；晋升名额 {cut['up_words']}；下降名额 {cut['down_words']}。"
    for change in ("up", "down"):
        moved = [name for name, home in in_order(result, "homes") if home["change"] == change]
        told = (
            f"{one} {result['homes'][one]['name']}（{result['homes'][one]['points']} 分）" for one in moved
        )
        yield f"{_CHANGES[change]}一星：{'、'.join(told) or '没有'}。"
        yield f"{_CHANGES[change]}一星{len(moved)}"
    for one in result["findings"]:
        if one["check"].startswith(("ranking.", "stars.")):
            homes = "、".join(f"{row['row']} {result['homes'][row['row']]['name']}" for row in one["rows"])
            yield f"{one['title']}：{homes}。{one['remedy']}。"
    for name, home in result["homes"].items():
        if home["participates"]:
            seen, season = home["trace"]["checkins"], home["season"]
            days = f"积分计算期 {season['first']} 至 {season['last']}"
            yield f"{name}　{home['name']}　{home['points']} 分{days}"
            yield f"打卡记录 {seen['records']} 条，计 {seen['points']} 分"
            for why, number in seen["set_aside"].items():
                yield f"{result['regulation']['reasons'][why]} {number} 条"
            parts = [home[key] for key in ("events", "media", "checkins", "adjustment", "points")]
            yield "活动 {} + 媒体 {} + 打卡 {} + 测评 {} = 年度积分 {}；".format(*parts)
            yield f"年初 {home['opening_points']} + {home['points']} = 总积分 {home['total']}。"
    made = result["provenance"]
    yield from (made["rulebook_sha256"], made["params_sha256"], *result["review"]["reviewers"])


def wanted(result: ResultJson) -> Tables:
    """Every table of a finished report by its caption, in order, its rows worked out from the result."""
    homes, said, evidence = result["homes"], result["regulation"], dict(in_order(result, "evidence"))
    best = sorted(homes, key=lambda one: (homes[one].get("rank", len(homes)), one))
    tables: Tables = {"收到的材料表": [], "各表检查情况": []}
    for name, one in evidence.items():
        ran = [check for check in result["checks_run"] if check["table"] == name]
        failed = [check["severity"] for check in ran if check["failed"]]
        counts = (one["rows"], len(ran), failed.count("critical"), failed.count("warning"))
        tables["收到的材料表"].append((one["title"], name, one["file"], str(one["rows"]), one["sha256"][:16]))
        tables["各表检查情况"].append((one["title"], *map(str, counts)))
    tables |= _standings(result, best) | _conformity(result, sorted(homes))
    tables["提请注意的问题"] = [_finding(result, one) for one in result["findings"]]
    people = result["talents"].values()
    earned, spent, left = ([one[key] for one in people] for key in ("earned", "spent", "balance"))
    tables["人才积分"] = [
        ("名册人数", str(len(people))),
        ("获得积分的人数", str(sum(one > 0 for one in earned))),
        ("获得积分", str(sum(earned))),
        ("兑换过积分的人数", str(sum(one > 0 for one in spent))),
        ("兑换积分", str(sum(spent))),
        ("积分余额", str(sum(left))),
    ]
    tables["本次采用的条文理解"] = []
    for name in result["order"]["readings"]:
        reading, chosen = said["readings"][name], result["readings"][name]
        others = "；".join(text for choice, text in sorted(reading["choices"].items()) if choice != chosen)
        used = f"{reading['choices'][chosen]}（{chosen}，默认）"
        tables["本次采用的条文理解"].append(
            (f"{reading['title']}（{name}）", reading["clause"], used, others)
        )
    for name in sorted(homes):
        if events := homes[name].get("trace", {}).get("events"):
            tables[f"{name} 的活动和报道"] = [_event(result, *one) for one in sorted(events.items())]
    tables["正文各条及说明"] = [
        (one["id"], one["quote"], _STATUSES[one["status"]], one.get("note", "")) for one in said["clauses"]
    ]
    tables["原文受损处及读法"] = [(one["raw"], one["read_as"]) for one in said["repairs"]]
    tables["输入文件"] = [(one["file"], one["sha256"]) for one in evidence.values()]
    return tables


def _standings(result: ResultJson, best: list[str]) -> Tables:
    homes, rules, tables = result["homes"], result["rules"], Tables()
    ranked, apart, stars, grants = [], [], [], []
    sums = [Decimal(0), Decimal(0)]
    for one in best:
        home = homes[one]
        who = f"{one} {home['name']}"
        points = [str(home[key]) for key in ("events", "media", "checkins")]
        sign = f"{home['adjustment']:+}".replace("-", "−") if home["adjustment"] else "0"
        if home["participates"]:
            kind = f"{rules['types'][home['type']]}{home['rank_in_type']}"
            total = (str(home["points"]), str(home["total"]))
            ranked.append((str(home["rank"]), who, kind, *points, sign, *total))
        else:
            apart.append((one, home["name"], home["designated_on"], str(home["total"]), home["why"]))
        now = (str(home["stars_after"]), str(home["drops"]), "摘牌" if home["delisted"] else "", home["why"])
        stars.append((who, str(home["stars_before"]), _CHANGES[home["change"]], *now))
        money = [Decimal(home[key]) for key in ("grant_selection", "grant_top_ceiling")]
        if any(money):
            grants.append((who, home["payee"], *(f"{amount:,.2f}" for amount in money)))
            sums = [total + amount for total, amount in zip(sums, money, strict=True)]
    firsts = [
        (month, one["first"], max(home["months"].get(month, 0) for home in homes.values()))
        for month, one in sorted(result["months"].items())
    ]
    tables["年度积分排名"], tables["本年度不参与积分计算的站点"] = list(ranked), list(apart)
    tables["各月积分排名第一位的站点（次月首屏轮播）"] = [
        (month, "、".join(f"{one} {homes[one]['name']}" for one in first), str(most))
        for month, first, most in firsts
    ]
    tables["星级评定"] = list(stars)
    tables["处理决定"] = [
        (name, one["home"], one["decided_on"], one["kind"], one["concerns"] or "—", one["reason"])
        for name, one in sorted(result["sanctions"].items())
    ]
    for cut in result["cuts"]:
        title = f"（{cut['title']}）" if cut["title"] else ""
        tables[f"各站点与晋升、下降名额的差距{title}（分）"] = _margins(homes, best, cut)
    tables["专项经费资助额度（元）"] = [*grants, ("合计", *(f"{amount:,.2f}" for amount in sums))]
    return tables


def _margins(homes: dict[str, Any], best: list[str], cut: dict[str, Any]) -> list[Row]:
    """Each ranked home of a cut: inside or not, and by how many points, found by counting better homes."""
    points = {
        one: homes[one]["points"]
        for one in best
        if "rank" in homes[one] and cut["group"] in (None, homes[one]["type"])
    }

    def better(one: str, own: int) -> int:
        return sum(other > own for name, other in points.items() if name != one)

    def margin(one: str, most: int) -> tuple[bool, str]:
        """Whether fewer than `most` homes are better, and the change of points that changes this."""
        own, reach = points[one], max(points.values()) - min(points.values()) + 1
        now = better(one, own) < most
        for step in range(1, reach + 1):
            if (better(one, own + (-step if now else step)) < most) != now:
                return now, f"余 {step - 1}" if now else f"差 {step}"
        return now, "—"

    rows: list[Row] = []
    for one, own in points.items():
        up, spare = margin(one, cut["up"])
        out, short = margin(one, cut["size"] - cut["down"])
        shown = ("在内" if up else "不在内", spare, "不在内" if out else "在内", short)
        rows.append((str(homes[one]["rank"]), f"{one} {homes[one]['name']}", str(own), *shown))
    return rows


def _conformity(result: ResultJson, names: list[str]) -> Tables:
    homes, lines = result["homes"], dict(in_order(result, "conformity"))
    judged = [name for name in names if homes[name]["conformity"]]
    found = {(name, line): homes[name]["conformity"][line] for name in judged for line in lines}
    ways = {True: "评审员评判", False: "系统核对"}
    counts = {
        line: [sum(found[name, line]["outcome"] == one for name in judged) for one in MARKS] for line in lines
    }
    return {
        "各站点达标情况": [
            (name, *(MARKS[found[name, line]["outcome"]] for line in lines)) for name in judged
        ],
        "各项达标情况": [
            (line, one["title"], ways[one["judged"]], *map(str, counts[line])) for line, one in lines.items()
        ],
        "未达标的项及理由": [
            (
                f"{name} {homes[name]['name']}",
                f"{line} {lines[line]['title']}",
                one["words"],
                one.get("reviewer", "系统核对"),
            )
            for (name, line), one in found.items()
            if one["outcome"] == "not_met"
        ],
    }


def _finding(result: ResultJson, one: dict[str, Any]) -> Row:
    homes = one.get("at_stake", {}).get("homes", {})
    each = "、".join(f"{home} {points} 分" for home, points in sorted(homes.items()))
    title = one["title"] + (f"所涉积分 {sum(homes.values())} 分（{each}）" if homes else "")
    rows: str | None = in_few_words(result_of(result), one["table"], [row["row"] for row in one["rows"]])
    if any("found" in row for row in one["rows"]):
        told = (f"{row['row']}（第 {row['line']} 行）：{row['found']}" for row in one["rows"])
        rows = "；".join(told) if len(one["rows"]) <= 12 else None
    return "警示", None, title, rows, f"{one['remedy']}。"


def _event(result: ResultJson, name: str, one: dict[str, Any]) -> Row:
    reasons, tiers = result["regulation"]["reasons"], result["rules"]["tiers"]
    why = f"（{reasons[one['why']]}）" if "why" in one else ""
    media = (
        f"{report['row']} {tiers[report['tier']]}级"
        + (f"：{reasons[report['why']]}" if "why" in report else f" {report['points']} 分")
        for report in one["media"]
    )
    points = f"{one['points']}{why}"
    return (
        f"{name} {one['title']}",
        one.get("month", "—"),
        str(one["attendance"]),
        points,
        "；".join(media) or "—",
    )


def listed(section: Tag) -> list[Row]:
    """The lines of a list of the public page: rank, name, points, and stars where they are shown."""
    parts = (".rank", ".name", ".points", ".stars")
    return [
        tuple(squeezed(one.get_text()) for part in parts for one in line.select(part))
        for line in section.find_all("li")
    ]


def public_lines(homes: list[dict[str, Any]], rank: str, points: str) -> list[Row]:
    """The same of homes of a result, best first."""
    best = sorted(homes, key=lambda home: (home[rank], home["id"]))
    stars = {home["id"]: "★" * home["stars_after"] + "☆" * max(0, 5 - home["stars_after"]) for home in homes}
    return [
        (str(home[rank]), squeezed(home["name"]), f"{home[points]}分", stars[home["id"]]) for home in best
    ]
