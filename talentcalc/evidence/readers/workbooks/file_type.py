"""Determines by its content what a file submitted as a workbook is, and refuses what is none."""

import re

from talentcalc.evidence.readers.workbooks.compound import Compound
from talentcalc.evidence.tables.grid import Unreadable

_COMPOUND_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx"
_START = 4096  # bytes that are examined
_OTHER_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件，不是工作簿"),
    (b"PAR1", "Parquet 文件，请把扩展名改为 .parquet"),
    (b"\x1f\x8b", "GZIP 压缩文件，请解压后提交"),
    (b"Rar!", "RAR 压缩包，请解压后提交"),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包，请解压后提交"),
    (b"\x89PNG", "图片，不是工作簿"),
    (b"\xff\xd8\xff", "图片，不是工作簿"),
    (b"\x00\x05\x16\x07", "macOS 的附属文件，请提交原工作簿"),
)
_OTHER_STREAMS = {
    "EncryptedPackage": "有密码的工作簿；请取消密码后另存",
    "WordDocument": f"Word 文档；表格{_SAVE}",
    "PowerPoint Document": f"PowerPoint 文档；表格{_SAVE}",
}


def must_be_a_workbook(content: bytes) -> None:
    """Refuse a file that is neither an archive, as newer workbooks, nor a compound document, as older ones.

    Raises:
        Unreadable: the message names the kind of file and what to do.
    """
    if not content:
        raise Unreadable("空文件（0 字节）；请重新导出")
    if is_archive(content) or content.startswith(_COMPOUND_SIGNATURE):
        return
    if re.match(rb"\x09[\x00\x02\x04\x08][\x04-\x10]\x00", content):
        raise Unreadable(f"内容是 Excel 97 以前的工作簿；{_SAVE}")
    for signature, kind in _OTHER_SIGNATURES:
        if content.startswith(signature):
            raise Unreadable(f"内容是{kind}")
    raise Unreadable(_kind_of_text(content))


def is_archive(content: bytes) -> bool:
    """Whether the content is a ZIP archive."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def xls_stream(content: bytes) -> bytes:
    """The workbook's stream in a compound document."""
    document = Compound(content)
    for stream, kind in _OTHER_STREAMS.items():
        if stream in document.names:
            raise Unreadable(f"内容是{kind}")
    for name in ("Workbook", "WORKBOOK", "Book", "BOOK"):
        if name in document.names:
            return document.stream(name)
    raise Unreadable(f"内容是不含工作簿的旧格式复合文档；{_SAVE}")


def must_have_suffix(suffix: str, form: str, suffixes: tuple[str, ...]) -> None:
    """Refuse a workbook whose suffix is not one of its format's."""
    if suffix.lower() not in suffixes:
        raise Unreadable(
            f"内容是{form}，扩展名却是 {suffix[:20] or '空'}；请把扩展名改为 {suffixes[0]} 或另存为 .xlsx"
        )


def _kind_of_text(content: bytes) -> str:
    start = content[:_START].lstrip(b"\xef\xbb\xbf \t\r\n").lower().replace(b"\0", b"")
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start:
        return f"内容是 XML 表格 2003，不是工作簿；{_SAVE}"
    if b"office:document" in start:
        return f"内容是单一 XML 的 OpenDocument（.fods）；{_SAVE}"
    if re.search(rb"<(!doctype html|html|head|body|table|meta)\b", start):
        return f"内容是网页（HTML），不是工作簿；{_SAVE}"
    if start.startswith(b"<?xml"):
        return f"内容是 XML 文件，不是工作簿；{_SAVE}"
    if b"\0" not in content[:_START]:
        return f"内容是文本（如 CSV），不是工作簿；请把扩展名改为 .csv，或{_SAVE[1:]}"
    return f"内容不是工作簿，文件可能已损坏；请重新导出或{_SAVE[1:]}"
