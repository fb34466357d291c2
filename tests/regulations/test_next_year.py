"""A league goes on: the next year's homes, and every point of this one explained key by key.

Expected figures: worked case 8 of the rulings, worked by hand where a comment says how, or the result's own.
"""

import csv
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from talentcalc.cli import main
from talentcalc.params.audit import Audit, open_audit
from talentcalc.pipeline.assess import assess_plainly, check_ins_of
from tests.conftest import ROOT
from tests.support.city import LEAGUE, City
from tests.support.documents import ResultJson, document_of

pytestmark = pytest.mark.slow

Said = pytest.CaptureFixture[str]
Assessed = tuple[Audit, Any, ResultJson]


def earning(city: City, points: list[int], year: int) -> City:
    """Points of the year by adjustment, for H01, H02, …."""
    each = enumerate(points, start=1)
    return city.add("adjustments", *({"home_id": f"H{n:02d}", "year": year, "points": p} for n, p in each))


def ranked(folder: Path, points: list[int], **home: Any) -> City:
    """A city of homes alike, each with so many points of 2025."""
    return earning(City(folder).many("homes", len(points), **home), points, 2025)


def rows_of(file: Path) -> dict[str, dict[str, str]]:
    """A table of homes, by id."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return {row["home_id"]: row for row in csv.DictReader(stream)}


def following(city: City, points: list[int]) -> City:
    """The next year's audit: its homes are the table that `next-year` wrote, byte for byte."""
    year = int(city.params.get("year", 2025)) + 1
    assert main(["-q", "next-year", str(city.write())]) == 0
    after = City(city.folder / str(year), params={"year": year})
    (after.folder / "evidence").mkdir(parents=True)
    shutil.copy(city.folder / f"evidence-{year}/homes.csv", after.folder / "evidence/homes.csv")
    return earning(after, points, year)


def standing(result: ResultJson, home: str) -> tuple[int, int, bool]:
    one = result["homes"][home]
    return one["stars_after"], one["drops"], one["delisted"]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's params in a repository of its own."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "pyproject.toml").touch()
    shutil.copytree(ROOT / "evidence/quanzhou-2025", folder / "evidence/quanzhou-2025")
    return Path(shutil.copy(ROOT / "params/quanzhou-2025.yaml", folder))


@pytest.fixture(scope="module")
def assessed(sample: Path) -> Assessed:
    """The sample, its evidence and its result."""
    audit = open_audit(sample)
    evidence, result = assess_plainly(audit)
    return audit, evidence, document_of(result)


def test_the_samples_next_year_is_what_its_result_left_and_can_be_audited(
    sample: Path, assessed: Assessed, capfd: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample.parent)
    assert main(["next-year", sample.name]) == 0
    said = capfd.readouterr()
    assert said.out == "evidence/quanzhou-2026/homes.csv\n" and "40 个站点" in said.err
    result, before = assessed[2], rows_of(Path("evidence/quanzhou-2025/homes.csv"))
    after = rows_of(Path("evidence/quanzhou-2026/homes.csv"))
    assert list(after) == list(before) and list(after["H01"]) == list(LEAGUE.tables["homes"].columns)
    for name, home in result["homes"].items():
        carried = {
            "stars": str(home["stars_after"]),
            "drops": str(home["drops"]),
            "opening_points": str(home["total"]),
            "delisted_on": before[name]["delisted_on"] or ("2025-12-31" if home["delisted"] else ""),
        }
        assert after[name] == before[name] | carried
    # H34 went down a second time; H28 had been delisted on 2024-12-20 (evidence/quanzhou-2025/homes.csv).
    assert (after["H34"]["delisted_on"], after["H28"]["delisted_on"]) == ("2025-12-31", "2024-12-20")
    params = yaml.safe_load(sample.read_text("utf-8")) | {"year": 2026, "evidence": "evidence/quanzhou-2026"}
    later = City(sample.parent / "later", params=params).result()
    assert later["checks"]["critical"] == 0
    # H22, H25 and H38 were designated in 2025: they are in from 2026; H28 and H34 are out.
    assert {name for name, home in later["homes"].items() if not home["participates"]} == {"H28", "H34"}
    for name, home in later["homes"].items():
        assert home["stars_before"] == result["homes"][name]["stars_after"]
        assert home["opening_points"] == home["total"] == result["homes"][name]["total"]


def test_case_8_two_consecutive_down_years_over_three_audits(tmp_path: Path) -> None:
    # N = 10: 2 up, 1 down. H10 is last twice: 3 → 2 → 1, delisted; then it is out and keeps its points.
    first = ranked(tmp_path, [*range(20, 11, -1), 5], opening_points="100")
    second = following(first, [*range(20, 11, -1), 7])
    one, two = first.result(), second.result()
    assert [standing(one, "H10"), standing(two, "H10")] == [(2, 1, False), (1, 2, True)]
    points = [
        (result["homes"]["H10"]["opening_points"], result["homes"]["H10"]["total"]) for result in (one, two)
    ]
    assert points == [(100, 105), (105, 112)]
    third = following(second, list(range(20, 11, -1)))
    assert rows_of(third.folder / "evidence/homes.csv")["H10"]["delisted_on"] == "2026-12-31"
    last = third.result()
    home = last["homes"]["H10"]
    assert (home["participates"], home["stars_after"], home["total"], last["ranked"]) == (False, 1, 112, 9)


def test_case_8_a_year_not_down_starts_the_count_again(tmp_path: Path) -> None:
    # H10 is last, sixth, last: 3 → 2 → 2 → 1, never delisted; H01 is first thrice: 3 → 6.
    city = ranked(tmp_path, list(range(20, 10, -1)))
    stood = [city.result()]
    for points in (16, 1):
        city = following(city, [21, 20, 19, 18, 17, 15, 14, 13, 12, points])
        stood.append(city.result())
    assert [standing(one, "H10") for one in stood] == [(2, 1, False), (2, 0, False), (1, 1, False)]
    assert [standing(one, "H01")[0] for one in stood] == [4, 5, 6]
    assert stood[2]["homes"]["H10"]["total"] == 11 + 16 + 1


def test_delisted_by_a_decision_or_before_and_homes_not_yet_in(city: City) -> None:
    # H01 lowered by a decision, 3 → 2; H02 delisted by one; H03 long delisted; H04 in from 2026.
    city.add("homes", {}, {"delisted_on": "2023-06-30", "stars": "1"}, {"designated_on": "2025-02-01"})
    city.add("sanctions", {"kind": "star_drop"}, {"home_id": "H02", "kind": "delist"})
    after = following(city, [7, 7, 7, 7])
    rows = rows_of(after.folder / "evidence/homes.csv")
    assert [rows[f"H0{n}"]["delisted_on"] for n in (1, 2, 3, 4)] == ["", "2025-12-31", "2023-06-30", ""]
    assert [rows[f"H0{n}"]["stars"] for n in (1, 2, 3, 4)] == ["2", "3", "1", "3"]
    homes = after.result()["homes"]
    assert [homes[f"H0{n}"]["participates"] for n in (1, 2, 3, 4)] == [True, False, False, True]
    assert [homes[f"H0{n}"]["total"] for n in (1, 2, 3, 4)] == [7, 0, 0, 7]


def test_nothing_is_overwritten_and_a_quiet_one_says_where(
    city: City, capfd: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(city.write().parent)
    assert main(["next-year", "-q", "city.yaml"]) == 0
    assert tuple(capfd.readouterr()) == ("evidence-2026/homes.csv\n", "")
    written = Path("evidence-2026/homes.csv")
    written.write_text("mine", "utf-8")
    assert main(["next-year", "city.yaml"]) == 2
    said = capfd.readouterr()
    assert said.out == "" and "evidence-2026/homes.csv, which is already there" in said.err
    assert "move it away; nothing is overwritten" in said.err
    assert [one.name for one in written.parent.iterdir()] == ["homes.csv"]
    assert written.read_text("utf-8") == "mine"


def test_a_blocked_city_has_no_next_year(city: City, tmp_path: Path, capfd: Said) -> None:
    params = city.add("adjustments", {"points": "51"}).write()
    there = set(tmp_path.rglob("*"))
    assert main(["next-year", str(params)]) == 3
    said = capfd.readouterr()
    assert said.out == "" and "H01/2025" in said.err and "51" in said.err
    assert set(tmp_path.rglob("*")) == there


def test_a_workbooks_next_year_lies_in_a_folder_beside_it(city: City, capfd: Said) -> None:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in ranked(city.folder, [5, 4]).tables.items():
        sheet = book.create_sheet(name)
        sheet.append(list(LEAGUE.tables[name].columns))
        for row in rows:
            sheet.append([row.get(column) for column in LEAGUE.tables[name].columns])
    file = city.folder / "泉州 2025.xlsx"
    book.save(file)
    before, city.params["evidence"] = file.read_bytes(), str(file)
    assert main(["-q", "next-year", str(city.write())]) == 0
    assert "泉州 2026/homes.csv" in capfd.readouterr().out
    assert file.read_bytes() == before
    after = rows_of(city.folder / "泉州 2026/homes.csv")
    assert [after[home]["opening_points"] for home in ("H01", "H02")] == ["5", "4"]


def test_a_home_delisted_by_the_year_is_out_whatever_the_table_had_announced(tmp_path: Path) -> None:
    city = ranked(tmp_path, list(range(20, 10, -1)), drops="1")  # N = 10: the last goes down again
    city.tables["homes"][9]["delisted_on"] = "2027-06-30"
    assert city.result()["homes"]["H10"]["delisted"]
    assert not following(city, []).result()["homes"]["H10"]["participates"]


def test_explain_a_home_whose_id_has_a_slash(tmp_path: Path) -> None:
    params = str(City(tmp_path).add("homes", {"home_id": "泉/01"}).write())
    assert [main(["explain", params, wanted]) for wanted in ("泉/01", "泉/01/2025-03")] == [0, 0]


def keys(words: str) -> Iterator[str]:
    """The keys that few words stand for: C0001–C0003、C0007."""
    for one in words.split("、"):
        first, _, last = one.partition("–")
        stem, digits = re.fullmatch(r"(.*?)(\d+)", first).groups()  # type: ignore[union-attr]
        for number in range(int(digits), int((last or first)[len(stem) :]) + 1):
            yield f"{stem}{number:0{len(digits)}d}"


def explained(said: str) -> tuple[set[str], dict[str, set[str]]]:
    """The check-ins counted, and those set aside by their reason, as `explain` printed them."""
    counted = re.search(r"^  打卡 +计入 (\d+) 条：(.+)$", said, re.MULTILINE)
    aside = re.findall(r"^  未计 +(.+) (\d+) 条：(.+)$", said, re.MULTILINE)
    assert counted is not None
    for number, words in [counted.groups(), *((one[1], one[2]) for one in aside)]:
        assert number == "0" or len(set(keys(words))) == int(number)
    found = set() if counted[1] == "0" else set(keys(counted[2]))
    return found, {why: set(keys(words)) for why, _, words in aside}


def test_every_home_of_the_sample_has_as_many_keys_as_points(assessed: Assessed) -> None:
    audit, evidence, result = assessed
    for name, home in result["homes"].items():
        rows = check_ins_of(audit, evidence, "home_id", name)
        assert len({row for row, _, _ in rows}) == len(rows)
        of_year = [(month, why) for _, month, why in rows if month is not None]
        if not home["participates"]:
            assert of_year == []
            continue
        trace, events = home["trace"]["checkins"], home["trace"]["events"].values()
        months = Counter(month for month, why in of_year if why is None)
        assert months.total() == home["checkins"] == trace["points"] and len(of_year) == trace["records"]
        assert Counter(why for _, why in of_year if why is not None) == trace["set_aside"]
        for event in events:
            months[event.get("month", "")] += event["points"] + sum(one["points"] for one in event["media"])
        assert +months == +Counter(home["months"])


def test_talents_have_as_many_keys_as_points(assessed: Assessed) -> None:
    audit, evidence, result = assessed
    most = sorted(result["talents"], key=lambda one: -result["talents"][one]["earned"])
    for talent in [*most[:6], *most[-6:]]:
        rows = check_ins_of(audit, evidence, "talent_id", talent)
        assert sum(why is None for _, _, why in rows) == result["talents"][talent]["earned"]


@pytest.mark.parametrize(("wanted", "column", "month"), [
    ("H17", "home_id", None), ("H14/2025-05", "home_id", "2025-05"), ("T0014", "talent_id", None),
])  # fmt: skip
def test_explain_lists_every_key(
    sample: Path, assessed: Assessed, capfd: Said, wanted: str, column: str, month: str | None
) -> None:
    audit, evidence, result = assessed
    assert main(["explain", str(sample), wanted]) == 0
    counted, aside = explained(capfd.readouterr().out)
    rows = check_ins_of(audit, evidence, column, wanted.partition("/")[0])
    if column == "home_id":
        rows = [row for row in rows if row[1] is not None and month in (None, row[1])]
    assert counted == {row for row, _, why in rows if why is None} and counted
    reasons = result["regulation"]["reasons"]
    found: dict[str, set[str]] = {}
    for row, _, why in rows:
        if why is not None:
            found.setdefault(reasons[why], set()).add(row)
    assert aside == found


def test_explain_a_small_month_by_hand(city: City, capfd: Said) -> None:
    # March: T001 twice in a day, once more at night of the 31st; T002 valid from 2026 only. April is apart.
    city.add("talents", {}, {"valid_from": "2026-01-01"})
    city.visit(["T001", "T001", "T002"]).visit(["T001"], at="2025-03-31 23:59:59")
    params = str(city.visit(["T001"], at="2025-04-01 00:00:00").write())
    assert main(["explain", params, "H01/2025-03"]) == 0
    said = capfd.readouterr().out
    assert "当月积分 2，第 1 名" in said
    aside = {"同一计分单位内已计分": {"C0002"}, "打卡当日不是有效的高层次人才": {"C0003"}}
    assert explained(said) == ({"C0001", "C0004"}, aside)
    for wanted, number in (("H01", 3), ("T002", 0), ("H01/2025-05", 0)):
        assert main(["explain", params, wanted]) == 0
        assert len(explained(capfd.readouterr().out)[0]) == number
    for unknown in ("H02", "H01/2026-03", "T003", ""):
        assert main(["explain", params, unknown]) == 2
        refused = capfd.readouterr()
        assert refused.out == "" and "ITEM" in refused.err and "H01/2025-03" in refused.err
