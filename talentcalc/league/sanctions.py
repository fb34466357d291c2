"""What was decided against a home: records without points, stars lowered, homes delisted (附件三.3)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from talentcalc.evidence.evidence import Evidence
from talentcalc.rulebook.league import League


@dataclass(frozen=True)
class Sanctions:
    """Void records by table and key, each with its decision; star drops and delistings of the year."""

    voided: Mapping[str, Mapping[str, str]]
    star_drops: Mapping[str, int]
    delisted: frozenset[str]

    def void_in(self, table: str) -> Mapping[str, str]:
        """The keys of a table's void records, with the decision on each."""
        return self.voided.get(table, {})


def sanctions_of(evidence: Evidence, league: League, year: int) -> Sanctions:
    """The sanctions that bear on a year: a void whenever decided, the others in the year itself."""
    voided: dict[str, dict[str, str]] = {}
    drops: Counter[str] = Counter()
    delisted: set[str] = set()
    for row in evidence["sanctions"].records():
        effect = league.sanctions.get(row.kind)
        if effect == "void":
            voided.setdefault(row.table, {}).setdefault(row.row_id, row.sanction_id)
        elif row.decided_on.year == year and effect == "star_drop":
            drops[row.home_id] += 1
        elif row.decided_on.year == year and effect == "delist":
            delisted.add(row.home_id)
    return Sanctions(voided, dict(drops), frozenset(delisted))
