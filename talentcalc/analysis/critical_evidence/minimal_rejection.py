"""The fewest rows whose rejection brings a board's score down: one smallest set, and all together."""

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from talentcalc.analysis.critical_evidence.integer_model import LARGEST, IntegerModel
from talentcalc.analysis.critical_evidence.part_model import CriticalPart, PartModel
from talentcalc.analysis.critical_evidence.rejection_model import Keys
from talentcalc.analysis.critical_evidence.score_model import ScoreModel
from talentcalc.analysis.critical_evidence.shared_rows import Part
from talentcalc.rulebook.score import Board
from talentcalc.scorecard.counting import Quantity


class RejectionSearch:
    """The smallest sets of rows whose rejection brings a board's score to `edge` or below it.

    Raises:
        NotComputable: they are not found exactly.
    """

    def __init__(
        self, board: Board, parts: Sequence[Part], quantities: Mapping[str, Quantity], edge: Fraction
    ) -> None:
        items = {item.id for indicator in board.indicators() for item in indicator.items}
        self._board, self._quantities, self._edge = board, quantities, edge
        self._of_board = {name: quantities[name] for name in items}
        self._concerned = [
            part for part in parts if any(item.id in items for item in part.items) and part.rows
        ]
        self.rows = self._solve(0)
        if self._persons_may_be_lost():
            self.rows = self._solve(LARGEST if self.rows is None else self.rows)

    def _solve(self, most: int) -> int | None:
        """The fewest rows, as a model finds them that is exact up to `most`."""
        model = self._model = IntegerModel()
        self._parts = [PartModel(model, part, self._of_board, most) for part in self._concerned]
        score = self._score(model, self._parts)
        model.add(score.points <= int(self._edge * score.scale))
        everything = model.total(part.rows for part in self._parts)
        rows = model.least(everything)
        if rows is not None:
            model.add(everything == rows)
        return rows

    def _persons_may_be_lost(self) -> bool:
        """Whether so few rows may do, for all that is known of persons, because some of them are lost."""
        distinct = {item for part in self._concerned for rows in part.rows for item in rows.distinct}
        if not distinct:
            return False
        model = IntegerModel()
        parts = [PartModel(model, part, self._of_board, LARGEST, by_shares=True) for part in self._concerned]
        lost, kept = self._score(model, parts), self._score(model, parts, distinct)
        model.add(lost.points <= int(self._edge * lost.scale))
        model.add(kept.points >= int(self._edge * kept.scale) + 1)
        everything = model.total(part.rows for part in parts)
        if self.rows is not None:
            model.add(everything <= self.rows)
        return model.least(everything) is not None

    def _score(
        self, model: IntegerModel, parts: Sequence[PartModel], without: Collection[str] = ()
    ) -> ScoreModel:
        amounts = {name: amount for part in parts for name, amount in part.amounts.items()}
        changing = {name: amount for name, amount in amounts.items() if name not in without}
        return ScoreModel(model, self._board, self._quantities, changing, self._edge)

    @cached_property
    def critical(self) -> tuple[CriticalPart, ...]:
        """The parts of which some smallest set rejects a row.

        The model is solved again for as many rows as can be that no smallest set has rejected so far, until
        there are none.
        """
        for part in self._parts:
            part.record_solution()
        while self._model.can_include(
            self._model.total(new for part in self._parts for new in part.not_yet_covered())
        ):
            for part in self._parts:
                part.record_solution()
        return tuple(part.critical() for part in self._parts if part.most)

    @cached_property
    def one_set(self) -> Keys:
        """The smallest set that takes the most from the first part, and so on.

        Of each part it is the one that lowers the first item the least, and so on; then the one that rejects
        the fewest chains of the first family.
        """
        assert self.rows is not None and self.critical
        self._model.fix_in_order(
            [preference for part in self._parts if part.most for preference in part.preferences(self.rows)]
        )
        chosen: Keys = {}
        for part in self._parts:
            for table, keys in part.chosen().items() if part.most else ():
                chosen[table] = (*chosen.get(table, ()), *keys)
        return chosen
