"""The code on a report's last page, which leads from paper to result. The only place that imports segno."""

from collections.abc import Iterator

import segno

from talentcalc.report.render.blocks import Picture
from talentcalc.result.document import fingerprint
from talentcalc.result.model.result import Result

QUIET = 4
"""Modules of white around the code, as its standard asks."""

Point = tuple[int, int]


def grouped(digits: str) -> str:
    """Hexadecimal digits in groups of eight, for the eye."""
    return " ".join(digits[n : n + 8] for n in range(0, len(digits), 8))


def result_code(result: Result) -> Picture:
    """The QR code of a result's fingerprint, beside the fingerprint and how to verify it."""
    digits = fingerprint(result)
    return Picture(
        _svg(f"talentcalc:sha256:{digits}"),
        f"二维码，内容为 talentcalc:sha256:{digits}。",
        "结果核对码",
        (
            "核对手中的纸质报告与封存的电子结果（result.json）是否一致：扫描二维码或输入下面的 SHA-256，"
            "再运行末行的命令，其中 PACK 是封存包所在的位置。",
            grouped(digits),
            f"talentcalc verify PACK --hash {digits}",
        ),
    )


def _svg(text: str) -> str:
    code = segno.make(text, error="m", micro=False, boost_error=False)
    dark = {
        (x + QUIET, y + QUIET) for y, row in enumerate(code.matrix) for x, module in enumerate(row) if module
    }
    side = len(code.matrix) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="35mm" height="35mm" viewBox="0 0 {side} {side}">'
        f'<rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path fill="#000" fill-rule="evenodd" d="{"".join(_outlines(dark))}"/></svg>'
    )


def _outlines(dark: set[Point]) -> Iterator[str]:
    """The edges of the dark modules as closed paths; modules drawn singly would show white seams."""
    edges: dict[Point, list[Point]] = {}
    for x, y in sorted(dark):
        corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        beyond = [(x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y)]
        for start, end, neighbour in zip(corners, corners[1:] + corners[:1], beyond, strict=True):
            if neighbour not in dark:
                edges.setdefault(start, []).append(end)
    for first in sorted(edges):
        while edges[first]:
            yield f"M{first[0]} {first[1]}{_closed(first, edges)}z"


def _closed(first: Point, edges: dict[Point, list[Point]]) -> str:
    """One closed path along the edges from `first`; it takes its edges out of `edges`."""
    steps: list[Point] = []
    here = first
    while not steps or here != first:
        there = edges[here].pop()
        across, down = there[0] - here[0], there[1] - here[1]
        if steps and (steps[-1][0] == 0) == (across == 0):
            steps[-1] = (steps[-1][0] + across, steps[-1][1] + down)
        else:
            steps.append((across, down))
        here = there
    return "".join(f"h{across}" if across else f"v{down}" for across, down in steps)
