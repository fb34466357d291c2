"""From a document to HTML and PDF, as nbconvert exporters. The only place that imports typst."""

import json
from pathlib import Path
from typing import Any, Literal

import typst
from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from talentcalc.report.labels import STATUSES, edition_of, kind_of, labels_of, span_of
from talentcalc.report.render.characters import literal
from talentcalc.report.render.document import RenderError, document_of
from talentcalc.report.render.fonts import FONT_FOLDER, glyphs
from talentcalc.report.render.html import environment
from talentcalc.report.render.pdf_streams import without_final_returns
from talentcalc.result.document import fingerprint
from talentcalc.result.model.result import Result

TEMPLATES = Path(__file__).with_name("templates")
PDF_STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]


class ReportHTMLExporter(Exporter):  # type: ignore[misc]  # nbconvert has no types
    """One HTML file without scripts or remote assets."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "talentcalc report (HTML)"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **_kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page of an executed notebook."""
        document = document_of(nb)
        page = (
            environment()
            .get_template("page.html.j2")
            .render(
                head_of(document.title, document.result)
                | {
                    "blocks": document.blocks,
                    "contents": [
                        block
                        for block in document.blocks
                        if block["kind"] == "heading" and block["level"] < 4
                    ],
                }
            )
        )
        return page, dict(resources or {}) | {"output_extension": self.file_extension}


class ReportPDFExporter(Exporter):  # type: ignore[misc]  # nbconvert has no types
    """PDF/A-2a and PDF/UA-1 by Typst; evidence reaches it as JSON strings, never as markup."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "talentcalc report (PDF)"

    def from_notebook_node(
        self, nb: NotebookNode, resources: Any = None, **_kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The pages of an executed notebook."""
        document = document_of(nb)
        content = head_of(document.title, document.result) | {"blocks": document.blocks}
        return pdf_of("report", content), dict(resources or {}) | {"output_extension": self.file_extension}


def pdf_of(template: str, content: dict[str, Any]) -> bytes:
    """The pages that a template makes of `content`, of which every string is only ever text.

    Raises:
        RenderError: Typst warned.
    """
    pdf, warnings = typst.compile_with_warnings(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        font_paths=[str(FONT_FOLDER)],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_literal(content), ensure_ascii=False)},
        pdf_standards=[*PDF_STANDARDS],
        timestamp=0,
    )
    if warnings:  # a missing font or glyph is only a warning to Typst
        raise RenderError("; ".join(str(warning) for warning in warnings))
    return without_final_returns(pdf)


def head_of(title: str, result: Result) -> dict[str, Any]:
    """The fields for the head and foot of a paper about a result."""
    words = labels_of(result)
    return {
        "title": title,
        "subject": result.subject,
        "regulation": result.regulation.title,
        "period": span_of(result),
        "kind": kind_of(result),
        "period_title": words.span,
        "kind_title": words.kind,
        "draft_words": words.draft,
        "agency": result.review.agency,
        "dated": str(result.review.dated),
        "status": result.status,
        "status_title": STATUSES[result.status],
        "edition": edition_of(result),
        "keyword": f"talentcalc:sha256:{fingerprint(result)}",
    }


def _literal(value: Any) -> Any:
    """A value with each character that the fonts cannot draw as its code; pictures stay as they are."""
    if isinstance(value, str):
        return literal(value, glyphs())
    if isinstance(value, list | tuple):
        return [_literal(element) for element in value]
    if isinstance(value, dict):
        return {key: element if key == "svg" else _literal(element) for key, element in value.items()}
    return value
