"""Names that a package can have: kept, and kept apart, by Windows, macOS and Linux alike.

Expected: Microsoft's “Naming Files, Paths, and Namespaces”; Unicode NFC and case folding.
"""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.archive.bag.file_names import portable, unfit_names
from tests.support.archive_packages import what_was_found
from tests.support.problems import is_whole

FIT = [
    "proofs/a b.pdf",
    "佐证/會議 紀要（一）𠮷.txt",
    "a/console.txt",
    "con/../x".replace("..", "b"),
    "x" * 170,
]
FIT.remove("con/b/x")
UNFIT = [
    *("CON", "con.txt", "a/aux.tar.gz", "nul", "LPT1.pdf", "a/COM9/x", "com¹.txt", "aux .txt"),
    *("a./x", "a ", "a/b. ", "a:b", 'x"y', "a|b", "a?b", "a*b", "a<b", "x>y"),
    *("y" * 256, "字" * 86, "/".join(["folder"] * 30), "a\\b", "a\nb", "../x", "/x"),
]


@pytest.mark.parametrize("path", UNFIT)
def test_a_name_that_some_system_cannot_have_is_refused_with_what_to_do(path: str) -> None:
    (problem,) = unfit_names([path])
    assert "rename it" in str(problem) and is_whole(problem)


def test_plain_names_are_fit() -> None:
    assert list(unfit_names(FIT)) == []


@pytest.mark.parametrize(
    "paths",
    [("a/X.pdf", "a/x.pdf"), ("A/x.pdf", "a/y.pdf"), ("Zoé", "zoÉ"), ("straße", "STRASSE"), ("e\u0301", "é")],
)
def test_names_that_some_system_takes_for_one_are_refused_together(paths: tuple[str, str]) -> None:
    (problem,) = unfit_names(paths)
    assert " and " in what_was_found(problem) and is_whole(problem)


@given(st.lists(st.text("aAéE\u0301b./ ", min_size=1, max_size=6), max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_is_fit_stays_apart_on_every_system(paths: list[str]) -> None:
    paths = [portable(path) for path in paths]
    if not list(unfit_names(paths)):
        once = set(paths)
        assert len({unicodedata.normalize("NFD", one).casefold() for one in once}) == len(once)
