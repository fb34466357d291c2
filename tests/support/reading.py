"""How the tests read a report back: its text without white space, and all that it must show."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from pypdf import PdfReader

from tests.conftest import ROOT
from tests.support.documents import ResultJson, in_order
from tests.support.reading_sensitivity import Parts, composites, deciding, marked, other_readings, sample_rows


def squeezed(text: str) -> str:
    """Text without white space: lines wrap where they will."""
    return re.sub(r"\s+", "", text)


def only(tag: Tag, selector: str) -> Tag:
    """The one element below `tag` that a CSS selector finds."""
    found = tag.select(selector)
    assert len(found) == 1, (selector, len(found))
    return found[0]


@dataclass(frozen=True)
class Report:
    """One run of the command line, and what it left."""

    folder: Path
    status: int
    said: str

    @cached_property
    def result(self) -> ResultJson:
        read: ResultJson = json.loads((self.folder / "result.json").read_bytes())
        return read

    @cached_property
    def page(self) -> BeautifulSoup:
        return BeautifulSoup((self.folder / "report.html").read_bytes(), "html.parser")

    @cached_property
    def html(self) -> str:
        return squeezed(self.page.get_text())

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(self.folder / "report.pdf")

    @cached_property
    def pages(self) -> list[str]:
        return [squeezed(one.extract_text()) for one in self.reader.pages]

    @cached_property
    def bodies(self) -> list[str]:
        """The pages without running head and foot, which asserts that they have both."""
        total, review, period = len(self.pages), self.result["review"], self.result["period"]
        status = {"final": "定稿", "draft": "草稿", "blocked": "未评分"}[self.result["status"]]
        head = f"{self.result['subject']}{period['start']}至{period['end']}{status}"
        bodies = []
        for number, text in enumerate(self.pages, start=1):
            foot = f"{review['agency']}{review['dated']}第{number}页，共{total}页"
            assert head in text and foot in text, number
            bodies.append(text.replace(head, "", 1).replace(foot, "", 1))
        return bodies

    def prints(self, part: str) -> bool:
        """Whether the PDF holds the text, on one page or over the edge of two."""
        text, pages = squeezed(part), self.bodies
        return text in "".join(pages) or any(
            text[:cut] in first and text[cut:] in second
            for first, second in pairwise(pages)
            for cut in range(1, len(text))
        )


def copied(to: Path) -> Path:
    """The sample of the repository, as a repository of its own."""
    for name in ("params", "evidence"):
        shutil.copytree(ROOT / name, to / name)
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def items(result: ResultJson) -> Iterator[tuple[str, dict[str, Any], str, dict[str, Any]]]:
    """Every item with its indicator."""
    for _, board in in_order(result, "boards"):
        for name, indicator in board["indicators"].items():
            yield from ((name, indicator, item_id, item) for item_id, item in indicator["items"].items())


def expected(result: ResultJson) -> Iterator[Parts]:
    """Everything that a report of this result must show: table rows by their cells, and their captions."""
    rules, paid = result["regulation"], result["payment"]
    yield from (
        (caption,) for caption in ("收到的材料表", "各表检查情况", "独立核查情况", "本次采用的条文理解")
    )
    yield from (
        (caption,)
        for caption in ("提请注意的问题", "正文各条及说明", "给分要点各句", "原文受损处及读法", "输入文件")
    )
    yield (f"运营费支付计算（整体运营费 {Decimal(paid['fee']):,.2f} 元）",)
    for name, one in in_order(result, "evidence"):
        yield one["title"], name, one.get("file", "未提交"), str(one["rows"]), one.get("sha256", "—")[:16]
        if "file" in one:
            yield one["file"], one["sha256"]
        own = [check for check in result["checks_run"] if check["table"] == name]
        failed = [
            sum(check["failed"] > 0 for check in own if check["severity"] == level)
            for level in ("critical", "warning")
        ]
        yield one["title"], str(one["rows"]), str(len(own)), *map(str, failed)
        if seen := one.get("verified"):
            counts = (sum(seen.values()), seen.get("accepted", 0), seen.get("rejected", 0))
            yield one["title"], str(one["rows"]), *map(str, counts)
    for _, board in in_order(result, "boards"):
        yield (board["title"],)
        yield "总计", board["max"], board["score"]
        for name, one in board["indicators"].items():
            yield f"{name} {one['target']}", one["max"], one["criterion"], one["points"]
            yield (f"{name}　{one['points']} / {one['max']} 分",)
            yield (f"{name} 的计算",)
    yield from composites(result)
    for _, _, item_id, item in items(result):
        yield f"{item_id} {item['label']}", item["arithmetic"], item["next"], item["points"]
        yield item_id, item["quote"]
        if item["counted"]:
            yield (f"{item_id} 计入 {len(item['counted'])} 条",)
        for why in {aside["why"] for aside in item["set_aside"]}:
            number = sum(aside["why"] == why for aside in item["set_aside"])
            yield (f"{item_id} 未计入 {number} 条：{rules['reasons'][why]}",)
    for part in paid["parts"]:
        yield part["title"], part["clause"]
        yield (f"{Decimal(part['amount']):,.2f}",)
    for key, title in (
        ("entitlement", "应得额"),
        ("paid", "本期此前已付"),
        ("payable", "本期应付"),
        ("overpaid", "多付"),
    ):
        yield (title,)
        yield (f"{Decimal(paid[key]):,.2f}",)
    yield (f"自动抵扣{Decimal(paid['overpaid']):,.2f}",)  # the payment table's last row
    for name, choice in result["readings"].items():
        reading = rules["readings"][name]
        yield f"{reading['title']}（{name}）", reading["clause"], f"{reading['choices'][choice]}（{choice}"
    yield from sample_rows(result)
    yield from other_readings(result)
    yield from marked(result)
    yield from deciding(result)
    for one in result["findings"]:
        yield (one["title"],)
        yield from ((part,) for row in one["rows"][:1] for part in row["row"].split("/"))
        yield (f"{one['remedy']}。",)
    yield from ((one["id"], one["quote"]) for one in rules["clauses"] if "quote" in one)
    yield from ((one["id"], one.get("quote", "—")) for one in rules["clauses"])
    yield from ((one["raw"], one["read_as"]) for one in rules["repairs"])


def lacking(result: ResultJson, text: str) -> list[Parts]:
    """What a page's text, without white space, does not show."""
    return [parts for parts in expected(result) if squeezed("".join(parts)) not in text]


def headings(level: int) -> list[str]:
    """The headings of this level that the notebook itself writes."""
    cells = json.loads((ROOT / "notebooks/scorecard_audit.ipynb").read_text("utf-8"))["cells"]
    written = "\n".join("".join(one["source"]) for one in cells if one["cell_type"] == "markdown")
    return re.findall(rf"^#{{{level}}} (.+)$", written, re.MULTILINE)


def sections() -> list[str]:
    """The titles of its sections."""
    return headings(2)
