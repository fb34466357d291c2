"""Text is read in the encoding that it is in, or that, and the damaged line, is named (issue 11, 1.5)."""

import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from talentcalc.evidence.readers.encoding import encoding_of
from talentcalc.evidence.tables.grid import Unreadable
from tests.support.sloppy import read

HEAD = "编号,说明\n"
TEXT = HEAD + "N1,人才政策宣讲\nN2,校企合作\nN3,成果推介\n"
CHINESE = st.text("人才政策宣讲校企合作成果推介东胜区泉州市评审机构，。（）", min_size=1, max_size=8)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_one_damaged_byte_in_utf_8_never_makes_it_gb18030(data: st.DataObject) -> None:
    text = HEAD + "".join(f"N{n},{note}\n" for n, note in enumerate(data.draw(st.lists(CHINESE, max_size=5))))
    raw = bytearray(text.encode())
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda one: one not in b"\r\n"))
    assume(raw[place] >= 0x80)
    raw[place] = byte
    try:
        assert encoding_of(io.BytesIO(bytes(raw))) == "utf-8"
        raw.decode()
    except Unreadable as error:
        line = bytes(raw[:place]).count(b"\n") + 1
        assert f"第 {line} 行" in str(error) and "UTF-8" in str(error)


@given(st.lists(CHINESE, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_sound_text_of_either_encoding_is_read(notes: list[str]) -> None:
    text = HEAD + "".join(f"N{n},{note}\n" for n, note in enumerate(notes))
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        assert list(read(text.encode(encoding))[0].frame["note"]) == notes, encoding


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (TEXT.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "UTF-16"),
        (TEXT.encode("utf-32"), "UTF-32"),
        ("id,note\nN1,abc\n".encode("utf-16-le"), "UTF-16"),
        (b"\0" * 1000, "空字节"),
        (TEXT.encode("utf-8-sig") + "N4,宣".encode("gb18030") + b"\n", "第 5 行"),
        (TEXT.encode().replace("校企".encode(), b"\xd0\xa3\xc6\xf3"), "第 3 行有字节不是 UTF-8"),
        (TEXT.encode("gb18030").replace(b"N3,", b"N3,\xff\xff"), "第 4 行"),
        (b"id,note\nN1,\xff\xff\n", "既不是 UTF-8 也不是 GB18030（第 2 行）"),
    ],
)
def test_another_encoding_or_damage_is_named_as_what_it_is(raw: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read(raw)


@pytest.mark.parametrize("text", ["a\0b", "甲\0乙", "a\rb", "a\r\nb", "甲\u2028乙", "\x1a"])
def test_controls_inside_a_text_stay(text: str) -> None:
    assert list(read(f'id,note\nN1,"{text}"\n'.encode())[0].frame["note"]) == [text]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    assert list(read(TEXT.replace("\n", end).encode())[0].frame.index) == [2, 3, 4]


def test_what_keeps_an_id_from_becoming_a_number_is_no_part_of_it() -> None:
    table, findings = read(b'id,note\n"=""00123""",x\nN2,"=""y"""\n')
    assert (list(table.frame["id"]), list(table.frame["note"])) == (["00123", "N2"], ["x", "y"])
    assert {one: findings[one].severity for one in findings} == {
        "t.id.wrapped": "info",
        "t.note.wrapped": "info",
    }
    assert [place.line for place in findings["t.id.wrapped"].rows] == [2]


@pytest.mark.parametrize(
    "text", ["1.52701E+17", "1.5E+17", "1.5270119900101126e+17", "2E+15", "1.52701E17", "152.7E+15"]
)
def test_an_id_that_lost_its_digits_is_critical(text: str) -> None:
    table, findings = read(f"id,note\n{text},{text}\n".encode())
    for column in ("id", "note"):
        finding = findings[f"t.{column}.readable"]
        assert (finding.severity, finding.rows[0].line, finding.rows[0].found) == ("critical", 2, text)
        assert table.frame[column].isna().all()


@pytest.mark.parametrize("text", ["1e5", "E+17", "1.5E+1", "1.5E+17号", "152701199001011234", "a+b"])
def test_a_text_that_only_looks_a_little_like_it_is_a_text(text: str) -> None:
    table, findings = read(f"id,note\n{text},x\n".encode())
    assert (list(table.frame["id"]), findings) == ([text], {})
