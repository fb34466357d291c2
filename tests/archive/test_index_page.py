"""The page over all audits: everything of each entry on it, every link right, and nothing of it markup."""

import copy
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser

from talentcalc.core.decimals import money
from talentcalc.report.index.page import ShelfEntry, shelf_page
from tests.conftest import SampleResult
from tests.support.documents import ResultJson, as_read, blocked_of, document_of, result_of
from tests.support.hostile import AGENCY, SUBJECT, at, skeleton, spelt, tame, tamed
from tests.support.reading import only, squeezed
from tests.system.test_pages import DESK, PHONE, barriers, browser, spill, strays, unreached, visit

pytestmark = pytest.mark.slow

__all__ = ["browser"]  # a fixture, asked for by its name

Pack = dict[str, Any]

FILES = ["audit.ipynb", "checks.json", "report.html", "report.pdf", "result.json"]
SIGNED = [
    {"number": 1, "step": "prepared", "title": "编制", "clause": "第八条(三)", "name": "张三",
     "party": "示例机构", "dated": "2026-01-16", "key": "ab" * 32},
    {"number": 2, "step": "accepted", "title": "认定", "clause": None, "name": "李四",
     "party": "示例部门", "dated": "2026-01-20", "key": "cd" * 32},
]  # fmt: skip


def entry(result: ResultJson, *more: str, packs: tuple[Pack, ...] = (), folder: bool = True) -> ShelfEntry:
    """An audit with its run, if it has a folder."""
    year = result["year"] if "year" in result else result["period"]["end"][:4]
    return ShelfEntry(
        folder=f"{year}/{result['audit']}" if folder else None,
        result=result_of(result),
        files=sorted([*FILES, *more]) if folder else [],
        packs=list(packs),
    )


def pack(path: str, **said: Any) -> Pack:
    """A sound pack of the run that is there, signed by two."""
    sealed = {"redacted": False, "seals_this_run": True, "manifest": "0123abcd" * 8, "signatures": SIGNED}
    return {"path": path, "problem": None, "sheet": f"{path}.signatures.pdf"} | sealed | said


@pytest.fixture(scope="module")
def samples(sample_result: SampleResult) -> dict[str, ResultJson]:
    """The three sample audits, a draft of the league's next year, and a blocked audit."""
    annual, half, league = (
        sample_result(name) for name in ("dongsheng-2025-annual", "dongsheng-2025-half-year", "quanzhou-2025")
    )
    later = copy.deepcopy(league) | {"year": 2026, "audit": "quanzhou-2026", "status": "draft"}
    for home in later["homes"].values():
        home["stars_after"] = 4
    blocked = blocked_of(annual) | {"audit": "blocked", "subject": "另一中心"}
    made = {"annual": annual, "half": half, "league": league, "later": later, "blocked": blocked}
    return {name: as_read(result) for name, result in made.items()}


@pytest.fixture(scope="module")
def entries(samples: dict[str, ResultJson]) -> list[ShelfEntry]:
    """A shelf with everything on it."""
    public = {"redacted": True, "seals_this_run": False, "signatures": SIGNED[:1], "sheet": None}
    return [
        entry(
            samples["annual"],
            "paper-proofs.pdf",
            packs=(pack("archive/2025/annual"), pack("archive/2025/annual-public.zip", **public)),
        ),
        entry(samples["half"], packs=(pack("archive/2025/half", problem="清单有误", signatures=[]),)),
        entry(
            samples["league"],
            "leaderboard.html",
            "leaderboard.json",
            packs=(pack("archive/2025/league", seals_this_run=False),),
        ),
        entry(samples["later"], folder=False, packs=(pack("archive/2026/后 %#?.zip"),)),
        entry(samples["blocked"]),
    ]


@pytest.fixture(scope="module")
def shelf(entries: list[ShelfEntry]) -> BeautifulSoup:
    """The page of that shelf."""
    return BeautifulSoup(shelf_page(entries), "html.parser")


def row(shelf: Tag, audit: str) -> Tag:
    """The row of an audit."""
    (found,) = (
        one for one in shelf.select("[role=table] tbody tr") if only(one, "th .path").get_text() == audit
    )
    return found


def cell(line: Tag, title: str) -> str:
    """A cell of a row, by its column's title."""
    return squeezed(only(line, f"td[data-title={title}]").get_text())


def test_each_audit_is_in_its_years_table_newest_first(shelf: BeautifulSoup) -> None:
    listed = {
        only(one, "h2").get_text(): [name.get_text() for name in one.select("th .path")]
        for one in shelf.select("section:has([role=table])")
    }
    assert list(listed) == ["2026 年", "2025 年"]  # in this order
    assert listed["2026 年"] == ["quanzhou-2026"]
    wanted = {"dongsheng-2025-half-year", "dongsheng-2025-annual", "quanzhou-2025", "blocked"}
    assert set(listed["2025 年"]) == wanted and len(listed["2025 年"]) == 4
    assert [one["href"] for one in shelf.select("nav a")] == ["#y2026", "#y2025", "#trends"]
    assert "更新" not in shelf.get_text() and not re.search(r"生成(于|日期|时间)", shelf.get_text())


def test_a_row_says_what_was_audited_and_what_came_out(
    shelf: BeautifulSoup, samples: dict[str, ResultJson]
) -> None:
    annual, league = samples["annual"], samples["league"]
    line = row(shelf, annual["audit"])
    head = only(line, "th").get_text()
    for said in (annual["subject"], annual["regulation"]["title"], "2025-01-01 至 2025-12-31", "年度考核"):
        assert said in head
    assert cell(line, "状态") == "定稿"
    paid, boards = annual["payment"], annual["boards"]
    assert cell(line, "结果") == (
        f"基础分值指标{boards['base']['score']}/100分附加分值指标{boards['additional']['score']}/100分"
        f"应得额{money(paid['entitlement'])}元本期应付{money(paid['payable'])}元"
    )
    # By hand, from the sample's conclusion: 40 homes, 7 up and 3 down; the grants are the homes' own.
    grants = sum(
        float(home["grant_selection"]) + float(home["grant_top_ceiling"]) for home in league["homes"].values()
    )
    gone = sum(home["delisted_now"] for home in league["homes"].values())
    told = f"站点40个晋升一星7个下降一星3个摘牌{gone}个资助额度合计{grants:,.2f}元"
    assert cell(row(shelf, league["audit"]), "结果") == told
    assert cell(row(shelf, "quanzhou-2026"), "状态") == "草稿"
    assert cell(row(shelf, "blocked"), "状态") == "未评分"
    assert cell(row(shelf, "blocked"), "结果") == "数据检查未通过，不公布结果"


def test_what_was_overpaid_is_told_in_place_of_what_is_payable(samples: dict[str, ResultJson]) -> None:
    result = copy.deepcopy(samples["annual"])
    result["payment"] |= {"payable": "0.00", "overpaid": "1234.50"}
    page = BeautifulSoup(shelf_page([entry(result)]), "html.parser")
    told = cell(row(page, result["audit"]), "结果")
    assert "多付1,234.50元" in told and "本期应付" not in told


def test_a_row_says_who_sealed_and_signed_as_what_and_when(shelf: BeautifulSoup) -> None:
    audits = ("dongsheng-2025-annual", "dongsheng-2025-half-year", "quanzhou-2025", "blocked")
    sealed = {name: cell(row(shelf, name), "封存与签署") for name in audits}
    whole, public = sealed["dongsheng-2025-annual"].split("公开版封存包")
    first, second = "编制（第八条(三)）：张三（示例机构），2026-01-16", "认定：李四（示例部门），2026-01-20"
    assert first + second in whole and "0123abcd" * 8 in whole and "签署页" in whole
    assert first in public and "李四" not in public and "签署页" not in public and "不是" not in public
    assert "核验未通过：清单有误" in sealed["dongsheng-2025-half-year"]
    assert "未签署" in sealed["dongsheng-2025-half-year"]
    assert "封存的不是现有的这次运行结果" in sealed["quanzhou-2025"]
    assert sealed["blocked"] == "未封存"
    assert "不是" not in cell(row(shelf, "quanzhou-2026"), "封存与签署")  # there is no run


def test_links_lead_to_the_files_that_are_there(shelf: BeautifulSoup, entries: list[ShelfEntry]) -> None:
    shown = {"report.html", "report.pdf", "result.json", "leaderboard.html", "paper-proofs.pdf"}
    wanted = set()
    for one in entries:
        wanted |= {f"{one.folder}/{file}" for file in one.files if file in shown}
        wanted |= {path for sealed in one.packs for path in (sealed["path"], sealed["sheet"]) if path}
    links = [str(one["href"]) for one in shelf.select("main a")]
    assert len(links) == len(wanted) and set(map(unquote, links)) == wanted
    assert "archive/2026/%E5%90%8E%20%25%23%3F.zip" in links
    names = [squeezed(one.get_text()) for one in shelf.select("a")]
    assert len(names) == len(set(names)) and all(len(one) > 3 for one in names)


def test_two_periods_of_a_subject_are_drawn_and_listed(
    shelf: BeautifulSoup, samples: dict[str, ResultJson]
) -> None:
    trends = only(shelf, "section:has(#trends)")
    titles = [one.get_text() for one in trends.find_all("h3")]
    assert titles == sorted(samples[name]["subject"] for name in ("annual", "league", "blocked"))
    pictures, tables = trends.select("[role=img]"), trends.find_all("table")
    assert len(pictures) == len(tables) == 2 and all(one.find("svg") for one in pictures)
    scored = [samples["half"], samples["annual"]]
    lines = tables[0].select("tbody tr")
    rows = [[squeezed(one.get_text()) for one in line.find_all("td")] for line in lines]
    scores = [[one["boards"][board]["score"] for board in ("base", "additional")] for one in scored]
    amounts = [[money(one["payment"]["entitlement"]), one["audit"]] for one in scored]
    assert [line[3:] for line in rows] == [
        score + amount for score, amount in zip(scores, amounts, strict=True)
    ]
    assert all(figure in str(pictures[0]["aria-label"]) for line in rows for figure in line[3:6])
    assert all(figure in only(pictures[0], "svg").get_text() for line in rows for figure in line[3:6])
    homes = [samples[name]["homes"].values() for name in ("league", "later")]
    left = [sum(not home["delisted"] for home in each) for each in homes]
    told = [squeezed(one.get_text()) for one in tables[1].select("tbody tr")]
    assert told[0].startswith("2025年定稿406星1、") and told[1].startswith(f"2026年草稿404星{left[1]}7")
    assert sum(int(one) for one in re.findall(r"星 (\d+)", str(tables[1].select("tbody tr")[0]))) == left[0]
    assert "目前有 0 期结果" in trends.get_text()  # of the blocked one


def test_one_period_is_no_picture(samples: dict[str, ResultJson]) -> None:
    again = samples["annual"] | {"audit": "other-reading"}
    for group in ([samples["annual"]], [samples["annual"], again]):
        page = BeautifulSoup(shelf_page([entry(one) for one in group]), "html.parser")
        assert not page.find_all("svg") and "目前有 1 期结果；有两期或更多时，在此比较。" in page.get_text()


def test_two_audits_of_one_period_are_told_apart(samples: dict[str, ResultJson]) -> None:
    group = [samples["half"], samples["annual"], samples["annual"] | {"audit": "other-reading"}]
    drawn = only(BeautifulSoup(shelf_page([entry(one) for one in group]), "html.parser"), "[role=img] svg")
    assert "other-reading" in drawn.get_text() and "dongsheng-2025-half-year" not in drawn.get_text()


def test_the_same_shelf_is_the_same_bytes_in_any_order(entries: list[ShelfEntry]) -> None:
    assert shelf_page(entries) == shelf_page(copy.deepcopy(entries)[::-1])


def test_an_empty_shelf_says_how_to_fill_it() -> None:
    page = BeautifulSoup(shelf_page([]), "html.parser")
    assert "talentcalc run" in page.get_text() and "talentcalc seal" in page.get_text()
    assert not page.find_all(["table", "nav"])


def test_the_page_is_one_file_without_scripts_or_remote_parts(shelf: BeautifulSoup) -> None:
    assert only(shelf, "html")["lang"] == "zh-CN" and len(shelf.find_all("main")) == 1
    assert not shelf.find_all(["script", "link", "iframe", "object", "embed", "base", "form", "img"])
    policy = str(only(shelf, "meta[http-equiv=Content-Security-Policy]")["content"])
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    for tag in shelf.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag.name
    raw = re.sub(r'xmlns(:xlink)?="[^"]*"', "", str(shelf))
    assert not re.search(r"@import|(src|href|url\()\W{0,2}(https?:)?//", raw)
    levels = [int(one.name[1]) for one in shelf.select("h1, h2, h3, h4")]
    assert levels[0] == 1 and levels.count(1) == 1 and all(b - a <= 1 for a, b in pairwise(levels))
    assert all(one.get("scope") for one in shelf.find_all("th"))
    assert all(only(one, "caption").get_text() for one in shelf.find_all("table"))


def hostile(samples: dict[str, ResultJson]) -> list[ShelfEntry]:
    """Entries whose every word is an attacker's."""
    words = [*at("案"), "W" * 300, "名" * 300]
    signed = [SIGNED[0] | {"name": one, "party": one, "title": one, "clause": one} for one in words]
    review = {"agency": AGENCY, "reviewers": ["R1"], "dated": "2026-01-15"}
    sealed = pack("archive/2025/javascript:alert(1)'\"><b>.zip", signatures=signed, problem="".join(words))
    two = [samples["annual"] | {"audit": words[0]}, samples["half"] | {"audit": words[1]}]
    return [
        entry(one | {"subject": f"{SUBJECT}{word}", "review": review}, packs=(sealed,))
        for word in words
        for one in two
    ]


def test_hostile_words_are_shown_and_never_markup(samples: dict[str, ResultJson]) -> None:
    made = hostile(samples)
    raw = shelf_page(made).decode()
    shown = BeautifulSoup(raw, "html.parser")
    text = squeezed(shown.get_text())
    for one in (*at("案"), SUBJECT, AGENCY):
        assert spelt(one) in text
    assert not {one for one in raw if one not in "\n\u3000\xa0" and not one.isprintable()}
    harmless = [
        ShelfEntry(
            result_of(tame(document_of(one.result))),
            one.folder,
            one.files,
            [tamed(pack) for pack in one.packs],
        )
        for one in made
    ]
    assert skeleton(raw) == skeleton(shelf_page(harmless).decode())
    links = [str(one["href"]) for one in shown.select("main a")]
    assert all(re.match(r"(2025|archive)/[\w%./~-]+$", one) for one in links)


def test_a_folder_whose_name_is_no_unicode_is_linked_by_its_bytes(samples: dict[str, ResultJson]) -> None:
    odd = entry(samples["annual"], packs=(pack("archive/2025/\udcff.zip", sheet=None),))
    page = BeautifulSoup(shelf_page([odd]), "html.parser")
    assert only(page, ".packs a")["href"] == "archive/2025/%FF.zip"
    assert "U+DCFF.zip" in only(page, ".packs a").get_text()


@pytest.mark.system
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
@pytest.mark.parametrize("which", ["full", "empty", "hostile"])
def test_everyone_can_use_the_page(
    browser: Browser,
    entries: list[ShelfEntry],
    samples: dict[str, ResultJson],
    tmp_path: Path,
    which: str,
    size: tuple[int, int],
) -> None:
    shelves = {"full": entries, "empty": [], "hostile": hostile(samples)}
    (tmp_path / "index.html").write_bytes(shelf_page(shelves[which]))
    with visit(browser, tmp_path / "index.html", size) as view:
        assert view.said == [] and strays(view) == []
        assert unreached(view.page) == []
        assert spill(view.page) == [] and barriers(view.page) == []
