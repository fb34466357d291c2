"""The league's report and public page: every figure of the result in them, and no talent in the public one.

Expected figures are the result's own, worked into rows by `league_reading`; small cities are worked by hand.
"""

import json
import re
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import page
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from talentcalc.report.public_page import public_files
from talentcalc.report.render.blocks import BLOCKS_MIME, Fragment
from talentcalc.report.render.exporters import ReportHTMLExporter
from talentcalc.report.sections import league
from tests.conftest import Command
from tests.support.city import City
from tests.support.documents import league_of, result_of
from tests.support.hostile import skeleton, spelt, tame, tamed
from tests.support.league_reading import (
    listed,
    lost,
    lost_tables,
    public_lines,
    runs_of_cells,
    shown,
    wanted,
    words,
)
from tests.support.league_runs import LONG, NOTEBOOK, SAMPLE, LeagueReport, Runs, adjusted, all_runs
from tests.support.reading import only, squeezed

pytestmark = pytest.mark.slow

FILES = {
    *("audit.ipynb", "checks.json", "leaderboard.html", "leaderboard.json"),
    *("report.html", "report.pdf", "result.json"),
}
_TITLES = re.findall(r'"## (.+?)(?:\\n)?"', NOTEBOOK.read_text("utf-8"))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, talentcalc: Command) -> Runs:
    """Every run that the tests below look at."""
    return all_runs(tmp_path_factory.mktemp("runs"), talentcalc)


@pytest.fixture(scope="module")
def sample(runs: Runs) -> LeagueReport:
    """The sample city's report."""
    assert runs.sample.status == 0, runs.sample.said
    return runs.sample


@pytest.fixture(scope="module", params=["sample", "draft", "blocked"])
def each(request: pytest.FixtureRequest, runs: Runs) -> LeagueReport:
    """Each of the three audits' reports."""
    found: LeagueReport = getattr(runs, request.param)
    assert found.status in (0, 3), found.said
    return found


def test_a_run_leaves_these_files_and_the_result_that_score_prints(runs: Runs, sample: LeagueReport) -> None:
    assert set(sample.files) == FILES
    assert sample.files["result.json"] == runs.printed.encode()


def test_the_same_evidence_gives_the_same_bytes_anywhere(runs: Runs, sample: LeagueReport) -> None:
    here, there = sample.files, runs.again.files
    assert set(here) == set(there) and [name for name in here if here[name] != there[name]] == []


def test_html_shows_every_table_cell_by_cell_and_every_word(sample: LeagueReport) -> None:
    assert lost(sample.result, sample.page) == []
    tables = wanted(sample.result)
    assert len(tables) > 50 and all(tables.values())
    assert all(squeezed(home["name"]) in sample.html for home in sample.result["homes"].values())


def test_pdf_shows_every_row_and_every_word(sample: LeagueReport) -> None:
    rows = [(caption, row) for caption, rows in wanted(sample.result).items() for row in rows]
    assert len(rows) >= 700
    missing = [
        (caption, one) for caption, row in rows for one in runs_of_cells(row) if not sample.prints(one)
    ]
    assert missing + [one for one in words(sample.result) if not sample.prints(one)] == []


def test_every_loss_of_a_table_a_row_or_a_figure_is_noticed(sample: LeagueReport) -> None:
    page, tables = BeautifulSoup(str(sample.page), "html.parser"), wanted(sample.result)
    there = shown(page)
    for caption, rows in tables.items():
        name = squeezed(caption)
        assert caption in lost_tables(tables, {one: there[one] for one in there if one != name})
        assert caption in lost_tables(tables, there | {name: there[name][:-1]})
        altered = [*there[name][:-1], (*there[name][-1][:-1], f"{rows[-1][-1]}9")]
        assert caption in lost_tables(tables, there | {name: altered})
    found = next(one for one in page.find_all("table") if only(one, "caption").get_text() == "星级评定")
    cell = found.select("tbody tr:last-child td")[3]  # the stars after of the last home
    cell.string = f"{int(cell.get_text()) + 1}"
    assert lost(sample.result, page) == ["星级评定"]
    found.extract()
    assert lost(sample.result, page) == ["the tables or their order", "星级评定"]


def test_the_sections_of_the_notebook_are_all_there_in_order(each: LeagueReport) -> None:
    assert len(_TITLES) == 16
    assert [one.get_text() for one in each.page.select("main h2")] == _TITLES
    assert [str(one["/Title"]) for one in each.reader.outline if not isinstance(one, list)] == _TITLES


@pytest.mark.parametrize("profile", ["2a", "ua1"])
def test_pdf_passes_page_validation(each: LeagueReport, profile: str) -> None:
    report = page.validate_pdf_bytes((each.folder / "report.pdf").read_bytes(), profile=profile)
    assert report.failures == [] and report.is_compliant and report.rules.total > 100


def test_pages_are_one_file_each_without_scripts_or_remote_parts(each: LeagueReport) -> None:
    for file in sorted(each.folder.glob("*.html")):
        soup = BeautifulSoup(file.read_bytes(), "html.parser")
        banned = ["script", "link", "iframe", "object", "embed", "base", "form", "img", "video", "audio"]
        assert not soup.find_all(banned), file.name
        for tag in soup.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on")], tag.name
            for name in ("href", "src", "xlink:href", "srcset", "action", "data", "poster"):
                assert str(tag.get(name, "#")).startswith("#"), tag.name
        raw = re.sub(r'xmlns(:xlink)?="[^"]*"', "", str(soup))
        assert not re.search(r"@import|(src|href|url\()\W{0,2}(https?:)?//", raw)
        assert only(soup, "html")["lang"] == "zh-CN" and soup.select("meta[name=viewport]")
        policy = str(only(soup, "meta[http-equiv=Content-Security-Policy]")["content"])
        assert policy.startswith("default-src 'none'") and "script" not in policy
        levels = [int(one.name[1]) for one in soup.select("h1, main :is(h2, h3, h4)")]
        assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_no_talent_device_or_path_of_the_machine_gets_out(sample: LeagueReport) -> None:
    devices = set(pd.read_parquet(SAMPLE / "checkins.parquet")["device"].dropna())
    hidden = {*sample.result["talents"], *devices}
    assert {"T0001", "D0014"} < hidden and len(hidden) > 1000
    texts = {one.name: one.read_text("utf-8") for one in sample.folder.iterdir() if one.suffix != ".pdf"}
    texts["report.pdf"] = "".join(sample.pages) + str(sample.reader.metadata)
    for name, text in texts.items():
        assert not re.search(r"/(tmp|home|root|work|private|var|Users)/", text), name
        if name not in ("result.json", "audit.ipynb", "checks.json"):  # which have them by contract
            assert not hidden & set(re.findall(r"[TD]\d{4}", text)), name


def test_the_public_figures_are_the_results(sample: LeagueReport) -> None:
    board, result = json.loads((sample.folder / "leaderboard.json").read_bytes()), sample.result
    assert set(board["homes"]) == set(result["homes"])
    for name, home in result["homes"].items():
        public = dict(board["homes"][name])
        assert public.pop("stars") == home["stars_after"]
        assert public == {key: home[key] for key in public}
        assert {"rank", "rank_in_type", "rank_in_total", "rank_in_months"} & set(home) <= set(public)
        assert {"total", "points", "months", "type", "stars_before", "change", "delisted"} < set(public)
        assert not {"trace", "why", "payee", "conformity", "grant_selection"} & set(public)
    assert {key: board[key] for key in ("subject", "year", "status", "months")} == {
        key: result[key] for key in ("subject", "year", "status", "months")
    }
    # The last month of the year is December; it is January that shows its first.
    first = result["months"]["2025-12"]["first"]
    assert board["showing"] == {"of": "2025-12", "in": "2026-01", "homes": first, "points": 143}


def test_the_public_page_shows_every_home_in_every_list(sample: LeagueReport) -> None:
    board, result = sample.board, sample.result
    homes = {name: home | {"id": name} for name, home in result["homes"].items()}
    ranked = [home for home in homes.values() if "rank" in home]
    assert listed(only(board, "#year")) == public_lines(ranked, "rank", "points")
    assert listed(only(board, "#total")) == public_lines(ranked, "rank_in_total", "total")
    lists = zip(board.select("#type h3"), board.select("#type ol"), strict=True)
    assert {title.get_text(): listed(one) for title, one in lists} == {
        title: public_lines([home for home in ranked if home["type"] == kind], "rank_in_type", "points")
        for kind, title in result["rules"]["types"].items()
    }
    latest = sorted(result["months"], reverse=True)
    for one, month in zip(board.select("#month details"), latest, strict=True):
        first = "、".join(homes[name]["name"] for name in result["months"][month]["first"])
        assert only(one, "summary").get_text() == f"{month}：{first} 第一"
        earned = [home for home in ranked if home["months"].get(month)]
        of = [home | {"nth": home["rank_in_months"][month], "of": home["months"][month]} for home in earned]
        assert listed(one) == [line[:3] for line in public_lines(of, "nth", "of")]
    apart = {home["name"] for home in homes.values() if "rank" not in home}
    assert {one.get_text() for one in board.select("#others .name")} == apart
    shows = [homes[name] for name in result["months"]["2025-12"]["first"]]
    each = (f"{home['name']}{home['months']['2025-12']}分" for home in shows)
    told = squeezed(only(board, ".first").get_text())
    assert told == f"2025-12第一（当月积分最高），2026-01首屏展示{''.join(map(squeezed, each))}"
    titles = ["年度积分", "总积分", "月度积分", "分类型排名", "本年度不参加排名"]
    assert [one.get_text() for one in board.find_all("h2")] == titles
    assert [only(board, str(one["href"])).name for one in board.select("nav a")] == ["section"] * 4


def test_a_draft_says_so_everywhere(runs: Runs, sample: LeagueReport) -> None:
    draft = runs.draft
    assert (draft.status, draft.result["status"]) == (0, "draft"), draft.said
    assert all(text.count("草稿") >= 2 for text in draft.pages)  # the running head and the watermark
    for soup in (draft.page, draft.board):
        assert "草稿" in only(soup, "[role=note]").get_text() and "草稿" in only(soup, "header").get_text()
    assert not [text for text in (sample.html, sample.board.get_text(), *sample.pages) if "草稿" in text]


def test_a_blocked_city_has_a_check_report_and_no_figure(runs: Runs, tmp_path: Path) -> None:
    blocked = runs.blocked
    assert (blocked.status, blocked.result["status"]) == (3, "blocked"), blocked.said
    assert set(blocked.files) == {one for one in FILES if not one.startswith("leaderboard")}
    assert not {"homes", "cuts", "months", "talents", "ranked", "sanctions", "awaiting"} & set(blocked.result)
    assert adjusted(tmp_path, "50").home()["total"] == 987654
    for text in (
        blocked.html,
        "".join(blocked.pages),
        blocked.said,
        (blocked.folder / "result.json").read_text(),
    ):
        assert "H01/2025" in text and "51" in text and not re.search(r"98[76]\d{3}|某某之家", text)
    apart = ("一、", "二、", "三、", "十、", "十二、", "十四、", "十五、")  # what is no score
    scored = [one for one in blocked.page.select("main h2") if not one.get_text().startswith(apart)]
    assert len(scored) == 9
    for title in scored:
        assert [one.get("class") for one in title.find_next_siblings(limit=1)] == [["notice", "critical"]]


def test_hostile_words_are_shown_as_they_are(runs: Runs) -> None:
    assert runs.draft.status == 0, runs.draft.said
    draft, public = runs.draft, squeezed(runs.draft.board.get_text())
    assert [(one, where) for one in runs.hostile if (where := draft.hides(one))] == []
    assert [one for one in (LONG[n : n + 6] for n in range(0, len(LONG), 6)) if draft.hides(one)] == []
    assert draft.html.count(LONG) == 2  # an event's title and a decision's reason
    for home in draft.result["homes"].values():
        assert spelt(home["name"]) in public and spelt(home["county"]) in public
    texts = [(draft.folder / name).read_text("utf-8") for name in ("report.html", "leaderboard.html")]
    for text in (*texts, draft.said, *draft.pages):
        odd = {one for one in text if one not in "\n\u3000\xa0" and not one.isprintable()}
        assert not {f"U+{ord(one):04X} {unicodedata.category(one)}" for one in odd}


def test_hostile_words_are_never_markup(runs: Runs) -> None:
    draft = runs.draft
    notebook = nbformat.read(draft.folder / "audit.ipynb", 4)
    for output in (one for cell in notebook.cells for one in cell.get("outputs", ())):
        if blocks := output.data.get(BLOCKS_MIME):
            output.data[BLOCKS_MIME] = nbformat.from_dict(tamed(json.loads(json.dumps(blocks))))
    twin, _ = ReportHTMLExporter().from_notebook_node(notebook)
    assert skeleton(str(draft.page)) == skeleton(twin)
    harmless = public_files(result_of(tame(draft.result)))["leaderboard.html"]
    assert skeleton(str(draft.board)) == skeleton(harmless.decode())


def text_of(fragment: Fragment) -> str:
    return squeezed(BeautifulSoup(fragment._repr_mimebundle_()["text/html"], "html.parser").get_text())


def field(city: City, *points: int, **home: Any) -> City:
    """H01, H02, …, alike but for their points of the year, by adjustment, and every second one's type."""
    city.tables["homes"] = []
    for number, earned in enumerate(points, start=1):
        kind = {"type": "service"} if number % 2 == 0 else {"type": "industry"}
        city.add("homes", {**kind, "name": f"第{number}家", **home})
        city.add("adjustments", {"home_id": f"H{number:02d}", "points": earned})
    return city


def test_cuts_by_type_are_told_by_type(city: City) -> None:
    # By hand: in each type ten, 2 up and 1 down; the last two of each stand 9th, so none is > 10 − 1.
    points = [9, 9, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 0, 0, 0, 0]
    result = field(city, *points).result(ranking="by_type")
    text, head = text_of(league.stars(league_of(result))), text_of(league.conclusion(league_of(result)))
    for title, last in (("行业型", "H17第17家、H19第19家"), ("服务型", "H18第18家、H20第20家")):
        assert f"{title}：参加排名10个站点；晋升名额0.2×10=2；下降名额0.1×10=1。" in text
        assert (
            f"积分相同的站点跨在下降名额的界线上（{title}），按有利于站点处理：{last}。请考核方裁定" in text
        )
    assert "晋升一星4行业型：0.2×10=2；服务型：0.2×10=2" in head and "下降一星0" in head
    assert "第1名，共10名；0.2×10=2，名次不大于2，晋升一星" in text


def test_a_tie_across_the_upper_cut_and_stars_beyond_the_scale_ask_for_a_ruling(city: City) -> None:
    # By hand: N = 10, 2 up; ranks 1 2 2, so three go up, each from 5 to 6 stars; the last from 5 to 4.
    result = field(city, 9, 8, 8, 7, 6, 5, 4, 3, 2, 1, stars=5).result()
    text, board = (
        text_of(league.stars(league_of(result))),
        public_files(result_of(result))["leaderboard.html"].decode(),
    )
    assert "积分相同的站点跨在晋升名额的界线上，按有利于站点处理：H02第2家、H03第3家。请考核方裁定" in text
    assert "星级超过5星，原文未设上限：H01第1家、H02第2家、H03第3家。请考核方裁定是否设上限。" in text
    stars = [one.get_text() for one in BeautifulSoup(board, "html.parser").select("#year .stars")]
    assert stars == ["★" * 6] * 3 + ["★" * 5] * 6 + ["★★★★☆"]


def test_stars_held_at_five_say_so(city: City) -> None:
    # By hand: N = 5, 1 up; five stars and one more, held at five.
    text = text_of(league.stars(league_of(field(city, 5, 4, 3, 2, 1, stars=5).result(star_ceiling="five"))))
    assert "H01第1家5晋升50第1名，共5名；0.2×5=1，名次不大于1，晋升一星；至多5星" in text


def test_a_home_delisted_before_it_was_ever_ranked_is_in_the_conclusion(city: City) -> None:
    city.add("homes", {"designated_on": "2025-03-01"}).add("sanctions", {"home_id": "H02", "kind": "delist"})
    assert "摘牌1H02" in text_of(league.conclusion(league_of(city.result())))


def test_the_public_page_says_by_which_reading_a_home_is_a_months_first(city: City) -> None:
    # H01 leads the year with 2 points in March; in April H02 has the month's only point.
    city.add("homes", {"name": "乙"}).many("talents", 2).visit(["T001", "T002"])
    city.visit(["T001"], home_id="H02", at="2025-04-10 10:00:00")
    page = public_files(result_of(city.result(month_first="standing")))["leaderboard.html"].decode()
    assert "2025-04 第一（截至月末的年度积分最高）" in page and "　2 分" in page  # H01 stands at 2 points
