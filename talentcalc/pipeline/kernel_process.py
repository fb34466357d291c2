"""The kernel's process: IPython as it comes, with no profile, no configuration, no start-up file.

`kernel.py` starts this file by its path, isolated (`python -I`): nothing is imported from the working folder.
"""

import gc
import os
import sys

PACKAGES = "TALENTCALC_PACKAGES"
"""The environment variable with the folders that hold the package and its libraries, as a search path."""


def main() -> None:
    """Serve one notebook until the kernel is shut down."""
    _end_with_parent()
    gc.set_threshold(50_000)  # libraries make many objects that stay; garbage is sought in vain
    known = os.environ.pop(PACKAGES, "")
    sys.path += [one for one in known.split(os.pathsep) if one and one not in sys.path]
    import logging

    from ipykernel.kernelapp import IPKernelApp

    class Kernel(IPKernelApp):
        def load_config_file(self, *_: object, **__: object) -> None:
            """None, wherever on the machine one lies."""

        def init_path(self) -> None:
            """The working folder is no place to import from."""

        def init_extensions(self) -> None:
            """No magic commands beside IPython's own."""

        def init_code(self) -> None:
            """No start-up file of a profile, the machine or PYTHONSTARTUP."""

    logging.disable(logging.CRITICAL)  # what a library logs would stand in the notebook
    Kernel.launch_instance()


def _end_with_parent() -> None:
    """When the command that started it is killed, it must not go on writing evidence (on Linux: at once)."""
    if sys.platform == "linux":
        import ctypes
        import signal

        set_death_signal = 1  # PR_SET_PDEATHSIG
        ctypes.CDLL(None).prctl(set_death_signal, signal.SIGKILL, 0, 0, 0)
        if os.environ.get("JPY_PARENT_PID") not in (None, str(os.getppid())):  # it was killed before
            os._exit(1)


if __name__ == "__main__":
    main()
