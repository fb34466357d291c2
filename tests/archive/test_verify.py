"""Verifying: a package is the one that was issued, or each thing that is wrong with it is named, exit 4.

Expected: whatever differs from what was sealed is a difference; hashes are `hashlib`'s.
"""

import hashlib
import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from talentcalc.archive.bag.zipped import write_zip
from talentcalc.archive.signing.sign import sign
from talentcalc.archive.signing.signatures import read_signatures
from talentcalc.archive.verify import verify
from talentcalc.cli import main
from tests.support.archive_packages import (
    ALL,
    audited,
    chain,
    closed,
    copied,
    files,
    keys,
    sealed,
    signer,
    small,
    stamps,
    stand_in,
    what_was_found,
)

pytestmark = pytest.mark.slow

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a finished run, its package and its zip, and keys beside it."""
    home = tmp_path_factory.mktemp("verify")
    run = stand_in(audited(home).write())
    sealed(run)
    sealed(run, as_zip=True)
    keys(home / "own")
    return home


@pytest.fixture(scope="module")
def made(home: Path) -> Path:
    """Its package, small and signed by two."""
    pack = small(copied(home / "outputs/archive/2025/case", home / "small"))
    for _, name in ALL[:2]:
        sign(pack, signer(home / "own" / name), None, None)
    return pack


@pytest.fixture
def pack(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that one to break, in the working folder."""
    monkeypatch.chdir(tmp_path)
    return copied(made, tmp_path)


def found(told: Told, *arguments: str) -> list[str]:
    """The findings of a package that fails, as place and what was found there."""
    assert main(["verify", "case", *arguments]) == 4
    out, err = told.readouterr()
    assert out == ""
    return [line.removeprefix("talentcalc: ").split("; expected")[0] for line in err.splitlines()]


def test_a_whole_package_is_told_with_who_signed_it(pack: Path, capsys: Told) -> None:
    result = (pack / "data/run/result.json").read_bytes()
    held = files(pack)
    write_zip(pack, pack.with_name("case.zip"), "case")
    for name in ("case", "case.zip"):
        before = stamps(Path())
        assert main(["verify", name]) == 0
        assert capsys.readouterr() == (
            f"{name}: whole, {len(held)} files, {sum(map(len, held.values()))} bytes\n"
            f"result.json sha256 {hashlib.sha256(result).hexdigest()}, 示例中心, draft\n"
            "what .docx, .xlsx and the pages of PDFs show is proven by running it again (--rerun)\n"
            "the signatures hold; whose keys they are was not checked (--trust FILE)\n"
            "1. 编制 2026-01-15 甲 (评审机构)\n"
            "2. 校核 2026-01-15 乙 (评审机构)\n"
            "missing: 审定 (approved), 签收 (received), 申请复核 (review_requested), "
            "复核决定 (review_decided)\n",
            "",
        )
        assert main(["-q", "verify", name]) == 0
        assert capsys.readouterr() == ("", "") and stamps(Path()) == before


def test_the_full_package_and_its_zip_are_whole(home: Path) -> None:
    for name in ("case", "case.zip"):
        seen = verify(home / f"outputs/archive/2025/{name}")
        assert seen.problems == [] and seen.files == len(files(home / "outputs/archive/2025/case"))


def test_each_missing_added_or_changed_file_is_named_all_at_once(pack: Path, capsys: Told) -> None:
    (pack / "data/evidence/activities.csv").unlink()
    (pack / "data/evidence/proofs/b.pdf").write_bytes(b"%PDX")
    (pack / "data/evidence/new\x1b[31m.csv").write_bytes(b"")
    assert found(capsys) == ["data/evidence/newU+001B[31m.csv: found a name that no package has"]
    (pack / "data/evidence/new\x1b[31m.csv").rename(pack / "data/evidence/新.csv")
    (pack / "readme.txt").write_bytes(b"")
    changed = hashlib.sha256(b"%PDX").hexdigest()[:16]
    told = found(capsys)
    assert told[:4] == [
        "readme.txt: found a file that was added",
        "data/evidence/activities.csv: found no such file",
        f"data/evidence/proofs/b.pdf: found sha256 {changed}…",
        "data/evidence/新.csv: found a file that was added",
    ]
    assert told[4:] == ["bag-info.txt: found another size or number of files"]


@pytest.mark.parametrize(
    "name", ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
)
def test_a_tag_file_that_is_gone_or_empty_or_added_to_is_found(pack: Path, name: str) -> None:
    was = (pack / name).read_bytes()
    for content in (b"", was[:-1], was + b"\n", was * 2, was.replace(b"\n", b"\r\n"), b"\xef\xbb\xbf" + was):
        (pack / name).write_bytes(content)
        assert any(name in str(one) for one in verify(pack).problems), content
    (pack / name).unlink()
    assert any(name in str(one) for one in verify(pack).problems)
    (pack / name).write_bytes(was)
    assert verify(pack).problems == []


def test_other_declarations_and_other_forms_are_found_though_their_hashes_fit(pack: Path) -> None:
    signatures = pack / "signatures.json"
    signatures.write_text(json.dumps(json.loads(signatures.read_bytes())))
    assert [what_was_found(one) for one in verify(pack).problems] == ["another form of the same"]
    (pack / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
    assert [what_was_found(one) for one in verify(closed(pack)).problems] == ["another declaration"]


def flips(contents: dict[Path, bytes], number: int, seed: int) -> Iterator[tuple[Path, int, bytes]]:
    """Single bits to flip, seeded: some in every file, the others anywhere, as long as a file is."""
    draw = random.Random(seed)
    paths = sorted(contents)
    places = [path for path in paths for _ in range(20)]
    places += draw.choices(paths, [len(contents[path]) for path in paths], k=number - len(places))
    for path in places:
        at = draw.randrange(len(contents[path]))
        yield path, at, bytes([contents[path][at] ^ 1 << draw.randrange(8)])


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_a_thousand_single_bits_are_found_every_time(pack: Path, form: str) -> None:
    target = pack if form == "folder" else write_zip(pack, pack.with_name("case.zip"), "case")
    contents = {
        one: one.read_bytes() for one in (pack.rglob("*") if form == "folder" else [target]) if one.is_file()
    }
    assert verify(target).problems == []
    tried = list(flips(contents, 1000, 1986))
    assert len(tried) == 1000 and {path for path, _, _ in tried} == set(contents)
    unseen = []
    for path, at, bit in tried:
        with path.open("r+b", buffering=0) as file:
            file.seek(at)
            file.write(bit)
            if not verify(target).problems:
                unseen.append((path.name, at))
            file.seek(at)
            file.write(contents[path][at : at + 1])
    assert unseen == [] and verify(target).problems == []


def test_manifests_rewritten_to_fit_are_found_by_the_signature(
    home: Path, pack: Path, tmp_path: Path, capsys: Told
) -> None:
    kept = (pack / "signatures.json").read_bytes()
    with (pack / "data/run/report.html").open("ab") as report:
        report.write(b"<p>100")
    closed(pack)
    assert verify(pack).problems == []  # whole as it is: which is why packages are signed
    (pack / "signatures.json").write_bytes(kept)
    assert found(capsys) == [
        f"signature {n}, {name}: found a signature of another package" for n, name in ((1, "甲"), (2, "乙"))
    ]
    other = keys(tmp_path / "other")  # the attacker's own, under the same names
    chain(pack, other, ALL[:2])
    assert verify(pack).problems == []
    trust = str(home / "own/trust.yaml")
    assert found(capsys, "--trust", trust) == [
        "signature 1, 甲: found a key that is not trusted for 甲, agency",
        "signature 2, 乙: found a key that is not trusted for 乙, agency",
    ]
    assert len(read_signatures((pack / "signatures.json").read_bytes())) == 2


@pytest.mark.parametrize("spelt", [
    str, str.upper, "talentcalc:sha256:{}".format, "SHA256:{}".format, " {}\n".format,
    lambda digits: " ".join(digits[at : at + 8] for at in range(0, 64, 8)),  # as printed on the last page
])  # fmt: skip
def test_a_printed_hash_finds_its_result(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told, spelt: Callable[[str], str]
) -> None:
    monkeypatch.chdir(home)
    sha256 = hashlib.sha256(Path("outputs/2025/case/result.json").read_bytes()).hexdigest()
    packs = ["outputs/archive/2025/case", "outputs/archive/2025/case.zip"]
    assert main(["verify", "--hash", spelt(sha256)]) == 0
    assert capsys.readouterr() == ("".join(f"{one}\n" for one in ["outputs/2025/case", *packs]), "")
    for one in packs:
        assert main(["verify", one, "--unsigned", "--hash", spelt(sha256)]) == 0
    other = hashlib.sha256(b"").hexdigest()
    capsys.readouterr()
    assert main(["verify", packs[0], "--hash", spelt(other)]) == 4
    told = f"talentcalc: --hash: found result.json with sha256 {sha256}; expected {other}"
    assert capsys.readouterr().err.startswith(told)
    assert main(["verify", "--hash", spelt(other)]) == 4
    assert "no such result" in capsys.readouterr().err


def test_what_is_no_hash_is_refused_and_finds_no_broken_package(
    home: Path, pack: Path, monkeypatch: pytest.MonkeyPatch, capsys: Told
) -> None:
    shelf = pack.parent / "outputs/archive/2025"
    shelf.mkdir(parents=True)
    (pack.parent / "pyproject.toml").touch()
    shutil.rmtree(pack / "data")
    pack.rename(shelf / "case")
    (shelf / "text.zip").write_text("no zip")
    for text in ("", "talentcalc:sha256:", "12ab", "x" * 64):
        assert main(["verify", "--hash", text]) == 2
        assert "64 hexadecimal digits" in capsys.readouterr().err
    monkeypatch.chdir(home)
    assert main(["verify", "outputs/archive/2025/case", "--hash", "12ab"]) == 4
    assert main(["verify"]) == 2 and main(["verify", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err
