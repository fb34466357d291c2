"""The fewest rows whose rejection brings one item's quantity down."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, floor

from talentcalc.analysis.critical_evidence.counted_rows import CountedRows
from talentcalc.analysis.critical_evidence.integer_model import Expression, IntegerModel
from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.analysis.critical_evidence.rejection_model import RejectionModel
from talentcalc.analysis.critical_evidence.shared_rows import Part

_WORK = 0.3  # units of deterministic time
_MANY = 2**40  # more rows than there are


@dataclass(frozen=True)
class Target:
    """A quantity that an item of a part is to come down to, or below it (`strictly`)."""

    part: Part
    item: str
    quantity: Fraction
    strictly: bool

    @cached_property
    def rows(self) -> CountedRows | None:
        """The rows that the item counts, if they can be rejected."""
        return next((counted for counted in self.part.rows if self.item in counted.scale), None)

    @property
    def hard(self) -> bool:
        """Whether it may take much work, or cannot be computed: it is asked for by itself."""
        try:
            return self.rows is not None and bool(self.rows.persons)
        except NotComputable:
            return True


def fewest(targets: Sequence[Target]) -> dict[str, int | None]:
    """For each target's item by itself, the fewest rows whose rejection reaches it.

    None where none do, or where that is not computed.
    """
    found: dict[str, int | None] = {}
    easy = [target for target in targets if not target.hard]
    for together in (easy, *([target] for target in targets if target.hard)):
        try:
            found |= _fewest(together)
        except NotComputable:
            found |= {target.item: None for target in together}
    return found


def _fewest(targets: Sequence[Target]) -> dict[str, int | None]:
    """The same in one model."""
    model = IntegerModel(_WORK)
    reached = {target.item: model.yes_or_no() for target in targets}
    rows: dict[str, Expression] = {}
    for target in targets:
        if target.rows is None:
            model.add(reached[target.item] == 0)
            continue
        scaled = target.quantity * target.rows.scale[target.item]
        least = ceil(scaled) - 1 if target.strictly else floor(scaled)
        rejection = RejectionModel(model, target.rows, target.rows.enough(target.item, least))
        model.add(rejection.remaining[target.item] <= least, only_if=reached[target.item])
        rows[target.item] = rejection.rows
    model.least(model.total([*rows.values(), *reached.values()], [1] * len(rows) + [-_MANY] * len(reached)))
    return {item: model.value(rows[item]) if model.value(can) else None for item, can in reached.items()}
