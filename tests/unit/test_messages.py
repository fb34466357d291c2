"""The catalogues: every message that the code makes is worded in every language, with the facts it names."""

import ast
import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from talentcalc.messages.catalogue import wording
from talentcalc.messages.message import message
from tests.conftest import ROOT

PACKAGE = ROOT / "talentcalc"
LANGUAGES = ("en", "zh")
COMPUTING = [path for path in PACKAGE.iterdir() if path.is_dir() and path.name not in {"report", "explore"}]


def catalogues(language: str) -> dict[Path, Catalog]:
    files = sorted((PACKAGE / "messages" / language).glob("*.po"))
    return {file: read_po(file.open("rb"), abort_invalid=True) for file in files}


def worded(language: str) -> dict[str, set[str]]:
    """The facts that the wording of each message names, by key."""
    return {
        str(entry.id): {name for _, name, _, _ in Formatter().parse(str(entry.string)) if name is not None}
        for catalogue in catalogues(language).values()
        for entry in catalogue
        if entry.id
    }


def made() -> dict[str, list[tuple[str, set[str]]]]:
    """Where the code makes each message, and of which facts."""
    calls = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                key = node.args[0]
                assert isinstance(key, ast.Constant), f"{place}: the key is to be written out"
                facts = {keyword.arg for keyword in node.keywords}
                assert None not in facts, f"{place}: the facts are to be written out"
                calls[str(key.value)].append((place, {str(fact) for fact in facts}))
    return calls


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_worded_with_the_facts_it_is_made_of(language: str) -> None:
    wordings = worded(language)
    for key, calls in made().items():
        for place, facts in calls:
            assert key in wordings, f"{place}: {key} has no wording in {language}"
            assert facts == wordings[key], f"{place}: {key} in {language}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wording_is_of_a_message_that_the_code_makes(language: str) -> None:
    assert worded(language).keys() <= made().keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_catalogue_is_compiled_and_holds_its_rooms_messages(language: str) -> None:
    for file, catalogue in catalogues(language).items():
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        assert file.with_suffix(".mo").read_bytes() == compiled.getvalue(), f"make messages: {file}"
        assert all(str(entry.id).partition(".")[0] == file.stem for entry in catalogue if entry.id)
        assert {path.name for path in file.parent.parent.joinpath("en").iterdir()} == {
            path.name for path in file.parent.iterdir()
        }


def test_no_code_that_computes_holds_a_chinese_sentence() -> None:
    """Words that are read in evidence (是, 合计) are data: a sentence has a mark, or six characters on end.

    So is a class of characters, [一二…], in the pattern of what is read, and the sets in what reads headers.
    """
    sentence = re.compile(r"(?<![\[\u4e00-\u9fff])[\u4e00-\u9fff]{6}|[\u4e00-\u9fff].*[，。；：]")
    found = []
    for room in COMPUTING:
        for path in sorted(room.rglob("*.py")):
            if path.name in ("extent.py", "header_matching.py"):
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
            bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented)]
            doc = {id(line.value) for body in bodies for line in body if isinstance(line, ast.Expr)}
            found += [
                f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in doc
                if sentence.search(node.value)
            ]
    assert found == []


def test_a_message_words_its_facts_and_the_messages_among_them() -> None:
    inner = message("core.problem", where="{a}", message="%s")
    assert wording(message("core.problem", where="f: x", message=inner), "en") == "f: x: {a}: %s.."
    with pytest.raises(KeyError, match=r"core\.nothing"):
        wording(message("core.nothing"), "zh")
