"""A difference on the terminal: what changed between two audits, and what each change did."""

from collections.abc import Iterator
from typing import Any

from talentcalc.core.decimals import money
from talentcalc.messages.message import Text, message
from talentcalc.report.labels import RANKING, STATUSES, days_in_words, period_kind, year_in_words
from talentcalc.report.render.characters import on_one_line
from talentcalc.report.sections.row_keys import keys_in_few_words
from talentcalc.report.terminal.effects import MOST, PARTS, SIDES, UNCHANGED, effect_lines, first_of, listed
from talentcalc.report.terminal.language import worded

_TERMS = {
    "fee": message("report.fee"),
    "paid": message("report.paid"),
    "composite": message("report.composite_weights"),
    "subject": message("report.subject"),
    "review": message("report.review"),
}
_REVIEW = {
    "agency": message("report.agency"),
    "reviewers": message("report.reviewers"),
    "dated": message("report.day_of_review"),
}
_SECTIONS = {
    "clauses": message("report.clauses"),
    "readings": message("report.reading"),
    "reasons": message("report.reasons"),
    "tables": message("report.tables"),
    "checks": message("report.checks_of_rulebook"),
    "scorecard": message("report.indicators"),
    "league": message("report.rules_of_points"),
    "procedure": message("report.procedure"),
    "repairs": message("report.repairs"),
}
_TRUTH: dict[str, Text] = {"true": message("report.yes"), "false": message("report.no")}
_CHANGED = message("report.changed")
_KINDS = {"added": message("report.added"), "removed": message("report.removed"), "changed": _CHANGED}


def diff_lines(difference: dict[str, Any], colour: bool = False) -> list[str]:
    """The lines of a difference: head, effects, and the changes in each part; evidence is literal."""
    lines = [*_head(difference), "", *effect_lines(difference)]
    for part in difference["order"]["parts"]:
        title = worded(message("report.changes_of_part", part=PARTS[part]))
        lines += ["", title, *(f"  {line}" for line in _changes(difference, part))]
    rendered = [on_one_line(line) for line in lines]
    return [f"\x1b[1m{line}\x1b[0m" if colour and line[:1].strip() else line for line in rendered]


def _head(difference: dict[str, Any]) -> Iterator[str]:
    for name, mark in SIDES.items():
        side = difference["sides"][name]
        facts = message(
            "report.side",
            name=side["name"],
            audit=side["audit"],
            subject=side["subject"],
            kind=_kind(side),
            span=_span(side),
            status=STATUSES[side["status"]],
        )
        yield f"{worded(mark)}  {worded(facts)}"


def _kind(side: dict[str, Any]) -> str:
    return period_kind(side["period"]["kind"]) if "period" in side else RANKING


def _span(side: dict[str, Any]) -> str:
    if "period" in side:
        return days_in_words(side["period"]["start"], side["period"]["end"])
    return year_in_words(side["year"])


def _changes(difference: dict[str, Any], part: str) -> Iterator[str]:
    change = difference["parts"][part]
    if not change:
        yield worded(UNCHANGED)
    elif part == "software":
        old, new = change["talentcalc"]
        version = difference["recomputed_by"]
        yield worded(message("report.software_changed", old=old, new=new, version=version))
    elif part == "terms":
        yield from _terms(change)
    elif part == "rulebook":
        yield from _rulebook(change)
    else:
        for span in ("period", "year"):
            if span in change:
                sides = difference["sides"]
                yield f"{worded(message('report.period'))}  {_span(sides['a'])} → {_span(sides['b'])}"
        yield from _readings(difference, change.get("readings", {}))
        for table in difference["order"]["tables"]:
            if table in change.get("tables", {}):
                yield from _table(difference["words"]["tables"][table], table, change["tables"][table])
        if "files" in change:
            files = change["files"]
            yield worded(
                message(
                    "report.files_changed",
                    added=files["added"],
                    removed=files["removed"],
                    changed=files["changed"],
                )
            )


def _readings(difference: dict[str, Any], readings: dict[str, Any]) -> Iterator[str]:
    for name, (old, new) in sorted(readings.items()):
        words = difference["words"]["readings"].get(name, {"title": name, "choices": {}})
        choices = words["choices"]
        changed = message(
            "report.reading_changed",
            title=words["title"],
            reading=name,
            old=choices.get(old, old or "—"),
            new=choices.get(new, new),
        )
        yield worded(changed)


def _terms(change: dict[str, Any]) -> Iterator[str]:
    for name, title in _TERMS.items():
        if name not in change:
            continue
        old, new = change[name]
        if name != "review":
            both = [
                worded(message("report.yuan", amount=money(value)))
                if name in ("fee", "paid")
                else _weights(value)
                for value in (old, new)
            ]
            yield f"{worded(title)}  {both[0]} → {both[1]}"
            continue
        for key, words in _REVIEW.items():
            if old[key] != new[key]:
                texts = [_names(review[key]) if key == "reviewers" else review[key] for review in (old, new)]
                yield f"{worded(words)}  {texts[0]} → {texts[1]}"


def _names(names: list[str]) -> str:
    return worded(message("report.names", names=tuple(names)))


def _weights(value: Any) -> str:
    """Weights with their names, sorted by name; any other term as it is."""
    if value is None:
        return worded(message("report.not_given"))
    comma = worded(message("report.comma"))
    return (
        comma.join(f"{name} {value[name]}" for name in sorted(value))
        if isinstance(value, dict)
        else str(value)
    )


def _rulebook(change: dict[str, Any]) -> Iterator[str]:
    if "id" in change:
        yield f"{worded(message('report.id_of_rulebook'))}  {change['id'][0]} → {change['id'][1]}"
    yield f"{worded(message('report.version'))}  {change['version'][0]} → {change['version'][1]}"
    yield f"sha256  {change['sha256'][0]} → {change['sha256'][1]}"
    if not change["differs"]:
        yield worded(message("report.same_content"))
    for section, kinds in sorted(change["differs"].items()):
        changes = listed(f"{worded(_KINDS[kind])} {_few(kinds[kind])}" for kind in _KINDS if any(kinds[kind]))
        yield f"{worded(_SECTIONS.get(section, section))}  {changes or worded(_CHANGED)}"


def _table(words: dict[str, Any], name: str, found: dict[str, Any]) -> Iterator[str]:
    yield worded(
        message(
            "report.table_changed",
            title=words["title"],
            table=name,
            key="/".join(words["key"]),
            before=found["rows"][0],
            after=found["rows"][1],
            added=found["added"]["count"],
            removed=found["removed"]["count"],
            changed=found["changed"]["count"],
        )
    )
    for kind in ("added", "removed"):
        keys, rest = found[kind]["keys"][:MOST], found[kind]["count"] - MOST
        if keys:
            phrases = [keys_in_few_words(keys, len(words["key"]) > 1)]
            phrases += [worded(message("report.more_rows", number=rest))] if rest > 0 else []
            yield f"  {worded(_KINDS[kind])}  {listed(phrases)}"
    lines = []
    for key, cells in sorted(found["changed"]["rows"].items()):
        cell_changes = []
        for column, (old, new) in sorted(cells.items()):
            known = words["columns"].get(column, {"title": column, "choices": {}})
            both: Text = f"{_cell(known, old)} → {_cell(known, new)}"
            if old is new is None:
                both = message("report.personal")
            cell_changes.append(worded(message("report.cell_changed", column=known["title"], cells=both)))
        lines.append(f"  {worded(_CHANGED)}  {key}  {listed(cell_changes)}")
    more_rows = found["changed"]["count"]
    yield from first_of(lines, lambda rest: message("report.more_rows", number=rest), more_rows)


def _cell(words: dict[str, Any], value: str | None) -> str:
    if value is None:
        return worded(message("report.empty"))
    text = worded(words["choices"].get(value, _TRUTH.get(value, value)))
    return text if len(text) <= 40 else text[:39] + "…"


def _few(names: list[str]) -> str:
    rest = len(names) - MOST
    phrases = [_names(names[:MOST])]
    phrases += [worded(message("report.more_entries", number=rest))] if rest > 0 else []
    return listed(phrases)
