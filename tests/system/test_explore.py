"""The explore notebook as its reader has it: in JupyterLab, in a real browser, without a network."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
import yaml
from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Route, expect, sync_playwright

from talentcalc.core.decimals import money
from tests.conftest import ROOT
from tests.support.documents import ResultJson, assess_file
from tests.support.reading import copied
from tests.system.test_pages import chromium

ANNUAL = "params/dongsheng-2025-annual.yaml"
HOSTILE = '<img src=x onerror="window.fooled = true">'
SECONDS = 2.0
"""The longest that a change may take to be seen, with a browser and a kernel on a busy machine."""

_KINDS = ("_CONFIG", "_DATA", "_RUNTIME", "LAB_SETTINGS", "LAB_WORKSPACES")
_FOLDERS = [*(f"JUPYTER{kind}_DIR" for kind in _KINDS), "IPYTHONDIR"]


@dataclass
class Lab:
    """JupyterLab with the explore notebook run, and what its page said and asked for elsewhere."""

    home: Path
    page: Page
    said: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    @property
    def summary(self) -> Locator:
        """The table of scores and money."""
        return self.page.locator(".desk table").first

    def tab(self, title: str) -> None:
        """Turn to a page of the panel."""
        self.page.get_by_role("tab", name=title).click()

    def shows(self, now: ResultJson) -> float:
        """Wait until every figure of the result is in the summary; how many seconds that took."""
        start = time.perf_counter()
        tried = self.summary.locator("tr").nth(2)
        for board in now["boards"].values():
            expect(tried).to_contain_text(board["score"])
        expect(tried).to_contain_text(money(now["payment"]["payable"]))
        return time.perf_counter() - start


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A copy of the repository, one cell of whose evidence is markup, in a lab with nobody's settings."""
    home = copied(tmp_path_factory.mktemp("lab"))
    (home / "notebooks").mkdir()
    notebook = home / "notebooks/explore.ipynb"
    notebook.write_bytes((ROOT / "notebooks/explore.ipynb").read_bytes())
    changed(home, "activities", lambda row: row["activity_id"] == "HD002", place=HOSTILE)
    settings = home / "settings"
    environment = os.environ | {name: str(settings / name) for name in _FOLDERS}
    environment |= {"HOME": str(settings), "ITABLES_CONFIG": ""}
    settings.mkdir()
    words = ["--no-browser", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token=lab"]
    words += ["--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    words += ["--allow-root"] * (os.geteuid() == 0)
    with (home / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *words, "notebooks"],
            cwd=home,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            port = port_of(settings / "JUPYTER_RUNTIME_DIR", server, home / "lab.log")
            with sync_playwright() as playwright:
                yield from opened(playwright, home, port)
        finally:
            server.send_signal(signal.SIGTERM)  # it ends its kernels, then itself
            try:
                server.wait(30)
            finally:
                server.kill()


def changed(home: Path, table: str, wanted: Any, **cells: str) -> None:
    """Put other cells into the rows that are wanted."""
    file = home / f"evidence/dongsheng-2025-annual/{table}.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert any(map(wanted, rows))
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | cells if wanted(row) else row for row in rows)


def port_of(runtime: Path, server: "subprocess.Popen[bytes]", log: Path) -> int:
    """The port that the server found free."""
    for _ in range(600):
        for file in runtime.glob("jpserver-*.json"):
            try:
                return int(json.loads(file.read_text(encoding="utf-8"))["port"])
            except ValueError:  # not yet written to its end
                continue
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(log.read_text(encoding="utf-8"))


def opened(playwright: Any, home: Path, port: int) -> Iterator[Lab]:
    """The notebook in a window, all its cells run; nothing beyond this machine can be reached."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # which Chromium refuses to root
    browser = playwright.chromium.launch(executable_path=chromium(), args=sandbox)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    lab = Lab(home, page)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            lab.said.append(f"{message.type}: {message.text}")

    def asked(request: Request) -> None:
        if urlsplit(request.url).hostname not in ("127.0.0.1", None):  # data and blobs have no host
            lab.elsewhere.append(request.url)

    def kept_in(route: Route) -> None:
        route.continue_() if urlsplit(route.request.url).hostname == "127.0.0.1" else route.abort()

    page.on("console", heard)
    page.on("pageerror", lambda error: lab.said.append(f"page error: {error}"))
    page.on("request", asked)
    page.route("http*://**", kept_in)
    page.goto(f"http://127.0.0.1:{port}/lab/tree/explore.ipynb?token=lab")
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(2, timeout=60_000)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible(timeout=60_000)
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    expect(lab.summary).to_be_visible(timeout=90_000)
    expect(page.locator(".itables_anywidget tbody tr").first).to_be_visible(timeout=30_000)
    expect(page.locator(".vega-embed svg")).to_be_visible(timeout=30_000)
    yield lab
    browser.close()


def really_done(lab: Lab, readings: dict[str, str] | None = None) -> ResultJson:
    """What `score` says of the copy, under these readings."""
    file = lab.home / "params/done.yaml"
    params = yaml.safe_load((lab.home / ANNUAL).read_text(encoding="utf-8"))
    params["readings"] = readings or {}
    file.write_text(yaml.safe_dump(params, allow_unicode=True), encoding="utf-8")
    result = assess_file(file)
    file.unlink()
    return result


@pytest.fixture(autouse=True)
def _as_filed(lab: Lab) -> None:
    """Each test begins with nothing tried."""
    lab.page.get_by_role("button", name="恢复原结果").click()
    expect(lab.page.get_by_text("未作改动，试算即原结果。")).to_be_visible()


def test_a_reading_is_seen_in_points_and_money(lab: Lab) -> None:
    filed, now = really_done(lab), really_done(lab, {"unproven": "count"})
    assert filed["payment"]["payable"] != now["payment"]["payable"]
    lab.shows(filed)
    lab.tab("条文理解")
    box = lab.page.locator("select").filter(has=lab.page.locator("option", has_text="不计入（本次采用）"))
    box.select_option(label="计入")
    assert lab.shows(now) < SECONDS
    expect(lab.page.get_by_text("试算改动 1 处：没有佐证材料的记录：计入。")).to_be_visible()


def of_the_first(row: dict[str, str]) -> bool:
    """Whether it is the mark that R1 gave B12.1."""
    return (row["item"], row["reviewer"]) == ("B12.1", "R1")


def test_a_mark_is_seen_and_a_wrong_one_refused(lab: Lab) -> None:
    filed = really_done(lab)
    lab.tab("评审打分")
    line = lab.page.locator(".widget-hbox").filter(has_text="B12.1 ").last
    box = line.locator("input").first
    assert box.input_value() == "4.90"
    box.fill("0.05")
    box.press("Enter")
    changed(lab.home, "judgements", of_the_first, mark="0.05")
    now = really_done(lab)
    changed(lab.home, "judgements", of_the_first, mark="4.9")
    assert now["boards"]["base"]["score"] != filed["boards"]["base"]["score"]
    assert lab.shows(now) < SECONDS
    box.fill("60")
    box.press("Enter")
    expect(lab.page.get_by_text("B12.1 R1：评分应为 0 至 6 之间的数，未改动。")).to_be_visible()
    expect(box).to_have_value("4.90")
    lab.shows(filed)


def test_from_an_indicator_to_its_clause_and_a_row_rejected(lab: Lab) -> None:
    filed = really_done(lab)
    lab.tab("指标与记录")
    indicators, rows = (lab.page.locator(".itables_anywidget").nth(n) for n in (0, 1))
    indicators.get_by_role("searchbox").fill("B01")
    expect(indicators.locator("tbody tr")).to_have_count(1)
    indicators.locator("tbody tr").click()
    one = filed["boards"]["base"]["indicators"]["B01"]
    expect(lab.page.locator(".desk blockquote")).to_contain_text(one["criterion"])
    expect(lab.page.get_by_text(one["items"]["B01.1"]["arithmetic"])).to_be_visible()
    verifications = lab.home / "evidence/dongsheng-2025-annual/verifications.csv"
    before = verifications.read_text(encoding="utf-8")
    row = next(key for key in one["items"]["B01.1"]["counted"] if f"activities,{key}," not in before)
    rows.locator("tbody tr").filter(has_text=row).click()
    lab.page.get_by_role("button", name="不予认可").first.click()
    added = f"{before.rstrip()}\nactivities,{row},rejected,示例,R1,2026-01-10\n"
    verifications.write_text(added, encoding="utf-8")
    now = really_done(lab)
    verifications.write_text(before, encoding="utf-8")
    assert now["boards"]["base"]["score"] != filed["boards"]["base"]["score"]
    assert lab.shows(now) < SECONDS
    told = f"{row}：原 B01.1 计入 → 现 B01.1 未计入：核查不予认可"
    expect(lab.page.get_by_text(told)).to_be_visible()
    expect(rows.locator("tr.selected")).to_contain_text(row)  # the reader has not lost the place


def test_a_table_is_filtered_and_what_is_written_stays_text(lab: Lab) -> None:
    lab.tab("全部材料")
    rows = lab.page.locator(".itables_anywidget:visible").last
    expect(rows).to_contain_text("共 76 行")
    rows.get_by_role("searchbox").fill("HD002")
    expect(rows.locator("tbody tr")).to_have_count(1)
    expect(rows.locator("tbody tr")).to_contain_text(HOSTILE)
    assert lab.page.evaluate("window.fooled") is None and rows.locator("img").count() == 0


def test_it_fits_the_window(lab: Lab) -> None:
    for title in ("指标与记录", "条文理解", "评审打分", "全部材料"):
        lab.tab(title)
        wide = lab.page.evaluate(
            "[...document.querySelectorAll('.jp-OutputArea-output')].map(o => o.scrollWidth - o.clientWidth)"
        )
        assert max(wide) <= 1, title


def test_another_audit_is_chosen(lab: Lab) -> None:
    box = lab.page.locator(".widget-dropdown select").first
    box.select_option(label="quanzhou-2025")
    expect(lab.page.get_by_role("tab", name="站点排名")).to_be_visible(timeout=30_000)
    expect(lab.page.get_by_text("共 40 个站点")).to_be_visible()
    box.select_option(label="dongsheng-2025-annual")
    expect(lab.page.get_by_role("tab", name="指标与记录")).to_be_visible(timeout=30_000)


def test_a_saved_notebook_has_nothing_of_the_evidence(lab: Lab) -> None:
    lab.page.keyboard.press("Control+s")
    file = lab.home / "notebooks/explore.ipynb"
    for _ in range(100):
        saved = nbformat.read(file, 4)
        if saved.cells[-1].outputs:
            break
        time.sleep(0.1)
    data = saved.cells[-1].outputs[0]["data"]
    assert data["text/plain"] == "Explorer" and "widgets" not in saved.metadata
    assert "示例" not in file.read_text(encoding="utf-8")


def test_nothing_was_asked_of_anyone_else_and_nothing_complained(lab: Lab) -> None:
    assert lab.elsewhere == []
    assert lab.said == []
