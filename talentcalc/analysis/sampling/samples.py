"""What is drawn of each item: from the rows that would count for it if nothing had been verified yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from talentcalc.analysis.sampling.bounds import sample_size, units_size
from talentcalc.analysis.sampling.drawing import hits, in_drawing_order
from talentcalc.evidence.conditions import Span
from talentcalc.evidence.evidence import Evidence
from talentcalc.evidence.verifications import unverified, verifiable
from talentcalc.params.form import ScorecardParams
from talentcalc.rulebook.model import ScorecardRulebook
from talentcalc.rulebook.score import Item, Sum
from talentcalc.scorecard.counting import Quantity, count


@dataclass(frozen=True)
class Units:
    """What is drawn by monetary units: fixed intervals along the amounts, in yuan.

    `amounts` of every row of the population; `hits` how often each row drawn is hit.
    """

    amounts: Mapping[str, Fraction]
    hits: Mapping[str, int]
    interval: Fraction

    def is_certain(self, key: str) -> bool:
        """Whether a row is drawn whatever the seed: it is at least as long as the interval."""
        return self.amounts[key] >= self.interval


@dataclass(frozen=True)
class Sample:
    """One item: how much of it was submitted, how many rows or units to draw, and the rows drawn.

    The population are the rows that `submitted` counts. `drawn` is in drawing order.
    """

    item: Item
    submitted: Quantity
    size: int
    drawn: tuple[str, ...]
    units: Units | None = None

    @property
    def population(self) -> tuple[str, ...]:
        """The rows from which is drawn."""
        return self.submitted.counted


def samples(book: ScorecardRulebook, params: ScorecardParams, evidence: Evidence) -> tuple[Sample, ...]:
    """The samples of all items with rows that can be verified, in the order of the official tables."""
    may_be = verifiable(book)
    if not may_be:
        return ()
    quantities = count(book, unverified(evidence, book), Span(params.first_day, params.last_day))
    return tuple(
        _sample(item, quantities[item.id], params)
        for item in book.items()
        if item.measure.table in may_be and quantities[item.id].counted
    )


def _sample(item: Item, submitted: Quantity, params: ScorecardParams) -> Sample:
    sampling = params.sampling
    tolerable, confidence = Fraction(sampling.tolerable), Fraction(sampling.confidence)
    if isinstance(item.measure.count, Sum):
        amounts = dict(zip(submitted.counted, submitted.parts, strict=True))
        size = units_size(tolerable, confidence) if any(amounts.values()) else 0
        hit = hits(sampling.seed, item.id, amounts, size)
        interval = sum(amounts.values(), Fraction(0)) / size if size else Fraction(0)
        return Sample(item, submitted, size, tuple(hit), Units(amounts, hit, interval))
    size = sample_size(len(submitted.counted), tolerable, confidence)
    return Sample(item, submitted, size, in_drawing_order(sampling.seed, item.id, submitted.counted)[:size])
