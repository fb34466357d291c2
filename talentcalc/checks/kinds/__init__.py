"""The kinds of checks, each in the module that is called like it: `late_rush` in `late_rush.py`."""

from importlib import import_module
from typing import Any, get_args

from talentcalc.checks.planned_check import DeclaredCheck
from talentcalc.rulebook.check import Declared


def class_of(form: type[Declared]) -> type[DeclaredCheck[Any]]:
    """The class whose checks a rulebook declares by a form."""
    (kind,) = get_args(form.model_fields["kind"].annotation)
    module = import_module(f"{__name__}.{kind}")
    made: type[DeclaredCheck[Any]] = getattr(module, f"{form.__name__}Check")
    return made
