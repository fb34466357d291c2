"""Determines by its content what a file submitted as a workbook is, and refuses what is none."""

import re

from talentcalc.evidence.readers.workbooks.compound import Compound
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import Message, message

_COMPOUND_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_START = 4096  # bytes that are examined
_OTHER_SIGNATURES: tuple[tuple[bytes, Message], ...] = (
    (b"%PDF", message("evidence.pdf_file")),
    (b"PAR1", message("evidence.parquet_file")),
    (b"\x1f\x8b", message("evidence.gzip_file")),
    (b"Rar!", message("evidence.rar_archive")),
    (b"7z\xbc\xaf\x27\x1c", message("evidence.7z_archive")),
    (b"\x89PNG", message("evidence.picture")),
    (b"\xff\xd8\xff", message("evidence.picture")),
    (b"\x00\x05\x16\x07", message("evidence.macos_companion_file")),
)
_OTHER_STREAMS = {
    "EncryptedPackage": message("evidence.encrypted_package"),
    "WordDocument": message("evidence.old_word_document"),
    "PowerPoint Document": message("evidence.old_powerpoint_document"),
}


def must_be_a_workbook(content: bytes) -> None:
    """Refuse a file that is neither an archive, as newer workbooks, nor a compound document, as older ones.

    Raises:
        Unreadable: the message names the kind of file and what to do.
    """
    if not content:
        raise Unreadable(message("evidence.empty_file"))
    if is_archive(content) or content.startswith(_COMPOUND_SIGNATURE):
        return
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00", content):
        raise Unreadable(message("evidence.workbook_before_excel_97"))
    for signature, refusal in _OTHER_SIGNATURES:
        if content.startswith(signature):
            raise Unreadable(refusal)
    raise Unreadable(_no_workbook(content))


def is_archive(content: bytes) -> bool:
    """Whether the content is a ZIP archive."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def xls_stream(content: bytes) -> bytes:
    """The workbook's stream in a compound document."""
    document = Compound(content)
    for stream, refusal in _OTHER_STREAMS.items():
        if stream in document.names:
            raise Unreadable(refusal)
    for name in ("Workbook", "WORKBOOK", "Book", "BOOK"):
        if name in document.names:
            return document.stream(name)
    raise Unreadable(message("evidence.compound_document_without_workbook"))


def must_have_suffix(suffix: str, form: Message, suffixes: tuple[str, ...]) -> None:
    """Refuse a workbook whose suffix is not one of its format's."""
    if suffix.lower() not in suffixes:
        raise Unreadable(
            message(
                "evidence.wrong_suffix",
                format=form,
                suffix=suffix[:20] or message("evidence.no_suffix"),
                right=suffixes[0],
            )
        )


def _no_workbook(content: bytes) -> Message:
    """Why a file without a known signature is no workbook."""
    start = content[:_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower().replace(b"\0", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return message("evidence.xml_spreadsheet_2003")
    if b"office:document" in start:
        return message("evidence.flat_open_document")
    if re.search(rb"<(!doctype html|html|head|body|table|meta)\b", start):
        return message("evidence.web_page")
    if start.startswith(b"<?xml"):
        return message("evidence.xml_file")
    if b"\0" not in content[:_START]:
        return message("evidence.text_file")
    return message("evidence.no_workbook")
