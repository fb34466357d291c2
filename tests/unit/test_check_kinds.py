"""Each kind of check is one class in one module, and each form of the rulebook's schema has exactly one."""

import ast
import importlib
import pkgutil
import sys
from types import ModuleType
from typing import Literal, get_args

import pytest

from talentcalc.checks import kinds
from talentcalc.checks.kinds import class_of
from talentcalc.checks.planned_check import DeclaredCheck, PlannedCheck
from talentcalc.rulebook.check import ON_LARGE_TABLES, Check, Declared
from tests.conftest import ROOT

FORMS: dict[str, type[Declared]] = {
    get_args(form.model_fields["kind"].annotation)[0]: form for form in get_args(get_args(Check)[0])
}
OF_EVERY_TABLE = {"present", "unique", "filled", "known", "references", "in_range"}
MODULES = {module.name for module in pkgutil.iter_modules(kinds.__path__)}


def classes(kind: str) -> list[type[PlannedCheck]]:
    """The classes of checks that a module defines."""
    module = importlib.import_module(f"{kinds.__name__}.{kind}")
    defined = [
        value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__
    ]
    return [value for value in defined if isinstance(value, type) and issubclass(value, PlannedCheck)]


def test_the_modules_are_the_forms_of_the_schema_and_the_checks_of_every_table() -> None:
    assert set(FORMS) | OF_EVERY_TABLE == MODULES
    assert not set(FORMS) & OF_EVERY_TABLE


@pytest.mark.parametrize("kind", sorted(MODULES))
def test_a_module_has_one_class(kind: str) -> None:
    assert len(classes(kind)) == 1


@pytest.mark.parametrize("kind", FORMS)
def test_a_form_of_the_schema_has_the_class_that_names_it(kind: str) -> None:
    form = FORMS[kind]
    assert [class_of(form)] == classes(kind)
    (base,) = class_of(form).__orig_bases__  # type: ignore[attr-defined]
    assert (base.__origin__, get_args(base)) == (DeclaredCheck, (form,))


def test_the_kinds_of_large_tables_are_those_written_in_sql_too() -> None:
    in_sql = {kind for kind in MODULES if "in_duckdb" in vars(classes(kind)[0])}
    assert in_sql == {*ON_LARGE_TABLES, "unique", "filled", "references"}


def test_a_new_kind_is_its_module_and_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loud(Declared):
        kind: Literal["loud"]

    class LoudCheck(DeclaredCheck[Loud]):
        pass

    module = ModuleType(f"{kinds.__name__}.loud")
    vars(module)["LoudCheck"] = LoudCheck
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert class_of(Loud) is LoudCheck


def test_nothing_changes_behind_the_checks() -> None:
    # No dictionary, list or set at the top of a module: what an engine needs is handed to it.
    for file in (ROOT / "talentcalc/checks").rglob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
            assert not isinstance(value, ast.Dict | ast.List | ast.Set | ast.DictComp), (
                f"{file}: {node.lineno}"
            )
