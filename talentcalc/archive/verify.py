"""Verifying that a package is the one that was issued: every file, hash and signature."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from talentcalc.archive.agreement import disagreements
from talentcalc.archive.bag import layout
from talentcalc.archive.bag.completeness import ADVICE, Contents, contents_of, result_in
from talentcalc.archive.bag.opening import NotAPackage, Package, open_package
from talentcalc.archive.signing.keys import Identity
from talentcalc.archive.signing.signatures import MOST_BYTES, Signature, broken, read_signatures
from talentcalc.archive.signing.steps import out_of_order
from talentcalc.core.errors import InputError, Problem
from talentcalc.messages.message import message
from talentcalc.result.model.result import Result


@dataclass(frozen=True)
class Verified:
    """A verified package: what it holds, and its problems; none, if it is to be relied on."""

    files: int = 0
    size: int = 0
    manifests: tuple[str, str] = ("", "")
    result: Result | None = None
    result_sha256: str = ""
    signatures: tuple[Signature, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    renamed: int = 0  # names that are in another Unicode form where the package lies


def verify(path: Path, trusted: Sequence[Identity] | None = None) -> Verified:
    """Check a package; with `trusted` identities, that each of its signatures is by one of them.

    Raises:
        InputError: nothing is at `path`.
    """
    try:
        with open_package(path) as pack:
            return verified(pack, trusted)
    except NotAPackage as error:
        return Verified(problems=[error.problem])


def verified(pack: Package, trusted: Sequence[Identity] | None = None) -> Verified:
    """Check a package that is open, as `verify` does.

    Raises:
        NotAPackage: a file of a size that none has.
    """
    contents = contents_of(pack)
    result, problems = result_in(pack)
    problems = contents.problems + problems
    signatures: tuple[Signature, ...] = ()
    try:
        signatures = read_signatures(pack.read(layout.SIGNATURES, MOST_BYTES))
    except InputError as refusal:
        problems += refusal.problems
    if layout.SIGNATURES in pack.files and not pack.files[layout.SIGNATURES]:
        problems.append(Problem(layout.SIGNATURES, message("archive.signatures_empty")))
    problems += broken(signatures, contents.manifests, trusted)
    if result is not None:
        problems += _coherent(pack, result, contents, signatures)
    if trusted is not None and not signatures:
        problems.append(Problem(pack.path.name, message("archive.no_trusted_signature")))
    return Verified(
        len(pack.files),
        sum(pack.files.values()),
        contents.manifests,
        result,
        contents.payload.get(layout.RESULT, ""),
        signatures,
        problems,
        contents.renamed,
    )


def _coherent(
    pack: Package, result: Result, contents: Contents, signatures: Sequence[Signature]
) -> list[Problem]:
    """Disagreements within a package; of a damaged one its files are not compared with its result."""

    def read(path: str) -> bytes:
        return pack.read(f"{layout.PAYLOAD}{path}")

    problems = out_of_order(signatures, result)
    if not contents.problems:
        problems = disagreements(result, contents.payload, read, ADVICE) + problems
    parties = {signature.statement.party for signature in signatures}
    if not problems and not parties <= {*result.regulation.procedure.parties}:
        where = f"{layout.PAYLOAD}{layout.RESULT}"
        return [Problem(where, message("archive.result_lacks_parts"))]
    return problems


def hash_in(printed: str) -> str:
    """The plain form of a hash as printed, also in groups, or as in the QR code of a report."""
    return "".join(printed.split()).lower().removeprefix("talentcalc:").removeprefix("sha256:")


def unlike_hash(sha256: str, printed: str) -> Problem | None:
    """The problem of a hash, as printed or as in a QR code, that is not the result's; None if it is."""
    expected = hash_in(printed)
    if expected == sha256:
        return None
    return Problem("--hash", message("archive.hash_of_other_result", found=sha256, expected=expected))
