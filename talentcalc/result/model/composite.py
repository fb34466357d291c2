"""What a scorecard's result says of the composite review: its components, their weights, the scores."""

from typing import Annotated

from pydantic import Field

from talentcalc.result.model.part import Number, Part, TakenRows


class ComponentResult(TakenRows):
    """A component beside the boards: its rows and their scores, its value, its weight."""

    id: str
    title: str
    table: str
    weight: Number | None
    value: Number | None
    scores: tuple[Number, ...]


class BoardsWeight(Part):
    """What the boards' scores are called in the composite, and their weight."""

    title: str
    weight: Number | None


class CompositeReview(Part):
    """The composite; `scores` by board, null where they are not computed."""

    clause: str
    scale: Number
    boards: Annotated[BoardsWeight, Field(alias="own")]
    components: tuple[ComponentResult, ...]
    lacking: tuple[str, ...]
    scores: dict[str, Number] | None

    def weighed(self, score: str) -> list[tuple[str, str, str]]:
        """What a board's composite is the sum of: a title, a value and a weight each."""
        boards = (self.boards.title, score, self.boards.weight or "0")
        return [boards, *((part.title, part.value or "0", part.weight or "0") for part in self.components)]
