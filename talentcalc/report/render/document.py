"""From an executed notebook to one document: what both the HTML and the PDF are rendered from."""

from dataclasses import dataclass
from typing import Any

import mistune
from nbformat import NotebookNode

from talentcalc.messages.catalogue import TERMINAL, wording
from talentcalc.messages.message import Text, message
from talentcalc.report.render.blocks import BLOCKS_MIME, RESULT_MIME
from talentcalc.result.document import result_of
from talentcalc.result.model.result import Result

Block = dict[str, Any]


class RenderError(Exception):
    """The notebook holds something that a report may not have, or lacks what it must."""

    def __init__(self, message: Text) -> None:
        super().__init__(wording(message, TERMINAL))
        self.message = message


@dataclass(frozen=True)
class Document:
    """The title, the numbered blocks, and the result that they are a view of."""

    title: str
    blocks: list[Block]
    result: Result


def document_of(notebook: NotebookNode) -> Document:
    """The document in a notebook's text and displays.

    Raises:
        RenderError: an error, a warning or an unknown display in a cell, or no result.
        ValueError: the result that it shows is none.
    """
    blocks: list[Block] = []
    results: list[dict[str, Any]] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            blocks += _written(cell.source)
        elif cell.cell_type == "code":
            for output in cell.outputs:
                _take(output, number, blocks, results)
    if len(results) != 1:
        raise RenderError(message("report.not_one_result", results=len(results)))
    titles = [block for block in blocks if block["kind"] == "heading" and block["level"] == 1]
    if len(titles) != 1:
        raise RenderError(message("report.not_one_title", titles=len(titles)))
    body = [block for block in blocks if block is not titles[0]]
    return Document(titles[0]["text"], _anchored(body), result_of(results[0]))


def _take(output: Any, number: int, blocks: list[Block], results: list[dict[str, Any]]) -> None:
    if output.output_type not in ("display_data", "execute_result"):
        what = output.get("evalue") or output.get("text") or output.output_type
        raise RenderError(message("report.cell_printed", cell=number, output=str(what).strip()[:300]))
    if BLOCKS_MIME in output.data:
        blocks += output.data[BLOCKS_MIME]
    elif RESULT_MIME in output.data:
        results.append(output.data[RESULT_MIME])
    else:
        raise RenderError(message("report.cell_shows_no_block", cell=number))


def _anchored(blocks: list[Block]) -> list[Block]:
    numbered = []
    for number, block in enumerate(blocks, start=1):
        numbered.append(block | {"anchor": f"s{number}"} if block["kind"] == "heading" else block)
    return numbered


def _written(source: str) -> list[Block]:
    parse = mistune.create_markdown(renderer="ast")
    tokens = parse(source)
    assert isinstance(tokens, list)
    blocks: list[Block] = []
    for token in tokens:
        match token["type"]:
            case "heading":
                blocks.append({"kind": "heading", "level": token["attrs"]["level"], "text": _plain(token)})
            case "paragraph":
                blocks.append({"kind": "prose", "paragraphs": [_plain(token)]})
            case "list":
                blocks.append({"kind": "bullets", "entries": [_plain(item) for item in token["children"]]})
            case "blank_line":
                pass
            case kind:
                raise RenderError(message("report.unknown_markdown", kind=str(kind)))
    return blocks


def _plain(token: dict[str, Any]) -> str:
    if "raw" in token:
        return str(token["raw"])
    return "".join(_plain(child) for child in token.get("children", ()))
