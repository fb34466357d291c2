"""Keyed pseudonyms: one person, one pseudonym, as long as the secret is the same."""

import hmac
import os
import re
import unicodedata
from array import array
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.files.durable import write_new
from talentcalc.evidence.tables.cells import cleaned
from talentcalc.messages.message import message

_SECRET = re.compile(rb"[0-9a-f]{64}\n")
_REMEMBERED = 1 << 18  # values whose pseudonym is kept at hand; of others it is worked out again
_GATHERED = 1 << 22  # digests after which repeated ones are dropped for the first time


def pseudonym(secret: bytes, value: str) -> str:
    """A value's pseudonym, `P` and 16 hexadecimal digits: HMAC-SHA256 of its NFC, without outer blanks.

    It depends on the value alone, not on table, column or year.
    """
    return _written(_digest(secret, value))


def fingerprint(secret: bytes) -> str:
    """The fingerprint of a secret, which gives nothing else away: 64 hexadecimal digits."""
    return hmac.digest(secret, b"talentcalc pseudonym key", "sha256").hex()


def make_secret(path: Path) -> None:
    """Write a new secret, 32 random bytes in hexadecimal, for its owner's eyes only.

    Raises:
        InputError: a file is already there, or there is no folder to write to.
        NotWritten: a full disk, or a folder that may not be written to.
    """
    write_new(path, os.urandom(32).hex().encode() + b"\n", secret=True)


def read_secret(path: Path) -> bytes:
    """The 32 bytes of a secret.

    Raises:
        InputError: the file cannot be read or is no secret; what is in it is never shown.
    """
    content = read_bounded_file(path, message("redaction.file_with_secret"), 1 << 20)
    if not _SECRET.fullmatch(content):
        raise InputError(Problem("SECRET", message("redaction.no_secret", path=quote_value(str(path)))))
    return bytes.fromhex(content.decode())


class Pseudonyms:
    """The pseudonyms of one secret, for whole columns of text; it watches that no two values share one."""

    def __init__(self, secret: bytes) -> None:
        self.of = lru_cache(maxsize=_REMEMBERED)(self._of)
        self.keyed = lru_cache(maxsize=_REMEMBERED)(self._keyed)
        self.key = fingerprint(secret)
        self._secret = secret
        self._heads, self._tails = array("Q"), array("Q")
        self._shared, self._most = 0, _GATHERED

    def _of(self, value: str) -> str:
        """The pseudonym of one value."""
        digest = _digest(self._secret, value)
        self._heads.append(int.from_bytes(digest[:8], "big"))
        self._tails.append(int.from_bytes(digest[8:16], "big"))
        if len(self._heads) >= self._most:
            self._drop_repeated()
            self._most = max(_GATHERED, 2 * len(self._heads))
        return _written(digest)

    def _keyed(self, sha256: str) -> str:
        """The keyed hash that stands for a file's SHA-256: equal for equal files, and not to be guessed.

        Of a file made from a template the plain one could be tried out, name by name.
        """
        return hmac.digest(self._secret, b"talentcalc proof " + sha256.lower().encode(), "sha256").hex()

    def of_column(self, texts: pa.Array) -> pa.Array:
        """Each cell's pseudonym; missing stays missing."""
        return in_each_cell(self.of, texts)

    def keyed_column(self, texts: pa.Array) -> pa.Array:
        """Each cell's keyed hash, of a column with hashes of files."""
        return in_each_cell(self.keyed, texts)

    def must_differ(self) -> None:
        """Refuse different values with the same pseudonym: counts would change.

        Raises:
            InputError: there are such values.
        """
        self._drop_repeated()
        if self._shared:
            raise InputError(Problem("SECRET", message("redaction.pseudonyms_shared", number=self._shared)))

    def _drop_repeated(self) -> None:
        """Keep each digest once, and count heads with two tails: one pseudonym of two values."""
        heads, tails = (np.frombuffer(half, np.uint64) for half in (self._heads, self._tails))
        order = np.lexsort((tails, heads))
        heads, tails = heads[order], tails[order]
        same_head = heads[1:] == heads[:-1]
        repeated = same_head & (tails[1:] == tails[:-1])
        self._shared = int((same_head & ~repeated).sum())
        kept = np.concatenate([[True] * min(1, len(heads)), ~repeated]).astype(bool)
        self._heads, self._tails = (array("Q", half[kept].tobytes()) for half in (heads, tails))


def in_each_cell(instead: Callable[[str], str], texts: pa.Array) -> pa.Array:
    """A column with each cell's text replaced, computed once for each different text; missing stays."""
    coded = pc.dictionary_encode(texts)
    each = [None if text is None else instead(text) for text in cleaned(coded.dictionary).to_pylist()]
    return pa.array(each, pa.string()).take(coded.indices)


def _digest(secret: bytes, value: str) -> bytes:
    return hmac.digest(secret, unicodedata.normalize("NFC", value).strip().encode(), "sha256")


def _written(digest: bytes) -> str:
    return "P" + digest[:8].hex()
