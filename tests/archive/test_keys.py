"""Keys: private to their owner, whose name stands beside them; a verifier trusts those that he names.

Expected: keys and signatures are read by `cryptography` alone; file modes are those of POSIX.
"""

import json
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from talentcalc.archive.verify import verify
from talentcalc.cli import main
from tests.support.archive_packages import (
    ALL,
    audited,
    chain,
    copied,
    files,
    keys,
    sealed,
    small,
    stamps,
    stand_in,
    where,
)

Told = pytest.CaptureFixture[str]
_NEW = ["keygen", "张三.key", "--name", "张三", "--party", "agency"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small package."""
    return small(sealed(stand_in(audited(tmp_path_factory.mktemp("keys")).write())))


@pytest.fixture
def pack(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it in the working folder."""
    monkeypatch.chdir(tmp_path)
    return copied(made, tmp_path)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TALENTCALC_PASSPHRASE", raising=False)
    return tmp_path


def test_a_new_key_is_its_owners_alone_and_its_public_half_lies_beside_it(desk: Path, capsys: Told) -> None:
    before = os.umask(0)
    try:
        assert main(_NEW) == 0
    finally:
        os.umask(before)
    told = capsys.readouterr()
    private = load_pem_private_key((desk / "张三.key").read_bytes(), None)
    assert isinstance(private, Ed25519PrivateKey)
    key = private.public_key().public_bytes_raw().hex()
    assert told.out == f"{key}\n" and "hand it out" in told.err
    assert (desk / "张三.key").stat().st_mode & 0o777 == 0o600
    assert (desk / "张三.key.pub").read_text("utf-8") == f'"{key}": {{name: "张三", party: "agency"}}\n'
    assert {one.name for one in desk.iterdir()} == {"张三.key", "张三.key.pub"}


def test_no_key_is_ever_overwritten(desk: Path, capsys: Told) -> None:
    assert main(_NEW) == 0
    before = files(desk)
    assert main(_NEW) == 2
    assert "already there" in capsys.readouterr().err and files(desk) == before
    (desk / "张三.key").unlink()
    assert main(_NEW) == 2  # a public half of another one
    assert "张三.key.pub" in capsys.readouterr().err and not (desk / "张三.key").exists()
    (desk / "link").symlink_to(desk / "elsewhere")
    assert main(["keygen", "link", *_NEW[2:]]) == 2
    assert not (desk / "elsewhere").exists()


@pytest.mark.parametrize("arguments", [
    ["--name", "张三"], ["--party", "agency"], ["--name", "", "--party", "agency"],
    ["--name", "张\n三", "--party", "agency"], ["--name", " 张三", "--party", "agency"],
    ["--name", "张三", "--party", "\x1b[31m"],
])  # fmt: skip
def test_a_key_without_a_plain_owner_is_not_made(desk: Path, capsys: Told, arguments: list[str]) -> None:
    assert main(["keygen", "k", *arguments]) == 2
    assert capsys.readouterr().err.startswith("talentcalc: keygen") and list(desk.iterdir()) == []


def test_a_passphrase_encrypts_a_key(pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told) -> None:
    monkeypatch.setenv("TALENTCALC_PASSPHRASE", "一句 密语")
    assert main([*_NEW, "--passphrase"]) == 0
    pem = Path("张三.key").read_bytes()
    assert pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert load_pem_private_key(pem, "一句 密语".encode())
    before = stamps(pack)
    for wrong in ("", "一句密语"):
        monkeypatch.setenv("TALENTCALC_PASSPHRASE", wrong)
        assert main(["sign", "case", "--key", "张三.key"]) == 2
        assert "another passphrase" in capsys.readouterr().err
    assert stamps(pack) == before
    monkeypatch.delenv("TALENTCALC_PASSPHRASE")
    monkeypatch.setattr("getpass.getpass", lambda _: "一句 密语")
    assert main(["sign", "case", "--key", "张三.key"]) == 0
    assert [one.statement.name for one in verify(pack).signatures] == ["张三"]


def test_a_passphrase_is_asked_for_twice_and_never_empty(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    for said in (["one", "another"], ["", ""]):
        monkeypatch.setattr("getpass.getpass", lambda _, said=said: said.pop(0))
        assert main([*_NEW, "--passphrase"]) == 2
        assert "an empty passphrase, or two different ones" in capsys.readouterr().err
    assert list(desk.iterdir()) == []


def test_no_package_and_no_sheet_holds_a_private_key(pack: Path, tmp_path: Path) -> None:
    own = keys(tmp_path / "own")
    for _, name in ALL[:2]:
        assert main(["-q", "sign", "case", "--key", str(own[name])]) == 0
    held = b"".join(files(pack).values()) + Path("case.signatures.pdf").read_bytes()
    for name in ("甲", "乙"):
        body = own[name].read_bytes().splitlines()[1]
        private = load_pem_private_key(own[name].read_bytes(), None)
        assert isinstance(private, Ed25519PrivateKey) and len(body) == 64
        seed = private.private_bytes_raw()
        assert not [one for one in (body, seed, seed.hex().encode()) if one in held]
        assert private.public_key().public_bytes_raw().hex().encode() in held  # the search can find one


def others_read(key: Path) -> str:
    key.chmod(0o640)
    return "a key that others may read"


def no_public_half(key: Path) -> str:
    Path(f"{key}.pub").unlink()
    return f"{key.name}.pub"


def anothers_public_half(key: Path) -> str:
    Path(f"{key}.pub").write_bytes(Path(f"{key.parent}/乙.pub").read_bytes())
    return "another key's identity"


def no_key(key: Path) -> str:
    key.write_bytes(b"-----BEGIN PRIVATE KEY-----\n")
    return "no key, or another passphrase"


def of_another_kind(key: Path) -> str:
    made = rsa.generate_private_key(65537, 1024)
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return "a key of another kind"


def gone(key: Path) -> str:
    key.unlink()
    return "a private key, made by `talentcalc keygen`"


@pytest.mark.parametrize(
    "damage", [others_read, no_public_half, anothers_public_half, no_key, of_another_kind, gone]
)
def test_a_key_that_is_not_whole_or_not_private_signs_nothing(
    pack: Path, tmp_path: Path, capsys: Told, damage: object
) -> None:
    key = keys(tmp_path / "own")["甲"]
    assert callable(damage)
    expected = damage(key)
    before = stamps(pack)
    assert main(["sign", "case", "--key", str(key)]) == 2
    told = capsys.readouterr().err
    assert expected in told and "Traceback" not in told
    assert stamps(pack) == before and not Path("case.signatures.pdf").exists()


def test_keys_are_trusted_for_their_name_and_party_alone(pack: Path, tmp_path: Path, capsys: Told) -> None:
    own = keys(tmp_path / "own")
    trust = (tmp_path / "own/trust.yaml").read_text("utf-8")
    chain(pack, own, ALL[:3])

    def said(text: str) -> tuple[int, str]:
        Path("trust.yaml").write_text(text, "utf-8")
        status = main(["verify", "case", "--trust", "trust.yaml"])
        return status, capsys.readouterr().err

    assert said(trust) == (0, "")
    lines = trust.splitlines(keepends=True)
    for text in (
        "".join(lines[1:]),
        trust.replace('"甲"', '"辛"'),
        trust.replace('name: "甲", party: "agency"', 'name: "甲", party: "office"'),
    ):
        assert text != trust
        status, told = said(text)
        assert status == 4 and len(told.splitlines()) == 1
        assert "signature 1, 甲: found a key that is not trusted for 甲, agency" in told
    status, told = said('"甲": {name: "甲", party: agency}\n')
    assert status == 2 and "trust.yaml: entry 1" in told
    assert said(lines[0] * 2)[0] == 2  # a key twice
    assert said(lines[0].replace("}", ", power: all}"))[0] == 2
    assert main(["verify", "case", "--trust", "nowhere.yaml"]) == 2


def test_a_package_without_signatures_is_not_trusted(pack: Path, tmp_path: Path, capsys: Told) -> None:
    keys(tmp_path / "own")
    assert main(["verify", "case"]) == 4  # nobody answers for it, which has to be accepted by name
    assert "found none; expected one at least" in capsys.readouterr().err
    assert main(["verify", "case", "--unsigned"]) == 0
    assert "not signed: whole as it is, but nobody answers for it" in capsys.readouterr().out
    assert main(["verify", "case", "--trust", "own/trust.yaml"]) == 4
    assert capsys.readouterr().err.startswith(
        "talentcalc: case: found no signature; expected one that is trusted"
    )
    (pack / "signatures.json").write_bytes(b"")
    assert where(verify(pack).problems) == ["signatures.json"]
    (pack / "signatures.json").write_text(json.dumps({"schema": "talentcalc/signatures/1", "signatures": []}))
    assert where(verify(pack).problems) == ["signatures.json: signatures"]
