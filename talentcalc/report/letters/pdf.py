"""A letter as pages: PDF/A-2a and PDF/UA-1."""

from dataclasses import asdict

from talentcalc.report.letters.letter import Letter
from talentcalc.report.render.exporters import head_of, pdf_of
from talentcalc.result.model.result import AnyScorecard


def letter_pdf(letter: Letter, result: AnyScorecard) -> bytes:
    """The letter as PDF."""
    blocks = [asdict(block) for block in letter.blocks]
    return pdf_of("letter", head_of(letter.title, result) | {"blocks": blocks})
