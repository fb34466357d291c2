"""Office files in their one form: bytes that no clock and no compression library can change."""

from io import BytesIO
from typing import IO, TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from openpyxl import Workbook


def workbook_bytes(workbook: "Workbook") -> bytes:
    """A workbook in its one form, with the times that its properties have."""
    from openpyxl.writer.excel import ExcelWriter

    content = BytesIO()
    ExcelWriter(workbook, ZipFile(content, "w")).save()  # Workbook.save would ask the clock
    return in_one_form(content)


def in_one_form(made: IO[bytes]) -> bytes:
    """The members of an office file as they are, stored one after the other without their times.

    Stored, as two builds of zlib may compress the same text to different bytes.
    """
    whole = BytesIO()
    with ZipFile(made) as members, ZipFile(whole, "w", ZIP_STORED) as stored:
        for name in members.namelist():
            member = ZipInfo(name)
            member.create_system = 3  # or it would tell Windows from the others
            stored.writestr(member, members.read(name))
    return whole.getvalue()
