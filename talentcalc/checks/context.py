"""What a check may look at beside its own table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.rulebook.check import Owner


@dataclass(frozen=True)
class CheckContext:
    """The evidence, the period, the day of the review, and what each graded item is worth."""

    evidence: Evidence
    span: Span
    reviewed: date
    item_points: dict[str, Decimal]
    _reasons: dict[str, npt.NDArray[np.object_]] = field(default_factory=dict)

    def reasons(self, table: str) -> npt.NDArray[np.object_]:
        """Why each row of a table does not count, whatever a reading lets pass; worked out once."""
        if table not in self._reasons:
            self._reasons[table] = first_reasons(self.evidence, table, self.span, every=True)
        return self._reasons[table]

    def owners(self, table: str, owner: Owner, keys: Iterable[str]) -> Mapping[str, str]:
        """Whose each of the rows is, as far as they are there."""
        column = owner.link.column if owner.link else owner.column
        owners = self.evidence.values(table, column, keys)
        if owner.link is None:
            return owners
        linked = self.evidence.values(owner.link.table, owner.column, owners.values())
        return {key: linked[through] for key, through in owners.items() if through in linked}
