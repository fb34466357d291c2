"""The desk as controls in a notebook: choose an audit, change something, see points and money change."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pandas as pd

from talentcalc.analysis.changed_evidence import graded_items
from talentcalc.analysis.scenario import Scenario
from talentcalc.core.decimals import format_decimal, format_shortest
from talentcalc.core.errors import InputError
from talentcalc.evidence.verifications import VERIFICATIONS
from talentcalc.explore import charts as pictures
from talentcalc.explore import frames, summaries, tables
from talentcalc.explore.desk import Desk, open_desk
from talentcalc.params.audit import root_of
from talentcalc.result.model.league import LeaguePart
from talentcalc.result.model.scorecard import ScorecardPart

_WIDE = widgets.Layout(width="100%")
_SHORT = widgets.Layout(width="76px")
_KEPT = "照原核查"

Ruling = Callable[[str, Sequence[str], str | None], None]
"""A table, keys of its rows, and their outcome; None is the one as filed."""


class _Box(widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A box whose repr is its type's name: a saved notebook keeps the repr, and so no evidence."""

    def __repr__(self) -> str:
        return type(self).__name__


class Rows(_Box):
    """Rows of one table, to be filtered, selected and verified otherwise."""

    def __init__(self, desk: Desk, ruling: Ruling, brief: widgets.Widget) -> None:
        self.desk, self.name = desk, ""
        self.rows = tables.table(pd.DataFrame({"": []}), "multi")
        self.note = widgets.HTML()
        verified = desk.audit.rulebook.tables.get(VERIFICATIONS)
        titles = dict(verified.columns["outcome"].choices) if verified else {}
        self.rule = {
            outcome: widgets.Button(description=words) for outcome, words in [*titles.items(), (None, _KEPT)]
        }
        for outcome, button in self.rule.items():
            button.on_click(lambda _, outcome=outcome: ruling(self.name, self.selected, outcome))
        self.ruling = widgets.HBox([widgets.Label("所选记录改为："), *self.rule.values()])
        super().__init__([self.note, self.rows, self.ruling, brief], layout=_WIDE)

    @property
    def selected(self) -> list[str]:
        """The keys of the rows selected."""
        return [str(self.rows.df.index[row]) for row in self.rows.selected_rows]

    def show(self, name: str, keys: Sequence[str] | None = None) -> None:
        """Show a table's rows, or those with these `keys`."""
        self.name, table = name, self.desk.evidence[name]
        tables.fill(self.rows, frames.evidence_rows(self.desk, name, keys))
        number = len(table.frame) if keys is None else len(set(keys))
        cut = f"，列出前 {frames.SHOWN} 条" if number > frames.SHOWN else ""
        self.note.value = summaries.note(f"{table.spec.title}：{number} 条{cut}。点击行即选中，可多选。")
        may = name in self.desk.verifiable and not self.desk.record.blocked
        self.ruling.layout.display = None if may else "none"


class Panel(_Box):
    """The panel of one audit: its points and money, and the controls to change it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.changes, self.now = desk, Scenario(), desk.filed
        self.summary, self.made, self.clause = widgets.HTML(), widgets.HTML(), widgets.HTML()
        self.brief = widgets.HTML()
        self.reset = widgets.Button(description="恢复原结果", icon="undo")
        self.reset.on_click(lambda _: self.back())
        self.readings: dict[str, widgets.Dropdown] = {}
        self.marks: dict[tuple[str, str], widgets.Text] = {}
        self._quiet = False
        pages = [("全部材料", self._evidence())]
        if desk.record.blocked:
            self.found = tables.table(frames.findings(desk), "single")
            pages.insert(0, ("数据检查", self.found))
        else:
            pages.insert(0, ("条文理解", self._readings()))
            self.standings = tables.table(self._standings(), "single")
            self.standings.observe(lambda _: self._detail(), "selected_rows")
            if isinstance(desk.filed, ScorecardPart):
                self.picture = pictures.picture(self._standings())
                pages.insert(1, ("评审打分", self._marks()))
                pages.insert(0, ("指标与记录", self._indicators()))
            else:
                pages.insert(0, ("站点排名", widgets.VBox([self.standings, self.clause])))
        self.tabs = widgets.Tab([page for _, page in pages], titles=[title for title, _ in pages])
        above = [self.summary, widgets.HBox([self.reset, self.made])]
        above += [self.picture] if hasattr(self, "picture") else []
        super().__init__([*above, self.tabs], layout=_WIDE)
        self._show()

    def try_out(self, **changes: Any) -> None:
        """Change readings, marks or outcomes, and show what the audit then comes to."""
        self.changes = dataclasses.replace(self.changes, **changes)
        self.now = self.desk.under(self.changes)
        self._show()

    def back(self) -> None:
        """Undo all changes."""
        self._quiet = True
        for name, choice in self.desk.audit.readings.items():
            if name in self.readings:
                self.readings[name].value = choice
        for (item, reviewer), box in self.marks.items():
            box.value = self._filed(item, reviewer)
        self._quiet = False
        self.try_out(readings={}, marks={}, rows={})

    def rule(self, table: str, keys: Sequence[str], outcome: str | None) -> None:
        """Verify rows otherwise."""
        filed, tried = self.desk.outcomes, dict(self.changes.rows)
        for key in keys:
            tried.pop((table, key), None)
            if outcome is not None and filed.get((table, key)) != outcome:
                tried[table, key] = outcome
        self.try_out(rows=tried)

    def _show(self) -> None:
        if self.desk.record.blocked:
            words = "数据检查有关键问题，不评分：请先按“数据检查”所列更正材料。"
            self.summary.value, self.reset.layout.display = summaries.note(words, bad=True), "none"
            return
        self.made.value = summaries.made(self.desk, self.changes)
        filed, now, standings = self.desk.filed, self.now, self._standings()
        if isinstance(filed, LeaguePart) and isinstance(now, LeaguePart):
            self.summary.value = summaries.league_summary(filed, now)
        elif isinstance(filed, ScorecardPart) and isinstance(now, ScorecardPart):
            self.summary.value = summaries.summary(filed, now)
            self.brief.value = summaries.brief(filed, now)
            pictures.draw(self.picture, standings)
        tables.fill(self.standings, standings, self.standings.selected_rows)
        self._detail()

    def _standings(self) -> pd.DataFrame:
        filed, now = self.desk.filed, self.now
        if isinstance(filed, LeaguePart) and isinstance(now, LeaguePart):
            return frames.homes(filed, now)
        assert isinstance(filed, ScorecardPart) and isinstance(now, ScorecardPart), "not blocked"
        return frames.indicators(filed, now)

    def _detail(self) -> None:
        """Show the details of the selected indicator or home."""
        chosen = self.standings.selected_rows
        name = self.standings.df["编号"].iloc[chosen[0] if chosen else 0]
        if isinstance(self.now, LeaguePart):
            home = self.now.homes[name]
            self.clause.value = summaries.note(f"{name} {home.name}：{home.why}")
            return
        assert self.now is not None, "not blocked"
        self.clause.value = summaries.indicator(self.desk, self.now, name)
        concerned = tuple(frames.tables_of(self.desk, self.now, name))
        if self.of.options != concerned:
            self.of.options = concerned
        table = self.of.value or concerned[0][1]
        self.rows.show(table, frames.concerned(self.desk, self.now, name, table))

    def _indicators(self) -> widgets.Widget:
        self.of = widgets.ToggleButtons(options=[])
        self.of.observe(lambda _: self._detail(), "value")
        self.rows = Rows(self.desk, self.rule, self.brief)
        hint = widgets.HTML(summaries.note("点击一项指标，下面即列出它的条文、计算和有关记录。"))
        return widgets.VBox([hint, self.standings, self.clause, self.of, self.rows])

    def _readings(self) -> widgets.Widget:
        in_force, boxes = self.desk.audit.readings, []
        for name, reading in self.desk.audit.rulebook.readings.items():
            options = [
                (f"{words}（本次采用）" if choice == in_force[name] else words, choice)
                for choice, words in self.desk.choices(name).items()
            ]
            box = widgets.Dropdown(options=options, value=in_force[name], layout=_WIDE)
            box.observe(partial(self._read, name), "value")
            self.readings[name] = box
            title = widgets.HTML(summaries.note(f"{reading.title}（{reading.clause}）"))
            boxes.append(widgets.VBox([title, box]))
        return widgets.GridBox(
            boxes, layout=widgets.Layout(grid_template_columns="1fr 1fr", grid_gap="4px 24px")
        )

    def _read(self, name: str, change: dict[str, Any]) -> None:
        if not self._quiet:
            tried = {**self.changes.readings, name: change["new"]}
            if change["new"] == self.desk.audit.readings[name]:
                del tried[name]
            self.try_out(readings=tried)

    def _marks(self) -> widgets.Widget:
        lines: list[widgets.Widget] = []
        self.wrong = widgets.HTML()
        heads = [widgets.Label(reviewer, layout=_SHORT) for reviewer in self.desk.reviewers]
        lines.append(widgets.HBox([widgets.Label("给分要点", layout=widgets.Layout(width="420px")), *heads]))
        for item in graded_items(self.desk.audit.rulebook):
            words = f"{item.id} {item.label}（0 至 {format_shortest(self.desk.most(item.id))} 分）"
            line = [widgets.Label(words, layout=widgets.Layout(width="420px"))]
            for reviewer in self.desk.reviewers:
                box = widgets.Text(self._filed(item.id, reviewer), continuous_update=False, layout=_SHORT)
                box.observe(partial(self._mark, item.id, reviewer), "value")
                self.marks[item.id, reviewer] = box
                line.append(box)
            lines.append(widgets.HBox(line))
        return widgets.VBox([*lines, self.wrong])

    def _mark(self, item: str, reviewer: str, change: dict[str, Any]) -> None:
        if self._quiet:
            return
        text, filed = change["new"].strip(), self._filed(item, reviewer)
        tried, self.wrong.value = {**self.changes.marks}, ""
        tried.pop((item, reviewer), None)
        try:
            if text and text != filed:
                tried[item, reviewer] = self.desk.mark(item, text)
        except InputError:
            most = format_shortest(self.desk.most(item))
            self.wrong.value = summaries.note(
                f"{item} {reviewer}：评分应为 0 至 {most} 之间的数，未改动。", bad=True
            )
            text = ""
        if not text:
            self._quiet, self.marks[item, reviewer].value = True, filed
            self._quiet = False
        self.try_out(marks=tried)

    def _filed(self, item: str, reviewer: str) -> str:
        mark = self.desk.marks[item].get(reviewer)
        return "" if mark is None else format_decimal(mark)

    def _evidence(self) -> widgets.Widget:
        named = [(table.spec.title, name) for name, table in self.desk.evidence.tables.items()]
        self.table = widgets.Dropdown(options=named, description="材料表")
        self.all_rows = Rows(self.desk, self.rule, self.brief)
        self.table.observe(lambda change: self.all_rows.show(change["new"]), "value")
        self.all_rows.show(self.table.value)
        large = [
            f"{table.spec.title}有 {table.rows} 条，表大，不在此列出。"
            for name, table in self.desk.evidence.stored.items()
            if name not in self.desk.evidence.tables
        ]
        return widgets.VBox(
            [self.table, *(widgets.HTML(summaries.note(line)) for line in large), self.all_rows]
        )


class Explorer(_Box):
    """The choice among the audits of a folder of params, and the panel of the chosen one.

    The folder is `params` of the repository the notebook lies in, or of its own folder outside any.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self.folder = root_of(Path("explore.ipynb")) / "params" if folder is None else Path(folder)
        files = sorted(self.folder.glob("*.yaml"))
        self.audit = widgets.Dropdown(options=[(file.stem, file) for file in files], description="考核")
        self.audit.observe(lambda _: self._open(), "value")
        self.place = widgets.VBox(layout=_WIDE)
        super().__init__([self.audit, self.place], layout=_WIDE)
        self._open()

    def _open(self) -> None:
        for child in self.place.children:
            _close(child)
        self.panel: Panel | None = None
        if self.audit.value is None:
            words = f"{self.folder} 中没有参数文件。"
            self.place.children = (widgets.HTML(summaries.note(words, bad=True)),)
            return
        try:
            self.panel = Panel(open_desk(self.audit.value))
            self.place.children = (self.panel,)
        except InputError as refusal:
            self.place.children = (widgets.HTML(summaries.refused(refusal)),)


def _close(widget: widgets.Widget) -> None:
    """Forget a widget and all within it, and so the evidence that it holds."""
    for child in getattr(widget, "children", ()):
        _close(child)
    widget.close()
