"""Finding and loading rulebooks, under a choice of readings."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.core.models import validated
from talentcalc.core.yaml import MOST_BYTES, load_mapping
from talentcalc.messages.message import message
from talentcalc.rulebook.model import KINDS, Reading, Rulebook

_KEPT = 64  # rulebooks of one file, a megabyte each: more than how firm one score is asks for

SHELF = Path(__file__).resolve().parents[1] / "rulebooks"


@dataclass(frozen=True)
class RulebookFile:
    """A rulebook as written, its readings still open."""

    path: Path
    data: Mapping[str, Any]
    sha256: str
    _books: dict[frozenset[tuple[str, str]], Rulebook] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def readings(self) -> dict[str, Reading]:
        """The readings that the rulebook offers; their soundness is the model's to judge."""
        listed = self.data.get("readings", {})
        return {
            name: validated(Reading, entry, f"{self.path.name}: readings.{name}")
            for name, entry in (listed.items() if isinstance(listed, dict) else ())
        }

    def in_force(self, chosen: Mapping[str, str]) -> Rulebook:
        """The rulebook under `chosen` readings, the defaults for the rest; worked out once for each choice.

        Raises:
            InputError: an unknown reading or choice, or a rulebook that is not well formed.
        """
        readings = self.readings()
        _refuse_unknown(chosen, readings)
        choices = choices_in_force(readings, chosen)
        key = frozenset(choices.items())
        if key not in self._books:
            if len(self._books) == _KEPT:
                self._books.clear()
            self._books[key] = self._read(choices)
        return self._books[key]

    def _read(self, choices: Mapping[str, str]) -> Rulebook:
        kind = self.data.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            unknown = message("rulebook.unknown_kind", kind=quote_value(kind), known=tuple(KINDS))
            raise InputError(Problem(f"{self.path.name}: kind", unknown))
        return validated(KINDS[kind], _under(self.data, choices, self.path.name), self.path.name)

    def regulation(self) -> str:
        """The official text that stands beside the rulebook."""
        path = self.path.with_name(Path(str(self.data.get("regulation"))).name)
        try:
            return (
                read_bounded_file(path, message("rulebook.text_file"), MOST_BYTES)
                .decode()
                .replace("\r\n", "\n")
            )
        except (InputError, UnicodeDecodeError):
            missing = message("rulebook.no_regulation", file=quote_value(path.name))
            raise InputError(Problem(f"{self.path.name}: regulation", missing)) from None


def choices_in_force(readings: Mapping[str, Reading], chosen: Mapping[str, str]) -> dict[str, str]:
    """Every reading with the choice in force."""
    return {name: chosen.get(name, reading.default) for name, reading in readings.items()}


def names() -> tuple[str, ...]:
    """The ids of the rulebooks that come with the package."""
    return tuple(sorted(path.parent.name for path in SHELF.glob("*/rulebook.yaml")))


def find(name: str) -> Path:
    """The file of a rulebook that comes with the package.

    Raises:
        InputError: no rulebook of that name.
    """
    if name not in names():
        unknown = message("rulebook.unknown_rulebook", name=quote_value(name), known=names())
        raise InputError(Problem("rulebook", unknown))
    return SHELF / name / "rulebook.yaml"


@lru_cache(maxsize=8)
def open_rulebook(path: Path) -> RulebookFile:
    """A rulebook file, read once.

    Raises:
        InputError: the file cannot be read as exact YAML.
    """
    data = load_mapping(path)
    return RulebookFile(path, data, hashlib.sha256(path.read_bytes()).hexdigest())


def _refuse_unknown(chosen: Mapping[str, str], readings: Mapping[str, Reading]) -> None:
    problems = [
        Problem(
            f"readings.{name}",
            message(
                "rulebook.unknown_choice", choice=quote_value(choice), known=tuple(readings[name].choices)
            ),
        )
        if name in readings
        else Problem(f"readings.{name}", message("rulebook.unknown_reading", known=tuple(readings)))
        for name, choice in chosen.items()
        if name not in readings or choice not in readings[name].choices
    ]
    if problems:
        raise InputError(problems)


def _under(value: Any, choices: Mapping[str, str], name: str, place: str = "") -> Any:
    """`value` with each {by_reading: …} replaced by what the choice in force says."""
    if isinstance(value, Mapping):
        if "by_reading" in value:
            reading = value["by_reading"]
            if choices.get(reading) not in value:
                missing = message("rulebook.no_value_under_reading", reading=quote_value(reading))
                raise InputError(Problem(f"{name}: {place}", missing))
            return _under(value[choices[reading]], choices, name, place)
        return {key: _under(part, choices, name, f"{place}.{key}".strip(".")) for key, part in value.items()}
    if isinstance(value, list):
        return [_under(part, choices, name, f"{place}.{n}") for n, part in enumerate(value)]
    return value
