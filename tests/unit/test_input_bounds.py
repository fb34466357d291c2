"""Files that would take the stack, the memory or the afternoon: each refused at once, the limit named.

Expected: exit 2 and the limit for params, trust files and keys; exit 4 and a finding for packages. A run of
the whole file takes seconds: what takes longer than its alarm fails.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from talentcalc.archive.bag import layout
from talentcalc.archive.bag import opening as packs
from talentcalc.archive.signing.keys import read_identities, read_signer
from talentcalc.archive.verify import verify
from talentcalc.cli import main
from talentcalc.core.errors import InputError
from talentcalc.core.models import ExactDecimal, StrictModel, validated
from talentcalc.core.untrusted_json import MOST_DEEP, MOST_VALUES, read_json
from talentcalc.core.yaml import load_mapping
from talentcalc.params.redaction_notice import read_redaction_notice
from talentcalc.redaction.pseudonyms import read_secret
from talentcalc.result.document import canonical, read_result
from tests.conftest import Case
from tests.support.archive_packages import closed, what_was_found
from tests.support.problems import where_of

Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    """Whoever takes longer than the issue allows, with some patience for a busy machine, is stopped."""

    def stop(*_: object) -> None:
        raise TimeoutError("more than the time that a refusal may take")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _laughs() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(lines)


_YAML = {
    "nested flow": ("x: " + "[" * 30_000, "more than 50 lists or mappings in one another"),
    "nested and closed": ("x: " + "[" * 30_000 + "]" * 30_000, "more than 50 lists"),
    "nested dashes": ("x:\n " + "- " * 300_000 + "a", "more than 50 lists"),
    "nested questions": ("? " * 300_000 + "a", "more than 50 lists"),
    "nested mappings": ("x: " + "{a: " * 30_000, "more than 50 lists"),
    "nested by aliases": (
        "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 60)),
        "more than 50 lists",
    ),
    "billion laughs": (_laughs(), "more than 100000 values"),
    "a list in itself": ("x: &a [*a]", "*'a' inside itself"),
    "keys": ("".join(f"k{n}: 1\n" for n in range(80_000)), "more than 100000 values"),
    "bytes": ("x: " + "a" * 3_000_000, "more than 1048576 bytes"),
    "a long decimal": ("x: 0." + "1" * 200_000, "a number of more than 60 digits"),
    "a long integer": ("x: 1" + "0" * 1_000_000, "a number of more than 60 digits"),
    "a tag": ("x: !!bool maybe", "the tag 'tag:yaml.org,2002:bool'"),
    "code": ("x: !!python/object/apply:os.system [id]", "the tag 'tag:yaml.org,2002:python/object/apply"),
    "a time before time": ("x: 0001-01-01 00:00:00+23:59\n? [a]\n: b", "a key that is not plain text"),
}


@pytest.mark.parametrize(("text", "limit"), _YAML.values(), ids=_YAML)
def test_yaml_that_passes_a_limit_is_refused_with_the_limit(text: str, limit: str, tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        load_mapping(path)
    (problem,) = refused.value.problems
    assert f"found {limit}" in str(problem) and "case.yaml" in where_of(problem)


class _Fee(StrictModel):
    fee: ExactDecimal


@pytest.mark.parametrize(
    "fee", ["0." + "1" * 200_000, "1" + "0" * 900_000, "1e999999999", "1e-999999999", "1." + "0" * 60]
)
def test_a_number_in_quotes_that_is_too_long_is_refused(fee: str) -> None:
    with pytest.raises(InputError) as refused:
        validated(_Fee, {"fee": fee}, "case.yaml")
    assert "a number of" in str(refused.value) and len(str(refused.value)) < 300


def test_as_long_as_a_number_may_be_it_is_read_exactly() -> None:
    assert str(validated(_Fee, {"fee": "0." + "1" * 30}, "case.yaml").fee) == "0." + "1" * 30


def test_what_nobody_reads_is_not_printed_by_the_million(tmp_path: Path, capsys: Told) -> None:
    path = tmp_path / "case.yaml"
    path.write_text("rulebook: dongsheng-2025\n" + "".join(f"k{n}: 1\n" for n in range(3000)))
    assert main(["score", str(path)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1001 and lines[-1].startswith("talentcalc: and 2")


def fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def loop(path: Path) -> Path:
    path.symlink_to(path.name)
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


_NO_FILES: list[Callable[[Path], Path]] = [fifo, loop, folder, lambda _: Path("/dev/zero")]
_READERS: list[Callable[[Path], object]] = [
    load_mapping,
    read_identities,
    read_redaction_notice,
    read_secret,
    lambda path: read_signer(path, lambda: b""),
]


@pytest.mark.parametrize("made", _NO_FILES, ids=["pipe", "loop", "folder", "device"])
def test_what_is_no_plain_file_is_refused_and_never_waited_for(
    made: Callable[[Path], Path], tmp_path: Path
) -> None:
    path = made(tmp_path / "file")
    for read in _READERS:
        with pytest.raises(InputError) as refused:
            read(path)
        assert str(path) in str(refused.value)
    assert main(["-q", "check", str(path)]) == 2


_JSON = {
    "deep": ("[" * 100_000, "lists in one another"),
    "deep and closed": ("[" * 900 + "]" * 900, f"more than {MOST_DEEP} lists in one another"),
    "wide": ("[" + "[]," * MOST_VALUES + "[]]", f"more than {MOST_VALUES} values"),
    "bytes": ('"' + "x" * (64 << 20) + '"', "more than 67108864 bytes"),
    "digits": ("1" + "0" * 4000, "a number of more than 30 digits"),
    "more digits": ("1" + "0" * 1_000_000, "a number of more than 30 digits"),
    "no number": ("NaN", "NaN, which is no number"),
}


@pytest.mark.parametrize(("text", "limit"), _JSON.values(), ids=_JSON)
def test_json_that_passes_a_limit_is_refused_with_the_limit(text: str, limit: str) -> None:
    with pytest.raises(ValueError, match=limit):
        read_json(text.encode())


def test_json_within_the_limits_is_read() -> None:
    text = "[" * MOST_DEEP + str(10**29) + "]" * MOST_DEEP
    assert json.dumps(read_json(text.encode())) == text


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A package of nothing but a result that is none, with manifests that fit."""
    pack = tmp_path / "case"
    (pack / "data/run").mkdir(parents=True)
    (pack / "data/run/result.json").write_bytes(b"{}\n")
    (pack / "bagit.txt").write_bytes(layout.DECLARED)
    (pack / "bag-info.txt").touch()
    return closed(pack)


_BOMBS: dict[str, tuple[str, bytes, str]] = {
    "a deep result": ("data/run/result.json", b"[" * 10**6, "lists in one another"),
    "a wide result": ("data/run/result.json", b"[" + b"1," * 10**7 + b"1]", "values"),
    "a long number": ("data/run/result.json", b"1" * 10**7, "a number of more than 30 digits"),
    "a manifest of a million lines": (
        "manifest-sha256.txt",
        b"".join(b"%064x  data/%d\n" % (n, n) for n in range(10**6)),
        "bytes",
    ),
    "an endless bag-info": ("bag-info.txt", b"\n" * (8 << 20), "bytes"),
    "a declaration": ("bagit.txt", b"x" * (8 << 20), "bytes"),
    "deep signatures": ("signatures.json", b"[" * 10**6, "lists in one another"),
    "a million signatures": ("signatures.json", b'{"signatures": [' + b"{}," * 10**6 + b"{}]}", "bytes"),
}


@pytest.mark.parametrize(("name", "content", "limit"), _BOMBS.values(), ids=_BOMBS)
def test_a_bomb_in_a_package_is_a_finding(pack: Path, name: str, content: bytes, limit: str) -> None:
    (pack / name).write_bytes(content)
    if name.startswith("data/"):
        closed(pack)
    problems = verify(pack).problems
    place = name.removeprefix("data/")
    assert [one for one in problems if place in where_of(one) and limit in what_was_found(one)]


def test_more_signatures_than_a_package_may_have_are_refused(pack: Path) -> None:
    statement = {"schema": "talentcalc/signature/1", "number": 1, "step": "prepared", "name": "甲"}
    statement |= {"party": "agency", "dated": "2026-01-15", "previous": None}
    statement |= dict.fromkeys(("key", "manifest", "tag_manifest"), "0" * 64)
    for number, said in ((100, False), (101, True)):
        signatures = [{"statement": statement, "signature": "0" * 128}] * number
        document = {"schema": "talentcalc/signatures/1", "signatures": signatures}
        (pack / "signatures.json").write_bytes(canonical(document))
        assert any("at most 100" in str(one) for one in verify(pack).problems) == said


@pytest.mark.parametrize("kind", ["pipe", "grown", "shrunk", "link"])
def test_a_file_that_changes_while_a_package_is_read_is_a_finding(pack: Path, kind: str) -> None:
    path = pack / "data/run/result.json"
    with packs.open_package(pack) as opened:
        path.unlink()
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "link":
            path.symlink_to("/dev/zero")
        else:
            path.write_bytes(b"x" * 1000 if kind == "grown" else b"")
        with pytest.raises(packs.NotAPackage, match=r"result\.json"):
            opened.read("data/run/result.json")


@pytest.mark.parametrize("odd", [
    {"boards": 5}, {"boards": []}, {"boards": {"a": None}}, {"payment": 5}, {"payment": {}}, {"homes": [1]},
    *({"boards": {"base": {"title": "", "score": score, "max": "1", "categories": [], "indicators": {}}}}
      for score in ("1e999999999", "1" * 10_000, "1/3", "", "１", "1.", "NaN")),
])  # fmt: skip
def test_figures_that_no_run_writes_are_not_read(case: Case, odd: dict[str, object]) -> None:
    sound = case.result()
    assert read_result(canonical(sound))
    with pytest.raises(ValueError, match="validation error"):
        read_result(canonical(sound | odd))
