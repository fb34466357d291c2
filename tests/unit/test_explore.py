"""The desk: whatever is tried there is what `score` says when it is really done; the notebook shows it."""

import copy
import csv
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import nbclient
import nbformat
import pytest
import yaml
from altair import JupyterChart
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ipywidgets import Widget

from talentcalc.analysis.scenario import Scenario
from talentcalc.core.decimals import money
from talentcalc.core.errors import InputError
from talentcalc.explore import frames
from talentcalc.explore.desk import Desk, open_desk
from talentcalc.explore.panel import Explorer, Panel
from talentcalc.result.model.league import LeaguePart
from talentcalc.result.model.scorecard import ScorecardPart
from talentcalc.rulebook.score import Graded
from tests.conftest import BOOK, ROOT, Case, SampleResult
from tests.support.documents import ResultJson, assess_file, document_of
from tests.support.reading import copied

pytestmark = pytest.mark.slow

ANNUAL = ROOT / "params/dongsheng-2025-annual.yaml"
LEAGUE = ROOT / "params/quanzhou-2025.yaml"
GRADED = {item.id: Fraction(item.rule.points) for item in BOOK.items() if isinstance(item.rule, Graded)}


def told(part: ScorecardPart | LeaguePart | None) -> ResultJson:
    """What the desk tells, as JSON has it."""
    assert part is not None
    return document_of(part)


def scored(result: ResultJson) -> ResultJson:
    """What is told of a scorecard's score."""
    return {key: result[key] for key in ("status", "boards", "payment", "awaiting") if key in result}


def varied(case: Case) -> Case:
    """An audit with something of every kind: units, people, thresholds, amounts, marks, verifications."""
    case.params["review"] = {"agency": "示例机构", "reviewers": ["R1", "R2"], "dated": "2026-01-15"}
    case.params["composite"] = {"boards": "0.8", "opinions": "0.2", "satisfaction": "0", "inspections": "0"}
    case.many("work_orders", 21).many("activities", 7).many("activities", 3, kind="policy_training")
    case.many("documents", 3).many("contracts", 3, amount="3000000").many("register", 4, kind="expert_pool")
    case.attend("A0001", [f"P{n}" for n in range(150)]).attend("A0002", [f"P{n}" for n in range(60)])
    case.add("milestones", {"item": "B04.1"}, {"item": "B16.1"})
    case.add("judgements", {"item": "B12.1", "mark": "4.5"}, {"item": "B13.1", "mark": "7.25"})
    case.add("verifications", {"table": "work_orders", "row_id": "W0003"})
    case.add("verifications", {"table": "activities", "row_id": "A0002", "outcome": "accepted"})
    case.add("work_orders", {}, proven=False)
    return case


def really_done(case: Case, changes: Scenario) -> Case:
    """The same audit with the changes made in its files."""
    tables = copy.deepcopy(case.tables)
    for (item, reviewer), mark in changes.marks.items():
        row = {"item": item, "reviewer": reviewer, "mark": str(mark), "reason": "改"}
        put(tables.setdefault("judgements", []), row, ("item", "reviewer"))
    for (table, key), outcome in changes.rows.items():
        row = {"table": table, "row_id": key, "outcome": outcome, "reason": "改", "reviewer": "R1"}
        put(tables["verifications"], row | {"checked_on": "2026-01-05"}, ("table", "row_id"))
    readings = {"readings": dict(changes.readings)} if changes.readings else {}
    return Case(case.folder / "done", tables, case.params | readings)


def put(rows: list[dict[str, Any]], row: dict[str, Any], key: tuple[str, ...]) -> None:
    """In the place of the row with the same key, or at the end."""
    for one in rows:
        if all(one[name] == row[name] for name in key):
            one.update(row)
            return
    rows.append(row)


_READINGS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(list(one.choices)) for name, one in BOOK.readings.items()}
)
_MARKS = st.dictionaries(
    st.tuples(st.sampled_from(["B12.1", "B13.1", "B04.2"]), st.sampled_from(["R1", "R2"])),
    st.integers(0, 100).map(lambda cents: Decimal(cents) / 100),
    max_size=4,
)
_ROWS = [("work_orders", f"W{n:04d}") for n in range(1, 5)]
_ROWS += [
    ("activities", "A0001"),
    ("activities", "A0002"),
    ("attendance", "A0001/P7"),
    ("milestones", "B04.1"),
]
_ROWS += [("proofs", "P0001"), ("proofs", "P0022"), ("contracts", "C0001")]
_OUTCOMES = st.dictionaries(st.sampled_from(_ROWS), st.sampled_from(["accepted", "rejected"]), max_size=5)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.builds(Scenario, _READINGS, _MARKS, _OUTCOMES))
def test_what_is_tried_is_what_it_would_be_if_it_were_done(
    tmp_path_factory: pytest.TempPathFactory, changes: Scenario
) -> None:
    case = varied(Case(tmp_path_factory.mktemp("desk")))
    tried = open_desk(case.write()).under(changes)
    done = really_done(case, changes)
    done.folder.mkdir()
    assert scored(told(tried)) == scored(done.result())


def changed_sample(
    home: Path, readings: dict[str, str], files: Mapping[str, list[dict[str, str]]]
) -> ResultJson:
    """The sample scored after these rows were put into its files and these readings into its params."""
    copied(home)
    for name, changes in files.items():
        file = home / f"evidence/dongsheng-2025-annual/{name}.csv"
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        for row in changes:
            put(rows, row, BOOK.tables[name].key)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    params = home / "params" / ANNUAL.name
    said = params.read_text(encoding="utf-8") + yaml.safe_dump({"readings": readings})
    params.write_text(said, encoding="utf-8")
    return assess_file(params, analysis=False)


def test_all_at_once_in_the_sample(tmp_path: Path, desk: Desk) -> None:
    verdict = {"reason": "改", "reviewer": "R1", "checked_on": "2026-01-05"}
    done = changed_sample(
        tmp_path,
        {"partial_units": "pro_rata", "unproven": "count"},
        {
            "judgements": [
                {"item": "B12.1", "reviewer": "R2", "mark": "0.35", "reason": "改"},
                {"item": "A14.2", "reviewer": "R3", "mark": "1", "reason": "新"},  # which the sample owes
            ],
            "verifications": [
                {"table": "activities", "row_id": "HD005", "outcome": "rejected", **verdict},  # was accepted
                {"table": "register", "row_id": "DJ0300", "outcome": "rejected", **verdict},
            ],
        },
    )
    tried = desk.under(
        Scenario(
            {"partial_units": "pro_rata", "unproven": "count"},
            {("B12.1", "R2"): Decimal("0.35"), ("A14.2", "R3"): Decimal(1)},
            {("activities", "HD005"): "rejected", ("register", "DJ0300"): "rejected"},
        )
    )
    assert scored(told(tried)) == scored(done) != scored(told(desk.filed))
    assert scored(told(desk.under(Scenario()))) == scored(told(desk.filed))  # nothing tried stays


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The sample annual audit."""
    return open_desk(ANNUAL)


@pytest.fixture(scope="module", autouse=True)
def _put_away() -> Iterator[None]:
    """Widgets live until they are closed, and with them the evidence on their desk."""
    yield
    Widget.close_all()


def test_the_sample_on_the_desk_is_as_filed(desk: Desk, sample_result: SampleResult) -> None:
    assert scored(told(desk.filed)) == scored(sample_result(ANNUAL.stem))


@pytest.mark.parametrize(
    "readings",
    [
        {},
        {"check_in": "every_record"},
        {"ranking": "by_type", "cut": "ceil", "communities": "apart"},
        {"participation": "after_twelve_months", "star_ceiling": "five", "media_without_event": "scores"},
    ],
)
def test_a_league_under_other_readings(tmp_path: Path, readings: dict[str, str], league: Desk) -> None:
    params = yaml.safe_load(LEAGUE.read_text(encoding="utf-8"))
    params |= {"evidence": str(ROOT / params["evidence"]), "readings": readings}
    file = tmp_path / LEAGUE.name
    file.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    assert told(league.under(Scenario(readings)))["homes"] == assess_file(file)["homes"]


@pytest.fixture(scope="module")
def league() -> Desk:
    """The sample city."""
    return open_desk(LEAGUE)


@pytest.mark.parametrize("text", ["-0.01", "6.01", "六", "", "nan", "1.2.3", "1e99", "true"])
def test_a_mark_that_is_none_is_refused(desk: Desk, text: str) -> None:
    with pytest.raises(InputError) as refused:
        desk.mark("B12.1", text)
    assert str(refused.value).startswith("B12.1: ") and "expected a mark from 0 to 6;" in str(refused.value)


@pytest.mark.parametrize("text", ["0", "6", " 3.14 ", "0.1", "5.99"])
def test_a_mark_is_taken_exactly(desk: Desk, text: str) -> None:
    assert desk.mark("B12.1", text) == Decimal(text.strip())


# The panel, by its widgets.


@pytest.fixture
def panel(desk: Desk) -> Panel:
    """The sample's panel as it opens."""
    return Panel(desk)


def text_of(html: str) -> str:
    """What a reader sees."""
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", html)


def shows(panel: Panel, now: ResultJson) -> None:
    """Every figure of `now` is in the summary and in the table of indicators."""
    words = text_of(panel.summary.value)
    for board in now["boards"].values():
        assert board["score"] in words
    for key in ("entitlement", "payable", "overpaid"):
        assert money(now["payment"][key]) in words
    points = {
        name: one["points"] for board in now["boards"].values() for name, one in board["indicators"].items()
    }
    shown = panel.standings.df
    assert dict(zip(shown["编号"], shown["现得分"], strict=True)) == points
    assert [*shown["编号"]] == [f"B{n:02d}" for n in range(1, 18)] + [f"A{n:02d}" for n in range(1, 17)]
    drawn = panel.picture.spec["data"]["values"]
    assert len(drawn) == len(points)
    most = {name: one["max"] for board in now["boards"].values() for name, one in board["indicators"].items()}
    for row in drawn:  # a second way: from the result's own text, by decimal division
        name = row["编号"]
        assert row["现"] == pytest.approx(float(Decimal(points[name]) / Decimal(most[name])))


def test_a_reading_shows_at_once_and_is_taken_back(
    panel: Panel, desk: Desk, sample_result: SampleResult
) -> None:
    shows(panel, told(desk.filed))
    panel.readings["unproven"].value = "count"
    filed = told(desk.filed)["payment"]
    now = sample_result(ANNUAL.stem)["firmness"]["readings"]["unproven"]["count"]
    shows(panel, told(desk.under(Scenario({"unproven": "count"}))))
    more = Fraction(now["payable"]) - Fraction(filed["payable"])  # by the report's own way
    assert f"增加 {money(more)}" in text_of(panel.summary.value)
    assert "没有佐证材料的记录：计入" in text_of(panel.made.value)
    changed = panel.standings.df[panel.standings.df["增减"] != ""]
    assert dict(zip(changed["编号"], changed["增减"], strict=True)) == now["changes"]
    panel.readings["unproven"].value = "set_aside"
    shows(panel, told(desk.filed))
    assert panel.changes == Scenario()


def test_a_mark_shows_at_once_and_a_wrong_one_changes_nothing(panel: Panel, desk: Desk) -> None:
    panel.marks["B12.1", "R1"].value = "0.05"
    shows(panel, told(desk.under(Scenario(marks={("B12.1", "R1"): Decimal("0.05")}))))
    # by hand: 4.9, 4.7, 5.1 have the mean 4.90; 0.05, 4.7, 5.1 have 3.2833…, rounded 3.28: 1.62 less
    assert "减少 1.62" in text_of(panel.summary.value)
    panel.marks["B12.1", "R1"].value = "6.5"
    assert "0 至 6" in text_of(panel.wrong.value) and panel.marks["B12.1", "R1"].value == "4.90"
    shows(panel, told(desk.filed))
    panel.marks["A14.2", "R3"].value = "0.5"  # a mark that was owed
    assert panel.changes.marks == {("A14.2", "R3"): Decimal("0.5")}
    panel.reset.click()
    assert panel.changes == Scenario() and panel.marks["A14.2", "R3"].value == ""
    shows(panel, told(desk.filed))


def test_an_indicator_leads_to_its_clause_and_its_rows(panel: Panel, desk: Desk) -> None:
    regulation = desk.audit.book_file.regulation()
    squeezed = "".join(regulation.split())
    for position, name in enumerate(panel.standings.df["编号"]):
        panel.standings.selected_rows = [position]
        clause = panel.clause.value
        boards = told(desk.filed)["boards"].values()
        one = next(board["indicators"][name] for board in boards if name in board["indicators"])
        assert one["criterion"] in text_of(clause)
        assert "".join(one["criterion"].split()) in squeezed
        items = one["items"].values()
        assert all(item["arithmetic"] in text_of(clause) for item in items)
        for title, table in panel.of.options:
            panel.of.value = table
            assert title == BOOK.tables[table].title
            wanted = {key for item in items if item["table"] == table for key in item["counted"]}
            wanted |= {a["row"] for item in items if item["table"] == table for a in item["set_aside"]}
            assert set(panel.rows.rows.df.index) == wanted
        assert {table for _, table in panel.of.options} == {item["table"] for item in items}


def test_a_row_rejected_by_a_click(panel: Panel, desk: Desk) -> None:
    panel.standings.selected_rows = [0]  # B01: HD012 and others count
    counted = told(desk.filed)["boards"]["base"]["indicators"]["B01"]["items"]["B01.1"]["counted"]
    position = [*panel.rows.rows.df.index].index(counted[0])
    panel.rows.rows.selected_rows = [position]
    panel.rows.rule["rejected"].click()
    shows(panel, told(desk.under(Scenario(rows={("activities", counted[0]): "rejected"}))))
    assert panel.standings.df["增减"][0] == "-0.50"  # 1 次 0.5 分
    assert f"{counted[0]}：原 B01.1 计入 → 现 B01.1 未计入：核查不予认可" in text_of(panel.clause.value)
    assert "减少 0.50" in text_of(panel.brief.value)
    assert panel.rows.selected == [counted[0]]  # the reader has not lost the place
    panel.rows.rule[None].click()
    shows(panel, told(desk.filed))


def test_every_table_holds_every_row(panel: Panel, desk: Desk) -> None:
    for _, name in panel.table.options:
        panel.table.value = name
        rows = desk.evidence[name]
        assert [*panel.all_rows.rows.df.index] == [*rows.keys]
        assert len(json.loads(panel.all_rows.rows._dt_args["data_json"])) == len(rows.frame)  # none left out
        shown = panel.all_rows.ruling.layout.display != "none"
        assert shown == (name in BOOK.tables["verifications"].columns["table"].choices)


def test_of_a_long_table_the_first_rows_are_shown_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch, panel: Panel, desk: Desk
) -> None:
    monkeypatch.setattr(frames, "SHOWN", 3)
    panel.table.value = "attendance"
    assert [*panel.all_rows.rows.df.index] == [*desk.evidence["attendance"].keys[:3]]
    assert "875 条，列出前 3 条" in text_of(panel.all_rows.note.value)


def test_nothing_that_is_written_becomes_markup(case: Case) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    case.params["review"] = {"agency": "示例机构", "reviewers": [hostile], "dated": "2026-01-15"}
    case.add("activities", {"title": hostile, "activity_id": hostile, "kind": "policy_talk"})
    case.add("judgements", {"item": "B12.1", "reviewer": hostile, "mark": "3"})
    opened = Panel(open_desk(case.write()))
    opened.rows.rows.selected_rows = [0]
    opened.rows.rule["rejected"].click()
    opened.marks["B12.1", hostile].value = "9"
    opened.marks["B12.1", hostile].value = "1"
    for html in (opened.summary, opened.made, opened.clause, opened.wrong, opened.rows.note):
        assert "<img" not in html.value
    assert hostile in opened.made.value.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
    for shown in (opened.rows.rows, opened.all_rows.rows):
        assert "<img" not in json.dumps(shown._dt_args)


def test_a_blocked_audit_shows_its_findings_and_no_points(case: Case) -> None:
    case.many("work_orders", 2).add("proofs", {"table": "work_orders", "row_id": "无此单", "medium": "paper"})
    opened = Panel(open_desk(case.write()))
    assert "不评分" in text_of(opened.summary.value) and opened.now is None
    assert opened.tabs.titles == ("数据检查", "全部材料")
    named = opened.found.df[opened.found.df["级别"] == "关键"]
    assert [*named["问题"]] == ["佐证所指的记录不存在"] and "P0003" in named["记录"].iloc[0]
    assert opened.all_rows.ruling.layout.display == "none"


def test_an_audit_that_is_refused_says_why_and_another_may_be_chosen(tmp_path: Path, case: Case) -> None:
    case.many("work_orders", 2).write()
    (case.folder / "a.yaml").write_text("rulebook: dongsheng-2025\nfee: <b>\n", encoding="utf-8")
    explorer = Explorer(case.folder)
    assert explorer.panel is None and "<b>" not in explorer.place.children[0].value
    assert "fee" in explorer.place.children[0].value
    explorer.audit.index = 1
    assert explorer.panel is not None
    said = text_of(Explorer(tmp_path / "none").place.children[0].value)
    assert "没有参数文件" in said and str(tmp_path / "none") in said


def test_a_league_shows_homes_and_readings(league: Desk) -> None:
    opened = Panel(league)
    assert opened.tabs.titles == ("站点排名", "条文理解", "全部材料")
    opened.readings["check_in"].value = "every_record"
    now = told(league.under(Scenario({"check_in": "every_record"})))["homes"]
    shown = opened.standings.df.set_index("编号")
    assert {name: str(one["points"]) for name, one in now.items()} == shown["现积分"].to_dict()
    moved = sum(now[name]["points"] != one["points"] for name, one in told(league.filed)["homes"].items())
    assert moved and f"积分有变 {moved} 个" in text_of(opened.summary.value)
    opened.reset.click()
    assert (opened.standings.df["积分增减"] == "").all()


def test_scripts_come_with_the_package() -> None:
    assert "esm.sh" not in JupyterChart._esm  # where Altair would fetch its script


def test_the_notebook_executed_with_its_widgets_moved(tmp_path: Path) -> None:
    home = copied(tmp_path / "home")
    (home / "notebooks").mkdir()
    book = nbformat.read(ROOT / "notebooks/explore.ipynb", 4)
    moves = (
        'panel = explorer.panel\npanel.readings["partial_units"].value = "pro_rata"\n'
        'panel.now.payment.payable in panel.summary.value.replace(",", "")',
        'panel.marks["B12.1", "R1"].value = "0.05"\npanel.now.payment.payable',
        "explorer.audit.index = 2\nlist(explorer.panel.tabs.titles)",
    )
    book.cells += [nbformat.v4.new_code_cell(one) for one in moves]
    client = nbclient.NotebookClient(
        book,
        timeout=120,
        kernel_name="python3",
        resources={"metadata": {"path": str(home / "notebooks")}},
        store_widget_state=False,  # as JupyterLab saves it
    )
    client.execute()
    outputs = [cell.outputs for cell in book.cells if cell.cell_type == "code"]
    said = [one[-1]["data"]["text/plain"] for one in outputs if one]
    done = open_desk(ANNUAL).under(
        Scenario({"partial_units": "pro_rata"}, {("B12.1", "R1"): Decimal("0.05")})
    )
    assert isinstance(done, ScorecardPart)
    assert said == [
        "Explorer",  # all that is saved: nothing of anybody's evidence
        "True",
        repr(done.payment.payable),
        "['站点排名', '条文理解', '全部材料']",
    ]
    assert [*outputs[1][0]["data"]] == ["text/plain", "application/vnd.jupyter.widget-view+json"]
