"""The styles of an OpenDocument spreadsheet: what is struck out, which sheet is hidden."""

from dataclasses import dataclass, field

_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_NONE = ("", "none")


@dataclass
class Styles:
    """Takes the events of the parts that hold styles, and answers by a style's family and name."""

    parents: dict[tuple[str, str], str] = field(default_factory=dict)
    strikes: dict[tuple[str, str], bool] = field(default_factory=dict)
    unshown: set[str] = field(default_factory=set)
    _here: tuple[str, str] = ("", "")

    def started(self, element: str, has: dict[str, str]) -> None:
        """Take an element's begin."""
        if element == f"{_STYLE}style" or element == f"{_STYLE}default-style":
            self._here = has.get(f"{_STYLE}family", ""), has.get(f"{_STYLE}name", "")
            self.parents[self._here] = has.get(f"{_STYLE}parent-style-name", "")
        elif element == f"{_STYLE}text-properties":
            ways = [
                has[name]
                for name in (f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type")
                if name in has
            ]
            if ways:
                self.strikes[self._here] = all(way not in _NONE for way in ways)
        elif element == f"{_STYLE}table-properties" and has.get(f"{_TABLE}display") == "false":
            self.unshown.add(self._here[1])

    def struck(self, family: str, name: str) -> bool:
        """Whether the text of a style, or of the one that it is made from, is struck out."""
        for _ in range(20):  # styles made from one another in a circle are damaged
            if (family, name) in self.strikes or not name:
                break
            name = self.parents.get((family, name), "")
        return self.strikes.get((family, name), False)
