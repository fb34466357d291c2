"""Quanzhou's league in straightforward pandas: what tests/bench/league.py measures talentcalc against.

python tests/bench/pandas_league.py EVIDENCE > result.json

Written from the rulings alone, under the default readings, for the year 2025; it shares no code with
talentcalc. It counts what the checks of the check-ins find but lists no rows, and leaves out the
conformity table and the checks of the small tables.
"""

import json
import sys
from math import floor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

YEAR = 2025
TIERS = {"central": 20, "provincial": 10, "city": 5, "county": 3}
GRACE = pd.Timedelta(hours=1)

Tables = dict[str, pd.DataFrame]
Earning = tuple[pd.DataFrame, pd.DataFrame]
WARNINGS = (
    *("checkins.two_places", "checkins.crowd", "checkins.shared_device", "checkins.outside_hours"),
    *("checkins.own_staff", "checkins.month_end", "media.one_event"),
)


def read(folder: Path) -> Tables:
    """The tables: the check-ins as they are, the small ones as text with dates where there are dates."""
    tables = {file.stem: pd.read_csv(file, dtype="str") for file in sorted(folder.glob("*.csv"))}
    for name, columns in {
        "homes": ["designated_on", "delisted_on"],
        "talents": ["valid_from", "valid_to"],
        "events": ["announced_at", "starts_at", "ends_at"],
        "media": ["published_on"],
        "sanctions": ["decided_on"],
    }.items():
        for column in columns:
            tables[name][column] = pd.to_datetime(tables[name][column])
    tables["checkins"] = pd.read_parquet(folder / "checkins.parquet")
    return tables


def checks(tables: Tables) -> dict[str, pd.Index]:
    """The rows that each check of the check-ins finds, and that of the media addresses."""
    checkins, media = tables["checkins"], tables["media"]
    found = {"checkins.key.unique": checkins.index[checkins["checkin_id"].duplicated(keep=False)]}
    for column in ("checkin_id", "home_id", "talent_id", "at"):
        found[f"checkins.{column}.filled"] = checkins.index[checkins[column].isna()]
    for column, other in (("home_id", "homes"), ("talent_id", "talents"), ("event_id", "events")):
        known = checkins[column].isin(tables[other][column])
        found[f"checkins.{column}.references"] = checkins.index[checkins[column].notna() & ~known]
    hours = tables["events"][["event_id", "home_id", "starts_at", "ends_at"]]
    attended = checkins.dropna(subset=["event_id"]).reset_index(names="row")
    attended = attended.merge(hours, on="event_id", suffixes=("", "_of_event"))
    early, late = attended["starts_at"] - GRACE, attended["ends_at"] + GRACE
    outside = (attended["at"] < early) | (attended["at"] > late)
    addresses = media.dropna(subset=["url"])
    events = addresses.groupby("url")["event_id"].transform("nunique")
    staff = tables["staff"].rename(columns={"person_id": "talent_id"})[["home_id", "talent_id"]]
    return found | {
        "checkins.event_of_home": pd.Index(
            attended.loc[attended["home_id"] != attended["home_id_of_event"], "row"]
        ),
        "checkins.outside_hours": pd.Index(attended.loc[outside, "row"]),
        "checkins.own_staff": pd.Index(checkins.reset_index(names="row").merge(staff)["row"]),
        "checkins.two_places": two_places(checkins),
        "checkins.crowd": crowd(checkins),
        "checkins.shared_device": shared_device(checkins),
        "checkins.month_end": month_end(checkins),
        "media.one_event": events.index[events > 1],
    }


def two_places(checkins: pd.DataFrame) -> pd.Index:
    """Check-ins of a talent within 30 minutes of one at another home: of the run of rows before or after."""
    rows = checkins.sort_values(["talent_id", "at", "home_id"])
    same_talent = rows["talent_id"] == rows["talent_id"].shift()
    begins = ~same_talent | (rows["home_id"] != rows["home_id"].shift())
    run = begins.cumsum().to_numpy() - 1
    left = rows["at"].shift().where(same_talent)[begins].to_numpy()
    ends = begins.shift(-1, fill_value=True)
    came = rows["at"].shift(-1).where(same_talent.shift(-1, fill_value=False))[ends].to_numpy()
    at, within = rows["at"].to_numpy(), np.timedelta64(30, "m")
    near: pd.Index = rows.index[(at - left[run] <= within) | (came[run] - at <= within)]
    return near


def crowd(checkins: pd.DataFrame) -> pd.Index:
    """Check-ins that lie with thirty others of the home within one minute."""
    rows = checkins[["home_id", "at"]].sort_values(["home_id", "at"])
    span = rows.groupby("home_id")["at"].shift(-30) - rows["at"]
    starts = np.flatnonzero(span <= pd.Timedelta(seconds=60))
    edges = np.zeros(len(rows) + 1, dtype=np.int64)
    np.add.at(edges, starts, 1)
    np.add.at(edges, starts + 31, -1)
    within: pd.Index = rows.index[edges.cumsum()[:-1] > 0]
    return within


def shared_device(checkins: pd.DataFrame) -> pd.Index:
    """Check-ins by a device that more than five talents used that day."""
    uses = checkins[["device", "talent_id"]].assign(day=checkins["at"].dt.normalize())
    uses = uses.dropna(subset=["device"])
    users = uses.drop_duplicates().groupby(["device", "day"]).size()
    shared = users[users > 5].rename("users").reset_index()
    rows: pd.Index = pd.Index(uses.reset_index(names="row").merge(shared, on=["device", "day"])["row"])
    return rows


def month_end(checkins: pd.DataFrame) -> pd.Index:
    """Check-ins in the last two days of a home's month that has at least half of its check-ins there."""
    at = checkins["at"]
    late = at.dt.day > at.dt.days_in_month - 2
    by = [checkins["home_id"], at.dt.year.rename("year"), at.dt.month.rename("month")]
    months = late.groupby(by)
    rush: pd.Index = checkins.index[late & (2 * months.transform("sum") >= months.transform("size"))]
    return rush


def valid_rows(tables: Tables) -> pd.DataFrame:
    """The check-ins that count, with their day."""
    void = tables["sanctions"].query("kind == 'void'").groupby("table")["row_id"].agg(list)
    talents = tables["talents"][["talent_id", "valid_from", "valid_to"]]
    checkins = tables["checkins"].reset_index(names="row").merge(talents, on="talent_id")
    day = checkins["at"].dt.normalize()
    valid = (day >= checkins["valid_from"]) & ~(day > checkins["valid_to"])
    valid &= ~checkins["event_id"].isin(void.get("events", []))
    valid &= ~checkins["checkin_id"].isin(void.get("checkins", []))
    counting: pd.DataFrame = checkins.assign(day=day)[valid].set_index("row")
    return counting


def earning(tables: Tables, homes: pd.DataFrame, checkins: pd.DataFrame, media: pd.DataFrame) -> Earning:
    """The visits and events that earn points, from check-ins that count and media reports."""
    void = tables["sanctions"].query("kind == 'void'").groupby("table")["row_id"].agg(list)
    attendance = checkins[["event_id", "talent_id"]].dropna().drop_duplicates().groupby("event_id").size()
    visits = in_season(checkins[["home_id", "talent_id", "day"]].drop_duplicates(), homes, "day")
    events = tables["events"]
    events = events.assign(attended=events["event_id"].map(attendance).fillna(0))
    events = in_season(events, homes, "starts_at")
    events = events[
        (events["announced_at"] < events["starts_at"])
        & (events["publicised"] == "true")
        & (events["attended"] > 0)
        & ~events["event_id"].isin(void.get("events", []))
    ]
    media = media[~media["media_id"].isin(void.get("media", []))]
    best = media.assign(points=media["tier"].map(TIERS)).groupby("event_id")["points"].max()
    return visits, events.assign(points=5, media=events["event_id"].map(best).fillna(0).astype(int))


def stakes(
    tables: Tables, homes: pd.DataFrame, found: dict[str, pd.Index], all_of: pd.Series
) -> dict[str, Any]:
    """For each suspicion, each home's points that would fall without the rows it raised."""
    checkins, made = valid_rows(tables), {}
    for check in WARNINGS:
        rows, media = checkins, tables["media"]
        if check.startswith("media."):
            media = media.drop(found[check])
        else:
            rows = checkins[~checkins.index.isin(found[check])]
        lost = all_of - of_homes(homes, *earning(tables, homes, rows, media))
        if len(found[check]):
            made[check] = {home: int(points) for home, points in lost.items() if points}
    return made


def of_homes(homes: pd.DataFrame, visits: pd.DataFrame, events: pd.DataFrame) -> pd.Series:
    """Each home's points but for its adjustment."""
    of_events = events.groupby("home_id")[["points", "media"]].sum().sum(axis=1)
    return visits.groupby("home_id").size().add(of_events, fill_value=0).reindex(homes.index).fillna(0)


def score(tables: Tables, found: dict[str, pd.Index]) -> dict[str, Any]:
    """Homes, months, talents and points at stake, by the keys of talentcalc's result."""
    homes = tables["homes"].set_index("home_id").sort_index()
    homes = homes.join(seasons(homes, tables["extensions"]))
    checkins = valid_rows(tables)
    earned = checkins[["home_id", "talent_id", "day"]].drop_duplicates().groupby("talent_id").size()
    visits, events = earning(tables, homes, checkins, tables["media"])
    adjustments = tables["adjustments"].query(f"year == '{YEAR}'").set_index("home_id")["points"].astype(int)

    table = pd.DataFrame(index=homes.index)
    table["events"] = events.groupby("home_id")["points"].sum()
    table["media"] = events.groupby("home_id")["media"].sum()
    table["checkins"] = visits.groupby("home_id").size()
    table["adjustment"] = adjustments[adjustments.index.isin(homes.index[homes["participates"]])]
    table = table.fillna(0).astype(int)
    table["points"] = table.sum(axis=1)
    table["participates"] = homes["participates"]
    table["total"] = table["points"] + homes["opening_points"].fillna("0").astype(int)
    by_month = visits.groupby(["home_id", "month"]).size()
    of_events = events.groupby(["home_id", "month"])[["points", "media"]].sum().sum(axis=1)
    monthly = by_month.add(of_events, fill_value=0).astype(int).to_frame("points")
    monthly["first"] = monthly.groupby("month")["points"].transform("max") == monthly["points"]
    table = table.join(standings(table, homes, tables["sanctions"]))

    spent = tables["redemptions"].assign(points=tables["redemptions"]["points"].astype(int))
    balances = pd.DataFrame(index=tables["talents"]["talent_id"])
    balances["earned"] = earned
    balances["spent"] = spent.groupby("talent_id")["points"].sum()
    balances = balances.fillna(0).astype(int)
    balances["balance"] = balances["earned"] - balances["spent"]
    months: dict[str, dict[str, int]] = {home: {} for home in homes.index}
    leaders: dict[str, dict[str, list[str]]] = {}
    for home, month, number, is_first in monthly.reset_index().itertuples(index=False):
        months[home][month] = number
        if is_first:
            leaders.setdefault(month, {"first": []})["first"].append(home)
    figures_of: dict[str, dict[str, Any]] = json.loads(table.to_json(orient="index"))
    return {
        "homes": {
            home: {key: value for key, value in figures.items() if value is not None}
            | {"months": months[home]}
            for home, figures in figures_of.items()
        },
        "months": leaders,
        "at_stake": stakes(tables, homes, found, of_homes(homes, visits, events)),
        "ranked": int(table["participates"].sum()),
        "talents": json.loads(balances.to_json(orient="index")),
    }


def seasons(homes: pd.DataFrame, extensions: pd.DataFrame) -> pd.DataFrame:
    """Whether each home takes part in the year, and its first and last day."""
    days = {
        year: extensions[extensions["year"] == str(year)].set_index("home_id")["days"].astype(int)
        for year in (YEAR - 1, YEAR)
    }
    begins = {
        year: pd.to_timedelta(days[year].reindex(homes.index).fillna(0), unit="D")
        for year in (YEAR - 1, YEAR)
    }
    return pd.DataFrame(
        {
            "participates": (homes["designated_on"].dt.year < YEAR) & ~(homes["delisted_on"].dt.year <= YEAR),
            "first": pd.Timestamp(YEAR, 1, 1) + begins[YEAR - 1],
            "last": pd.Timestamp(YEAR, 12, 31) + begins[YEAR],
        }
    )


def in_season(rows: pd.DataFrame, homes: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows within the season of their home, with their month; extension days are December's."""
    rows = rows.merge(homes[["participates", "first", "last"]], left_on="home_id", right_index=True)
    day = rows[column].dt.normalize()
    rows = rows[rows["participates"] & (day >= rows["first"]) & (day <= rows["last"])]
    month = rows[column].dt.month.where(rows[column].dt.year == YEAR, 12)
    return rows.assign(month=f"{YEAR}-" + month.astype("str").str.zfill(2))


def standings(table: pd.DataFrame, homes: pd.DataFrame, sanctions: pd.DataFrame) -> pd.DataFrame:
    """Ranks, stars, delistings and grants of every home."""
    ranked = table.index[table["participates"]]
    made = pd.DataFrame(index=table.index)
    made["rank"] = table.loc[ranked, "points"].rank(method="min", ascending=False)
    by_type = table.loc[ranked, "points"].groupby(homes.loc[ranked, "type"])
    made["rank_in_type"] = by_type.rank(method="min", ascending=False)
    up = made["rank"] <= len(ranked) // 5
    down = made["rank"] > len(ranked) - floor(len(ranked) / 10)
    change = up.astype(int) - down.astype(int)
    made["change"] = change.map({1: "up", 0: "same", -1: "down"})
    of_year = sanctions[sanctions["decided_on"].dt.year == YEAR]
    dropped = of_year[of_year["kind"] == "star_drop"].groupby("home_id").size()
    made["stars_before"] = homes["stars"].fillna("3").astype(int)
    made["stars_after"] = made["stars_before"] + change - dropped.reindex(made.index).fillna(0).astype(int)
    before = homes["drops"].fillna("0").astype(int)
    made["drops"] = (before + 1).where(change < 0, before.where(~table["participates"], 0))
    made["delisted"] = (
        (homes["delisted_on"].dt.year <= YEAR)
        | ((change < 0) & (made["drops"] >= 2))
        | made.index.isin(of_year.loc[of_year["kind"] == "delist", "home_id"])
    )
    amounts = homes["category"].map({"talent_home": "50000.00", "talent_community": "100000.00"})
    made["grant_selection"] = amounts.where(homes["designated_on"].dt.year == YEAR, "0.00")
    top = up & (homes["category"] == "talent_home")
    made["grant_top_ceiling"] = np.where(top, "50000.00", "0.00")
    return made


def main(folder: Path) -> int:
    """Write the result to stdout."""
    tables = read(folder)
    found = checks(tables)
    result = {"checks": {check: len(rows) for check, rows in found.items()}} | score(tables, found)
    json.dump(result, sys.stdout, ensure_ascii=False, sort_keys=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
