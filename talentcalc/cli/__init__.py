"""What can a person ask for? Each command calls one function; heavy imports wait until then."""

# ruff: noqa: E402
from talentcalc.safe_path import forget_working_folder

forget_working_folder()  # before the first of these is looked for

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from talentcalc.cli.arguments import parser
from talentcalc.cli.told import (
    BLOCKED,
    INTERNAL,
    REFUSED,
    only_the_command_speaks,
    refuse,
    show_every_character,
    unheard,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    show_every_character()
    asked = parser().parse_args(arguments)
    with only_the_command_speaks():
        return _run(asked)


def _run(asked: argparse.Namespace) -> int:
    from talentcalc.cli.stopped import Stopped, stoppable
    from talentcalc.durable import NotWritten
    from talentcalc.errors import Refusal, Unread
    from talentcalc.temporary import clear_temporary_folders

    try:
        with stoppable():
            clear_temporary_folders()
            status = _dispatch(asked)
            with unheard(sys.stdout):
                sys.stdout.flush()
            return status
    except Refusal as refusal:
        refuse(refusal.problems)
        return BLOCKED if isinstance(refusal, Unread) else REFUSED
    except KeyboardInterrupt as interrupt:
        refuse(["interrupted; the same command again completes it"])
        return 128 + interrupt.number if isinstance(interrupt, Stopped) else 130
    except NotWritten as error:
        state = "new and whole, but may not outlast a power cut" if error.there else "as it was before"
        refuse([f"{_failure(error)}; {error.target} is {state}; {_remedy(error)}, then try again"])
        return INTERNAL
    except OSError as error:
        refuse([f"{_failure(error)}; {_remedy(error)}, then try again"])
        return INTERNAL
    except Exception as error:
        refuse([f"{type(error).__name__}: {error}"])
        return INTERNAL


def _failure(error: OSError) -> str:
    """What could not be read or written, and why."""
    why = error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {why}" if error.filename is not None else why


def _remedy(error: OSError) -> str:
    """What a person can do about it."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "allow access to it"
    return "check that it is there and whole"


def _dispatch(asked: argparse.Namespace) -> int:
    commands = importlib.import_module(f"talentcalc.cli.{asked.about}")
    status: int = getattr(commands, asked.command.replace("-", "_"))(asked)
    return status
