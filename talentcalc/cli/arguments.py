"""The parser of the command line: every command, its arguments and its help."""

from __future__ import annotations

import argparse

TYPE_CHECKING = False
if TYPE_CHECKING:  # `--help` answers at once: typing, pathlib and datetime wait until they are needed
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path
    from typing import NoReturn

_EPILOG = """\
exit status:
  0  done
  1  internal error, or a full disk or one that may not be written to
  2  bad arguments, params or rulebook, or no such evidence folder, or no table in it
  3  the evidence cannot be read or failed a critical check
  4  a verification failed, or a signature is missing

examples:
  talentcalc run params/dongsheng-2025-annual.yaml
  talentcalc explain params/dongsheng-2025-annual.yaml B09
  talentcalc explain params/quanzhou-2025.yaml H21/2025-05
  talentcalc template dongsheng-2025 evidence.xlsx
  talentcalc plan params/dongsheng-2025-annual.yaml to-verify.xlsx
  talentcalc seal outputs/2025/dongsheng-2025-annual
  talentcalc sign outputs/archive/2025/dongsheng-2025-annual --key my.key --as prepared
  talentcalc verify outputs/archive/2025/dongsheng-2025-annual --trust trust.yaml --rerun
"""


class _Parser(argparse.ArgumentParser):
    """An argument parser whose errors show every character."""

    def error(self, message: str) -> NoReturn:
        from talentcalc.report.render.characters import literal

        super().error(literal(message))


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = _Parser(
        prog="talentcalc",
        description="Reproducible audits of talent service organisations: every point leads back to\n"
        "its clause, its evidence row and its arithmetic.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("-q", "--quiet", action="store_true", help="say nothing but results and errors")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str, description: str, about: str = "audits") -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=summary, description=description)
        subparser.set_defaults(about=about)
        subparser.add_argument(
            "-q",
            "--quiet",
            action="store_true",
            default=argparse.SUPPRESS,
            help="say nothing but results and errors",
        )
        return subparser

    def with_params(subparser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        subparser.add_argument(
            "params", type=_path, metavar="PARAMS", help="the params file, e.g. params/NAME.yaml"
        )
        return subparser

    with_params(
        command(
            "run",
            "the whole audit: checks, score, HTML and PDF report",
            "Check the evidence, score it and render the report into "
            "outputs/<year>/<audit id>/, which appears whole or not at all.",
        )
    )
    with_params(
        command(
            "check",
            "the data checks alone",
            "Run every data check by Great Expectations and list what did not pass.",
        )
    )
    with_params(
        command(
            "score",
            "the result as JSON on stdout",
            "Print the result document, the same that `run` writes; no files, no notebook.",
        )
    )
    explain = with_params(
        command(
            "explain",
            "why an item, an indicator or a home got exactly these points",
            "Show the clause, the rows counted and set aside, the arithmetic, and what "
            "the next points would need.",
        )
    )
    explain.add_argument(
        "item",
        metavar="ITEM",
        help="an indicator or item (B09, B09.1); of a league a home, its month, a talent (H01, H01/2025-03)",
    )
    plan = with_params(
        command(
            "plan",
            "which rows to verify independently, as a workbook to take along",
            "Of a scorecard, write the verification plan: every row that decides the score, and a random "
            "sample of each item's rows, sized by `sampling` in the params (confidence, tolerable error; "
            "default 0.95 and 0.05) and drawn by its seed. Fill in outcome, reason, reviewer and date, "
            "save it as verifications.xlsx in the evidence folder in place of the table there, and run the "
            "audit again: the report then tells each item's error rate with its upper bound.",
        )
    )
    plan.add_argument("file", type=_path, metavar="FILE.xlsx", help="the workbook to write; must not exist")
    with_params(
        command(
            "next-year",
            "the next period's params and evidence, or the next year's table of homes",
            "Of a scorecard, write the next period's params file beside this one's and its evidence beside "
            "this period's: after a half-year the whole of that year, with all that was submitted; after a "
            "year the next, with the entries that still stand. This period's findings become the "
            "list to follow up. Of a league, write the following year's table of homes beside this year's "
            "evidence: stars, consecutive drops, opening points and delistings as this year left them. "
            "Nothing is overwritten.",
        )
    )
    template = command(
        "template",
        "an empty evidence workbook",
        "Write an empty workbook: one sheet a table, Chinese headers, drop-downs, notes.",
    )
    template.add_argument("rulebook", metavar="RULEBOOK", help="a rulebook's id, e.g. dongsheng-2025")
    template.add_argument(
        "file", type=_path, metavar="FILE.xlsx", help="the workbook to write; must not exist"
    )
    books = command("rulebook", "the rulebooks: list, show, lint", "List, show or check rulebooks.")
    actions = books.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="the rulebooks that come with the package")
    actions.add_parser("show", help="one of them in full").add_argument("rulebook", metavar="RULEBOOK")
    actions.add_parser("lint", help="prove a rulebook against its official text").add_argument(
        "rulebook", metavar="RULEBOOK", help="a rulebook's id, or the path of a rulebook.yaml"
    )
    _records(command)
    return top


def _records(command: Callable[[str, str, str, str], argparse.ArgumentParser]) -> None:
    """Add the commands about sealed records."""
    seal = command(
        "seal",
        "a finished run as one package for the archive",
        "Put a finished run with everything it was made from into outputs/archive/<year>/: a BagIt bag "
        "with an RO-Crate. Sealing twice gives the same bytes; nothing on the shelf is overwritten.",
        "records",
    )
    seal.add_argument("run", type=_path, metavar="RUN", help="the run's folder, e.g. outputs/2025/AUDIT")
    seal.add_argument("--zip", action="store_true", help="as one .zip instead of a folder")
    seal.add_argument(
        "--params", type=_path, metavar="FILE", help="the params file, if it lies outside the repository"
    )
    seal.add_argument(
        "--redacted",
        action="store_true",
        help="a second package to publish: personal data replaced by pseudonyms, proofs withheld",
    )
    seal.add_argument(
        "--pseudonyms", type=_path, metavar="FILE", help="the secret that makes the pseudonyms (keygen)"
    )
    _signing(seal, required=False)
    sign = command(
        "sign",
        "sign a package as a step of the procedure",
        "Check a package and sign it. The steps come in the regulation's order: prepared, reviewed, "
        "approved, received; review_requested, review_decided. Whoever prepared cannot also review.",
        "records",
    )
    sign.add_argument("pack", type=_path, metavar="PACK", help="a package, folder or .zip")
    _signing(sign, required=True)
    keygen = command(
        "keygen",
        "a key pair to sign with, or a secret for pseudonyms",
        "Write a private key to FILE, for its owner alone, and FILE.pub to hand out. Trust files are "
        "such .pub files strung together.",
        "records",
    )
    keygen.add_argument("file", type=_path, metavar="FILE", help="the key to write; must not exist")
    keygen.add_argument("--name", help="whose key it is, as it will stand on the signature sheet")
    keygen.add_argument("--party", help="agency, office or operator")
    keygen.add_argument(
        "--passphrase",
        action="store_true",
        help="encrypt it; asked for, or taken from TALENTCALC_PASSPHRASE",
    )
    keygen.add_argument(
        "--pseudonyms", action="store_true", help="a secret for `seal --redacted` instead of a key"
    )
    verify = command(
        "verify",
        "is a package the one that was issued?",
        "Check every file, hash and signature of a package, and tell which steps of the procedure are "
        "signed; exit status 4 and each finding if one fails, and if nobody has signed it.",
        "records",
    )
    verify.add_argument(
        "pack", type=_path, metavar="PACK", nargs="?", help="a package; without one, --hash looks for it"
    )
    verify.add_argument(
        "--trust", type=_path, metavar="FILE", help="whose keys are trusted: name, party, key"
    )
    verify.add_argument(
        "--require",
        type=_steps,
        metavar="STEPS",
        help="steps that have to be signed, such as approved,received; else exit status 4",
    )
    verify.add_argument(
        "--unsigned", action="store_true", help="accept a package that nobody has signed; else exit status 4"
    )
    verify.add_argument(
        "--rerun", action="store_true", help="run the audit again from the package, compare every byte"
    )
    verify.add_argument(
        "--hash", metavar="HASH", help="the hash printed on a report's last page, or its QR code's text"
    )
    command(
        "index",
        "the page of all audits: outputs/index.html",
        "Write outputs/index.html: all years and audits, scores, money, who sealed and signed what.",
        "records",
    )
    diff = command(
        "diff",
        "what changed between two audits, and what it did",
        "Compare two runs or packages: evidence, rulings, rulebook, software, each with its effect on "
        "points and money.",
        "records",
    )
    diff.add_argument("a", type=_path, metavar="A", help="a run's folder or a package")
    diff.add_argument("b", type=_path, metavar="B", help="another one")
    diff.add_argument("--json", action="store_true", help="as JSON")


def _signing(subparser: argparse.ArgumentParser, required: bool) -> None:
    subparser.add_argument("--key", type=_path, metavar="FILE", required=required, help="the private key")
    subparser.add_argument(
        "--as",
        dest="step",
        metavar="STEP",
        help="the step; default: the first that nobody has signed, or your own last signature once more",
    )
    subparser.add_argument(
        "--dated",
        type=_day,
        metavar="YYYY-MM-DD",
        help="the day of signing; default: that of the signature before, or of the review",
    )


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)


def _steps(text: str) -> list[str]:
    """The steps of a text with commas between them, each once."""
    steps = list(dict.fromkeys(step.strip() for step in text.split(",") if step.strip()))
    if not steps:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected steps such as approved,received")
    return steps


def _day(text: str) -> date:
    """The day of a text YYYY-MM-DD."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"found {text!r}; expected a day YYYY-MM-DD") from None
