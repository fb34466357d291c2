"""The page over all audits: what came out of each, who signed it, where it lies, and how subjects went on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import Any
from urllib.parse import quote

from talentcalc.core.decimals import money
from talentcalc.report.index.trends import league_year, trend
from talentcalc.report.labels import STATUSES, kind_of, span_of
from talentcalc.report.render.blocks import Block, Prose
from talentcalc.report.render.html import environment
from talentcalc.result.model.result import AnyScorecard, Blocked, Result, ScorecardResult


@dataclass(frozen=True)
class ShelfEntry:
    """An audit on the shelf: its result, where its run lies and with which files, and its packages."""

    result: Result
    folder: str | None = None
    files: list[str] = field(default_factory=list)
    packs: list[dict[str, Any]] = field(default_factory=list)


_FILES = {
    "report.html": "报告（网页）",
    "report.pdf": "报告（PDF）",
    "result.json": "结果数据（JSON）",
    "leaderboard.html": "公开榜单",
    "scorecard.xlsx": "可核算的考核表（Excel）",
    "feedback.pdf": "考核结果反馈书",
    "payment-note.pdf": "运营费支付说明",
    "paper-proofs.pdf": "纸质佐证清单",
}


def shelf_page(entries: list[ShelfEntry], left_out: Sequence[str] = ()) -> bytes:
    """The page `outputs/index.html` from an entry for each audit: its run, if any, and its packages.

    What is `left_out` is named with the reason, as it cannot be read or is not whole.
    """
    ordered = sorted(entries, key=lambda entry: _place(entry.result))
    years: dict[str, list[dict[str, Any]]] = {}
    for entry in ordered:
        years.setdefault(_end(entry.result)[:4], []).append(_line(entry))
    page = (
        environment()
        .get_template("shelf.html.j2")
        .render(
            years=sorted(years.items(), reverse=True),
            trends=_trends([entry.result for entry in ordered]),
            left_out=[line.encode(errors="backslashreplace").decode() for line in left_out],
        )
    )
    return page.encode()


def _end(result: Result) -> str:
    return str(result.period.end) if isinstance(result, AnyScorecard) else f"{result.year}-12-31"


def _place(result: Result) -> tuple[str, str, str, str]:
    return result.subject, result.rulebook, _end(result), result.audit


def _line(entry: ShelfEntry) -> dict[str, Any]:
    result, folder = entry.result, entry.folder
    return {
        "subject": result.subject,
        "regulation": result.regulation.title,
        "audit": result.audit,
        "agency": result.review.agency,
        "kind": kind_of(result),
        "span": span_of(result),
        "status": result.status,
        "status_title": STATUSES[result.status],
        "figures": _figures(result),
        "run": folder is not None,
        "links": [
            (title, _href(f"{folder}/{file}"))
            for file, title in _FILES.items()
            if folder is not None and file in entry.files
        ],
        "packs": [
            pack
            | {"href": _href(pack["path"]), "sheet_href": _href(pack["sheet"]) if pack["sheet"] else None}
            for pack in sorted(entry.packs, key=lambda pack: str(pack["path"]))
        ],
    }


def _href(path: str) -> str:
    """A path as a relative link; a name that is not valid Unicode keeps its bytes."""
    return quote(path, safe="/", errors="surrogateescape")


def _figures(result: Result) -> list[tuple[str, str]]:
    if isinstance(result, Blocked):
        return []
    if not isinstance(result, ScorecardResult):
        year = league_year(result)
        return [
            ("站点", f"{year.homes} 个"),
            ("晋升一星", f"{year.up} 个"),
            ("下降一星", f"{year.down} 个"),
            ("摘牌", f"{year.delisted} 个"),
            ("资助额度合计", f"{money(str(year.grants))} 元"),
        ]
    payment = result.payment
    owed = ("多付", payment.overpaid) if Fraction(payment.overpaid) else ("本期应付", payment.payable)
    return [
        *((board.title, f"{board.score} / {board.max} 分") for _, board in result.ordered_boards),
        ("应得额", f"{money(payment.entitlement)} 元"),
        (owed[0], f"{money(owed[1])} 元"),
    ]


def _trends(results: list[Result]) -> list[dict[str, Any]]:
    """For each subject under each rulebook, its trend, or the note that one period is not compared."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.subject, result.rulebook), []).append(result)
    trends = []
    for (subject, rulebook), group in sorted(groups.items()):
        scored = [result for result in group if not isinstance(result, Blocked)]
        periods = len({span_of(result) for result in scored})
        blocks: list[Block] = [Prose((f"目前有 {periods} 期结果；有两期或更多时，在此比较。",))]
        if periods > 1:
            blocks = trend(scored, f"{subject}（{rulebook}）")
        title = group[-1].regulation.title
        trends.append(
            {
                "subject": subject,
                "regulation": title,
                "rulebook": rulebook,
                "blocks": [asdict(block) for block in blocks],
            }
        )
    return trends
