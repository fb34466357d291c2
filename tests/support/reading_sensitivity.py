"""What a report must show of how firm the score is, said anew from the result alone."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from typing import Any

from tests.support.documents import ResultJson, in_order

Parts = tuple[str, ...]


def other_readings(result: ResultJson) -> Iterator[Parts]:
    """What a report shows of every reading taken otherwise, and of the extremes of them together."""
    paid, rules, said = result["payment"], result["regulation"]["readings"], result["firmness"]
    yield from (("逐项改用其他理解的结果",), ("本期应付的最低与最高",))

    def words(name: str, choice: str) -> str:
        return f"{rules[name]['title']}：{rules[name]['choices'][choice]}"

    def row(outcome: dict[str, Any]) -> Parts:
        more = Decimal(outcome["payable"]) - Decimal(paid["payable"])
        shares = [f"{Decimal(outcome['shares'][one['id']]):.0%}" for one in paid["parts"] if "bands" in one]
        scores = [outcome["boards"][board] for board in result["order"]["boards"]]
        return (*scores, *shares, f"{Decimal(outcome['payable']):,.2f}", f"{more:+,.2f}" if more else "—")

    for name, choices in said["readings"].items():
        for choice, outcome in choices.items():
            if outcome["changes"] or outcome["payable"] != paid["payable"]:
                in_order = sorted(outcome["changes"].items(), key=lambda one: (one[0][0] != "B", one[0]))
                changed = "，".join(f"{indicator} {points}" for indicator, points in in_order)
                yield words(name, choice), changed or "—", *row(outcome)
            else:
                yield (words(name, choice),)
    for end, title in (("lowest", "最低"), ("highest", "最高")):
        chosen = said["extremes"][end]["readings"]
        changed = "；".join(
            words(name, chosen[name]) for name in result["order"]["readings"] if name in chosen
        )
        yield title, changed or "本次采用的理解", *row(said["extremes"][end])


def marked(result: ResultJson) -> Iterator[Parts]:
    """What a report shows of the reviewers' marks: each row by its cells."""
    paid, said = result["payment"], result["firmness"]["marks"]
    yield from (("各评审员的打分",), ("每位评审员的影响",))
    for board in result["boards"].values():
        for indicator in board["indicators"].values():
            for name, item in indicator["items"].items():
                if name in said["items"]:
                    marks, spread = said["items"][name]["marks"], said["items"][name]["spread"]
                    own = [marks.get(reviewer, "—") for reviewer in result["review"]["reviewers"]]
                    most = Decimal(item["cap"])
                    part = (Decimal(spread) / most * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
                    share = f"{part}".removesuffix(".0") + "%"
                    label = f"{name} {item['label']}"
                    yield label, f"{most.normalize():f}", *own, spread, share, item["points"]
    for name, one in said["reviewers"].items():
        scores = [one["boards"][board] for board in result["order"]["boards"]]
        shares = [f"{Decimal(one['shares'][part['id']]):.0%}" for part in paid["parts"] if "bands" in part]
        change = Decimal(one["change"])
        yield (
            f"去掉 {name}",
            *scores,
            *shares,
            f"{Decimal(one['payable']):,.2f}",
            f"{change:+,.2f}" if change else "—",
        )


def deciding(result: ResultJson) -> Iterator[Parts]:
    """What a report shows of the rows that hold a band, and of every item's last and next unit."""
    items = {
        name: item
        for board in result["boards"].values()
        for indicator in board["indicators"].values()
        for name, item in indicator["items"].items()
    }
    titles = {name: one["title"] for name, one in result["evidence"].items()}
    for firm in result["pivotal"]["parts"].values():
        for held in firm["fall"].get("pivotal", ()):
            label = "".join(f"{name} {items[name]['label']}" for name in held["items"])
            range_of = dict.fromkeys(str(held[end]) for end in ("least", "most"))
            table = min(held["rows"])
            yield label, "–".join(range_of), f"{titles[table]} {len(held['rows'][table])} 条"

    def amount(item: str, number: str) -> str:
        unit = items[item]["unit"]
        return f"{Decimal(number):,.2f}{unit}" if unit == "元" else f"{number}{unit}"

    def money(change: str) -> str:
        return f"{Decimal(change):+,.2f}" if Decimal(change) else "—"

    for name, unit in result["pivotal"]["units"].items():
        last, more, item = unit["last"], unit["next"], items[name]
        row = [f"{name} {item['label']}", amount(name, item["quantity"])]
        if "why" in last:
            row.append({"limit": "受合计上限，减少后得分不变", "nothing": "未得分"}[last["why"]])
        else:
            rejected = "—" if last["rows"] is None else str(last["rows"])
            lost = ("超过" if last["strictly"] else "") + amount(name, last["quantity"])
            row += [lost, rejected, f"-{last['points']}", money(last["change"])]
        if "why" in more:
            row.append({"cap": "已达上限", "limit": "受合计上限", "gate": "须另一要点先达到"}[more["why"]])
        else:
            row += [amount(name, more["quantity"]), f"+{more['points']}", money(more["change"])]
        yield tuple(row)


def sample_rows(result: ResultJson) -> Iterator[Parts]:
    """What a report shows of each item's sample, once some of the rows drawn are verified."""
    yield ("各要点的样本和差错率",)
    items = (one for board in result["boards"].values() for one in board["indicators"].values())
    for item_id, item in (pair for indicator in items for pair in indicator["items"].items()):
        if one := result["sampling"]["items"].get(item_id):
            size = f"{one['size']} 条" if "hits" not in one else f"{one['size']} 点，{len(one['drawn'])} 条"
            rates = ["未完成"] * 2
            if "upper_rate" in one:
                observed, upper = (Decimal(one[name]) * 100 for name in ("observed_rate", "upper_rate"))
                observed = observed.quantize(Decimal("0.01"), ROUND_HALF_UP)
                upper = upper.quantize(Decimal("0.01"), ROUND_CEILING)
                most = f"（{one['upper_errors']} 条）" if "upper_errors" in one else ""
                rates = [f"{observed.normalize():f}%", f"{upper.normalize():f}%{most}"]
            counts = (f"{one['verified']}", f"{one['errors']}")
            yield f"{item_id} {item['label']}", f"{one['population']} 条", size, *counts, *rates
    for end, title in (("observed", "按观察到的差错率"), ("upper", "按差错率上限")):
        if (one := result["sampling"].get("projection", {}).get(end)) is not None:
            scores = [one["boards"][board] for board in result["order"]["boards"]]
            banded = [part["id"] for part in result["payment"]["parts"] if "bands" in part]
            shares, change = (
                [f"{Decimal(one['shares'][part]):.0%}" for part in banded],
                Decimal(one["change"]),
            )
            more = f"{change:+,.2f}" if change else "—"
            yield title, *scores, *shares, f"{Decimal(one['payable']):,.2f}", more


def composites(result: ResultJson) -> Iterator[Parts]:
    """What a report shows of the composite beside the boards, where the params weigh it."""
    said = result["composite"]
    yield from (("综合评议的各部分",), ("各板块的综合考核分数",))
    yield said["own"]["title"], "考核指标得分", "—", "各板块得分", f"{Decimal(said['own']['weight']):.0%}"
    for one in said["components"]:
        table, number = result["evidence"][one["table"]]["title"], str(len(one["counted"]))
        yield one["title"], table, number, one["value"], f"{Decimal(one['weight']):.0%}"
    for name, board in in_order(result, "boards"):
        terms = [f"{board['score']} × {Decimal(said['own']['weight']):.0%}"]
        terms += [f"{one['value']} × {Decimal(one['weight']):.0%}" for one in said["components"]]
        yield board["title"], board["score"], " + ".join(terms), said["scores"][name]
