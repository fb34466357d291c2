"""What a scorecard's result says of what decides: rows that hold a band, the next band, every unit."""

from typing import Annotated, Literal

from pydantic import Field

from talentcalc.result.model.part import Change, Money, Number, Part


class ChangedMoney(Money):
    """What would be payable, and how far that is from what is payable now."""

    change: Change


class ScoreAfter(ChangedMoney):
    """The score that would come out, the share of the fee by part of the payment, and the money."""

    score: Number
    shares: dict[str, Number]


class RejectedRows(Part):
    """Rows of some items of which every smallest set rejects from `least` to `most`."""

    items: tuple[str, ...]
    rows: dict[str, tuple[str, ...]]
    least: int
    most: int


class MinimalRejection(Part):
    """The fewest rows whose rejection lowers the band, one such set, and every row that is in any."""

    edge: Number
    rows: int
    rejected: Annotated[dict[str, tuple[str, ...]], Field(alias="one_set")]
    critical: Annotated[tuple[RejectedRows, ...], Field(alias="pivotal")]
    after: ScoreAfter


class NoRejection(Part):
    """Why no rejection lowers the band, or why it was not found; then also in words."""

    why: Literal["lowest", "marks", "weightless", "involved"]
    words: str | None = None


class UpgradeGap(Part):
    """What lifts the score over the next edge: rows, or marks where rows do not suffice."""

    edge: Number
    more_than: Number
    rows: int | None
    more: dict[str, Number]
    marks_more_than: Number | None
    after: ScoreAfter | None


class NoUpgrade(Part):
    """Why there is no next band, or why the way to it was not found; then also in words."""

    why: Literal["highest", "weightless", "involved"]
    words: str | None = None


class CriticalBand(Part):
    """How firmly a board's score stands in its band."""

    board: str
    fall: MinimalRejection | NoRejection
    rise: UpgradeGap | NoUpgrade


class UnitChange(ChangedMoney):
    """A unit of an item: how much it is, the rows that it takes, its points and the money."""

    quantity: Number
    strictly: bool
    rows: int | None
    points: Number


class NoUnit(Part):
    """Why there is no such unit."""

    why: Literal["cap", "limit", "gate", "nothing", "involved"]


class MarginalUnits(Part):
    """The last unit of an item that earned points, and the next that would."""

    last: UnitChange | NoUnit
    next: UnitChange | NoUnit


class CriticalEvidence(Part):
    """What decides: by part of the payment that has bands, and by item."""

    parts: dict[str, CriticalBand]
    units: dict[str, MarginalUnits]

    @property
    def critical_rows(self) -> dict[str, tuple[str, ...]]:
        """Every row that some smallest set rejects, by table and key."""
        rows: dict[str, set[str]] = {}
        falls = (band.fall for band in self.parts.values())
        for fall in (fall for fall in falls if isinstance(fall, MinimalRejection)):
            for held in fall.critical:
                for table, keys in held.rows.items():
                    rows.setdefault(table, set()).update(keys)
        return {table: tuple(sorted(keys)) for table, keys in sorted(rows.items())}
