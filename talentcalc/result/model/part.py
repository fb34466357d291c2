"""What every part of a result's document is, and the exact numbers in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, ClassVar, TypeVar

from pydantic import ConfigDict, StringConstraints

from talentcalc.core.models import StrictModel

Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$", max_length=500)]
"""An exact number in decimal text."""

Change = Annotated[str, StringConstraints(pattern=r"^[+-]?[0-9]+(\.[0-9]+)?$", max_length=500)]
"""The same with its sign, where it is more than nothing too."""

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]

Entry = TypeVar("Entry")


class Part(StrictModel):
    """A part of the document, made by its Python names and read by its keys.

    A field whose default is None may be absent, and is never written as null; one without a default
    is always there, also where it is null.
    """

    model_config = ConfigDict(validate_by_name=True)


class Money(Part):
    """What is payable, and what was paid too much: one of them is nothing."""

    payable: Number
    overpaid: Number

    @property
    def due(self) -> Fraction:
        """What is still to pay, in yuan; less than nothing where too much is paid."""
        return Fraction(self.payable) - Fraction(self.overpaid)


@dataclass(frozen=True, slots=True)
class RowSetAside:
    """A row that does not count, and the reason why, as the regulation's `reasons` name it.

    There may be a hundred thousand: as dataclasses they are made in a quarter of the time.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    row: str
    why: str


class TakenRows(Part):
    """Rows that count, and rows that do not."""

    counted: tuple[str, ...]
    set_aside: tuple[RowSetAside, ...]

    @property
    def set_aside_by_reason(self) -> dict[str, list[str]]:
        """The keys of the rows that do not count, by their reason."""
        keys: dict[str, list[str]] = {}
        for aside in self.set_aside:
            keys.setdefault(aside.why, []).append(aside.row)
        return keys


def in_order(entries: Mapping[str, Entry], order: Iterable[str]) -> Iterator[tuple[str, Entry]]:
    """Entries by name in the regulation's order, which keys do not keep."""
    return ((name, entries[name]) for name in order if name in entries)
