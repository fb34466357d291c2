"""What talents earned and redeemed, over all years in the evidence (附件二)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from talentcalc.evidence.evidence import Evidence
from talentcalc.league.visits import Ledger


@dataclass(frozen=True)
class Balance:
    """A talent's points: earned, spent, left."""

    earned: int
    spent: int

    @property
    def left(self) -> int:
        """What is left to redeem."""
        return self.earned - self.spent


def balances_of(evidence: Evidence, earned: Mapping[str, int]) -> dict[str, Balance]:
    """Every talent's balance, by id."""
    spent: dict[str, int] = defaultdict(int)
    for row in evidence["redemptions"].records():
        spent[row.talent_id] += row.points
    talents = sorted(evidence["talents"].frame["talent_id"])
    return {talent: Balance(earned.get(talent, 0), spent.get(talent, 0)) for talent in talents}


def overdrawn(evidence: Evidence, ledger: Ledger) -> tuple[str, ...]:
    """The redemptions that go beyond the balance of their day; a day's earnings come before them."""
    redemptions = sorted(
        evidence["redemptions"].records(), key=lambda row: (row.redeemed_on, row.redemption_id)
    )
    by_day = ledger.earned_by_day(sorted({row.talent_id for row in redemptions}))
    spent: dict[str, int] = defaultdict(int)
    beyond = []
    for row in redemptions:
        day = row.redeemed_on.isoformat()
        earned = sum(points for on, points in by_day.get(row.talent_id, {}).items() if on <= day)
        spent[row.talent_id] += row.points
        if spent[row.talent_id] > earned:
            beyond.append(row.redemption_id)
    return tuple(sorted(beyond))
