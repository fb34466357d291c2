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


def seal(asked: argparse.Namespace) -> int:
    """One package of a finished run, on the shelf; with a key also signed."""
    from contextlib import nullcontext

    from talentcalc.archive.finished_run import finished_run
    from talentcalc.archive.seal import seal as sealed
    from talentcalc.params.audit import open_audit, root_of

    run = finished_run(asked.run, open_audit(asked.params) if asked.params else None)
    signer = _signer(asked.key) if asked.key else None
    root = root_of(asked.run / "result.json")
    source: Any = nullcontext(run)
    if asked.redacted:
        from talentcalc.redaction.pseudonyms import read_secret
        from talentcalc.redaction.published_run import redacted_run

        secret = _secret(asked, read_secret)
        source = redacted_run(
            run,
            secret,
            lambda text: print_progress(asked, text),
            lambda text: print_problems([text]),
            progress=False,
        )
    with source as chosen:
        made = sealed(chosen, root, asked.zip, lambda text: print_progress(asked, text))
    print_lines(path_from_here(made.path))
    if made.before:
        print_progress(asked, "the same package was there already; nothing was written")
    if signer is None:
        return DONE
    asked.step = asked.step or run.result.regulation.procedure.steps[0].id
    return _signed(asked, made.path, signer)


def _secret(asked: argparse.Namespace, read: Any) -> bytes:
    from talentcalc.core.errors import InputError, Problem

    if asked.pseudonyms is None:
        found, remedy = "no secret for the pseudonyms", "make one: talentcalc keygen --pseudonyms FILE"
        raise InputError(Problem("--redacted", found, "--pseudonyms FILE beside it", remedy))
    secret: bytes = read(asked.pseudonyms)
    return secret


def sign(asked: argparse.Namespace) -> int:
    """A signature added to a package."""
    return _signed(asked, asked.pack, _signer(asked.key))


def _signed(asked: argparse.Namespace, path: Path, signer: Any) -> int:
    from talentcalc.archive.signing.sign import IncompletePackage, sheet_of
    from talentcalc.archive.signing.sign import sign as signed

    try:
        said = signed(path, signer, asked.step, asked.dated).statement
    except IncompletePackage as error:
        print_problems(error.problems)
        return UNVERIFIED
    print_progress(asked, f"signed as {said.step} by {said.name} ({said.party}), {said.dated}")
    print_progress(asked, path_from_here(sheet_of(path)))
    return DONE


def _signer(path: Path) -> Any:
    from talentcalc.archive.signing.keys import read_signer

    return read_signer(path, lambda: _passphrase("passphrase: "))


def _passphrase(prompt: str) -> bytes:
    """From the environment, or asked for; never an argument, which others could read."""
    if "TALENTCALC_PASSPHRASE" in os.environ:
        return os.environ["TALENTCALC_PASSPHRASE"].encode()
    from getpass import getpass

    return getpass(prompt).encode()


def keygen(asked: argparse.Namespace) -> int:
    """A key pair, or a secret for pseudonyms."""
    from talentcalc.core.errors import InputError, Problem

    if asked.pseudonyms:
        from talentcalc.redaction.pseudonyms import make_secret

        make_secret(asked.file)
        print_progress(asked, f"{asked.file}: keep it; the same secret gives the same pseudonyms every year")
        return DONE
    from talentcalc.archive.signing.keys import make_key, public_file

    if asked.name is None or asked.party is None:
        found = "no --name or no --party"
        raise InputError(Problem("keygen", found, "whose key it is", "--name 张三 --party agency"))
    passphrase = _passphrase("passphrase: ") if asked.passphrase else None
    if passphrase == b"" or (asked.passphrase and not _repeated(passphrase)):
        found = "an empty passphrase, or two different ones"
        raise InputError(Problem("keygen", found, "the same one twice", "try again"))
    identity = make_key(asked.file, asked.name, asked.party, passphrase)
    print_progress(asked, f"{asked.file}: private, keep it; {public_file(asked.file)}: hand it out")
    print_lines(identity.key)
    return DONE


def _repeated(passphrase: bytes | None) -> bool:
    return "TALENTCALC_PASSPHRASE" in os.environ or _passphrase("the same again: ") == passphrase


def verify(asked: argparse.Namespace) -> int:
    """Every file, hash and signature of a package; with --rerun every output again."""
    from talentcalc.archive.signing.keys import read_identities
    from talentcalc.archive.verify import unlike_hash
    from talentcalc.archive.verify import verify as verified

    if asked.pack is None:
        return _matched(asked)
    found = verified(asked.pack, read_identities(asked.trust) if asked.trust else None)
    problems = list(found.problems)
    if asked.hash is not None and (unlike := unlike_hash(found.result_sha256, asked.hash)):
        problems.append(unlike)
    if found.result is None or problems:
        print_problems(problems)
        return UNVERIFIED
    unsigned = _missing(asked, found)
    if asked.rerun and not unsigned:
        from talentcalc.archive.rerun import rerun

        problems = rerun(
            asked.pack, found.result, lambda text: print_progress(asked, text), sys.stderr.isatty()
        )
    if not problems and not asked.quiet:
        print_lines(*_held(asked, found, again=asked.rerun and not unsigned))
    print_problems(problems + unsigned)
    return UNVERIFIED if problems or unsigned else DONE


def _missing(asked: argparse.Namespace, found: Any) -> list[Any]:
    """The signatures that are asked for and are not there."""
    from talentcalc.archive.signing.steps import missing

    if asked.require is None and asked.unsigned:
        return []
    return missing(found.signatures, found.result.regulation.procedure, asked.require)


def _held(asked: argparse.Namespace, found: Any, again: bool) -> list[str]:
    """What a package that is whole holds, how far its procedure has come, and what was not asked for."""
    from talentcalc.archive.signing.steps import described, open_steps

    lines = [
        f"{asked.pack}: whole, {found.files} files, {found.size} bytes",
        f"result.json sha256 {found.result_sha256}, {found.result.subject}, {found.result.status}"
        + (", published with pseudonyms" if found.result.redacted else ""),
    ]
    if found.renamed:
        lines.append(
            f"{found.renamed} names are in another Unicode form there, as macOS writes them: the same"
        )
    if again:
        lines.append("run again: every output is the same, byte for byte")
    else:
        lines.append("what .docx, .xlsx and the pages of PDFs show is proven by running it again (--rerun)")
    if not found.signatures:
        lines.append("not signed: whole as it is, but nobody answers for it")
    elif asked.trust is None:
        lines.append("the signatures hold; whose keys they are was not checked (--trust FILE)")
    for said in (described(one, found.result) for one in found.signatures):
        lines.append(f"{said['number']}. {said['title']} {said['dated']} {said['name']} ({said['party']})")
    if left := open_steps(found.signatures, found.result.regulation.procedure):
        lines.append("missing: " + ", ".join(f"{step.title} ({step.id})" for step in left))
    return lines


def _matched(asked: argparse.Namespace) -> int:
    """Without a package, `--hash` looks for the result among all that is below `outputs/`."""
    import re

    from talentcalc.archive.index import results_like
    from talentcalc.archive.verify import hash_in
    from talentcalc.core.errors import InputError, Problem
    from talentcalc.core.files.staging import OUTPUTS
    from talentcalc.params.audit import root_of

    if asked.hash is None:
        raise InputError(Problem("PACK", "nothing", "a package, or --hash", "name one below outputs/archive"))
    outputs = root_of(Path.cwd() / "here") / OUTPUTS
    sha256 = hash_in(asked.hash)
    if not re.fullmatch("[0-9a-f]{64}", sha256):  # a package without a result has an empty one
        raise InputError(Problem("--hash", sha256, "a SHA-256: 64 hexadecimal digits", "as on the last page"))
    found, unread = results_like(outputs, sha256)
    print_problems(f"not compared: {one}" for one in unread)
    for path in found:
        print_lines(path_from_here(path))
    if not found:
        remedy = "the paper belongs to a result that is not here"
        print_problems(
            [Problem("--hash", "no such result", f"one with sha256 {sha256} below {outputs}", remedy)]
        )
    return DONE if found else UNVERIFIED


def index(asked: argparse.Namespace) -> int:
    """The page of everything below `outputs/`."""
    from talentcalc.archive.index import write_index
    from talentcalc.params.audit import root_of

    path, left_out = write_index(root_of(Path.cwd() / "here"))
    for one in left_out:
        print_problems([f"not listed: {one}"])
    print_lines(path_from_here(path))
    print_progress(asked, "open it in a browser; it needs no network")
    return DONE


def diff(asked: argparse.Namespace) -> int:
    """What changed between two runs or packages, and what each change did."""
    from talentcalc.archive.signing.sign import IncompletePackage
    from talentcalc.comparison.difference import difference
    from talentcalc.comparison.opening import side_of
    from talentcalc.report.terminal.difference import diff_lines

    try:
        with side_of(asked.a) as a, side_of(asked.b) as b:
            found = difference(a, b)
    except IncompletePackage as error:
        print_problems(error.problems)
        return UNVERIFIED
    if asked.json:
        print_document(found)
    else:
        colour = sys.stdout.isatty()
        print_lines(*diff_lines(found, colour), painted=colour)
    return DONE
