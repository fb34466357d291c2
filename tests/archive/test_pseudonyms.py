"""Pseudonyms and their secret: known beforehand, one for each person, and never shown."""

import os
import re
import stat
from pathlib import Path

import pytest

from talentcalc.core.errors import InputError
from talentcalc.params.audit import open_audit
from talentcalc.redaction import pseudonyms
from talentcalc.redaction.pseudonyms import Pseudonyms, fingerprint, make_secret, pseudonym, read_secret
from tests.conftest import Case
from tests.support.archive_packages import redacted

SECRET = bytes(range(32))


def test_a_pseudonym_is_known_beforehand_and_depends_on_value_and_secret_alone() -> None:
    # By `printf 张三 | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f`.
    assert pseudonym(SECRET, "张三") == "Pf816bf03f906c81a"
    assert pseudonym(SECRET, " 张三\u3000") == pseudonym(SECRET, "张三")
    assert pseudonym(SECRET, "Zoe\u0301") == pseudonym(SECRET, "Zo\u00e9")
    assert pseudonym(b"x" * 32, "张三") != pseudonym(SECRET, "张三")
    assert pseudonym(SECRET, "张三丰") != pseudonym(SECRET, "张三")


def test_the_fingerprint_tells_secrets_apart_and_is_no_secret() -> None:
    assert fingerprint(SECRET) != fingerprint(b"x" * 32)
    assert SECRET.hex() not in fingerprint(SECRET)


def test_a_secret_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    before = os.umask(0)
    try:
        make_secret(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{64}\n", path.read_text())
    assert read_secret(path) == bytes.fromhex(path.read_text())
    kept = path.read_bytes()
    with pytest.raises(InputError, match="already there"):
        make_secret(path)
    assert path.read_bytes() == kept
    with pytest.raises(InputError, match="No such file"):
        make_secret(tmp_path / "nowhere/secret")
    make_secret(tmp_path / "other")
    assert read_secret(tmp_path / "other") != read_secret(path)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"ab" * 32, b"AB" * 32 + b"\n", b"ab" * 32 + b"\r\n", b"ab" * 31 + b"\n", b"ab" * 33 + b"\n"),
        *(
            b"\xef\xbb\xbf" + b"ab" * 32 + b"\n",
            b"ab" * 32 + b"\n\n",
            b"zz" * 32 + b"\n",
            b"\xff" * 64 + b"\n",
        ),
    ],
)
def test_what_is_no_secret_is_refused_and_not_shown(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_secret(path)
    assert "abab" not in str(refused.value).lower()
    with pytest.raises(InputError):
        read_secret(tmp_path)


def test_two_values_with_one_pseudonym_are_refused(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = pseudonyms._digest
    monkeypatch.setattr(pseudonyms, "_digest", lambda *given: b"sameness" + digest(*given)[8:])
    case.add("activities", {"kind": "exchange"}).attend("A0001", ["甲", "乙"])
    with pytest.raises(InputError, match="1 different values"):
        redacted(open_audit(case.write()), SECRET, tmp_path / "r")
    alone = Pseudonyms(SECRET)
    for _ in range(3):
        alone.of.cache_clear()
        alone.of("甲")
    alone.must_differ()
