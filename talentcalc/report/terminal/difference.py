"""A difference on the terminal: what changed between two audits, and what each change did."""

from collections.abc import Iterator
from typing import Any

from talentcalc.core.decimals import money
from talentcalc.report.labels import RANKING, STATUSES, days_in_words, period_kind, year_in_words
from talentcalc.report.render.characters import on_one_line
from talentcalc.report.sections.row_keys import keys_in_few_words
from talentcalc.report.terminal.effects import MOST, PARTS, effect_lines, first_of

_TERMS = {
    "fee": "总体运营费",
    "paid": "已付额",
    "composite": "综合评议权重",
    "subject": "对象",
    "review": "评审",
}
_REVIEW = {"agency": "评审机构", "reviewers": "评审员", "dated": "评审日期"}
_SECTIONS = {
    "clauses": "条款台账",
    "readings": "读法",
    "reasons": "不计理由",
    "tables": "材料表",
    "checks": "检查",
    "scorecard": "指标",
    "league": "积分规则",
    "procedure": "程序",
    "repairs": "勘误",
}
_KINDS = {"added": "新增", "removed": "删除", "changed": "更改"}


def diff_lines(difference: dict[str, Any], colour: bool = False) -> list[str]:
    """The lines of a difference: head, effects, and the changes in each part; evidence is literal."""
    lines = [*_head(difference), "", *effect_lines(difference)]
    for part in difference["order"]["parts"]:
        lines += ["", f"{PARTS[part]}的变化", *(f"  {line}" for line in _changes(difference, part))]
    rendered = [on_one_line(line) for line in lines]
    return [f"\x1b[1m{line}\x1b[0m" if colour and line[:1].strip() else line for line in rendered]


def _head(difference: dict[str, Any]) -> Iterator[str]:
    for mark, side in (("甲", difference["sides"]["a"]), ("乙", difference["sides"]["b"])):
        facts = (side["audit"], side["subject"], _kind(side), _span(side), STATUSES[side["status"]])
        yield f"{mark}  {side['name']}：{'，'.join(facts)}"


def _kind(side: dict[str, Any]) -> str:
    return period_kind(side["period"]["kind"]) if "period" in side else RANKING


def _span(side: dict[str, Any]) -> str:
    if "period" in side:
        return days_in_words(side["period"]["start"], side["period"]["end"])
    return year_in_words(side["year"])


def _changes(difference: dict[str, Any], part: str) -> Iterator[str]:
    change = difference["parts"][part]
    if not change:
        yield "没有变化"
    elif part == "software":
        old, new = change["talentcalc"]
        yield f"talentcalc {old} → {new}；两侧均以 {difference['recomputed_by']} 重算"
    elif part == "terms":
        yield from _terms(change)
    elif part == "rulebook":
        yield from _rulebook(change)
    else:
        for span in ("period", "year"):
            if span in change:
                sides = difference["sides"]
                yield f"期间  {_span(sides['a'])} → {_span(sides['b'])}"
        yield from _readings(difference, change.get("readings", {}))
        for table in difference["order"]["tables"]:
            if table in change.get("tables", {}):
                yield from _table(difference["words"]["tables"][table], table, change["tables"][table])
        if "files" in change:
            kinds = "，".join(f"{title} {change['files'][kind]} 个" for kind, title in _KINDS.items())
            yield f"佐证文件  {kinds}"


def _readings(difference: dict[str, Any], readings: dict[str, Any]) -> Iterator[str]:
    for name, (old, new) in sorted(readings.items()):
        words = difference["words"]["readings"].get(name, {"title": name, "choices": {}})
        choices = words["choices"]
        yield f"读法  {words['title']}（{name}）：{choices.get(old, old or '—')} → {choices.get(new, new)}"


def _terms(change: dict[str, Any]) -> Iterator[str]:
    for name, title in _TERMS.items():
        if name not in change:
            continue
        old, new = change[name]
        if name != "review":
            both = [
                f"{money(value)} 元" if name in ("fee", "paid") else _weights(value) for value in (old, new)
            ]
            yield f"{title}  {both[0]} → {both[1]}"
            continue
        for key, words in _REVIEW.items():
            if old[key] != new[key]:
                texts = [
                    "、".join(review[key]) if key == "reviewers" else review[key] for review in (old, new)
                ]
                yield f"{words}  {texts[0]} → {texts[1]}"


def _weights(value: Any) -> str:
    """Weights with their names, sorted by name; any other term as it is."""
    if value is None:
        return "未列"
    return (
        "，".join(f"{name} {value[name]}" for name in sorted(value))
        if isinstance(value, dict)
        else str(value)
    )


def _rulebook(change: dict[str, Any]) -> Iterator[str]:
    if "id" in change:
        yield f"名称  {change['id'][0]} → {change['id'][1]}"
    yield f"版本  {change['version'][0]} → {change['version'][1]}"
    yield f"sha256  {change['sha256'][0]} → {change['sha256'][1]}"
    if not change["differs"]:
        yield "内容相同，只有注释或排版不同"
    for section, kinds in sorted(change["differs"].items()):
        changes = "；".join(f"{_KINDS[kind]} {_few(kinds[kind])}" for kind in _KINDS if any(kinds[kind]))
        yield f"{_SECTIONS.get(section, section)}  {changes or '更改'}"


def _table(words: dict[str, Any], name: str, found: dict[str, Any]) -> Iterator[str]:
    counts = "，".join(f"{title} {found[kind]['count']}" for kind, title in _KINDS.items())
    rows = f"{found['rows'][0]} → {found['rows'][1]} 条"
    yield f"{words['title']}（{name}，主键 {'/'.join(words['key'])}）：{rows}；{counts}"
    for kind in ("added", "removed"):
        keys, rest = found[kind]["keys"][:MOST], found[kind]["count"] - MOST
        if keys:
            more = f"；另 {rest} 条" if rest > 0 else ""
            yield f"  {_KINDS[kind]}  {keys_in_few_words(keys, len(words['key']) > 1)}{more}"
    lines = []
    for key, cells in sorted(found["changed"]["rows"].items()):
        cell_changes = []
        for column, (old, new) in sorted(cells.items()):
            known = words["columns"].get(column, {"title": column, "choices": {}})
            both = "个人信息，不显示" if old is new is None else f"{_cell(known, old)} → {_cell(known, new)}"
            cell_changes.append(f"{known['title']}：{both}")
        lines.append(f"  更改  {key}  {'；'.join(cell_changes)}")
    yield from first_of(lines, "条", found["changed"]["count"])


def _cell(words: dict[str, Any], value: str | None) -> str:
    if value is None:
        return "空"
    text = str(words["choices"].get(value, {"true": "是", "false": "否"}.get(value, value)))
    return text if len(text) <= 40 else text[:39] + "…"


def _few(names: list[str]) -> str:
    rest = len(names) - MOST
    return "、".join(names[:MOST]) + (f"；另 {rest} 项" if rest > 0 else "")
