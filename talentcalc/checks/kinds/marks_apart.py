"""The marks of an item are at most a share of its points apart."""

from talentcalc.checks.planned_check import DeclaredCheck, Mask
from talentcalc.evidence.tables.table import EvidenceTable
from talentcalc.rulebook.check import MarksApart


class MarksApartCheck(DeclaredCheck[MarksApart]):
    """Marks of an item that are further apart."""

    def in_memory(self, rows: EvidenceTable) -> Mask:
        marks, items, points = (
            rows.frame[self.form.column],
            rows.frame[self.form.item],
            self.context.item_points,
        )
        far = {
            item
            for item, given in marks.dropna().groupby(items)
            if item in points and max(given) - min(given) > self.form.share * points[item]
        }
        return items.isin(far)
