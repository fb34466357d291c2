"""Office files in their one form: bytes that no clock and no compression library can change."""

from io import BytesIO
from typing import IO
from zipfile import ZIP_STORED, ZipFile, ZipInfo

_FALLBACKS = {
    "仿宋": "FangSong,仿宋_GB2312,STFangsong,Noto Serif CJK SC",
    "宋体": "SimSun,STSong,Songti SC,Noto Serif CJK SC",
    "Times New Roman": "Liberation Serif",
}
_ENTRIES = "".join(
    f'<w:font w:name="{name}"><w:altName w:val="{others}"/></w:font>' for name, others in _FALLBACKS.items()
)
FONT_TABLE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    f"{_ENTRIES}</w:fonts>"
).encode()
"""The fonts of a .docx by name, each with others that may stand in for it."""


def in_one_form(made: IO[bytes]) -> bytes:
    """The members of a .docx as they are, stored one after the other without their times.

    Stored, as two builds of zlib may compress the same text to different bytes.
    """
    whole = BytesIO()
    with ZipFile(made) as members, ZipFile(whole, "w", ZIP_STORED) as stored:
        for name in members.namelist():
            member = ZipInfo(name)
            member.create_system = 3  # or it would tell Windows from the others
            stored.writestr(member, members.read(name))
    return whole.getvalue()
