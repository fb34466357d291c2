"""A message to a person: its key in the catalogues, and the facts it names; in no language yet."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # `--help` is made of messages and answers at once: what they are made of waits
    from datetime import date
    from typing import TypeAlias


class Message:
    """A sentence or phrase by key; `arguments` by the name of their place in the catalogue's wording."""

    __slots__ = ("arguments", "key")

    def __init__(self, key: str, arguments: dict[str, Argument]) -> None:
        self.key = key
        self.arguments = arguments

    def __repr__(self) -> str:
        return f"Message({self.key!r}, {self.arguments!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.key, self.arguments) == (other.key, other.arguments)

    def __hash__(self) -> int:
        return hash((self.key, frozenset(self.arguments.items())))


Argument: TypeAlias = "str | int | date | Message | tuple[Argument, ...]"
"""A fact as the message shows it: numbers with decimals come formatted; several become a list."""

Text: TypeAlias = str | Message
"""What a person is to read: a message, or words that are data, as a rulebook's."""


def message(key: str, /, **arguments: Argument) -> Message:
    """The message of a key: `room.what`, in the catalogue of that room."""
    return Message(key, arguments)
