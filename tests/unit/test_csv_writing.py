"""A table written as CSV is read back as it was, from the same bytes on every Python (gh-67044)."""

import io
from collections.abc import Iterable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from talentcalc.evidence.tables.csv_writing import write_rows
from tests.support.sloppy import read

TEXTS = st.text(st.sampled_from("ab甲\r\n\",;'\0\t =\u2028\x85"), max_size=6)


def written(rows: Iterable[Sequence[str | None]], ending: str = "\n") -> str:
    stream = io.StringIO(newline="")
    write_rows(stream, rows, ending)
    return stream.getvalue()


def test_what_is_written_is_pinned() -> None:
    # By hand: quoted are a comma, a quote (doubled), both line breaks; nothing else. An apostrophe marks text
    # that would be a formula, and text with one before such; numbers stay.
    rows: list[list[str | None]] = [
        ["a", None, ""],
        ["b\rc", "d\ne", "f\r\ng"],
        ['h"i', "j,k", " l;'=@"],
        ["甲\0", "", "\t"],
        ["=1+1", "-5", "'@x"],
    ]
    lines = ["a,,", '"b\rc","d\ne","f\r\ng"', '"h""i","j,k", l;\'=@', "甲\0,,'\t", "'=1+1,-5,''@x"]
    for ending in ("\n", "\r\n"):
        assert written(rows, ending) == "".join(line + ending for line in lines)


@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_back(texts: list[str], ending: str) -> None:
    rows: list[list[str | None]] = [["id", "note"]]
    rows += [[f"N{n}", text] for n, text in enumerate(texts)]
    table, findings = read(written(rows, ending).encode())
    assert not findings
    wanted = [text.strip() for text in texts]  # the white space around a cell is no part of it
    assert [one if isinstance(one, str) else "" for one in table.frame["note"]] == wanted
