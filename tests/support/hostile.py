"""Evidence as an attacker would write it, and how the tests look for it in a report."""

import csv
import re
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from talentcalc.report.render.blocks import Fragment, Prose, ResultDisplay
from tests.conftest import BOOK, Case
from tests.support.documents import ResultJson, least, result_of
from tests.support.reading import Report

# At most twelve, as a finding shows that many rows; at most 33 characters, as it shows 40 of a value.
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>&lt;b&gt;",
    "\"><a href='javascript:1'>'x",
    "</td></tr></table><h1>假<style>",
    "{{ 7*7 }}{% raw %}{# x #}",
    "# 标题 **粗** [a](b) `c` ~d~ ---",
    '#eval("1") $x^2$ @r <l> \\u{41} //',
    "=cmd|' /C calc'!A0 +1 @SUM(A1)",
    "\x1b[31m红\x07\x08\x00\x7f\x85\x9b2J",
    "\u202e倒\u2066序\u200b隐\ufeff首\u2028行",
    "😀👩\u200d💻❤\ufe0f🇨🇳 \u0e01𝕏",
    "\ue000\uf8ff\U000f0001\u0378\uffff专",
)
SUBJECT = "<script>题</script>{{ 7*7 }}#x$y$\u202e😀\x1b[31m"
AGENCY = '=cmd "<b>社</b>" {% if %} [#eval(1)] \ue000\ufeff'
REVIEWERS = ["<i>甲</i>{{x}}\u202e", "=乙|'*粗*\x07😀"]


def at(place: str, slash: bool = True) -> list[str]:
    """Each payload with a mark of where it stands, which keeps it apart from the others."""
    return [
        f"{one if slash else one.replace('/', '')}{place}{chr(0x4E00 + n)}" for n, one in enumerate(PAYLOADS)
    ]


def spelt(text: str) -> str:
    """The text as a page shows it, without white space: what cannot be seen by its code."""
    return "".join("" if one in "\t " else one if one.isprintable() else f"U+{ord(one):04X}" for one in text)


class Hostile(Report):
    """A report of hostile evidence, and a way to look for it there."""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return (self.html, "".join(self.pages))

    def hides(self, text: str) -> list[str]:
        """Where the text is not to be seen: each character itself, or in the PDF its code."""
        codes = [f"U\\+{ord(one):04X}" for one in text]
        shown = [
            "" if one in "\t " else re.escape(one) if one.isprintable() else code
            for one, code in zip(text, codes, strict=True)
        ]
        drawn = [
            f"(?:{one}|{code})" if one and one != code else one
            for one, code in zip(shown, codes, strict=True)
        ]
        return [
            name
            for name, there in (
                ("html", re.search("".join(shown), self.html)),
                ("pdf", re.search("".join(drawn), "".join(self.pages)) or self._over_an_edge(drawn)),
            )
            if not there
        ]

    def _over_an_edge(self, drawn: list[str]) -> bool:
        return any(
            re.search("".join(drawn[:cut]), first) and re.search("".join(drawn[cut:]), second)
            for first, second in zip(self.pages, self.pages[1:], strict=False)
            for cut in range(1, len(drawn))
        )


def counted_and_set_aside(folder: Path) -> tuple[Case, list[str]]:
    """Hostile ids, columns, files and params in an audit that can be scored."""
    case = Case(folder)
    case.params |= {
        "subject": SUBJECT,
        "review": {"agency": AGENCY, "reviewers": REVIEWERS, "dated": "2026-01-15"},
    }
    counted, aside, activities, persons = (at(place, slash=False) for place in "计弃动人")
    case.add("work_orders", *({"order_id": one} for one in counted))
    case.add("work_orders", *({"order_id": one} for one in aside), proven=False)
    for activity, person in zip(activities, persons, strict=True):
        case.add("activities", {"activity_id": activity, "declared_attendance": "5"})
        case.attend(activity, [person])
    case.write()
    with (folder / "evidence/opinions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerow([*BOOK.tables["opinions"].columns, *at("列")])
    files = [one.replace("/", "").replace("\0", "")[:30] + ".md" for one in at("件")]
    for name in files:
        (folder / "evidence" / name).touch()
    return case, [*counted, *aside, *activities, *persons, *at("列"), *files, SUBJECT, AGENCY, *REVIEWERS]


def found(folder: Path) -> tuple[Case, list[str]]:
    """Hostile values where a check shows what it found, which blocks the audit."""
    case, people = Case(folder), at("谁", slash=False)
    for order, mode, day, yes in zip(at("单"), at("式"), at("日"), at("认"), strict=True):
        case.add("work_orders", {"order_id": order, "mode": mode, "opened_on": day, "client_confirmed": yes})
    for activity, person, item in zip(at("会"), people, at("点"), strict=True):
        case.attend(activity, [person]).add("judgements", {"item": item, "mark": item})
        case.add("proofs", {"table": "activities", "row_id": activity, "medium": "paper"})
    twice = at("文", slash=False)
    case.add("documents", *({"document_id": one} for one in twice * 2), proven=False)
    return case, people + twice + [one for place in "单式日认会点" for one in at(place)]


def tamed(value: Any) -> Any:
    """The same value without a character that means anything to HTML, Markdown, Jinja or Typst."""
    if isinstance(value, dict):
        return {key: part if key in ("svg", "schema") else tamed(part) for key, part in value.items()}
    if isinstance(value, list):
        return [tamed(part) for part in value]
    return re.sub(r"[^\w\s.:,;()（）·，、。；：—–-]", "x", value) if isinstance(value, str) else value


def tame(document: ResultJson) -> ResultJson:
    """A result without such characters in what pages show of it beside the blocks of its notebook."""
    homes = {
        name: home | {key: tamed(home[key]) for key in ("name", "county")}
        for name, home in document.get("homes", {}).items()
    }
    quiet = {key: tamed(document[key]) for key in ("audit", "subject", "review")}
    return document | quiet | ({"homes": homes} if homes else {})


def skeleton(html: str) -> list[tuple[str, list[str]]]:
    """The elements of a page with the names of their attributes."""
    return [(tag.name, sorted(tag.attrs)) for tag in BeautifulSoup(html, "html.parser").find_all(True)]


def document(*paragraphs: str) -> Any:
    """A notebook with a result and some paragraphs, as the exporters take it."""
    shown = [
        ResultDisplay(result_of(least()))._repr_mimebundle_(),
        Fragment(Prose(paragraphs))._repr_mimebundle_(),
    ]
    outputs = [new_output("display_data", data=nbformat.from_dict(one)) for one in shown]
    return new_notebook(cells=[new_markdown_cell("# 报告"), new_code_cell("", outputs=outputs)])
