"""Signing keys (Ed25519), kept by their owners, and the keys that a verifier trusts."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import AfterValidator, StringConstraints

from talentcalc.core.errors import InputError, Problem, UnfitValue
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.files.durable import made_file, making, must_be_new, publish_new, write_new
from talentcalc.core.models import StrictModel, validated
from talentcalc.core.yaml import load_mapping
from talentcalc.messages.message import message

_MOST = 1 << 20  # bytes of a key
Hex32 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


def _plain(value: str) -> str:
    if value != value.strip() or not value or re.search(r"[\x00-\x1f\x7f\u2028\u2029]", value):
        raise UnfitValue(message("archive.name_on_one_line"))
    return value


Name = Annotated[str, AfterValidator(_plain)]


class Identity(StrictModel):
    """The owner of a public key: a person, for a party of the procedure. `key` is hexadecimal."""

    name: Name
    party: Name
    key: Hex32


@dataclass(frozen=True)
class Signer:
    """A private key with the identity that stands beside it."""

    identity: Identity
    private: Ed25519PrivateKey

    def sign(self, content: bytes) -> str:
        """The signature of some content, hexadecimal. Ed25519 gives the same one every time."""
        return self.private.sign(content).hex()


def is_signed(identity_key: str, signature: str, content: bytes) -> bool:
    """Whether the owner of a public key signed this content."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(identity_key)).verify(
            bytes.fromhex(signature), content
        )
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def public_file(private: Path) -> Path:
    """The file of a private key's identity: beside it."""
    return private.with_name(f"{private.name}.pub")


def make_key(path: Path, name: str, party: str, passphrase: bytes | None) -> Identity:
    """Make a key pair: `path`, readable by its owner alone, and `path`.pub, to hand out.

    Where a key stands without its public half, as when that was interrupted, the half is made for it.

    Raises:
        InputError: one of the files is there already, or the name or party is none.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    public = public_file(path)
    begun = _begun(path, passphrase) if not os.path.lexists(public) else None
    private = begun or Ed25519PrivateKey.generate()
    key = private.public_key().public_bytes_raw().hex()
    identity = validated(Identity, {"name": name, "party": party, "key": key}, "keygen")
    entry = _entry(identity).encode()
    if begun is not None:
        write_new(public, entry)
        return identity
    secret = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
    must_be_new(public)
    must_be_new(path)
    with making(path) as place:
        publish_new(
            (made_file(place / "key", pem, secret=True), path), (made_file(place / "public", entry), public)
        )
    return identity


def _begun(path: Path, passphrase: bytes | None) -> Ed25519PrivateKey | None:
    """The key in a file that has this passphrase; None if it is no such key."""
    if path.is_symlink() or not path.is_file():
        return None
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return private if isinstance(private, Ed25519PrivateKey) else None


def _entry(identity: Identity) -> str:
    """An identity as an entry of a trust file: such files can be strung together."""
    name, party = (json.dumps(text, ensure_ascii=False) for text in (identity.name, identity.party))
    return f'"{identity.key}": {{name: {name}, party: {party}}}\n'


def read_signer(path: Path, ask: Callable[[], bytes]) -> Signer:
    """The private key in a file, with its identity; `ask` gives the passphrase of one that has one.

    Raises:
        InputError: no such key, a wrong passphrase, a file that others may read, or another key's identity.
    """
    pem = read_bounded_file(path, message("archive.private_key"), _MOST)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise InputError(Problem(str(path), message("archive.key_open_to_others", path=str(path))))
    identities = read_identities(public_file(path))
    try:
        encrypted = b"ENCRYPTED" in pem
        private = serialization.load_pem_private_key(pem, ask() if encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InputError(Problem(str(path), message("archive.key_unreadable"))) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError(Problem(str(path), message("archive.key_of_other_kind")))
    key = private.public_key().public_bytes_raw().hex()
    matching = [identity for identity in identities if identity.key == key]
    if len(matching) != 1:
        raise InputError(Problem(str(public_file(path)), message("archive.identity_of_other_key")))
    return Signer(matching[0], private)


def read_identities(path: Path) -> tuple[Identity, ...]:
    """The identities in a trust file: name and party by key. A `.pub` file is one with one entry.

    Raises:
        InputError: no such file, an entry that is none, or a key twice.
    """
    problems: list[Problem] = []
    found: list[Identity] = []
    for number, (key, entry) in enumerate(load_mapping(path).items(), start=1):
        fields = entry if isinstance(entry, dict) else {}
        try:
            found.append(validated(Identity, {**fields, "key": key}, f"{path.name}: entry {number}"))
        except InputError as refusal:
            problems += refusal.problems
    if problems:
        raise InputError(problems)
    return tuple(found)
