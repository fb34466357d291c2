"""How is a notebook executed? By papermill, in a fresh kernel that nobody else hears."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import papermill
from jupyter_client.manager import AsyncKernelManager
from traitlets import default
from traitlets.config import Config

_LONGEST = 60  # bytes of a folder for sockets: the system allows a socket's path 107 in all
_CONTEXTS: list[Any] = []


class _Manager(AsyncKernelManager):
    """Keeps the context of a kernel that did not start: collected with open sockets, it waits for ever."""

    @default("context")  # type: ignore[untyped-decorator]  # traitlets has no types
    def _context_default(self) -> Any:
        made = super()._context_default()
        _CONTEXTS.append(made)
        return made


def execute(
    notebook: Path, executed: Path, parameters: Mapping[str, str], folder: Path, progress: bool
) -> None:
    """Run a notebook with `folder` as its working folder, and write it to `executed`.

    Whatever the kernel puts on disk for a while lies beside `executed`: a killed one clears nothing away.

    Raises:
        Exception: whatever a cell or papermill raises.
    """
    with _sockets() as sockets, _temporary_files_in(executed.parent / "tmp"):
        config = Config()
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = f"{sockets}/kernel"
        config.KernelManager.shutdown_wait_time = 1.0
        config.NotebookClient.kernel_manager_class = _Manager
        papermill.execute_notebook(
            _as_format(notebook),
            _as_format(executed),
            parameters=dict(parameters),
            cwd=folder,
            kernel_name="python3",
            language="python",
            progress_bar=progress,
            request_save_on_cell_execute=False,  # nobody reads it before it is whole
            autosave_cell_every=0,
            config=config,
            shutdown_kernel="immediate",
        )


@contextmanager
def _sockets() -> Iterator[str]:
    """A folder for the kernel's sockets that only this user may enter: short, and of this run alone."""
    usual = tempfile.gettempdir()
    short = usual if len(os.fsencode(usual)) <= _LONGEST else "/tmp"  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="talentcalc-", dir=short) as folder:
        yield folder


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    folder.mkdir()
    before = os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        del os.environ["TMPDIR"]
        if before is not None:
            os.environ["TMPDIR"] = before


def _as_format(path: Path) -> str:
    """A path as papermill takes it: it would put parameters in the place of braces."""
    return str(path).replace("{", "{{").replace("}", "}}")
