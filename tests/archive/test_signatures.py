"""Signatures: Ed25519 over what is said, by keys that their owners keep; none is lost, moved or altered.

Expected: signatures are checked by `cryptography` alone, hashes by `hashlib`.
"""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pypdf import PdfReader

from talentcalc.archive.signing.keys import read_identities
from talentcalc.archive.signing.sign import IncompletePackage, sheet_of, sign
from talentcalc.archive.verify import verify
from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.result.document import canonical
from tests.support.archive_packages import (
    ALL,
    PEOPLE,
    chain,
    closed,
    copied,
    files,
    hashes,
    signer,
    stamps,
    what_was_found,
)
from tests.support.problems import where_of
from tests.support.reading import squeezed

Told = pytest.CaptureFixture[str]


def alter(pack: Path, change: Any) -> list[str]:
    """What is found when the list of signatures is changed, in its one form."""
    document = json.loads((pack / "signatures.json").read_bytes())
    before = canonical(document)
    change(document["signatures"])
    assert canonical(document) != before
    (pack / "signatures.json").write_bytes(canonical(document))
    return [f"{where_of(one)}: {what_was_found(one)}" for one in verify(pack).problems]


def test_the_same_signature_again_changes_nothing(pack: Path, own: dict[str, Path]) -> None:
    first = sign(pack, signer(own["甲"]), "prepared", None)
    before = stamps(pack) if pack.is_dir() else pack.read_bytes()
    assert sign(pack, signer(own["甲"]), "prepared", None) == first
    assert sign(pack, signer(own["甲"]), "prepared", date(2026, 1, 15)) == first
    assert (stamps(pack) if pack.is_dir() else pack.read_bytes()) == before


def test_a_signature_is_ed25519_over_the_canonical_statement(
    pack: Path, own: dict[str, Path], made: Path
) -> None:
    for _, name in ALL[:2]:
        sign(pack, signer(own[name]), None, None)
    found = verify(pack)
    assert found.problems == [] and found.manifests == hashes(made)
    previous = None
    for number, one in enumerate(found.signatures, start=1):
        said = one.statement.model_dump(mode="json", by_alias=True)
        step, name = ALL[number - 1]
        assert said == {
            "schema": "talentcalc/signature/1",
            "number": number,
            "step": step,
            "name": name,
            "party": PEOPLE[name],
            "key": Path(f"{own[name]}.pub").read_text("utf-8")[1:65],
            "dated": "2026-01-15",
            "manifest": hashes(made)[0],
            "tag_manifest": hashes(made)[1],
            "previous": previous,
        }
        content = (json.dumps(said, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["key"]))
        key.verify(bytes.fromhex(one.signature), content)
        with pytest.raises(InvalidSignature):
            key.verify(bytes.fromhex(one.signature), content + b"\n")
        whole = json.dumps(
            {"statement": said, "signature": one.signature}, ensure_ascii=False, sort_keys=True, indent=2
        )
        previous = hashlib.sha256(f"{whole}\n".encode()).hexdigest()


@pytest.mark.parametrize(("field", "value"), [
    ("schema", "talentcalc/signature/2"),
    ("number", 3),
    ("step", "approved"),
    ("name", "辛"),
    ("party", "office"),
    ("key", "0" * 64),
    ("dated", "2026-01-16"),
    ("manifest", "1" * 64),
    ("tag_manifest", "2" * 64),
    ("previous", "3" * 64),
])  # fmt: skip
def test_each_field_of_a_statement_is_covered(
    folder: Path, own: dict[str, Path], field: str, value: object
) -> None:
    chain(folder, own, ALL[:3])
    assert verify(folder).problems == []
    told = alter(folder, lambda listed: listed[1]["statement"].update({field: value}))
    assert told and (field == "schema" or any("a false signature" in one for one in told))


def test_signatures_that_are_gone_swapped_or_of_another_package_are_found(
    folder: Path, own: dict[str, Path], tmp_path: Path
) -> None:
    def found(change: Any) -> list[str]:
        chain(folder, own, ALL)
        assert verify(folder).problems == []
        return alter(folder, change)

    gone = "one before it gone or altered"
    assert f"signature 2, 丙: {gone}" in found(lambda listed: listed.pop(1))
    assert f"signature 1, 乙: {gone}" in found(lambda listed: listed.pop(0))
    assert f"signature 4, 丙: {gone}" in found(lambda listed: listed.insert(3, listed.pop()))
    assert f"signature 2, 甲: {gone}" in found(lambda listed: listed.insert(1, listed[0]))
    other = copied(folder, tmp_path / "other")
    (other / "data/evidence/activities.csv").write_bytes(b"x")
    chain(closed(other), own, ALL[:1])
    taken = json.loads((other / "signatures.json").read_bytes())["signatures"][0]
    told = found(lambda listed: listed.__setitem__(0, taken))
    assert "signature 1, 甲: a signature of another package" in told
    forged = found(lambda listed: listed[0].update(signature=listed[1]["signature"]))
    assert "signature 1, 甲: a false signature" in forged


def test_a_damaged_package_is_not_signed(folder: Path, own: dict[str, Path], capsys: Told) -> None:
    sign(folder, signer(own["甲"]), None, None)
    (folder / "data/evidence/activities.csv").write_bytes(b"")
    before = stamps(folder)
    with pytest.raises(IncompletePackage, match=r"data/evidence/activities\.csv"):
        sign(folder, signer(own["乙"]), None, None)
    assert main(["sign", str(folder), "--key", str(own["乙"])]) == 4
    assert "talentcalc: data/evidence/activities.csv: found sha256" in capsys.readouterr().err
    assert stamps(folder) == before


def test_the_sheet_lies_beside_the_package_and_says_who_signed_as_what_and_when(
    pack: Path, own: dict[str, Path]
) -> None:
    for (_, name), day in zip(ALL[:3], ("2026-01-15", "2026-01-16", "2026-02-03"), strict=True):
        sign(pack, signer(own[name]), None, date.fromisoformat(day))
    assert sheet_of(pack) == pack.parent / f"{pack.name}.signatures.pdf"
    assert {one.name for one in pack.parent.iterdir()} == {pack.name, f"{pack.name}.signatures.pdf"}
    if pack.is_dir():
        assert [path for path in files(pack) if path.endswith("signatures.pdf")] == []
    text = squeezed("".join(one.extract_text() for one in PdfReader(sheet_of(pack)).pages))
    order = ["编制", "甲", "2026-01-15", "校核", "乙", "2026-01-16", "审定", "丙", "2026-02-03"]
    at = [text.find(word, text.find("签署环节")) for word in order]
    assert -1 not in at and at == sorted(at)
    assert "签收" in text and verify(pack).manifests[0][:8] in text


def test_two_who_sign_at_once_are_both_there_or_one_is_told_to_wait(pack: Path, own: dict[str, Path]) -> None:
    def go(name: str) -> str:
        try:
            return sign(pack, signer(own[name]), "prepared", None).statement.name
        except InputError as refusal:
            assert "another one is being signed there" in str(refusal) and "wait" in str(refusal)
            return ""

    with ThreadPoolExecutor(4) as pool:
        done = {name for name in pool.map(go, "甲乙丙丁") if name}
    found = verify(pack)
    assert done and found.problems == []
    assert {one.statement.name for one in found.signatures} == done
    trusted = read_identities(own["甲"].parent / "trust.yaml")
    assert verify(pack, trusted).problems == [] and verify(pack, trusted[4:]).problems
