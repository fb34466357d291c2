"""A stream that ends in a carriage return: one in 256 does, by chance; every one is mended."""

import io
import re
from collections.abc import Callable

import page
import pypdf
import pytest
import typst

from talentcalc.report.render.exporters import PDF_STANDARDS
from talentcalc.report.render.fonts import FONT_FOLDER
from talentcalc.report.render.pdf_streams import without_final_returns

Compiled = Callable[[int], bytes]

SOURCE = """#set document(title: "t", date: datetime(year: 2026, month: 1, day: 15))
#set text(lang: "zh", font: "Noto Sans SC")
= 标题
第 #sys.inputs.number 份"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """Small documents, each its own by its number; the fonts are read once."""
    source = tmp_path_factory.mktemp("typst") / "small.typ"
    source.write_text(SOURCE, encoding="utf-8")
    compiler = typst.Compiler(str(source), font_paths=[str(FONT_FOLDER)], ignore_system_fonts=True)

    def compiled(number: int) -> bytes:
        pdf = compiler.compile(
            sys_inputs={"number": str(number)}, format="pdf", pdf_standards=[*PDF_STANDARDS], timestamp=0
        )
        assert isinstance(pdf, bytes)
        return pdf

    return compiled


def ends_in_a_return(pdf: bytes) -> bool:
    """Whether the data of any stream does."""
    heads = re.finditer(rb"Length (\d+)[^>]*?>>\nstream\n", pdf)
    return any(pdf[head.end() + int(head[1]) - 1 : head.end() + int(head[1])] == b"\r" for head in heads)


def failures(pdf: bytes) -> list[str]:
    """What page-validation finds against either standard."""
    reports = [page.validate_pdf_bytes(pdf, profile=profile) for profile in ("2a", "ua1")]
    return [str(failure) for report in reports for failure in report.failures]


def test_a_stream_that_ends_in_a_return_is_mended_and_nothing_else_is_changed(compiled: Compiled) -> None:
    # One stream in 256 ends so: among some hundred small documents there is one, always the same.
    unlucky = next(pdf for n in range(2000) if ends_in_a_return(pdf := compiled(n)))
    assert failures(unlucky)  # should this ever pass, the mending is no longer needed
    mended = without_final_returns(unlucky)
    assert not ends_in_a_return(mended)
    assert failures(mended) == []
    texts = [
        pypdf.PdfReader(io.BytesIO(pdf), strict=True).pages[0].extract_text() for pdf in (unlucky, mended)
    ]
    assert texts[0] == texts[1]
    assert 0 < len(mended) - len(unlucky) < 10


def test_a_sound_pdf_is_left_as_it_is(compiled: Compiled) -> None:
    sound = next(pdf for n in range(9) if not ends_in_a_return(pdf := compiled(n)))
    assert without_final_returns(sound) == sound


@pytest.mark.parametrize("damage", [b"", b"%PDF-1.7\n", None])
def test_what_is_no_such_pdf_is_refused(damage: bytes | None, compiled: Compiled) -> None:
    broken = compiled(1).replace(b"\nendstream", b"\nendstrean") if damage is None else damage
    with pytest.raises(ValueError, match="no "):
        without_final_returns(broken)
