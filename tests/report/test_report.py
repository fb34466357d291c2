"""The report of an audit: nothing of the result lost in HTML or PDF, and both fit for everyone to read."""

import re
from itertools import pairwise, takewhile
from pathlib import Path

import nbformat
import page
import pytest
from bs4 import BeautifulSoup

from talentcalc.core.decimals import money
from talentcalc.report.render.document import document_of
from talentcalc.report.render.exporters import ReportHTMLExporter
from talentcalc.report.render.html import render_blocks
from tests.conftest import Case, Command, Once
from tests.support.documents import in_order
from tests.support.light_runs import light_run
from tests.support.reading import Report, expected, headings, lacking, only, sections, squeezed
from tests.support.shared_runs import ANNUAL, annual_run

pytestmark = pytest.mark.slow

_NAMES = ("final", "draft", "blocked")
_HEADINGS = ("考核项目", "工作内容", "年度任务指标", "分值（分）", "给分要点", "考核分数（分）")
_SCORED = (
    "考核结论",
    "五、考核指标得分",
    "六、运营费支付",
    "八、条文理解的影响",
    "九、评审打分的影响",
    "十、关键证据",
    "十二、逐项得分追溯",
)


def defective(folder: Path, closed_on: str) -> Case:
    """Some work, and one order whose closing date decides whether the audit is blocked."""
    case = Case(folder, params={"fee": "1234567.89"})
    case.many("work_orders", 30).many("activities", 3, kind="cooperation")
    return case.add("work_orders", {"order_id": "GD-坏", "opened_on": "2025-02-28", "closed_on": closed_on})


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, once: Once, talentcalc: Command) -> dict[str, Report]:
    """The annual sample, an audit that nobody has judged, and one that a critical check blocks."""
    draft, blocked = (tmp_path_factory.mktemp(name) for name in _NAMES[1:])

    def light(case: Case) -> Report:
        (case.folder / "pyproject.toml").touch()
        return Report(case.folder / "outputs/2025/case", *light_run(case.write()))

    home, done = annual_run(once, talentcalc)
    small = (light(Case(draft).many("work_orders", 7)), light(defective(blocked, "2025-01-31")))
    final = Report(home / "outputs/2025" / ANNUAL.stem, done.returncode, done.stdout + done.stderr)
    return dict(zip(_NAMES, (final, *small), strict=True))


@pytest.fixture(scope="session")
def final(reports: dict[str, Report]) -> Report:
    """The report of the annual sample."""
    assert reports["final"].status == 0, reports["final"].said
    return reports["final"]


@pytest.fixture(scope="session", params=_NAMES)
def each(request: pytest.FixtureRequest, reports: dict[str, Report]) -> Report:
    """Each of the three reports."""
    return reports[request.param]


def test_result_json_is_what_score_prints_byte_for_byte(final: Report, talentcalc: Command) -> None:
    printed = talentcalc("score", ANNUAL, cwd=final.folder.parents[2])
    assert (printed.returncode, printed.stderr, final.result["status"]) == (0, "", "final")
    assert printed.stdout.encode() == (final.folder / "result.json").read_bytes()


def test_html_shows_everything(final: Report) -> None:
    assert lacking(final.result, final.html) == []


def test_pdf_shows_everything(final: Report) -> None:
    wanted = {part for parts in expected(final.result) for part in parts}
    assert [part for part in sorted(wanted) if not final.prints(part)] == []


def test_the_official_tables_have_the_official_headings(final: Report) -> None:
    heads = [tuple(one.get_text() for one in table.find_all("th")) for table in final.page.find_all("table")]
    assert [one for one in heads if one[0] == _HEADINGS[0]] == [_HEADINGS] * 2
    printed = squeezed("".join(_HEADINGS))
    assert sum(printed in body for body in final.bodies) >= 2


def test_every_loss_of_a_table_or_its_last_row_is_noticed(final: Report) -> None:
    blocks = document_of(nbformat.read(final.folder / "audit.ipynb", 4)).blocks
    pieces = [squeezed(BeautifulSoup(render_blocks([one]), "html.parser").get_text()) for one in blocks]
    tables = [number for number, one in enumerate(blocks) if one["kind"] == "table"]
    assert lacking(final.result, "".join(pieces)) == []
    assert len(tables) > 40
    for number in tables:
        before, after = "".join(pieces[:number]), "".join(pieces[number + 1 :])
        shorter = render_blocks([blocks[number] | {"rows": blocks[number]["rows"][:-1]}])
        rest = squeezed(BeautifulSoup(shorter, "html.parser").get_text())
        assert lacking(final.result, before + after), blocks[number]["caption"]
        assert lacking(final.result, before + rest + after), blocks[number]["caption"]


def test_a_notebook_that_lost_an_official_table_shows_less(final: Report) -> None:
    notebook = nbformat.read(final.folder / "audit.ipynb", 4)
    shown = [
        blocks
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        for mime, blocks in output.data.items()
        if mime.endswith("blocks+json")
    ]
    official = next(one for one in shown if one[0].get("columns", [{}])[0].get("title") == _HEADINGS[0])
    official.pop(0)
    html, _ = ReportHTMLExporter().from_notebook_node(notebook)
    missing = lacking(final.result, squeezed(BeautifulSoup(html, "html.parser").get_text()))
    assert {f"B{n:02d}" for n in range(1, 18)} <= {parts[0][:3] for parts in missing}


def test_the_sections_of_the_notebook_are_all_there_in_order(each: Report) -> None:
    assert [one.get_text() for one in each.page.select("main h2")] == sections()
    bookmarks = [str(one["/Title"]) for one in each.reader.outline if not isinstance(one, list)]
    assert bookmarks == sections()
    text = "".join(each.bodies[1:])  # the first page is the cover with the table of contents
    places = [text.index(squeezed(title)) for title in sections()]
    assert places == sorted(places)


def test_html_is_one_file_without_scripts_or_remote_parts(each: Report) -> None:
    assert only(each.page, "html")["lang"] == "zh-CN"
    assert not each.page.find_all(["script", "link", "iframe", "object", "embed", "base", "form", "img"])
    for tag in each.page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag.name
        for name in ("href", "src", "xlink:href", "srcset", "action", "data", "poster"):
            assert str(tag.get(name, "#")).startswith("#"), tag.name
        for text in (str(tag.get("style", "")), tag.get_text() if tag.name == "style" else ""):
            assert "@import" not in text
            assert all(one.startswith("#") for one in re.findall(r"url\(['\"]?(.)", text))
    raw = re.sub(r'xmlns(:xlink)?="[^"]*"', "", (each.folder / "report.html").read_text("utf-8"))
    assert not re.search(r"(src|href|url\()\W{0,2}(https?:)?//", raw)


def test_html_can_be_used_without_seeing_it(each: Report) -> None:
    assert len(each.page.find_all("h1")) == 1
    levels = [int(one.name[1]) for one in each.page.select("main :is(h1, h2, h3, h4, h5, h6)")]
    assert all(after - before <= 1 for before, after in pairwise([1, *levels]))
    assert all(one.get("scope") for one in each.page.find_all("th"))
    assert all(only(one, "caption").get_text() for one in each.page.find_all("table"))
    for figure in each.page.find_all("figure"):
        drawn = only(figure, "[role=img]")
        assert drawn["aria-label"] and drawn.find("svg") and only(figure, "figcaption").get_text()
    if each.status == 0:
        assert len(each.page.find_all("figure")) >= 2


def test_html_contents_lead_to_their_headings(each: Report) -> None:
    ids = [tag["id"] for tag in each.page.select("[id]")]
    assert len(ids) == len(set(ids))
    links = each.page.select("nav a")
    assert {one.get_text() for one in links} >= set(sections())
    for link in links:
        assert only(each.page, str(link["href"])).get_text() == link.get_text()


def test_a_chart_says_in_words_what_it_shows(final: Report) -> None:
    words = " ".join(str(one["aria-label"]) for one in final.page.select("[role=img]"))
    for _, board in in_order(final.result, "boards"):
        for category in board["categories"]:
            assert f"{category['title']} {category['points']} 分，满分 {category['max']} 分" in words
    assert f"本次得分 {final.result['boards']['base']['score']} 分" in words


@pytest.mark.parametrize("profile", ["2a", "ua1"])
def test_pdf_passes_page_validation(each: Report, profile: str) -> None:
    report = page.validate_pdf_bytes((each.folder / "report.pdf").read_bytes(), profile=profile)
    assert report.failures == []
    assert report.is_compliant and report.rules.total > 100


def test_pdf_names_itself(each: Report) -> None:
    about, review = each.reader.metadata, each.result["review"]
    assert about is not None
    assert about.title == f"{headings(1)[0]}：{each.result['subject']}"
    assert about.author == review["agency"]
    for key in ("/CreationDate", "/ModDate"):
        assert str(about[key]).startswith("D:" + review["dated"].replace("-", ""))
    assert str(each.reader.root_object["/Lang"]) == "zh-CN"
    assert len(each.bodies) == len(each.reader.pages)  # every page has its running head and foot


def test_a_draft_says_so_on_every_page(reports: dict[str, Report]) -> None:
    draft = reports["draft"]
    assert (draft.status, draft.result["status"]) == (0, "draft")
    assert all(body.count("草稿") >= 1 for body in draft.bodies)  # the watermark, beside the running head
    marks = [one.get_text() for one in draft.page.select("[role=note]")]
    assert marks and all("草稿" in one for one in marks)
    assert all(item in draft.html for item in draft.result["awaiting"])
    assert not any("草稿" in text for text in (reports["final"].html, *reports["final"].pages))


def test_a_blocked_audit_shows_the_failing_rows_and_no_score(
    reports: dict[str, Report], tmp_path: Path
) -> None:
    blocked, would_be = reports["blocked"], defective(tmp_path, "2025-03-31").result()
    assert (blocked.status, blocked.result["status"]) == (3, "blocked")
    assert not {"boards", "payment", "awaiting"} & set(blocked.result)
    for text in (blocked.html, "".join(blocked.bodies)):
        for word in ("办结日期早于受理日期", "GD-坏（第32行）：2025-01-31", "更正受理日期或办结日期"):
            assert word in text
    for title in (one for one in blocked.page.select("main h2") if one.get_text() in _SCORED):
        held = takewhile(lambda one: one.name != "h2", title.find_next_siblings())
        assert [one.get("class") for one in held] == [["notice", "critical"]]
    scores = [board["score"] for board in would_be["boards"].values() if board["score"] != "0.00"]
    amounts = [would_be["payment"][key] for key in ("fee", "base_amount", "entitlement")]
    assert scores and "GD-坏" in blocked.said
    for file in ("result.json", "audit.ipynb", "report.html"):
        text = (blocked.folder / file).read_text("utf-8")
        assert not [one for one in (*scores, *amounts, *map(money, amounts)) if one in text], file
    assert not [one for one in (*scores, *map(money, amounts)) if one in "".join(blocked.pages)]
