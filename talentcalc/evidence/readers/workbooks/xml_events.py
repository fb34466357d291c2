"""A part's XML as events: no entities, no depth, no token beyond reason."""

from collections.abc import Callable
from xml.parsers import expat

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.tables.grid import Unreadable

_DEEPEST = 100  # a sheet's XML has nine levels, an .ods file's some twelve
_LONGEST = 1 << 20  # bytes without an element, or of a comment: Expat reads a longer one again and again
_BEYOND = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))

Started = Callable[[str, dict[str, str]], None]
Ended = Callable[[str], None]


def read_xml(content: bytes, bounds: Bounds, started: Started, ended: Ended, text: Ended) -> None:
    """Call back at each element's begin and end, by namespace and name with a space between, and for text.

    Raises:
        Unreadable: damaged XML, one with a DTD, or more than the bounds allow; what was called back until
            then is not to be used.
    """
    bounds.mark(content.count(b"<"))
    for start in range(0, len(content) - _LONGEST, _LONGEST):
        if content.find(b"<", start, start + _LONGEST) < 0:
            raise Unreadable(f"有一段文字超过 {_LONGEST:,} 字节；请缩短单元格的文字")
    for opens, closes in _BEYOND:
        at = content.find(opens)
        while at >= 0:
            last = content.find(closes, at)
            if not 0 <= last - at <= _LONGEST:
                raise Unreadable(f"XML 的注释等超过 {_LONGEST:,} 字节或没有结束；请另存")
            at = content.find(opens, last)
    parser = expat.ParserCreate("utf-8", " ")  # what a declaration says otherwise is not believed
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable(f"XML 的层次超过 {_DEEPEST} 层；请另存")
        started(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        ended(name)

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unreadable(f"XML 已损坏（{error}）；请重新导出或另存") from None
    except (ValueError, LookupError) as error:  # an encoding that Python lacks
        raise Unreadable(f"XML 无法读取（{type(error).__name__}）；请另存") from None


def nothing(*_: object) -> None:
    """Take an event that says nothing of interest."""


def _no_doctype(*_: object) -> None:
    raise Unreadable("XML 含有 DTD，表格软件不写这样的文件；请另存")
