"""The papers beside a report, and the code on its last page that leads from the paper to the result.

A code is read twice: its modules from the path that was drawn, against what segno says they are; and its
text from the page as a PDF reader paints it, by a decoder that knows nothing of how the code was made.
"""

import copy
import json
import re
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from typing import Any

import nbformat
import page
import pypdfium2
import pytest
import segno
import zxingcpp
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_output
from pypdf import PdfReader

from talentcalc.archive.bag import layout
from talentcalc.report.companion_files import companion_files
from talentcalc.report.labels import labels_of
from talentcalc.report.paper_list import paper_list_pdf
from talentcalc.report.render.blocks import BLOCKS_MIME, ResultDisplay
from talentcalc.report.render.exporters import ReportHTMLExporter, ReportPDFExporter
from talentcalc.report.render.qr import result_code
from talentcalc.report.sections import audit as sections
from talentcalc.report.sections import (
    composite,
    conformity,
    findings,
    league,
    league_margins,
    league_trace,
    scorecard,
)
from talentcalc.report.sections import critical_evidence as pivotal
from talentcalc.report.sections import reviewers as marks
from talentcalc.report.sections import sensitivity as firmness
from talentcalc.report.signature_sheet import signature_sheet_pdf
from talentcalc.result.document import canonical, fingerprint
from tests.conftest import ROOT, SampleResult
from tests.support.documents import REDACTED, ResultJson, as_read, blocked_of, result_of
from tests.support.hostile import AGENCY, SUBJECT, at
from tests.support.reading import only, squeezed

pytestmark = pytest.mark.slow

_AUDITS = {"scorecard": "dongsheng-2025-annual", "league": "quanzhou-2025"}
_LETTERS = [f"{name}.{form}" for name in ("feedback", "payment-note") for form in ("pdf", "docx")]
_MODULES = (
    *(composite, conformity, findings, firmness, league, league_margins, league_trace),
    *(marks, pivotal, scorecard, sections),
)
_VIEWS = {one.__name__.rpartition(".")[2]: one for one in _MODULES} | {"sections": sections}
_BOX = re.compile(r"0\.8 w [^S]*?0 0 m 9\.07\d* 0 l 9\.07\d* 9\.07\d* l 0 9\.07\d* l\s+h\s+S")


@pytest.fixture(scope="module")
def samples(sample_result: SampleResult) -> dict[str, ResultJson]:
    """The results of the two samples, by their notebooks' kind."""
    return {kind: sample_result(audit) for kind, audit in _AUDITS.items()}


def notebook(result: ResultJson, kind: str) -> NotebookNode:
    """What the audit's notebook shows of a result, without running what comes before."""
    made = nbformat.read(ROOT / f"notebooks/{kind}_audit.ipynb", 4)
    for cell in made.cells:
        view = re.fullmatch(r"(\w+)\.(\w+)\(result\)", cell.source.strip())
        if cell.cell_type == "code" and (view or "ResultDisplay(result)" in cell.source):
            shown = (
                getattr(_VIEWS[view[1]], view[2])(result_of(result))
                if view
                else ResultDisplay(result_of(result))
            )
            data = json.loads(json.dumps(shown._repr_mimebundle_()))
            cell.outputs = [new_output("display_data", data=nbformat.from_dict(data))]
    return made


@pytest.fixture(scope="module", params=["scorecard", "league", "draft"])
def report(request: pytest.FixtureRequest, samples: dict[str, ResultJson]) -> tuple[ResultJson, NotebookNode]:
    """Each sample and a draft, whose pages have a watermark, with what its notebook shows."""
    kind = "scorecard" if request.param == "draft" else request.param
    draft = {"status": "draft", "awaiting": ["B01.1"]} if request.param == "draft" else {}
    result = as_read(samples[kind] | draft)
    return result, notebook(result, kind)


def pdf_pages(pdf: bytes) -> list[str]:
    """The text of each page without white space."""
    return [squeezed(one.extract_text()) for one in PdfReader(BytesIO(pdf)).pages]


def modules_of(svg: str) -> list[list[bool]]:
    """Which modules of a drawn code are black at their middle, the white margin and all."""
    drawn = BeautifulSoup(svg, "html.parser")
    side = int(str(only(drawn, "svg")["viewbox"]).split()[2])
    walls: dict[int, list[int]] = {}  # by line of modules: where an edge crosses it
    for loop in str(only(drawn, "path")["d"]).split("M")[1:]:
        steps = re.fullmatch(r"(\d+) (\d+)((?:[hv]-?\d+)+)z", loop)
        assert steps is not None, loop
        start = x, y = int(steps[1]), int(steps[2])
        for way, length in re.findall(r"([hv])(-?\d+)", steps[3]):
            x, before, y = (x + int(length), y, y) if way == "h" else (x, y, y + int(length))
            for line in range(min(before, y), max(before, y)):
                walls.setdefault(line, []).append(x)
        assert (x, y) == start
    return [[sum(wall <= x for wall in walls.get(y, ())) % 2 == 1 for x in range(side)] for y in range(side)]


def codes(pdf: bytes) -> list[tuple[str, float]]:
    """(text, width in mm) of every code that a reader sees on the last page as it is painted."""
    painted, scale = pypdfium2.PdfDocument(pdf), 3
    found = zxingcpp.read_barcodes(painted[len(painted) - 1].render(scale=scale).to_numpy())
    wide = [one.position.top_right.x - one.position.top_left.x for one in found]
    return [(one.text, width / scale / 72 * 25.4) for one, width in zip(found, wide, strict=True)]


def missing_from_html(result: ResultJson, html: str) -> list[str]:
    """What of the code a page does not show, where its report ends."""
    text = f"talentcalc:sha256:{sha256(canonical(result)).hexdigest()}"
    shown = BeautifulSoup(html, "html.parser")
    last = shown.select("main > *")[-1]
    picture, digits = last.select_one("[role=img]"), text.rpartition(":")[2]
    code = segno.make(text, error="m", boost_error=False, micro=False)
    wanted = [[bool(one) for one in row] for row in code.matrix_iter(border=4)]
    checks = {
        "the picture": picture is not None and modules_of(str(only(picture, "svg"))) == wanted,
        "its words": picture is not None and text in str(picture["aria-label"]),
        "the hash": f"--hash {digits}" in last.get_text(),
        "the hash for the eye": " ".join(re.findall(".{8}", digits)) in last.get_text(),
    }
    return [name for name, there in checks.items() if not there]


def test_the_last_page_has_a_code_of_the_result_that_a_reader_reads(
    report: tuple[ResultJson, NotebookNode],
) -> None:
    result, made = report
    pdf, _ = ReportPDFExporter().from_notebook_node(made)
    pages, digits = pdf_pages(pdf), fingerprint(result_of(result))
    for text in ("结果核对码", f"talentcalcverifyPACK--hash{digits}", "纸质报告与电子结果的核对"):
        assert text in pages[-1]
    assert pages[-1].count(digits) == 2  # for the eye, and to copy
    assert not [text for text in pages[:-1] if "结果核对码" in text]
    ((text, width),) = codes(pdf)
    assert text == f"talentcalc:sha256:{digits}"
    assert width == pytest.approx(35 * 37 / 45, abs=0.5)  # 37 modules and a margin of 4 make 35 mm


def test_the_page_has_the_same_code_in_one_path(report: tuple[ResultJson, NotebookNode]) -> None:
    result, made = report
    html, _ = ReportHTMLExporter().from_notebook_node(made)
    assert missing_from_html(result, html) == []
    assert result_code(result_of(result)) == result_code(json.loads(canonical(result)))


@pytest.mark.parametrize("report", ["scorecard"], indirect=True)
def test_a_report_that_lost_its_code_or_has_another_results_is_noticed(
    report: tuple[ResultJson, NotebookNode],
) -> None:
    result, made = copy.deepcopy(report)
    html, _ = ReportHTMLExporter().from_notebook_node(made)
    changed = result | {"subject": result["subject"] + "。"}
    assert len(missing_from_html(changed, html)) == 4
    blocks = made.cells[-1].outputs[0].data[BLOCKS_MIME]
    assert blocks.pop()["kind"] == "picture"
    html, _ = ReportHTMLExporter().from_notebook_node(made)
    assert len(missing_from_html(result, html)) == 4
    pdf, _ = ReportPDFExporter().from_notebook_node(made)
    assert fingerprint(result_of(result)) not in pdf_pages(pdf)[-1] and codes(pdf) == []


def paper(result: ResultJson) -> bytes:
    """The list of paper proofs, which is the same bytes each time."""
    pdf = paper_list_pdf(result_of(result))
    assert pdf is not None and pdf == paper_list_pdf(result_of(as_read(result)))
    return pdf


def test_every_paper_proof_is_on_the_list_once_and_in_the_order_of_the_shelf(
    samples: dict[str, ResultJson],
) -> None:
    result = samples["scorecard"]
    pdf, papers = paper(result), result["proofs"]["paper"]
    pages, titles = pdf_pages(pdf), result["evidence"]
    rows = [
        squeezed(f"{one['location']}{one['proof']}{titles[one['table']]['title']}{one['row_id']}")
        for one in papers
    ]
    assert len(rows) == 312 and papers == sorted(papers, key=lambda one: one["location"])
    places = [text.start() for row in rows for text in re.finditer(re.escape(row), "".join(pages))]
    assert len(places) == len(rows) and all(before < after for before, after in pairwise(places))
    drawn = [one.get_contents() for one in PdfReader(BytesIO(pdf)).pages]
    assert sum(len(_BOX.findall(one.get_data().decode("latin-1"))) for one in drawn if one is not None) == 312
    head = squeezed(f"{result['subject']} 2025-01-01 至 2025-12-31 定稿")
    for number, text in enumerate(pages, start=1):
        assert head in text and "清点存放位置佐证编号所证表所证记录" in text
        assert f"{result['review']['agency']}2026-01-15第{number}页，共{len(pages)}页" in text
    assert fingerprint(result_of(result)) in pages[0] and "312件" in pages[0] and "年度考核" in pages[0]
    assert "清点人日期签名" in pages[-1]


def test_proofs_that_lie_nowhere_come_last_and_words_stay_words(samples: dict[str, ResultJson]) -> None:
    long = ("名" * 300, "W" * 600)
    words = [*at("柜"), *at("证"), *at("行"), "#panic()", "$x$", "\u202e倒", *long]
    result = copy.deepcopy(samples["scorecard"]) | {"subject": SUBJECT, "status": "draft"}
    result["proofs"]["paper"] = [
        {"proof": "P-无处"},
        *({"proof": f"P{number:03d}", "location": one} for number, one in enumerate(words)),
        *({"proof": one, "table": one, "row_id": one, "location": "柜"} for one in long),
    ]
    pdf = paper(result)
    text = "".join(pdf_pages(pdf)).replace("草稿", "")
    for one in words[:-2]:
        each = "".join(f"(?:{re.escape(c)}|U\\+{ord(c):04X})" for c in one if c not in "\t ")
        assert re.search(each, text), one
    assert text.count("W") >= 1200 and text.count("名") >= 600
    assert text.rindex("未登记存放位置P-无处") > text.rindex("P000") and "其中1件未登记存放位置" in text
    assert text.count("未登记存放位置") == 2
    for sheet in PdfReader(BytesIO(pdf)).pages:  # nothing runs off the page
        right: list[float] = []
        sheet.extract_text(
            visitor_text=lambda said, _cm, tm, *_, seen=right: seen.append(tm[4]) if said.strip() else None
        )
        assert max(right) < 595 - 40
    for profile in ("2a", "ua1"):
        assert page.validate_pdf_bytes(pdf, profile=profile).failures == []


def test_no_list_where_nothing_is_on_paper(samples: dict[str, ResultJson]) -> None:
    assert paper_list_pdf(result_of(samples["league"])) is None
    assert paper_list_pdf(result_of(samples["scorecard"] | {"proofs": {"files": {}, "paper": []}})) is None


SHEET: dict[str, Any] = {
    "title": "考核审计报告",
    "regulation": "考核管理办法",
    "subject": "示例中心",
    "span": "2025-01-01 至 2025-12-31",
    "audit": "示例-2025",
    "agency": "示例机构",
    "dated": "2026-01-15",
    "status": "final",
    "redacted": False,
    "manifest": sha256(b"manifest").hexdigest(),
    "result": sha256(b"result").hexdigest(),
    "signatures": [
        {"number": 1, "step": "prepared", "title": "编制", "clause": "第八条(三)", "name": "张三",
         "party": "示例机构", "dated": "2026-01-16", "key": sha256(b"key 1").hexdigest()},
        {"number": 2, "step": "accepted", "title": "认定", "clause": None, "name": "李四",
         "party": "示例部门", "dated": "2026-01-20", "key": sha256(b"key 2").hexdigest()},
    ],
    "open": ["复核", "公示"],
}  # fmt: skip


def test_the_signature_sheet_says_who_signed_what_as_what_and_when() -> None:
    pdf = signature_sheet_pdf(SHEET)
    assert pdf == signature_sheet_pdf(copy.deepcopy(SHEET))
    about, (text,) = PdfReader(BytesIO(pdf)).metadata, pdf_pages(pdf)
    assert about is not None and about.title == "签署页：示例中心"
    assert all(str(about[key]).startswith("D:20260120") for key in ("/CreationDate", "/ModDate"))
    for said in ("title", "regulation", "subject", "span", "audit", "agency", "dated", "manifest", "result"):
        assert squeezed(SHEET[said]) in text, said
    for one in SHEET["signatures"]:
        order = ("number", "title", "clause", "name", "party", "dated", "key")
        assert "".join(str(one[key] or "") for key in order) in text
    assert "尚未签署：复核、公示。" in text and "完整版" in text and "均已签署" not in text
    for profile in ("2a", "ua1"):
        assert page.validate_pdf_bytes(pdf, profile=profile).failures == []


def test_the_signature_sheet_of_a_draft_of_a_public_pack_and_of_none_that_signed() -> None:
    signed = SHEET | {"open": [], "status": "draft", "redacted": True}
    text = "".join(pdf_pages(signature_sheet_pdf(signed)))
    assert text.count("草稿") == 3 and "公开版" in text and "各环节均已签署。" in text and "尚待" not in text
    pdf = signature_sheet_pdf(SHEET | {"signatures": [], "status": "blocked"})
    about = PdfReader(BytesIO(pdf)).metadata
    assert about is not None and str(about["/CreationDate"]).startswith("D:20260115")
    assert "尚无人签署。" in pdf_pages(pdf)[0] and "未评分" in pdf_pages(pdf)[0]


def test_the_signature_sheet_takes_hostile_and_endless_words_and_many_signatures() -> None:
    names = [*at("人"), "长" * 400, "W" * 400]
    signatures = [
        SHEET["signatures"][0] | {"number": n, "name": one, "party": one} for n, one in enumerate(names, 1)
    ]
    hostile = {"subject": SUBJECT, "agency": AGENCY, "title": SUBJECT, "open": at("步")}
    pdf = signature_sheet_pdf(SHEET | hostile | {"signatures": signatures})
    pages = pdf_pages(pdf)
    assert len(pages) > 1 and "".join(pages).count(SHEET["signatures"][0]["key"][:32]) == len(names)
    assert "<script>alert(1)</script>" in "".join(pages)
    for profile in ("2a", "ua1"):
        assert page.validate_pdf_bytes(pdf, profile=profile).failures == []


def test_the_files_beside_a_report_are_views_of_the_result(samples: dict[str, ResultJson]) -> None:
    made = {kind: companion_files(result_of(result)) for kind, result in samples.items()}
    assert {kind: list(files) for kind, files in made.items()} == {
        "scorecard": ["checks.json", "paper-proofs.pdf", "scorecard.xlsx", *_LETTERS],
        "league": ["checks.json", "leaderboard.json", "leaderboard.html"],
    }
    for kind, files in made.items():
        record, result = json.loads(files["checks.json"]), samples[kind]
        assert canonical(record) == files["checks.json"]
        assert record == {key: result[key] for key in ("audit", "status", "checks", "checks_run", "findings")}
    left = {"checks.json", "paper-proofs.pdf", "feedback.docx", "feedback.pdf"}
    assert set(companion_files(result_of(blocked_of(samples["scorecard"])))) == left


def test_a_report_is_called_what_its_notebook_says(samples: dict[str, ResultJson]) -> None:
    for kind, result in samples.items():
        assert notebook(result, kind).cells[0].source.startswith(f"# {labels_of(result_of(result)).report}\n")


def test_the_archive_knows_every_file_that_a_run_leaves(samples: dict[str, ResultJson]) -> None:
    blocked = blocked_of(samples["scorecard"])
    public = samples["scorecard"] | {"redacted": REDACTED}
    for result in (*samples.values(), blocked, public):
        beside = set(companion_files(result_of(result)))
        assert {"audit.ipynb", "report.html", "report.pdf", "result.json"} | beside == layout.written(
            result_of(result)
        )
