"""What a rulebook may say of its checks, beyond those that every column brings with it."""

from typing import Literal

from pydantic import Field

from talentcalc.rulebook.table import Where
from talentcalc.strict import Exact, Strict

Severity = Literal["critical", "warning"]


class Link(Strict):
    """Another table, and the column of this one's that names its key."""

    table: str
    column: str


class Check(Strict):
    """One declared check. `kind` names the function in `talentcalc.checks.kinds`."""

    id: str
    title: str
    severity: Severity
    table: str
    kind: Literal[
        "every_reviewer",
        "file_same",
        "file_there",
        "filled_when",
        "is_when_filled",
        "late_rush",
        "marks_apart",
        "not_before",
        "one_value",
        "row_there",
        "set_aside",
        "tallies",
        "within_item",
    ]
    remedy: str
    column: str | None = None
    other: str | None = None
    when: str | None = None
    item: str | None = None
    reviewer: str | None = None
    path: str | None = None
    table_column: str | None = None
    reason: str | None = None
    value: bool | str | None = None
    days: int | None = Field(default=None, ge=1)
    share: Exact | None = None
    per: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    where: Where = {}
    only: Where = {}
    joined: Link | None = None
    tallied: Link | None = Field(default=None, alias="with")
