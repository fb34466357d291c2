"""An integer model and its exact optimum: the one door to OR-Tools CP-SAT, loaded with the first model.

One worker, one seed and no clock: the same model has the same answer everywhere.
"""

from collections.abc import Iterable, Sequence
from math import prod
from typing import TYPE_CHECKING, TypeAlias

from talentcalc.analysis.critical_evidence.not_computable import NotComputable
from talentcalc.messages.message import message

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import BoundedLinearExpression, IntVar, LinearExpr

    Var: TypeAlias = IntVar
    Expression: TypeAlias = LinearExpr | int
    Constraint: TypeAlias = BoundedLinearExpression | bool
    Preference: TypeAlias = tuple[Expression, int, int]
else:
    Var = Expression = Constraint = Preference = object

LARGEST = 2**60
"""Beyond it no sum of a model may come."""

_WORK = 5.0  # units of deterministic time, some seconds each
_LITTLE_WORK = 0.1
_CHUNK = 2**40  # of weights in one objective


class IntegerModel:
    """Variables, constraints and the last solution found."""

    def __init__(self, work: float | None = None) -> None:
        from ortools.sat.python import cp_model

        self._cp, self._model = cp_model, cp_model.CpModel()
        self._solver = cp_model.CpSolver()
        parameters = self._solver.parameters
        parameters.num_workers, parameters.random_seed = 1, 1
        parameters.max_deterministic_time = _WORK if work is None else work
        # These models are small and many: little is spent on making them smaller or their bounds closer.
        parameters.max_presolve_iterations, parameters.linearization_level = 1, 2
        parameters.cp_model_probing_level, parameters.symmetry_level, parameters.cut_level = 0, 0, 0

    def whole(self, least: int, most: int) -> Var:
        """A whole number from `least` to `most`."""
        if max(-least, most) >= LARGEST:
            raise NotComputable(message("analysis.number_too_large"))
        return self._model.new_int_var(least, most, "")

    def yes_or_no(self) -> Var:
        """0 or 1."""
        return self._model.new_bool_var("")

    def add(self, constraint: Constraint, only_if: Var | None = None) -> None:
        """What must hold, always or if a yes-or-no is 1."""
        if not isinstance(constraint, bool):
            added = self._model.add(constraint)
            if only_if is not None:
                added.only_enforce_if(only_if)
        elif not constraint:
            self.add(0 * (only_if if only_if is not None else self.whole(0, 0)) == 1, only_if)

    def equivalent(self, answer: Var, expression: Expression, least: int) -> None:
        """`answer` is 1 exactly where an expression is `least` or more."""
        self._model.add(expression >= least).only_enforce_if(answer)
        self._model.add(expression < least).only_enforce_if(answer.negated())

    def implying(self, constraint: Constraint) -> Var:
        """A yes-or-no that is 1 only where something holds."""
        answer = self.yes_or_no()
        self.add(constraint, only_if=answer)
        return answer

    def minimum_of(self, expression: Expression, most: int) -> Var:
        """The lesser of an expression, which is never negative, and `most`."""
        limited = self.whole(0, most)
        self._model.add_min_equality(limited, [expression, most])
        return limited

    def both(self, first: Expression, second: Expression) -> Var:
        """1 where both yes-or-nos are."""
        joint = self.yes_or_no()
        self._model.add_min_equality(joint, [first, second])
        return joint

    def total(self, terms: Iterable[Expression], weights: Iterable[int] | None = None) -> Expression:
        """The sum of terms, each times its weight."""
        if weights is None:
            return self._cp.LinearExpr.sum(list(terms))
        return self._cp.LinearExpr.weighted_sum(list(terms), list(weights))

    def least(self, expression: Expression) -> int | None:
        """The least that an expression can be; None if nothing satisfies every constraint.

        Raises:
            NotComputable: it is not found within a fixed amount of work.
        """
        self._model.minimize(expression)
        status = self._solver.solve(self._model)
        if status == self._cp.INFEASIBLE:
            return None
        if status != self._cp.OPTIMAL:
            raise NotComputable(message("analysis.too_much_work"))
        return self.value(expression)

    def can_include(self, wanted: Expression) -> bool:
        """Whether `wanted` can be 1 or more; if so, a solution is loaded that has much of it."""
        self._model.maximize(wanted)
        parameters = self._solver.parameters
        work, parameters.max_deterministic_time = parameters.max_deterministic_time, _LITTLE_WORK
        status = self._solver.solve(self._model)
        parameters.max_deterministic_time = work
        if status in (self._cp.OPTIMAL, self._cp.FEASIBLE) and self.value(wanted):
            return True
        return status != self._cp.OPTIMAL and self.most(self.implying(wanted >= 1)) == 1

    def most(self, expression: Expression) -> int | None:
        """The most that an expression can be."""
        found = self.least(-1 * expression)
        return None if found is None else -found

    def value(self, expression: Expression) -> int:
        """What an expression is in the last solution."""
        return int(self._solver.value(expression))

    def fix_in_order(self, preferences: Sequence[Preference]) -> None:
        """Each expression in turn is maximised and fixed; beside it stand its lowest and highest value."""
        preferences = [(sought, low, top) for sought, low, top in preferences if low < top]
        while preferences:
            number = 1
            while (
                number < len(preferences)
                and prod(top - low + 1 for _, low, top in preferences[: number + 1]) < _CHUNK
            ):
                number += 1
            now, preferences = preferences[:number], preferences[number:]
            weights = [prod(top - low + 1 for _, low, top in now[place + 1 :]) for place in range(number)]
            expressions = [expression for expression, _, _ in now]
            assert self.most(self.total(expressions, weights)) is not None
            values = [self.value(expression) for expression in expressions]
            for expression, value in zip(expressions, values, strict=True):
                self._model.add(expression == value)
