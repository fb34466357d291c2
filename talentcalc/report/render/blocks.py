"""What a report is made of. A block carries text only; HTML and PDF are made from its JSON form.

No markup is ever built from evidence: the templates escape it (HTML) or take it as a string (PDF).
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from talentcalc.result.document import written
from talentcalc.result.model.result import Result

BLOCKS_MIME = "application/vnd.talentcalc.blocks+json"
RESULT_MIME = "application/vnd.talentcalc.result+json"


@dataclass(frozen=True)
class Heading:
    """A heading inside a section of the notebook; level 1 is the notebook's own `#`."""

    text: str
    level: int = 3
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True)
class Prose:
    """Paragraphs."""

    paragraphs: tuple[str, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Bullets:
    """A plain list."""

    entries: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True)
class Quote:
    """The regulation's own words."""

    text: str
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True)
class Notice:
    """A notice that stands out from the text."""

    text: str
    level: Literal["critical", "warning", "info", "good"] = "info"
    kind: Literal["notice"] = "notice"


@dataclass(frozen=True)
class Facts:
    """Names and values, one below the other."""

    pairs: tuple[tuple[str, str], ...]
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True)
class Figures:
    """A few large numbers with a label and a remark each."""

    numbers: tuple[tuple[str, str, str], ...]
    kind: Literal["figures"] = "figures"


@dataclass(frozen=True)
class Column:
    """A table column; `width` is its share of the line."""

    title: str
    width: float = 1
    align: Literal["left", "right", "center"] = "left"


@dataclass(frozen=True)
class Cell:
    """A cell over several rows or columns, or one that stands out."""

    text: str
    rowspan: int = 1
    colspan: int = 1
    strong: bool = False


@dataclass(frozen=True)
class Table:
    """A table; a cell that a row above spans is left out of its row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Picture:
    """A picture, what it shows in words, and its caption; one with paragraphs beside it is small."""

    svg: str
    alt: str
    caption: str
    beside: tuple[str, ...] = ()
    kind: Literal["picture"] = "picture"


Block = Heading | Prose | Bullets | Quote | Notice | Facts | Figures | Table | Picture


class Fragment:
    """Blocks as the display of a notebook cell: HTML to look at, JSON to render from."""

    def __init__(self, *blocks: Block) -> None:
        self.blocks = blocks

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, Any]:
        from talentcalc.report.render.html import render_blocks

        data = [asdict(block) for block in self.blocks]
        return {
            BLOCKS_MIME: data,
            "text/html": render_blocks(data),
            "text/plain": f"{len(data)} blocks",
        }


class ResultDisplay:
    """The result as the display of a notebook cell, from which the run takes `result.json`."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, Any]:
        return {RESULT_MIME: written(self.result), "text/plain": f"result: {self.result.status}"}
