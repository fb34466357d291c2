"""Parses a part's XML to events, refusing DTDs, deep nesting and long tokens."""

from collections.abc import Callable
from xml.parsers import expat

from talentcalc.evidence.readers.workbooks.bounds import Bounds
from talentcalc.evidence.tables.grid import Unreadable
from talentcalc.messages.message import message

_DEEPEST = 100  # a sheet's XML has nine levels, an .ods file's some twelve
_LONGEST = 1 << 20  # bytes without an element, or of a comment: Expat rereads longer ones many times
_DELIMITERS = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))

OnStart = Callable[[str, dict[str, str]], None]
OnText = Callable[[str], None]


def read_xml(content: bytes, bounds: Bounds, on_start: OnStart, on_end: OnText, on_text: OnText) -> None:
    """Call back for each start and end tag, by the namespace and name with a space between, and for text.

    Raises:
        Unreadable: damaged XML, a DTD, or more than the bounds allow; discard the events until then.
    """
    bounds.count_marks(content.count(b"<"))
    for start in range(0, len(content) - _LONGEST, _LONGEST):
        if content.find(b"<", start, start + _LONGEST) < 0:
            raise Unreadable(message("evidence.xml_text_too_long", most=f"{_LONGEST:,}"))
    for opening, closing in _DELIMITERS:
        position = content.find(opening)
        while position >= 0:
            end_position = content.find(closing, position)
            if not 0 <= end_position - position <= _LONGEST:
                raise Unreadable(message("evidence.xml_comment_too_long", most=f"{_LONGEST:,}"))
            position = content.find(opening, end_position)
    parser = expat.ParserCreate("utf-8", " ")  # whatever encoding the declaration gives
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Unreadable(message("evidence.xml_too_deep", most=_DEEPEST))
        on_start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        on_end(name)

    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = on_text
    parser.StartDoctypeDeclHandler = _no_doctype
    parser.buffer_text = True
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise Unreadable(message("evidence.xml_damaged", error=str(error))) from None
    except (ValueError, LookupError) as error:  # an encoding that Python lacks
        raise Unreadable(message("evidence.xml_unreadable", error=type(error).__name__)) from None


def ignore(*_: object) -> None:
    """Ignore an event."""


def _no_doctype(*_: object) -> None:
    raise Unreadable(message("evidence.xml_with_dtd"))
