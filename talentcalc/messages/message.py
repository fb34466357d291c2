"""A message to a person: its key in the catalogues, and the facts it names; in no language yet."""

from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True)
class Message:
    """A sentence or phrase by key; `arguments` by the name of their place in the catalogue's wording."""

    key: str
    arguments: "dict[str, Argument]" = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.key, *self.arguments.items()))


Argument: TypeAlias = "str | int | date | Message | tuple[Argument, ...]"
"""A fact as the message shows it: numbers with decimals come formatted; several become a list."""

Text: TypeAlias = str | Message
"""What a person is to read: a message, or words that are data, as a rulebook's."""


def message(key: str, /, **arguments: Argument) -> Message:
    """The message of a key: `room.what`, in the catalogue of that room."""
    return Message(key, arguments)
