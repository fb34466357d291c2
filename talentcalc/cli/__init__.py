"""The command line: each command calls one function; heavy imports wait until then."""

# ruff: noqa: E402
from talentcalc.core.import_path import forget_working_folder

forget_working_folder()  # before the first of these is looked for

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from talentcalc.cli.arguments import parser
from talentcalc.cli.console import (
    BLOCKED,
    INTERNAL,
    REFUSED,
    ignoring_a_closed_pipe,
    print_problems,
    show_every_character,
    silent_libraries,
)
from talentcalc.messages.message import Message, message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    show_every_character()
    parsed = parser().parse_args(arguments)
    with silent_libraries():
        return _run(parsed)


def _run(arguments: argparse.Namespace) -> int:
    from talentcalc.cli.interruption import Interrupted, interruptible
    from talentcalc.core.errors import InputError, UnreadableEvidence
    from talentcalc.core.files.durable import NotWritten
    from talentcalc.core.files.temporary import clear_temporary_folders

    try:
        with interruptible():
            clear_temporary_folders()
            status = _dispatch(arguments)
            with ignoring_a_closed_pipe(sys.stdout):
                sys.stdout.flush()
            return status
    except InputError as refusal:
        print_problems(refusal.problems)
        return BLOCKED if isinstance(refusal, UnreadableEvidence) else REFUSED
    except KeyboardInterrupt as interrupt:
        print_problems([message("cli.interrupted")])
        return 128 + interrupt.number if isinstance(interrupt, Interrupted) else 130
    except NotWritten as error:
        failure, target, remedy = _failure(error), str(error.target), _remedy(error)
        if error.there:
            state = message("cli.target_new", failure=failure, target=target, remedy=remedy)
        else:
            state = message("cli.target_as_before", failure=failure, target=target, remedy=remedy)
        print_problems([state])
        return INTERNAL
    except OSError as error:
        print_problems([message("cli.file_error", failure=_failure(error), remedy=_remedy(error))])
        return INTERNAL
    except Exception as error:
        print_problems([f"{type(error).__name__}: {error}"])
        return INTERNAL


def _failure(error: OSError) -> str:
    """The text of a file's error: the file and the reason."""
    reason = error.strerror or str(error)
    return f"{os.fsdecode(error.filename)}: {reason}" if error.filename is not None else reason


def _remedy(error: OSError) -> Message:
    """The remedy for a file's error."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return message("cli.make_room")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return message("cli.allow_access")
    return message("cli.check_file")


def _dispatch(arguments: argparse.Namespace) -> int:
    commands = importlib.import_module(f"talentcalc.cli.{arguments.about}")
    status: int = getattr(commands, arguments.command.replace("-", "_"))(arguments)
    return status
