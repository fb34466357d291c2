"""The letters of a result, each as PDF to send and as .docx to go on writing."""

from talentcalc.report.letters.correction import correction
from talentcalc.report.letters.feedback import feedback
from talentcalc.report.letters.letter import Letter
from talentcalc.report.letters.payment_note import payment_note
from talentcalc.result.model.result import AnyScorecard, BlockedScorecard, Result


def letters(result: Result) -> dict[str, Letter]:
    """Each letter by the name of its files.

    A league has no operator to write to, and a public copy is nobody's to send: they have none. Where
    nothing could be scored, the letter asks for corrections, and nothing is to be paid.
    """
    if not isinstance(result, AnyScorecard) or result.redacted:
        return {}
    if isinstance(result, BlockedScorecard):
        return {"feedback": correction(result)}
    return {"feedback": feedback(result), "payment-note": payment_note(result)}


def letter_files(result: Result) -> dict[str, bytes]:
    """Each letter in both forms, by file name."""
    files: dict[str, bytes] = {}
    if not isinstance(result, AnyScorecard):
        return files
    for name, letter in letters(result).items():
        from talentcalc.report.letters.pdf import letter_pdf
        from talentcalc.report.letters.word import letter_docx  # only an audit with letters loads it

        files[f"{name}.pdf"] = letter_pdf(letter, result)
        files[f"{name}.docx"] = letter_docx(letter, result)
    return files
