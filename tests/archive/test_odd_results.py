"""Results as an attacker would write them, in packages whose manifests fit: findings, never an error.

Expected: a result has the form of `talentcalc run` and every part that is told of it, or it is named, exit 4.
"""

import json
from pathlib import Path

import pytest

from talentcalc.cli import main
from talentcalc.result.document import canonical
from tests.support.archive_packages import (
    ALL,
    audited,
    chain,
    closed,
    copied,
    keys,
    sealed,
    small,
    stand_in,
    with_result,
)

pytestmark = pytest.mark.slow

Told = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small package, and keys beside it."""
    home = tmp_path_factory.mktemp("odd")
    small(sealed(stand_in(audited(home).write()))).rename(home / "case")
    keys(home / "own")
    return home


@pytest.fixture
def pack(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it to alter, in the working folder."""
    monkeypatch.chdir(tmp_path)
    return copied(home / "case", tmp_path)


def found(told: Told) -> list[str]:
    """The findings of a package that fails, as place and what was found there."""
    assert main(["verify", "case"]) == 4
    out, err = told.readouterr()
    assert out == ""
    return [line.removeprefix("talentcalc: ").split("; expected")[0] for line in err.splitlines()]


_ODD = {
    "a list": b"[]", "null": b"null", "text": b'"x"', "nothing": b"", "no JSON": b"{", "no UTF-8": b"\xff",
    "deep": b'{"schema": "talentcalc/result/1", "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "NaN": b'{\n  "schema": "talentcalc/result/1",\n  "x": NaN\n}\n',
    "half a character": b'{\n  "schema": "talentcalc/result/1",\n  "x": "\\ud800"\n}\n',
    "a long number": b'{\n  "schema": "talentcalc/result/1",\n  "x": 1' + b"0" * 5000 + b"\n}\n",
    "a schema of its own": b'{\n  "schema": [\n    "talentcalc/result/1"\n  ]\n}\n',
    "no parts": b'{\n  "schema": "talentcalc/result/1"\n}\n',
    **{f"{deep} deep": canonical({"schema": "talentcalc/result/1", "x": json.loads("[" * deep + "]" * deep)})
       for deep in (50, 200)},
}  # fmt: skip


@pytest.mark.parametrize("content", _ODD.values(), ids=_ODD)
def test_a_result_of_an_odd_shape_is_a_finding(pack: Path, content: bytes, capsys: Told) -> None:
    (pack / "data/run/result.json").write_bytes(content)
    closed(pack)
    assert [one for one in found(capsys) if "result.json" in one]


def test_a_result_that_lacks_parts_is_a_finding_and_never_an_error(pack: Path, capsys: Told) -> None:
    whole = json.loads((pack / "data/run/result.json").read_bytes())
    needed = {*("audit", "subject", "status", "rulebook", "review", "regulation", "provenance", "order")}
    odd: list[object] = [..., None, 0, [], [1], {}, {"x": [1]}, {"x": {"sha256": 1}}, "x"]
    for name in sorted(needed | {"evidence", "period", "proofs"}):
        for value in odd:
            with_result(pack, **whole | {name: value})
            status, told = main(["verify", "case"]), capsys.readouterr().err
            assert status in (0, 4) and (status == 0) == (told == ""), (name, value, told)
            if name in needed and not isinstance(value, dict | str):
                assert status == 4, (name, value)
    for name, part, value in (
        ("review", "dated", "x"),
        ("review", "dated", None),
        ("review", "agency", 1),
        ("regulation", "title", []),
        ("regulation", "procedure", "x"),
        ("regulation", "procedure", {"parties": {}, "steps": []}),
        ("provenance", "params_file", 1),
        ("provenance", "params_sha256", "x"),
        ("provenance", "rulebook_sha256", {}),
    ):
        with_result(pack, **whole | {name: whole[name] | {part: value}})
        assert found(capsys), (name, part, value)


def test_a_procedure_whose_party_has_no_title_is_a_finding(home: Path, pack: Path, capsys: Told) -> None:
    result = json.loads((pack / "data/run/result.json").read_bytes())
    result["regulation"]["procedure"]["parties"] = {"office": "办公室"}
    with_result(pack, **result)
    chain(pack, {"甲": home / "own/甲"}, ALL[:1])
    assert found(capsys) == ["data/run/result.json: found a result that lacks parts"]
