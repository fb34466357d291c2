"""The exit statuses, and the output of a command in characters that any terminal can show."""

from __future__ import annotations

import argparse
import codecs
import io
import os
import sys
from contextlib import contextmanager

from talentcalc.messages.catalogue import TERMINAL, wording
from talentcalc.messages.message import Message, message

TYPE_CHECKING = False
if TYPE_CHECKING:  # `--help` answers at once: typing waits until it is needed
    from collections.abc import Iterable, Iterator
    from typing import Any, TextIO

    from talentcalc.messages.catalogue import Language
    from talentcalc.messages.message import Text
    from talentcalc.result.model.part import Part

DONE, INTERNAL, REFUSED, BLOCKED, UNVERIFIED = 0, 1, 2, 3, 4

_MOST_LINES = 1000  # of refusals: nobody reads more, and whoever wrote a million keys wants them read


def _as_code(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    absent = error.object[error.start : error.end]
    return "".join(f"U+{ord(character):04X}" for character in absent), error.end


def _as_json(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    absent = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{absent[at : at + 2].hex()}" for at in range(0, len(absent), 2)), error.end


codecs.register_error("talentcalc.code", _as_code)
codecs.register_error("talentcalc.json", _as_json)


def show_every_character() -> None:
    """Let both streams write a character that they cannot encode by its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="talentcalc.code")


@contextmanager
def silent_libraries() -> Iterator[None]:
    """Silence the warnings and logs of libraries."""
    import logging
    import warnings

    before = logging.root.manager.disable
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(before)


@contextmanager
def ignoring_a_closed_pipe(stream: TextIO) -> Iterator[None]:
    """Ignore that a stream's reader is gone, as `head` goes: the command goes on to its exit status."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def print_lines(
    *lines: Text, to: TextIO | None = None, painted: bool = False, language: Language = TERMINAL
) -> None:
    """Print lines for people, on stdout or `to`; a character that cannot be seen is shown by its code.

    `painted` lines have colours, and every other such character is shown by its code already.
    """
    from talentcalc.report.render.characters import on_one_line

    stream = to or sys.stdout
    with ignoring_a_closed_pipe(stream):
        for line in lines:
            text = wording(line, language)
            print(text if painted else on_one_line(text), file=stream, flush=to is not None)


def print_document(document: Part | dict[str, Any]) -> None:
    """Print a document as JSON on stdout: the bytes of its file, or what a terminal can show of them."""
    from talentcalc.result.document import canonical

    content = canonical(document)
    if sys.stdout.isatty() and sys.stdout.encoding.lower().replace("-", "") != "utf8":
        content = content.decode().encode(sys.stdout.encoding, "talentcalc.json")
    with ignoring_a_closed_pipe(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


def print_progress(arguments: argparse.Namespace, text: Text, language: Language = TERMINAL) -> None:
    """Print a step on the way, on stderr; nothing if the user wants quiet."""
    if not arguments.quiet:
        print_lines(text, to=sys.stderr, language=language)


def print_problems(problems: Iterable[object]) -> None:
    """Print every problem on a line of its own, on stderr; of thousands the first."""
    texts = (
        wording(problem, TERMINAL) if isinstance(problem, Message) else str(problem) for problem in problems
    )
    lines = [text.replace("\n", " ") for text in texts]  # a file's name may hold any character
    print_lines(*(f"talentcalc: {line}" for line in lines[:_MOST_LINES]), to=sys.stderr)
    if len(lines) > _MOST_LINES:
        more = message("cli.more_problems", number=len(lines) - _MOST_LINES)
        print_lines(f"talentcalc: {wording(more, TERMINAL)}", to=sys.stderr)
