"""Measures 1–9 for each home, beside the points and never mixed into them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pandas as pd

from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.league.homes import Home, Season
from talentcalc.messages.message import Text, message
from talentcalc.rulebook.league import (
    ConformityLine,
    EachMonth,
    EveryEvent,
    FeesCovered,
    Given,
    HasEach,
    HasRows,
    Judged,
)

Outcome = Literal["met", "not_met", "not_applicable", "pending"]


@dataclass(frozen=True)
class Conforms:
    """One line for one home: what came out, and why, where it was judged in the reviewer's words."""

    line: str
    outcome: Outcome
    reason: Text
    reviewer: str | None = None


class Conformity:
    """The lines of the conformity table, home by home; `years` are the days of each home's year."""

    def __init__(
        self,
        lines: tuple[ConformityLine, ...],
        evidence: Evidence,
        year: int,
        years: Mapping[str, Season],
        void_events: frozenset[str],
    ) -> None:
        self.lines = lines
        self.evidence = evidence
        self.year = year
        homes = evidence["homes"]
        self.position = {home: n for n, home in enumerate(homes.frame["home_id"])}
        self.concerned = {line.id: homes.where(line.only) for line in lines}
        self.groups: dict[tuple[str, str], dict[str, Any]] = {}
        events = evidence["events"].frame
        self.this_year = np.array(
            [
                home in years and years[home].month(starts.date()) is not None and event not in void_events
                for event, home, starts in zip(
                    events["event_id"], events["home_id"], events["starts_at"], strict=True
                )
            ],
            dtype=bool,
        )

    def of(self, home: Home) -> tuple[Conforms, ...]:
        """Every line for one home that was designated by the year's end and not delisted by then."""
        return tuple(self._line(line, home) for line in self.lines)

    def _line(self, line: ConformityLine, home: Home) -> Conforms:
        if not self.concerned[line.id][self.position[home.id]]:
            return Conforms(line.id, "not_applicable", message("league.not_concerned"))
        return _KINDS[line.kind](self, line, home)

    def rows(self, line: ConformityLine, table: str, home: Home, where: Any = None) -> pd.DataFrame:
        """A home's rows of a table, those that are as wanted."""
        key = (line.id, table)
        if key not in self.groups:
            rows: EvidenceTable = self.evidence[table]
            chosen = rows.where(where) if where else np.ones(len(rows.frame), dtype=bool)
            if table == "events":
                chosen &= self.this_year
            frame = rows.frame[chosen]
            self.groups[key] = {str(home): rows for home, rows in frame.groupby("home_id")}
            self.groups[key][""] = frame.iloc[:0]
        found: pd.DataFrame = self.groups[key].get(home.id, self.groups[key][""])
        return found


def _given(self: Conformity, line: Given, home: Home) -> Conforms:
    value = self.evidence["homes"].frame[line.column].iloc[self.position[home.id]]
    title = self.evidence["homes"].spec.columns[line.column].choices.get(str(value), str(value))
    if pd.isna(value):
        return Conforms(line.id, "not_met", message("league.not_filled_in"))
    return Conforms(line.id, "met", title)


def _has_rows(self: Conformity, line: HasRows, home: Home) -> Conforms:
    rows = self.rows(line, line.table, home, line.where)
    number = len(rows) if line.filled is None else int(rows[line.filled].notna().sum())
    reason = message("league.rows_there", number=number, least=line.at_least)
    return Conforms(line.id, "met" if number >= line.at_least else "not_met", reason)


def _has_each(self: Conformity, line: HasEach, home: Home) -> Conforms:
    there = set(self.rows(line, line.table, home, line.where)[line.column])
    missing = [title for code, title in line.values.items() if not {code, title} & there]
    if missing:
        return Conforms(line.id, "not_met", message("league.values_missing", missing=tuple(missing)))
    return Conforms(line.id, "met", message("league.values_all_there", number=len(line.values)))


def _every_event(self: Conformity, line: EveryEvent, home: Home) -> Conforms:
    events, good = self.rows(line, "events", home), self.evidence["events"].where(line.where)
    if events.empty:
        return Conforms(line.id, "not_applicable", message("league.no_events"))
    lines = self.evidence["events"].frame.index[~good]
    bad = sorted(events.loc[events.index.isin(lines), "event_id"])
    if bad:
        return Conforms(line.id, "not_met", message("league.events_not_as_asked", events=tuple(bad)))
    return Conforms(line.id, "met", message("league.events_as_asked", number=len(events)))


def _fees_covered(self: Conformity, line: FeesCovered, home: Home) -> Conforms:
    events = self.rows(line, "events", home)
    if events.empty:
        return Conforms(line.id, "not_applicable", message("league.no_events"))
    bad = sorted(
        event
        for event, fee, cost in zip(events["event_id"], events["fee"], events["cost"], strict=True)
        if fee is not None and fee > (cost or 0)
    )
    if bad:
        return Conforms(line.id, "not_met", message("league.fees_above_cost", events=tuple(bad)))
    return Conforms(line.id, "met", message("league.fees_covered", number=len(events)))


def _each_month(self: Conformity, line: EachMonth, home: Home) -> Conforms:
    plans = self.rows(line, "plans", home)
    uploaded = dict(zip(plans["month"], plans["uploaded_at"], strict=True))
    months = [date(self.year, month, 1) for month in range(1, 13)]
    months = [month for month in months if month > home.designated_on]
    if not months:
        return Conforms(line.id, "not_applicable", message("league.no_whole_month"))
    bad = []
    for month in months:
        name = f"{month:%Y-%m}"
        if name not in uploaded:
            bad.append(message("league.plan_missing", month=name))
        elif uploaded[name] >= pd.Timestamp(month):
            bad.append(message("league.plan_late", month=name))
    if bad:
        return Conforms(line.id, "not_met", message("league.plans_not_in_time", plans=tuple(bad)))
    return Conforms(line.id, "met", message("league.plans_in_time", number=len(months)))


def _judged(self: Conformity, line: Judged, home: Home) -> Conforms:
    rows = self.rows(line, "conformity", home, {"measure": (line.measure,)})
    if rows.empty:
        return Conforms(line.id, "pending", message("league.awaits_reviewer"))
    row = rows.iloc[0]
    return Conforms(line.id, row["outcome"], str(row["reason"]), str(row["reviewer"]))


_KINDS: dict[str, Callable[[Conformity, Any, Home], Conforms]] = {
    "each_month": _each_month,
    "every_event": _every_event,
    "fees_covered": _fees_covered,
    "given": _given,
    "has_each": _has_each,
    "has_rows": _has_rows,
    "judged": _judged,
}
