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
from talentcalc.cli.told import BLOCKED, DONE, INTERNAL, REFUSED, refuse, terminal


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    with terminal():
        return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:
    asked = parser().parse_args(arguments)
    from talentcalc.errors import Refusal, Unread

    try:
        status = _dispatch(asked)
        sys.stdout.flush()
        return status
    except Refusal as refusal:
        refuse(refusal.problems)
        return BLOCKED if isinstance(refusal, Unread) else REFUSED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        refuse(["interrupted; nothing was left half-done"])
        return 130
    except OSError as error:  # a full disk, a folder that may not be written to
        where = error.filename2 or error.filename or "a file"
        refuse(
            [
                f"{where}: {error.strerror or error}; nothing was left half-done; "
                "make room or allow writing there, then try again"
            ]
        )
        return INTERNAL
    except Exception as error:
        refuse([f"{type(error).__name__}: {error}"])
        return INTERNAL


def _dispatch(asked: argparse.Namespace) -> int:
    commands = importlib.import_module(f"talentcalc.cli.{asked.about}")
    status: int = getattr(commands, asked.command.replace("-", "_"))(asked)
    return status
