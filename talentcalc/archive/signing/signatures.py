"""The signatures of a package: statements over its manifests, one after the other."""

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from talentcalc.archive.bag import layout
from talentcalc.archive.signing.keys import Hex32, Identity, Name, Signer, is_signed
from talentcalc.core.errors import InputError, Problem, UnfitValue
from talentcalc.core.models import StrictModel, validated
from talentcalc.core.untrusted_json import read_json
from talentcalc.messages.message import message
from talentcalc.params.form import Day
from talentcalc.result.document import canonical

SCHEMA = "talentcalc/signatures/1"
MOST = 100  # signatures of a package: a procedure has six steps
MOST_BYTES = 1 << 20


class Statement(StrictModel):
    """The content signed: this package, as this step, by this person, on this day, after that signature."""

    schema_: Annotated[Literal["talentcalc/signature/1"], Field(alias="schema")]
    number: Annotated[int, Field(strict=True, ge=1)]
    step: Name
    name: Name
    party: Name
    key: Hex32
    dated: Day
    manifest: Hex32
    tag_manifest: Hex32
    previous: Hex32 | None


class Signature(StrictModel):
    """A statement, and its Ed25519 signature in hexadecimal."""

    statement: Statement
    signature: Annotated[str, StringConstraints(pattern="^[0-9a-f]{128}$")]

    @property
    def sha256(self) -> str:
        """The hash that the next signature refers to."""
        return hashlib.sha256(canonical(_written(self))).hexdigest()


class Signatures(StrictModel):
    """The file `signatures.json` of a package."""

    schema_: Annotated[Literal["talentcalc/signatures/1"], Field(alias="schema")]
    signatures: tuple[Signature, ...] = Field(min_length=1, max_length=MOST)


def _written(document: StrictModel) -> dict[str, Any]:
    return document.model_dump(mode="json", by_alias=True)


def signatures_bytes(signatures: Sequence[Signature]) -> bytes:
    """The content of the file, in its one form."""
    return canonical({"schema": SCHEMA, "signatures": [_written(signature) for signature in signatures]})


def read_signatures(content: bytes) -> tuple[Signature, ...]:
    """The signatures in a package's file; none if it is empty.

    Raises:
        InputError: the file is not in its one form.
    """
    if not content:
        return ()
    try:
        read = read_json(content)
    except ValueError as error:
        fault = error.message if isinstance(error, UnfitValue) else str(error)
        no_json = message("archive.signatures_no_json", error=fault)
        raise InputError(Problem(layout.SIGNATURES, no_json)) from None
    if not isinstance(read, dict):
        raise InputError(Problem(layout.SIGNATURES, message("archive.signatures_no_object")))
    found = validated(Signatures, read, layout.SIGNATURES).signatures
    if signatures_bytes(found) != content:
        raise InputError(Problem(layout.SIGNATURES, message("archive.signatures_in_other_form")))
    return found


def signed(
    before: tuple[Signature, ...], signer: Signer, step: str, dated: date, hashes: tuple[str, str]
) -> tuple[Signature, ...]:
    """The signatures with one more. `hashes` are the sha256 of the manifest and of the tag manifest.

    Raises:
        InputError: there are as many already as a package may have.
    """
    if len(before) == MOST:
        raise InputError(Problem(layout.SIGNATURES, message("archive.signatures_full", number=MOST)))
    fields = {
        "schema": "talentcalc/signature/1",
        "number": len(before) + 1,
        "step": step,
        **signer.identity.model_dump(),
        "dated": dated,
        "manifest": hashes[0],
        "tag_manifest": hashes[1],
        "previous": before[-1].sha256 if before else None,
    }
    statement = validated(Statement, fields, "signature")
    return (*before, Signature(statement=statement, signature=signer.sign(canonical(_written(statement)))))


def broken(
    signatures: Sequence[Signature], hashes: tuple[str, str], trusted: Sequence[Identity] | None
) -> list[Problem]:
    """Signatures that do not hold: another package's, a broken chain, a false one, or a key not trusted."""
    problems = []
    previous = None
    for number, signature in enumerate(signatures, start=1):
        statement = signature.statement
        where = message("archive.signature", number=number, name=statement.name)
        if not is_signed(statement.key, signature.signature, canonical(_written(statement))):
            problems.append(Problem(where, message("archive.signature_false")))
        if (statement.manifest, statement.tag_manifest) != hashes:
            problems.append(Problem(where, message("archive.signature_of_other_package")))
        if (statement.number, statement.previous) != (number, previous):
            problems.append(Problem(where, message("archive.signature_before_gone")))
        previous = signature.sha256
        if (
            trusted is not None
            and Identity(name=statement.name, party=statement.party, key=statement.key) not in trusted
        ):
            untrusted = message("archive.key_not_trusted", name=statement.name, party=statement.party)
            problems.append(Problem(where, untrusted))
    return problems
