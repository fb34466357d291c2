"""What a rulebook may say of its evidence: tables, columns, and when a row counts."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from talentcalc.core.models import ExactDecimal, StrictModel

ColumnType = Literal[
    "text", "date", "month", "moment", "integer", "number", "money", "boolean", "choice", "item"
]


def _listed(value: Any) -> Any:
    """A single value stands for a list of one, so that `where: {kind: exchange}` reads well."""
    if not isinstance(value, dict):
        return value
    return {key: part if isinstance(part, list) else [part] for key, part in value.items()}


_VALUE = {"type": ["string", "boolean"]}
Where = Annotated[
    dict[str, tuple[bool | str, ...]],
    BeforeValidator(_listed),
    WithJsonSchema(
        {
            "type": "object",
            "additionalProperties": {"anyOf": [_VALUE, {"type": "array", "items": _VALUE}]},
        }
    ),
]


class Column(StrictModel):
    """A column of evidence. `item` holds ids of the items measured from its own table.

    A personal column tells of a person: what is published has pseudonyms in its place. `synonyms` are
    other words for a choice, by its code, that can mean nothing else.
    """

    title: str
    type: ColumnType
    key: bool = False
    optional: bool = False
    personal: bool = False
    references: str | None = None
    choices: dict[str, str] = {}
    synonyms: dict[str, tuple[str, ...]] = {}
    minimum: ExactDecimal | None = None
    maximum: ExactDecimal | None = None


class ForARow(StrictModel):
    """What every condition for a row to count says: the reason, and which rows it concerns."""

    reason: str
    required: bool = True
    only: Where = {}
    unless: Where = {}


class NotRejected(ForARow):
    """No verification rejects the row."""

    rule: Literal["not_rejected"]


class IsValue(ForARow):
    """`column` has a value."""

    rule: Literal["is_value"]
    column: str
    value: bool | str


class WithinPeriod(ForARow):
    """The date in `column` lies in the period, both ends included."""

    rule: Literal["within_period"]
    column: str


class ByPeriodEnd(ForARow):
    """The date in `column` lies in the period or before it."""

    rule: Literal["by_period_end"]
    column: str


class Standing(ForARow):
    """Since `column` and, if the column `until` is filled, beyond the period's end."""

    rule: Literal["standing"]
    column: str
    until: str


class Proven(ForARow):
    """A proof that is not itself rejected names the row."""

    rule: Literal["proven"]


class FirstOf(ForARow):
    """No earlier row that counts, by id as text, is the `same`."""

    rule: Literal["first_of"]
    same: tuple[str, ...] = Field(min_length=1)


Condition = Annotated[
    ByPeriodEnd | FirstOf | IsValue | NotRejected | Proven | Standing | WithinPeriod,
    Field(discriminator="rule"),
]
"""One condition for a row to count; the first that fails gives the reason it is set aside."""


class Table(StrictModel):
    """One evidence table. A required table may not be absent; a large one is kept in DuckDB.

    A ruling's rows are not submitted: the reviewers or the office decided them. `dated` names the
    column by which its rows belong to a month.
    """

    title: str
    columns: dict[str, Column] = Field(min_length=1)
    required: bool = False
    large: bool = False
    ruling: bool = False
    dated: str | None = None
    counts: tuple[Condition, ...] = ()

    @property
    def headers(self) -> frozenset[str]:
        """What a column may be called in a file: its name or its title."""
        return frozenset(self.columns) | {column.title for column in self.columns.values()}

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the key columns, in order."""
        return tuple(name for name, column in self.columns.items() if column.key)
