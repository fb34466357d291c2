"""Evidence as an attacker would write it: shown as the characters that it is, and never obeyed."""

import json
import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

import nbformat
import page
import pytest
from bs4 import BeautifulSoup
from openpyxl import Workbook

from talentcalc.report.render.blocks import RESULT_MIME
from talentcalc.report.render.exporters import ReportHTMLExporter, ReportPDFExporter
from talentcalc.report.render.fonts import glyphs
from talentcalc.report.render.html import render_blocks
from talentcalc.report.sections.findings import checks, findings
from tests.conftest import BOOK, Case, Command
from tests.support.documents import assess_file, result_of
from tests.support.hostile import (
    Hostile,
    at,
    counted_and_set_aside,
    document,
    found,
    skeleton,
    spelt,
    tame,
    tamed,
)
from tests.support.reading import squeezed

pytestmark = pytest.mark.slow

_TABLE = {"p", "div", "table", "caption", "thead", "tbody", "tr", "th", "td"}
Audits = dict[str, tuple[Hostile, list[str]]]


@pytest.fixture(scope="session")
def audits(tmp_path_factory: pytest.TempPathFactory, talentcalc: Command) -> Audits:
    """A scored and a blocked audit of hostile evidence, each with what it must show."""
    made = {
        kind.__name__: kind(tmp_path_factory.mktemp("hostile")) for kind in (counted_and_set_aside, found)
    }

    def run(case: Case) -> Hostile:
        (case.folder / "pyproject.toml").touch()
        done = talentcalc("run", case.write(), cwd=case.folder)
        return Hostile(case.folder / "outputs/2025/case", done.returncode, done.stdout + done.stderr)

    with ThreadPoolExecutor(2) as pool:
        ran = pool.map(run, [case for case, _ in made.values()])
        return {name: (report, made[name][1]) for name, report in zip(made, ran, strict=True)}


@pytest.fixture(scope="session", params=["counted_and_set_aside", "found"])
def audit(request: pytest.FixtureRequest, audits: Audits) -> tuple[Hostile, list[str]]:
    """Each of the two."""
    return audits[request.param]


def test_the_run_ends_as_its_evidence_deserves(audits: Audits) -> None:
    for (report, _), status in zip(audits.values(), (0, 3), strict=True):
        assert report.status == status, report.said


def test_every_character_is_shown(audit: tuple[Hostile, list[str]]) -> None:
    report, shown = audit
    assert [(one, lost) for one in shown if (lost := report.hides(one))] == []


def test_no_hidden_character_reaches_the_page_or_the_terminal(audit: tuple[Hostile, list[str]]) -> None:
    report, _ = audit
    for text in ((report.folder / "report.html").read_text("utf-8"), report.said, *report.pages):
        hidden = {one for one in text if one != "\n" and not one.isprintable() and one not in "\u3000\xa0"}
        assert not {f"U+{ord(one):04X} {unicodedata.category(one)}" for one in hidden}


def test_the_page_has_the_elements_of_its_harmless_twin(audit: tuple[Hostile, list[str]]) -> None:
    report, _ = audit
    notebook = nbformat.read(report.folder / "audit.ipynb", 4)
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            data = json.loads(json.dumps(output.data))
            if RESULT_MIME in data:
                data[RESULT_MIME] = tame(data[RESULT_MIME])
            else:
                data = tamed(data)
            output.data = nbformat.from_dict(data)
    twin, _ = ReportHTMLExporter().from_notebook_node(notebook)
    html = (report.folder / "report.html").read_text("utf-8")
    assert "<script" not in html and "<script" not in twin
    assert skeleton(html) == skeleton(twin)


def test_the_notebook_itself_shows_no_element_of_the_evidence(audit: tuple[Hostile, list[str]]) -> None:
    notebook = json.loads((audit[0].folder / "audit.ipynb").read_bytes())
    shown = [
        "".join(output["data"]["text/html"])
        for cell in notebook["cells"]
        for output in cell.get("outputs", ())
        if "text/html" in output["data"]
    ]
    assert len(shown) > 10
    for html in shown:
        assert not BeautifulSoup(html, "html.parser").find_all(
            ["script", "img", "a", "b", "h1", "i", "style"]
        )


def test_the_pdf_is_sound_and_leads_nowhere(audit: tuple[Hostile, list[str]]) -> None:
    report, _ = audit
    for profile in ("2a", "ua1"):
        raw = (report.folder / "report.pdf").read_bytes()
        assert page.validate_pdf_bytes(raw, profile=profile).failures == []
    kinds = {
        one.get_object()["/Subtype"] for sheet in report.reader.pages for one in sheet.get("/Annots", [])
    }
    actions = [
        one.get_object().get("/A", {}) for sheet in report.reader.pages for one in sheet.get("/Annots", [])
    ]
    assert kinds <= {"/Link"} and not [
        one for one in actions if one.get("/S") in ("/URI", "/Launch", "/JavaScript")
    ]


def test_sheet_names_and_formulas_of_a_workbook(tmp_path: Path) -> None:
    book, columns = Workbook(), [*BOOK.tables["documents"].columns]
    names = [re.sub(r"[\\/*?:\[\]\x00-\x1f\uffff]", "", one)[:31] for one in at("页")]
    for name in names:
        book.create_sheet(name).append(["x", "y"])
    sheet = book.create_sheet("documents")
    sheet.append([*columns, *at("头")[:7]])
    sheet.append(["D1", "study_report", "=HYPERLINK(1)", "2025-03-01"])
    book.save(tmp_path / "evidence.xlsx")
    result = assess_file(Case(tmp_path, params={"evidence": str(tmp_path / "evidence.xlsx")}).write())
    blocks = [asdict(one) for section in (checks, findings) for one in section(result_of(result)).blocks]
    html = BeautifulSoup(render_blocks(blocks), "html.parser")
    text = squeezed(html.get_text())
    wanted = [spelt(one) for one in (*names, *at("头")[:7])]
    assert [one for one in wanted if one not in text] == []
    formulas = [one["rows"] for one in result["findings"] if one["check"] == "documents.shape"]
    assert formulas == [[{"row": "#2", "line": 2, "found": "公式（C2）"}]]
    assert {one.name for one in html.find_all(True)} <= {*_TABLE, "h3"}
    assert len(html.find_all("table")) == 3  # the counts, what is critical, the rest


def test_every_character_that_the_font_has_or_lacks_can_be_printed() -> None:
    drawn = "".join(map(chr, sorted(glyphs())))
    absent = "".join(
        chr(one) for one in range(0x20, 0x30000, 97) if one not in glyphs() and not 0xD800 <= one < 0xE000
    )
    lines = [text[n : n + 500] for text in (drawn, absent) for n in range(0, len(text), 500)]
    pdf, _ = ReportPDFExporter().from_notebook_node(document(*lines))
    assert page.validate_pdf_bytes(pdf, profile="ua1").failures == []


@pytest.mark.parametrize("name", [b"\xff.csv", b"a\xed\xa0\x80.parquet"])
def test_a_file_name_that_is_no_unicode_is_told_not_choked_on(
    tmp_path: Path, talentcalc: Command, name: bytes
) -> None:
    params = Case(tmp_path).many("work_orders", 5).write()
    Path(str(tmp_path / "evidence") + "/" + name.decode(errors="surrogateescape")).write_text("x\n")
    scored = talentcalc("score", params, cwd=tmp_path)
    assert scored.returncode == 3, scored.stderr
    assert "可能是表而没有读取" in scored.stdout


@pytest.mark.parametrize("wanted", ["B09", "B09.1"])
def test_ids_that_are_endless_numbers(tmp_path: Path, called: Command, wanted: str) -> None:
    ids = [digit * 5000 for digit in "789"]
    params = Case(tmp_path).add("work_orders", *({"order_id": one} for one in ids)).write()
    explained = called("explain", params, wanted, cwd=tmp_path)
    assert explained.returncode == 0, explained.stderr
    assert all(one in explained.stdout for one in ids)


def test_an_id_with_a_slash_is_shown_whole(tmp_path: Path, called: Command) -> None:
    ids = ["GD/2025/甲", "GD/2025/乙", "</td>"]
    params = Case(tmp_path).add("work_orders", *({"order_id": one} for one in ids)).write()
    explained = called("explain", params, "B09", cwd=tmp_path)
    assert [one for one in ids if one not in explained.stdout] == []


def test_what_only_looks_like_a_table_blocks_the_audit(tmp_path: Path, called: Command) -> None:
    params, evidence = Case(tmp_path).many("work_orders", 5).write(), tmp_path / "evidence"
    (evidence / "register.csv").mkdir()
    (evidence / "documents.csv").symlink_to("nowhere")
    (evidence / "activities.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    scored = called("score", params, cwd=tmp_path)
    assert scored.returncode == 3, scored.stderr
    for name in ("register.csv", "documents.csv", "activities.parquet"):
        assert name in scored.stdout
    assert str(tmp_path) not in scored.stdout  # where the evidence lay is not told
