"""What a check may look at beside its own table."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import numpy as np
import numpy.typing as npt

from talentcalc.evidence.conditions import Span, first_reasons
from talentcalc.evidence.evidence import Evidence
from talentcalc.params.audit import Audit
from talentcalc.rulebook.score import Graded


@dataclass(frozen=True)
class CheckContext:
    """The audit and all its evidence."""

    audit: Audit
    evidence: Evidence
    _reasons: dict[str, npt.NDArray[np.object_]] = field(default_factory=dict)

    @cached_property
    def span(self) -> Span:
        """The period."""
        return Span(self.audit.params.first_day, self.audit.params.last_day)

    @cached_property
    def item_points(self) -> dict[str, Decimal]:
        """What each graded item is worth."""
        items = self.audit.rulebook.items()
        return {item.id: item.rule.points for item in items if isinstance(item.rule, Graded)}

    def items_measured_from(self, table: str) -> tuple[str, ...]:
        """The ids of the items that a table's rows are about."""
        return tuple(item.id for item in self.audit.rulebook.items_measured_from(table))

    def reasons(self, table: str) -> npt.NDArray[np.object_]:
        """Why each row of a table does not count, whatever a reading lets pass; worked out once."""
        if table not in self._reasons:
            self._reasons[table] = first_reasons(self.evidence, table, self.span, every=True)
        return self._reasons[table]
