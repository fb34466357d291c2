"""Modules that a library imports and nothing here uses: left out of its import, or loaded when used."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class _OnUse(ModuleType):
    """Stands for a module, and loads it when anything in it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what the import itself asks
            raise AttributeError(name)
        return getattr(importlib.import_module(self.__name__), name)


@contextmanager
def deferred_imports(absent: tuple[str, ...] = (), on_use: tuple[str, ...] = ()) -> Iterator[None]:
    """In the block, what only other users of a library need is not loaded; who imports it later gets it.

    Args:
        absent: packages that the library can do without, and is to.
        on_use: modules that it imports always; they are loaded when it looks for something in them.
    """
    stand_ins: dict[str, ModuleType | None] = dict.fromkeys(absent)
    for name in on_use:
        package, _, module = name.partition(".")
        stand_in = stand_ins.setdefault(package, _OnUse(package))
        if module:
            setattr(stand_in, module, _OnUse(name))
    put = {name: module for name, module in stand_ins.items() if name not in sys.modules}
    sys.modules.update(put)  # type: ignore[arg-type]  # None: not to be found
    try:
        yield
    finally:
        for name in put:
            del sys.modules[name]
