"""The pages in a real browser: quiet, whole, alone, and fit for phones, the keyboard and everyone's eyes.

Every helper tells what is wrong as text, and the last tests hold a bad page against each of them. What must
be seen on a page is the result's own figure.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from talentcalc.core.decimals import money
from talentcalc.report.render.fonts import FONT_FOLDER
from tests.conftest import Command
from tests.support.reading import copied

PHONE, DESK = (390, 844), (1280, 900)


def payable(outputs: Path) -> tuple[str, ...]:
    """What the annual audit says is to be paid."""
    result = json.loads((outputs / "2025/dongsheng-2025-annual/result.json").read_bytes())
    return "本期应付", money(result["payment"]["payable"])


def first_home(outputs: Path) -> tuple[str, ...]:
    """The home with the year's most points, and its points."""
    result = json.loads((outputs / "2025/quanzhou-2025/result.json").read_bytes())
    first = next(home for home in result["homes"].values() if home.get("rank") == 1)
    return first["name"], str(first["points"])


PAGES: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "2025/dongsheng-2025-annual/report.html": payable,
    "2025/quanzhou-2025/report.html": first_home,
    "2025/quanzhou-2025/leaderboard.html": first_home,
}
"""Each page below the outputs, and texts of the result that one row, entry or figure of it must show."""


@dataclass(frozen=True)
class View:
    """A page in a window of one size, and what its browser said, asked for and did not get."""

    page: Page
    uri: str
    told: tuple[str, ...] = ()
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def visit(browser: Browser, file: Path, size: tuple[int, int], told: tuple[str, ...] = ()) -> Iterator[View]:
    """Open a file in a window of its own that has no network."""
    # The phone asks for less motion and the desk does not, so each page is seen both ways.
    motion: Literal["reduce", "no-preference"] = "reduce" if size == PHONE else "no-preference"
    viewport: Any = dict(zip(("width", "height"), size, strict=True))
    context = browser.new_context(
        viewport=viewport, offline=True, color_scheme="light", reduced_motion=motion
    )
    view = View(context.new_page(), file.as_uri(), told)

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            view.said.append(f"{message.type}: {message.text}")

    def lost(request: Request) -> None:
        view.failed.append(f"{request.url}: {request.failure}")

    view.page.on("console", heard)
    view.page.on("pageerror", lambda error: view.said.append(f"page error: {error}"))
    view.page.on("request", lambda request: view.asked.append(request.url))
    view.page.on("requestfailed", lost)
    view.page.goto(view.uri)
    yield view
    context.close()


def chromium() -> str:
    """The browser's program; without it these tests fail rather than look as if all were well."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("the tests of the pages need Chromium: apt-get install chromium", pytrace=False)
    return found


@pytest.fixture(scope="module")  # other modules use it too, and two at once cannot be
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Headless Chromium, which finds the font that the pages ask for whatever the machine has."""
    home = tmp_path_factory.mktemp("browser")
    (home / "fonts").symlink_to(FONT_FOLDER)
    environment: dict[str, str | float | bool] = {**os.environ}
    environment |= {"XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []  # which Chromium refuses to root
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=sandbox, env=environment)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def outputs(
    browser: Browser,  # noqa: ARG001 - first of all: without a browser there is no need to run audits
    tmp_path_factory: pytest.TempPathFactory,
    talentcalc: Command,
) -> Path:
    """The outputs of the two sample audits, run at once."""
    # Each runs in a repository of its own and they are brought together after: kernels that work in the
    # same folder at the same time take each other's sockets.
    homes = {
        name: copied(tmp_path_factory.mktemp(name)) for name in ("quanzhou-2025", "dongsheng-2025-annual")
    }
    with ThreadPoolExecutor(2) as pool:
        for done in pool.map(lambda name: talentcalc("run", f"params/{name}.yaml", cwd=homes[name]), homes):
            assert done.returncode == 0, done.stderr
    league, annual = (home / "outputs" for home in homes.values())
    shutil.move(annual / "2025/dongsheng-2025-annual", league / "2025")
    return league


@pytest.fixture(
    scope="module",
    params=product(PAGES, (PHONE, DESK)),
    ids=lambda param: f"{param[0].split('/', 1)[-1]}-{param[1][0]}",
)
def view(request: pytest.FixtureRequest, browser: Browser, outputs: Path) -> Iterator[View]:
    """Each page in each size."""
    name, size = request.param
    with visit(browser, outputs / name, size, PAGES[name](outputs)) as opened:
        yield opened


def strays(view: View) -> list[str]:
    """What the page asked for beside itself, and what it did not get."""
    return [*view.failed, *(one for one in view.asked if one != view.uri)]


def untold(view: View) -> list[str]:
    """What a reader needs and the page does not show: its language, its title, what the result says."""
    page, wrong = view.page, []
    if (language := page.locator("html").get_attribute("lang")) not in ("zh-CN", "zh"):
        wrong.append(f"lang is {language}")
    titles = [one.inner_text() for one in page.locator("h1:visible").all()]
    if len(titles) != 1 or not titles[0].strip() or titles[0] not in page.title():
        wrong.append(f"the title is {page.title()!r}, the headings are {titles}")
    entries = page.locator("li:visible, tr:visible, dl > div:visible")
    for text in view.told:
        entries = entries.filter(has_text=text)
    if not view.told or not entries.count():
        wrong.append(f"nothing shows {view.told}")
    return wrong


def unfold(page: Page) -> None:
    """Open what is folded: neither axe nor a ruler sees into it."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


def spill(page: Page) -> list[str]:
    """How far the page scrolls sideways."""
    unfold(page)
    wide, room = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    return [f"{wide} wide in {room}"] if wide > room else []


def barriers(page: Page) -> list[str]:
    """What axe finds by every rule, and by that of contrast in the dark if the page has a dark scheme."""
    unfold(page)
    axe, brief = Axe(), {"resultTypes": ["violations"]}
    found = [("light", axe.run(page, options=brief))]
    if "color-scheme" in page.content():
        page.emulate_media(color_scheme="dark")
        found.append(("dark", axe.run(page, options=brief | {"runOnly": ["color-contrast"]})))
        page.emulate_media(color_scheme="light")
    return [
        f"{scheme}: {one['id']}: {one['help']}: {[node['target'] for node in one['nodes'][:5]]}"
        for scheme, results in found
        for one in results.response["violations"]
    ]


_STOPS = """() => {
  const wanted = "a[href], summary, button, input, select, textarea, [tabindex]:not([tabindex='-1'])";
  const ring = one => {
    const style = getComputedStyle(one);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 &&
      !/, 0\\)$|^transparent$/.test(style.outlineColor);
    return (outline ? style.outline : "") + (style.boxShadow === "none" ? "" : style.boxShadow);
  };
  window.stops = [...document.querySelectorAll(wanted)].filter(one => one.checkVisibility());
  const name = one => `${one.tagName} ${stops.indexOf(one)} ${(one.innerText || "").slice(0, 20)}`;
  const before = new Map(stops.map(one => [one, ring(one)]));
  window.seen = one => {  // whether a person sees the middle of what of it is on the screen
    const box = one.getClientRects()[0];
    if (!box) return false;
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return false;
    return one.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
  };
  window.here = () => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const shown = ring(one);
    return {name: name(one), ring: shown !== "" && shown !== before.get(one), seen: seen(one)};
  };
  return stops.map(name);
}"""


def unreached(page: Page) -> list[str]:
    """What Tab does not reach in the order of the page, and where nobody sees that it is there."""
    page.emulate_media(reduced_motion="reduce")  # or the page would still be scrolling when it is looked at
    wanted: list[str] = page.evaluate(_STOPS)
    reached: list[str] = []
    wrong: list[str] = []
    while len(reached) <= len(wanted):
        page.keyboard.press("Tab")
        stop = page.evaluate("here()")
        if stop is None:
            break
        reached.append(stop["name"])
        wrong += [] if stop["ring"] else [f"{stop['name']}: no ring shows that it has the focus"]
        wrong += [] if stop["seen"] else [f"{stop['name']}: covered or off the screen when it has the focus"]
    wrong += [f"{name}: never reached" for name in wanted if name not in reached]
    if not wrong and (reached != wanted or not wanted):
        wrong.append(f"reached {reached} instead of {wanted}")
    return wrong


_FOLLOWED = """link => {
  window.target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  return target !== null && seen(target);
}"""
_GONE_ON = """() => {
  const next = stops.find(one => target.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING);
  return !next || next === document.activeElement;
}"""


def astray(page: Page) -> list[str]:
    """Links that, followed by Enter, do not bring their target in sight and the next Tab behind its start."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(_STOPS)
    here, wrong = page.url.partition("#")[0], []
    for link in page.locator("a[href]:visible").all():
        place, _, part = link.evaluate("one => one.href").partition("#")
        if place != here:
            there = link.evaluate("one => one.protocol === 'file:' ? decodeURIComponent(one.pathname) : ''")
            wrong += [] if there and Path(there).is_file() else [f"{place}: no such file"]
            continue
        link.focus()
        page.keyboard.press("Enter")
        if not link.evaluate(_FOLLOWED):
            wrong.append(f"#{part}: not in sight")
            continue
        page.keyboard.press("Tab")
        wrong += [] if page.evaluate(_GONE_ON) else [f"#{part}: the focus did not follow"]
    return wrong


def test_a_page_loads_without_a_word_and_without_anything_else(view: View) -> None:
    assert view.said == []
    assert strays(view) == [] and view.asked == [view.uri]


def test_a_page_shows_its_title_and_what_the_result_says(view: View) -> None:
    assert untold(view) == []


def test_a_page_never_scrolls_sideways(view: View) -> None:
    assert spill(view.page) == []


def test_axe_finds_nothing_in_a_page(view: View) -> None:
    assert barriers(view.page) == []


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["390", "1280"])
@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_reaches_and_follows_everything(
    browser: Browser, outputs: Path, name: str, size: tuple[int, int]
) -> None:
    with visit(browser, outputs / name, size) as fresh:  # nothing has had the focus yet
        assert unreached(fresh.page) == []
        assert astray(fresh.page) == []


def test_the_text_is_drawn_in_the_font_that_the_pages_ask_for(view: View) -> None:
    session = view.page.context.new_cdp_session(view.page)
    for needed in ("DOM", "CSS"):
        session.send(f"{needed}.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    title = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})
    fonts = session.send("CSS.getPlatformFontsForNode", title)["fonts"]
    assert fonts and all(one["familyName"].startswith("Noto Sans SC") for one in fonts)


_BAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>别的标题</title>{head}
<style>
.faint {{ color: #ccc; background: #fff }}
@media (prefers-color-scheme: dark) {{ .night {{ color: #333; background: #111 }} }}
.bare:focus {{ outline: none }}
.lid {{ position: absolute; top: 0; left: 0; width: 9rem; height: 4rem; background: #fff }}
.wide {{ width: 2000px }}
</style></head><body>
<a href="#under">盖住</a><div class="lid"></div>
<main style="margin-top: 5rem"><h1>一页</h1>
<p id="under"><a class="bare" href="#nowhere">无框</a> <a href="#under" tabindex="-1">不到</a>
<a href="gone.html">没有</a></p>
<p class="faint">浅色的字</p><p class="night">夜里的字</p><details><summary>更多</summary>
<p class="wide">宽</p></details>
<p hidden>883,000.00</p><ul><li hidden>本期应付 883,000.00</li><li>本期应付</li></ul>
<img src="https://pages.example/picture.png" alt="图">
<script>console.error("坏了"); console.warn("小心"); throw new Error("失败")</script>
</main></body></html>
"""


@pytest.fixture(params=[PHONE, DESK], ids=["390", "1280"])
def bad(request: pytest.FixtureRequest, browser: Browser, tmp_path: Path) -> Iterator[View]:
    """A page that does everything wrong."""
    (tmp_path / "bad.html").write_text(_BAD.format(head=""), encoding="utf-8")
    with visit(browser, tmp_path / "bad.html", request.param, ("本期应付", "883,000.00")) as opened:
        yield opened


def test_a_bad_page_is_heard(bad: View) -> None:
    assert {"error: 坏了", "warning: 小心", "page error: 失败"} < set(bad.said)


def test_a_bad_page_that_asks_for_more_is_caught(bad: View) -> None:
    picture = "https://pages.example/picture.png"
    assert [one.split(": ")[0] for one in strays(bad)] == [picture, picture]


def test_what_a_policy_keeps_from_a_bad_page_is_heard(browser: Browser, tmp_path: Path) -> None:
    policy = "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'\">"
    (tmp_path / "kept.html").write_text(_BAD.format(head=policy), encoding="utf-8")
    with visit(browser, tmp_path / "kept.html", DESK) as kept:
        assert any("picture.png" in one and "Content Security Policy" in one for one in kept.said)


def test_a_bad_page_that_shows_nothing_is_caught(bad: View) -> None:
    language, title, entry = untold(bad)
    assert language == "lang is en" and "别的标题" in title and "883,000.00" in entry


def test_a_bad_page_that_is_too_wide_is_caught(bad: View) -> None:
    (told,) = spill(bad.page)
    assert told.endswith(("in 390", "in 1280")) and int(told.split()[0]) >= 2000


def test_a_bad_page_that_cannot_be_read_is_caught(bad: View) -> None:
    found = barriers(bad.page)
    assert any(one.startswith("light: color-contrast") and ".faint" in one for one in found)
    assert any(one.startswith("dark: color-contrast") and ".night" in one for one in found)
    assert not any(one.startswith("light") and ".night" in one for one in found)


def test_a_bad_page_that_the_keyboard_cannot_use_is_caught(bad: View) -> None:
    assert unreached(bad.page) == [
        "A 0 盖住: covered or off the screen when it has the focus",
        "A 1 无框: no ring shows that it has the focus",
        "A 2 不到: never reached",
    ]
    nowhere, gone = astray(bad.page)
    assert nowhere == "#nowhere: not in sight" and gone.endswith("gone.html: no such file")


def test_without_a_browser_these_tests_say_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium"):
        chromium()
