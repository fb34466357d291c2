"""The runs of the league's command line that the tests of its reports look at."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import yaml
from bs4 import BeautifulSoup

from tests.conftest import ROOT, Command
from tests.support.city import City
from tests.support.hostile import AGENCY, SUBJECT, Hostile, at
from tests.support.light_runs import light_run
from tests.support.reading import squeezed

NOTEBOOK = ROOT / "notebooks/league_audit.ipynb"
SAMPLE = ROOT / "evidence/quanzhou-2025"
LONG = "".join(f"第{number:04d}段" for number in range(800))


@dataclass(frozen=True)
class LeagueReport(Hostile):
    """One run of a league's audit, and what it left."""

    @cached_property
    def bodies(self) -> list[str]:
        """The pages without running head and foot, which asserts that they have both."""
        said, review, bodies = self.result, self.result["review"], []
        head = squeezed(f"{said['subject']}{said['year']}年") + {"final": "定稿"}[said["status"]]
        for number, text in enumerate(self.pages, start=1):
            foot = f"{review['agency']}{review['dated']}第{number}页，共{len(self.pages)}页"
            assert head in text and foot in text, number
            bodies.append(text.replace(head, "", 1).replace(foot, "", 1))
        return bodies

    @cached_property
    def board(self) -> BeautifulSoup:
        """The public page."""
        return BeautifulSoup((self.folder / "leaderboard.html").read_bytes(), "html.parser")

    @property
    def files(self) -> dict[str, bytes]:
        """Every file by its name."""
        return {one.name: one.read_bytes() for one in self.folder.iterdir()}


class Runs(NamedTuple):
    """The sample run in two places, what `score` prints, a hostile draft and its words, a blocked city."""

    sample: LeagueReport
    again: LeagueReport
    printed: str
    draft: LeagueReport
    hostile: list[str]
    blocked: LeagueReport


def hostile_city(folder: Path) -> tuple[City, list[str]]:
    """A city whose words are an attacker's; nobody has judged it to the end, so it is a draft."""
    city = City(folder, params={"subject": SUBJECT})
    city.params["review"] = {"agency": AGENCY, "reviewers": ["R1"], "dated": "2026-02-10"}
    names, titles, reasons, grounds, payees = (at(place) for place in "名题因由付")
    names.append("长名" * 200)
    city.add("homes", *({"name": name, "county": f"{name}县"} for name in names)).add("talents", {})
    city.add("homes", *({"name": "新", "designated_on": "2025-03-01", "payee": one} for one in payees))
    for number, reason in enumerate(grounds, start=1):
        judged = {"home_id": f"H{number:02d}", "measure": "1", "outcome": "not_met", "reason": reason}
        city.add("conformity", judged)
    pairs = zip([*titles, LONG], [*reasons, LONG], strict=True)
    for number, (title, reason) in enumerate(pairs, start=1):
        home = f"H{number:02d}"
        city.add("events", {"home_id": home, "title": title})
        city.visit(["T001"], home_id=home, event_id=f"E{number:04d}")
        city.add("sanctions", {"home_id": home, "reason": reason})
    return city, [*names, *titles, *reasons, *grounds, *payees, SUBJECT, AGENCY]


def adjusted(folder: Path, points: str) -> City:
    """A city with points of adjustment beside 987 604: with 50 its total is 987 654, 51 block it."""
    city = City(folder).add("homes", {"opening_points": "987604", "name": "某某之家"})
    return city.add("adjustments", {"points": points})


def lightly(city: City) -> LeagueReport:
    """A light run of a city."""
    (city.folder / "pyproject.toml").touch()
    return LeagueReport(city.folder / "outputs/2025/city", *light_run(city.write()))


def all_runs(folder: Path, talentcalc: Command) -> Runs:
    """The sample runs in processes of their own, two at a time; the small cities meanwhile in this one."""
    east, west, draft, blocked = (folder / name for name in "ewdb")
    params = yaml.safe_load((ROOT / "params/quanzhou-2025.yaml").read_text("utf-8"))
    for place in (east, west, draft, blocked):
        place.mkdir()
        (place / "pyproject.toml").touch()
        text = yaml.safe_dump(params | {"evidence": str(SAMPLE)}, allow_unicode=True)
        (place / "quanzhou.yaml").write_text(text, "utf-8")

    def full(place: Path, **environment: str) -> LeagueReport:
        done = talentcalc("run", "quanzhou.yaml", cwd=place, **environment)
        return LeagueReport(place / "outputs/2025/quanzhou", done.returncode, done.stdout + done.stderr)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(full, east, TZ="Pacific/Kiritimati", PYTHONHASHSEED="1", LC_ALL="C")
        second = pool.submit(full, west, TZ="America/Los_Angeles", PYTHONHASHSEED="2")
        scored = pool.submit(talentcalc, "score", "quanzhou.yaml", cwd=east)
        city, words = hostile_city(draft)
        made, stopped = lightly(city), lightly(adjusted(blocked, "51"))
        return Runs(first.result(), second.result(), scored.result().stdout, made, words, stopped)
