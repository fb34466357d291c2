"""The parser of the command line: every command, its arguments and its help."""

from __future__ import annotations

import argparse

from talentcalc.messages.catalogue import TERMINAL, wording
from talentcalc.messages.message import message

TYPE_CHECKING = False
if TYPE_CHECKING:  # `--help` answers at once: typing, pathlib and datetime wait until they are needed
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from typing import NoReturn

    from talentcalc.messages.message import Message


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors show every character."""

    def error(self, message: str) -> NoReturn:
        from talentcalc.report.render.characters import literal

        super().error(literal(message))


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = _Parser(
        prog="talentcalc",
        description=_shown(message("cli.description")),
        epilog=_shown(message("cli.epilog")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-q", "--quiet", action="store_true", help=_shown(message("cli.help.quiet")))
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, summary: Message, description: Message, about: str = "audits"
    ) -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=_shown(summary), description=_shown(description))
        subparser.set_defaults(about=about)
        subparser.add_argument(
            "-q",
            "--quiet",
            action="store_true",
            default=argparse.SUPPRESS,
            help=_shown(message("cli.help.quiet")),
        )
        return subparser

    def with_params(subparser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        subparser.add_argument(
            "params", type=_path, metavar="PARAMS", help=_shown(message("cli.help.params"))
        )
        return subparser

    with_params(command("run", message("cli.run.summary"), message("cli.run.description")))
    with_params(command("check", message("cli.check.summary"), message("cli.check.description")))
    with_params(command("score", message("cli.score.summary"), message("cli.score.description")))
    explain = with_params(
        command("explain", message("cli.explain.summary"), message("cli.explain.description"))
    )
    explain.add_argument("item", metavar="ITEM", help=_shown(message("cli.explain.item")))
    plan = with_params(command("plan", message("cli.plan.summary"), message("cli.plan.description")))
    plan.add_argument("file", type=_path, metavar="FILE.xlsx", help=_shown(message("cli.help.new_workbook")))
    with_params(command("next-year", message("cli.next_year.summary"), message("cli.next_year.description")))
    template = command("template", message("cli.template.summary"), message("cli.template.description"))
    template.add_argument("rulebook", metavar="RULEBOOK", help=_shown(message("cli.template.rulebook")))
    template.add_argument(
        "file", type=_path, metavar="FILE.xlsx", help=_shown(message("cli.help.new_workbook"))
    )
    books = command("rulebook", message("cli.rulebook.summary"), message("cli.rulebook.description"))
    actions = books.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help=_shown(message("cli.rulebook.list")))
    show = actions.add_parser("show", help=_shown(message("cli.rulebook.show")))
    show.add_argument("rulebook", metavar="RULEBOOK")
    lint = actions.add_parser("lint", help=_shown(message("cli.rulebook.lint")))
    lint.add_argument("rulebook", metavar="RULEBOOK", help=_shown(message("cli.rulebook.id_or_path")))
    _records(command)
    return top


def _records(command: Callable[[str, Message, Message, str], argparse.ArgumentParser]) -> None:
    """Add the commands about sealed records."""
    seal = command("seal", message("cli.seal.summary"), message("cli.seal.description"), "records")
    seal.add_argument("run", type=_path, metavar="RUN", help=_shown(message("cli.seal.run")))
    seal.add_argument("--zip", action="store_true", help=_shown(message("cli.seal.zip")))
    seal.add_argument("--params", type=_path, metavar="FILE", help=_shown(message("cli.seal.params")))
    seal.add_argument("--redacted", action="store_true", help=_shown(message("cli.seal.redacted")))
    seal.add_argument("--pseudonyms", type=_path, metavar="FILE", help=_shown(message("cli.seal.pseudonyms")))
    _signing(seal, required=False)
    sign = command("sign", message("cli.sign.summary"), message("cli.sign.description"), "records")
    sign.add_argument("pack", type=_path, metavar="PACK", help=_shown(message("cli.sign.pack")))
    _signing(sign, required=True)
    keygen = command("keygen", message("cli.keygen.summary"), message("cli.keygen.description"), "records")
    keygen.add_argument("file", type=_path, metavar="FILE", help=_shown(message("cli.keygen.file")))
    keygen.add_argument("--name", help=_shown(message("cli.keygen.name")))
    keygen.add_argument("--party", help=_shown(message("cli.keygen.party")))
    keygen.add_argument("--passphrase", action="store_true", help=_shown(message("cli.keygen.passphrase")))
    keygen.add_argument("--pseudonyms", action="store_true", help=_shown(message("cli.keygen.pseudonyms")))
    verify = command("verify", message("cli.verify.summary"), message("cli.verify.description"), "records")
    verify.add_argument(
        "pack", type=_path, metavar="PACK", nargs="?", help=_shown(message("cli.verify.pack"))
    )
    verify.add_argument("--trust", type=_path, metavar="FILE", help=_shown(message("cli.verify.trust")))
    verify.add_argument("--require", type=_steps, metavar="STEPS", help=_shown(message("cli.verify.require")))
    verify.add_argument("--unsigned", action="store_true", help=_shown(message("cli.verify.unsigned")))
    verify.add_argument("--rerun", action="store_true", help=_shown(message("cli.verify.rerun")))
    verify.add_argument("--hash", metavar="HASH", help=_shown(message("cli.verify.hash")))
    command("index", message("cli.index.summary"), message("cli.index.description"), "records")
    diff = command("diff", message("cli.diff.summary"), message("cli.diff.description"), "records")
    diff.add_argument("a", type=_path, metavar="A", help=_shown(message("cli.diff.a")))
    diff.add_argument("b", type=_path, metavar="B", help=_shown(message("cli.diff.b")))
    diff.add_argument("--json", action="store_true", help=_shown(message("cli.diff.json")))


def _signing(subparser: argparse.ArgumentParser, required: bool) -> None:
    subparser.add_argument(
        "--key", type=_path, metavar="FILE", required=required, help=_shown(message("cli.signing.key"))
    )
    subparser.add_argument("--as", dest="step", metavar="STEP", help=_shown(message("cli.signing.step")))
    subparser.add_argument(
        "--dated", type=_day, metavar="YYYY-MM-DD", help=_shown(message("cli.signing.dated"))
    )


def _shown(text: Message) -> str:
    """A text of the help, in the language of the terminal."""
    return wording(text, TERMINAL)


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _steps(text: str) -> list[str]:
    """The steps of a text with commas between them, each once."""
    steps = list(dict.fromkeys(step.strip() for step in text.split(",") if step.strip()))
    if not steps:
        raise argparse.ArgumentTypeError(_shown(message("cli.no_steps", found=repr(text))))
    return steps


def _day(text: str) -> date:
    """The day of a text YYYY-MM-DD."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_shown(message("cli.no_day", found=repr(text)))) from None
