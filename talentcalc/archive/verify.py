"""Is an archived package the one that was issued? Every file, hash and signature."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from talentcalc.archive import layout
from talentcalc.archive.keys import Identity
from talentcalc.archive.pack import NoPack, Pack, open_pack
from talentcalc.archive.signatures import MOST_BYTES, Signature, broken, read_signatures
from talentcalc.archive.steps import must_tell, out_of_order
from talentcalc.archive.whole import contents_of, result_in, unlike_inputs
from talentcalc.errors import Problem, Refusal
from talentcalc.result.document import Result


@dataclass(frozen=True)
class Verified:
    """What a package holds, and everything that is wrong with it: nothing, if it is to be relied on."""

    files: int = 0
    size: int = 0
    manifests: tuple[str, str] = ("", "")
    result: Result | None = None
    result_sha256: str = ""
    signatures: tuple[Signature, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def verify(path: Path, trusted: Sequence[Identity] | None = None) -> Verified:
    """Check a package; with `trusted` identities, that each of its signatures is by one of them.

    Raises:
        Refusal: nothing is at `path`.
    """
    try:
        with open_pack(path) as pack:
            return verified(pack, trusted)
    except NoPack as error:
        return Verified(problems=[error.problem])


def verified(pack: Pack, trusted: Sequence[Identity] | None = None) -> Verified:
    """The same for a package that is open.

    Raises:
        NoPack: a file of a size that none has.
    """
    contents = contents_of(pack)
    result, problems = result_in(pack)
    problems = contents.problems + problems
    signatures: tuple[Signature, ...] = ()
    try:
        signatures = read_signatures(pack.read(layout.SIGNATURES, MOST_BYTES))
    except Refusal as refusal:
        problems += refusal.problems
    if layout.SIGNATURES in pack.files and not pack.files[layout.SIGNATURES]:
        problems.append(Problem(layout.SIGNATURES, "an empty file", "signatures, or no file", "remove it"))
    problems += broken(signatures, contents.manifests, trusted)
    if result is not None:
        problems += _coherent(result, contents.payload, signatures)
    if trusted is not None and not signatures:
        problems.append(
            Problem(
                pack.path.name, "no signature", "one that is trusted", "have it signed, or leave out --trust"
            )
        )
    return Verified(
        len(pack.files),
        sum(pack.files.values()),
        contents.manifests,
        result,
        contents.payload.get(layout.RESULT, ""),
        signatures,
        problems,
    )


def _coherent(result: Result, payload: dict[str, str], signatures: Sequence[Signature]) -> list[Problem]:
    try:
        problems = unlike_inputs(result, payload) + out_of_order(signatures, result)
        must_tell(result, () if problems else signatures)
        return problems
    except Refusal as refusal:
        return list(refusal.problems)
    except (KeyError, TypeError, AttributeError, ValueError):  # a hostile result may have any shape
        where = f"{layout.PAYLOAD}{layout.RESULT}"
        return [
            Problem(where, "a result that lacks parts", "a result as a run writes it", "do not rely on it")
        ]


def hash_in(told: str) -> str:
    """A hash as printed, also in groups, or as in the QR code of a report, in one form."""
    return "".join(told.split()).lower().removeprefix("talentcalc:").removeprefix("sha256:")


def unlike_hash(sha256: str, told: str) -> Problem | None:
    """Whether a hash, as printed or as in the QR code of a report, is that of the result."""
    wanted = hash_in(told)
    if wanted == sha256:
        return None
    found = f"result.json with sha256 {sha256}"
    return Problem("--hash", found, wanted, "the paper belongs to another result than this one")
