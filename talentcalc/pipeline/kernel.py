"""Executing a notebook by papermill, in a fresh kernel of this interpreter that only this user reaches."""

import importlib.util
import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config

from talentcalc.core.deferred_imports import deferred_imports
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.temporary import SHORT, temporary_folder
from talentcalc.messages.message import message
from talentcalc.pipeline import kernel_process

with deferred_imports(absent=("pyarrow",)):  # for notebooks in Hadoop
    import papermill
    from papermill.exceptions import PapermillExecutionError

_LONGEST = 60  # bytes of a folder for sockets: the system allows a socket's path 107 in all
_NO_TEXT = re.compile("[\ud800-\udfff]")  # how Python shows the bytes of a name that is not UTF-8
_CONTEXTS: list[Any] = []


_PASSED_ON = {"PATH", "LANG", "LANGUAGE", "TZ", "TZDIR", "LD_LIBRARY_PATH", "TALENTCALC_LANG"}
_PASSED_ON |= {"SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS"}
"""The environment variables that a kernel inherits, beside LC_… and …_NUM_THREADS: none holds a secret."""


class CellFailed(Exception):
    """A cell of the notebook raised something: what, in one line. The executed notebook tells the rest."""


class _Manager(AsyncKernelManager):
    """A kernel of the running interpreter, in an empty folder, whatever kernels the machine has."""

    folder: ClassVar[Path]  # empty, and of this kernel alone

    @default("context")  # type: ignore[untyped-decorator]  # traitlets has no types
    def _context_default(self) -> Any:
        """Kept: the context of a kernel that did not start, collected with open sockets, waits for ever."""
        made = super()._context_default()
        _CONTEXTS.append(made)
        return made

    @property
    def kernel_spec(self) -> KernelSpec:
        """Isolated, and under the same encoding of paths as this process."""
        return KernelSpec(
            argv=[
                *(sys.executable, "-I", "-W", "ignore", "-X", f"utf8={sys.flags.utf8_mode}"),
                *(kernel_process.__file__, "-f", "{connection_file}"),
            ],
            language="python",
            metadata={"kernel_provisioner": {"provisioner_name": "local-provisioner"}},
        )

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]  # asynchronous there too
        """In its own folder, with its own environment."""
        await super().start_kernel(
            **options | {"cwd": str(self.folder), "env": environment_of_a_kernel(self.folder)}
        )


def environment_of_a_kernel(folder: Path) -> dict[str, str]:
    """What a kernel inherits: no credentials, no home, no settings of Python, Jupyter or IPython."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _PASSED_ON or name.startswith("LC_") or name.endswith("_NUM_THREADS")
    }
    own = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "IPYTHONDIR", "TMPDIR", "TEMP", "TMP")
    kept |= dict.fromkeys(own, str(folder))
    return kept | {kernel_process.PACKAGES: os.pathsep.join(_package_folders())}


def _package_folders() -> Iterator[str]:
    """Where the package and its libraries were found: an isolated interpreter may not look there."""
    for name in ("talentcalc", "ipykernel"):
        found = importlib.util.find_spec(name)
        if found is not None and found.origin is not None:
            yield str(Path(found.origin).resolve().parents[1])


def execute(notebook: Path, executed: Path, parameters: Mapping[str, str], progress: bool) -> None:
    """Run a notebook, and write it to `executed`. Paths among the `parameters` are absolute.

    Whatever the kernel puts on disk for a while lies in a folder that this process holds: it is evidence.

    Raises:
        InputError: a path that is no Unicode text; no notebook can hold it.
        CellFailed: what a cell raised.
        Exception: whatever papermill raises.
    """
    for path in (str(executed), *parameters.values()):
        if _NO_TEXT.search(path):
            raise InputError(Problem("PARAMS", message("pipeline.path_not_unicode", path=quote_value(path))))
    with _sockets() as sockets, temporary_folder() as temporary:

        class Manager(_Manager):
            folder = temporary / "kernel"

        Manager.folder.mkdir()
        config = Config()
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = f"{sockets}/kernel"
        config.KernelManager.connection_file = f"{sockets}/connection.json"
        config.KernelManager.shutdown_wait_time = 1.0
        config.NotebookClient.kernel_manager_class = Manager
        try:
            papermill.execute_notebook(
                _as_format(notebook),
                _as_format(executed),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=progress,
                request_save_on_cell_execute=False,  # nobody reads it before it is whole
                autosave_cell_every=0,
                config=config,
                shutdown_kernel="immediate",
            )
        except PapermillExecutionError as error:
            raise CellFailed(f"{error.ename}: {error.evalue}") from error


@contextmanager
def _sockets() -> Iterator[str]:
    """A folder for the kernel's sockets that only this user may enter: short, and of this run alone."""
    usual = tempfile.gettempdir()
    fits = len(os.fsencode(usual)) <= _LONGEST and not _NO_TEXT.search(usual)
    with temporary_folder(usual if fits else SHORT) as folder:
        yield str(folder)


def _as_format(path: Path) -> str:
    """A path as papermill takes it: it would put parameters in the place of braces."""
    return str(path).replace("{", "{{").replace("}", "}}")
