"""The commands about sealed records: each calls one function; heavy imports wait until then."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from talentcalc.cli.console import (
    DONE,
    UNVERIFIED,
    print_document,
    print_lines,
    print_problems,
    print_progress,
)
from talentcalc.core.errors import path_from_here
from talentcalc.messages.catalogue import PAPERS, TERMINAL, wording
from talentcalc.messages.message import Message, Text, message


def seal(arguments: argparse.Namespace) -> int:
    """Seal a finished run as a package on the shelf; with a key, sign it too."""
    from contextlib import nullcontext

    from talentcalc.archive.finished_run import finished_run
    from talentcalc.archive.seal import seal as sealed
    from talentcalc.params.audit import open_audit, root_of

    run = finished_run(arguments.run, open_audit(arguments.params) if arguments.params else None)
    signer = _signer(arguments.key) if arguments.key else None
    root = root_of(arguments.run / "result.json")
    source: Any = nullcontext(run)
    if arguments.redacted:
        from talentcalc.redaction.pseudonyms import read_secret
        from talentcalc.redaction.published_run import redacted_run

        secret = _secret(arguments, read_secret)
        source = redacted_run(
            run,
            secret,
            lambda text: print_progress(arguments, text, PAPERS),
            lambda text: print_problems([text]),
            progress=False,
        )
    with source as chosen:
        made = sealed(chosen, root, arguments.zip, lambda text: print_progress(arguments, text, PAPERS))
    print_lines(path_from_here(made.path))
    if made.before:
        print_progress(arguments, message("cli.same_package"))
    if signer is None:
        return DONE
    arguments.step = arguments.step or run.result.regulation.procedure.steps[0].id
    return _signed(arguments, made.path, signer)


def _secret(arguments: argparse.Namespace, read: Any) -> bytes:
    from talentcalc.core.errors import InputError, Problem

    if arguments.pseudonyms is None:
        raise InputError(Problem("--redacted", message("cli.no_secret")))
    secret: bytes = read(arguments.pseudonyms)
    return secret


def sign(arguments: argparse.Namespace) -> int:
    """Add a signature to a package."""
    return _signed(arguments, arguments.pack, _signer(arguments.key))


def _signed(arguments: argparse.Namespace, path: Path, signer: Any) -> int:
    from talentcalc.archive.signing.sign import IncompletePackage, sheet_of
    from talentcalc.archive.signing.sign import sign as signed

    try:
        statement = signed(path, signer, arguments.step, arguments.dated).statement
    except IncompletePackage as error:
        print_problems(error.problems)
        return UNVERIFIED
    print_progress(
        arguments,
        message(
            "cli.signed",
            step=statement.step,
            name=statement.name,
            party=statement.party,
            dated=statement.dated,
        ),
    )
    print_progress(arguments, path_from_here(sheet_of(path)))
    return DONE


def _signer(path: Path) -> Any:
    from talentcalc.archive.signing.keys import read_signer

    return read_signer(path, lambda: _passphrase(message("cli.passphrase")))


def _passphrase(prompt: Message) -> bytes:
    """The passphrase from the environment or a prompt; never an argument, which others could read."""
    if "TALENTCALC_PASSPHRASE" in os.environ:
        return os.environ["TALENTCALC_PASSPHRASE"].encode()
    from getpass import getpass

    return getpass(wording(prompt, TERMINAL)).encode()


def keygen(arguments: argparse.Namespace) -> int:
    """Make a key pair, or a secret for pseudonyms."""
    from talentcalc.core.errors import InputError, Problem

    if arguments.pseudonyms:
        from talentcalc.redaction.pseudonyms import make_secret

        make_secret(arguments.file)
        print_progress(arguments, message("cli.keep_secret", file=str(arguments.file)))
        return DONE
    from talentcalc.archive.signing.keys import make_key, public_file

    if arguments.name is None or arguments.party is None:
        raise InputError(Problem("keygen", message("cli.no_owner")))
    passphrase = _passphrase(message("cli.passphrase")) if arguments.passphrase else None
    if passphrase == b"" or (arguments.passphrase and not _repeated(passphrase)):
        raise InputError(Problem("keygen", message("cli.passphrases_differ")))
    identity = make_key(arguments.file, arguments.name, arguments.party, passphrase)
    private, public = str(arguments.file), str(public_file(arguments.file))
    print_progress(arguments, message("cli.keys_made", private=private, public=public))
    print_lines(identity.key)
    return DONE


def _repeated(passphrase: bytes | None) -> bool:
    return "TALENTCALC_PASSPHRASE" in os.environ or _passphrase(message("cli.passphrase_again")) == passphrase


def verify(arguments: argparse.Namespace) -> int:
    """Verify every file, hash and signature of a package; with --rerun every output again."""
    from talentcalc.archive.signing.keys import read_identities
    from talentcalc.archive.verify import unlike_hash
    from talentcalc.archive.verify import verify as verified

    if arguments.pack is None:
        return _matched(arguments)
    found = verified(arguments.pack, read_identities(arguments.trust) if arguments.trust else None)
    problems = list(found.problems)
    if arguments.hash is not None and (unlike := unlike_hash(found.result_sha256, arguments.hash)):
        problems.append(unlike)
    if found.result is None or problems:
        print_problems(problems)
        return UNVERIFIED
    unsigned = _missing(arguments, found)
    if arguments.rerun and not unsigned:
        from talentcalc.archive.rerun import rerun

        problems = rerun(
            arguments.pack,
            found.result,
            lambda text: print_progress(arguments, text, PAPERS),
            sys.stderr.isatty(),
        )
    if not problems and not arguments.quiet:
        print_lines(*_summary(arguments, found, again=arguments.rerun and not unsigned))
    print_problems(problems + unsigned)
    return UNVERIFIED if problems or unsigned else DONE


def _missing(arguments: argparse.Namespace, found: Any) -> list[Any]:
    """The required signatures that are not there."""
    from talentcalc.archive.signing.steps import missing

    if arguments.require is None and arguments.unsigned:
        return []
    return missing(found.signatures, found.result.regulation.procedure, arguments.require)


def _summary(arguments: argparse.Namespace, found: Any, again: bool) -> list[Text]:
    """The summary of a whole package: its content, its open steps, and what was not verified."""
    from talentcalc.archive.signing.steps import described, open_steps

    sha256, result = found.result_sha256, found.result
    lines: list[Text] = [
        message("cli.package_whole", package=str(arguments.pack), files=found.files, bytes=found.size),
        message("cli.result_with_pseudonyms", sha256=sha256, subject=result.subject, status=result.status)
        if result.redacted
        else message("cli.result", sha256=sha256, subject=result.subject, status=result.status),
    ]
    if found.renamed:
        lines.append(message("cli.names_in_other_form", names=found.renamed))
    lines.append(message("cli.run_again_same") if again else message("cli.not_run_again"))
    if not found.signatures:
        lines.append(message("cli.not_signed"))
    elif arguments.trust is None:
        lines.append(message("cli.keys_not_checked"))
    for signature in found.signatures:
        entry = described(signature, result)
        lines.append(
            message(
                "cli.signature",
                number=entry["number"],
                title=entry["title"],
                dated=entry["dated"],
                name=entry["name"],
                party=entry["party"],
            )
        )
    if unsigned_steps := open_steps(found.signatures, result.regulation.procedure):
        steps = tuple(message("cli.step", title=step.title, step=step.id) for step in unsigned_steps)
        lines.append(message("cli.steps_missing", steps=steps))
    return lines


def _matched(arguments: argparse.Namespace) -> int:
    """Look for the result of `--hash` among all that is below `outputs/`."""
    import re

    from talentcalc.archive.index import results_like
    from talentcalc.archive.verify import hash_in
    from talentcalc.core.errors import InputError, Problem
    from talentcalc.core.files.staging import OUTPUTS
    from talentcalc.params.audit import root_of

    if arguments.hash is None:
        raise InputError(Problem("PACK", message("cli.no_pack")))
    outputs = root_of(Path.cwd() / "here") / OUTPUTS
    sha256 = hash_in(arguments.hash)
    if not re.fullmatch("[0-9a-f]{64}", sha256):  # a package without a result has an empty one
        raise InputError(Problem("--hash", message("cli.no_hash", found=sha256)))
    found, unread = results_like(outputs, sha256)
    print_problems(message("cli.not_compared", problem=problem) for problem in unread)
    for path in found:
        print_lines(path_from_here(path))
    if not found:
        absent = message("cli.hash_not_found", sha256=sha256, folder=str(outputs))
        print_problems([Problem("--hash", absent)])
    return DONE if found else UNVERIFIED


def index(arguments: argparse.Namespace) -> int:
    """Write the page of everything below `outputs/`."""
    from talentcalc.archive.index import write_index
    from talentcalc.params.audit import root_of

    path, unlisted = write_index(root_of(Path.cwd() / "here"))
    print_problems(message("cli.not_listed", problem=problem) for problem in unlisted)
    print_lines(path_from_here(path))
    print_progress(arguments, message("cli.open_index"))
    return DONE


def diff(arguments: argparse.Namespace) -> int:
    """Print what changed between two runs or packages, and what each change did."""
    from talentcalc.archive.signing.sign import IncompletePackage
    from talentcalc.comparison.difference import difference
    from talentcalc.comparison.opening import side_of
    from talentcalc.report.terminal.difference import diff_lines

    try:
        with side_of(arguments.a) as a, side_of(arguments.b) as b:
            found = difference(a, b)
    except IncompletePackage as error:
        print_problems(error.problems)
        return UNVERIFIED
    if arguments.json:
        print_document(found)
    else:
        colour = sys.stdout.isatty()
        print_lines(*diff_lines(found, colour), painted=colour)
    return DONE
