"""The styles of an OpenDocument spreadsheet: which text is struck out, which sheets are hidden."""

from dataclasses import dataclass, field

_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_NONE = ("", "none")


@dataclass
class Styles:
    """Collects styles from XML events; they are identified by family and name."""

    parents: dict[tuple[str, str], str] = field(default_factory=dict)
    strikes: dict[tuple[str, str], bool] = field(default_factory=dict)
    hidden_tables: set[str] = field(default_factory=set)
    _current: tuple[str, str] = ("", "")

    def on_start(self, element: str, attributes: dict[str, str]) -> None:
        """Handle a start tag."""
        if element == f"{_STYLE}style" or element == f"{_STYLE}default-style":
            self._current = attributes.get(f"{_STYLE}family", ""), attributes.get(f"{_STYLE}name", "")
            self.parents[self._current] = attributes.get(f"{_STYLE}parent-style-name", "")
        elif element == f"{_STYLE}text-properties":
            lines = [
                attributes[name]
                for name in (f"{_STYLE}text-line-through-style", f"{_STYLE}text-line-through-type")
                if name in attributes
            ]
            if lines:
                self.strikes[self._current] = all(line not in _NONE for line in lines)
        elif element == f"{_STYLE}table-properties" and attributes.get(f"{_TABLE}display") == "false":
            self.hidden_tables.add(self._current[1])

    def struck(self, family: str, name: str) -> bool:
        """Whether a style, or the one that it inherits from, strikes out text."""
        for _ in range(20):  # a cycle of styles is damage
            if (family, name) in self.strikes or not name:
                break
            name = self.parents.get((family, name), "")
        return self.strikes.get((family, name), False)
