"""A stream that ends in a carriage return: one in 256 does, by chance; every one is mended."""

import io
import re
from pathlib import Path

import page
import pypdf
import pytest
import typst

from talentcalc.report.exporters import PDF_STANDARDS
from talentcalc.report.fonts import FONT_FOLDER
from talentcalc.report.pdf_streams import without_final_returns

SOURCE = """#set document(title: "t", date: datetime(year: 2026, month: 1, day: 15))
#set text(lang: "zh", font: "Noto Sans SC")
= 标题
第 {number} 份"""


def compiled(number: int, folder: Path) -> bytes:
    """A small document of its own."""
    source = folder / "small.typ"
    source.write_text(SOURCE.format(number=number), encoding="utf-8")
    pdf = typst.compile(
        str(source),
        font_paths=[str(FONT_FOLDER)],
        ignore_system_fonts=True,
        pdf_standards=[*PDF_STANDARDS],
        timestamp=0,
    )
    assert isinstance(pdf, bytes)
    return pdf


def ends_in_a_return(pdf: bytes) -> bool:
    """Whether the data of any stream does."""
    heads = re.finditer(rb"Length (\d+)[^>]*?>>\nstream\n", pdf)
    return any(pdf[head.end() + int(head[1]) - 1 : head.end() + int(head[1])] == b"\r" for head in heads)


def failures(pdf: bytes) -> list[str]:
    """What page-validation finds against either standard."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("2a", "ua1")]
    return [str(failure) for report in reports for failure in report.failures]


def test_a_stream_that_ends_in_a_return_is_mended_and_nothing_else_is_changed(tmp_path: Path) -> None:
    # One stream in 256 ends so: among some hundred small documents there is one, always the same.
    unlucky = next(pdf for n in range(2000) if ends_in_a_return(pdf := compiled(n, tmp_path)))
    assert failures(unlucky)  # should this ever pass, the mending is no longer needed
    mended = without_final_returns(unlucky)
    assert not ends_in_a_return(mended)
    assert failures(mended) == []
    texts = [
        pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages[0].extract_text() for pdf in (unlucky, mended)
    ]
    assert texts[0] == texts[1]
    assert 0 < len(mended) - len(unlucky) < 10


def test_a_sound_pdf_is_left_as_it_is(tmp_path: Path) -> None:
    sound = next(pdf for n in range(9) if not ends_in_a_return(pdf := compiled(n, tmp_path)))
    assert without_final_returns(sound) == sound


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", None])
def test_what_is_no_such_pdf_is_refused(damage: bytes | None, tmp_path: Path) -> None:
    broken = compiled(1, tmp_path).replace(b"\nendstream", b"\nendstrean") if damage is None else damage
    with pytest.raises(ValueError, match="no "):
        without_final_returns(broken)
