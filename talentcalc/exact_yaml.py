"""YAML read safely and exactly: no code, no key given twice, numbers as decimals, never floats."""

import re
from collections.abc import Hashable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from talentcalc.errors import Problem, Refusal, shown


class _ExactLoader(yaml.CSafeLoader):
    """PyYAML's safe loader with decimals for floats; duplicate keys are collected."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[tuple[int, str]] = []

    def mapping(self, node: yaml.MappingNode) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                raise yaml.constructor.ConstructorError(
                    None, None, "a key that is not plain text", key_node.start_mark
                )
            if key in seen:
                self.repeated.append((key_node.start_mark.line + 1, str(key)))
            seen.add(key)
        return super().construct_mapping(node, deep=True)

    def whole(self, node: yaml.ScalarNode) -> int:
        text = str(self.construct_scalar(node))
        if not re.fullmatch(r"[-+]?(0|[1-9]\d*)", text):  # YAML 1.1 reads 0640000 as octal, 1:30 as 90
            raise yaml.constructor.ConstructorError(
                None, None, f"{shown(text)} is not plainly a whole number", node.start_mark
            )
        return int(text)

    def exact(self, node: yaml.ScalarNode) -> Decimal | str:
        text = str(self.construct_scalar(node))
        try:
            return Decimal(text)
        except InvalidOperation:  # .nan and the like: left as text, for whoever expects a number
            return text

    def day(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except ValueError:  # no such day: left as text, for whoever expects a date to refuse
            return self.construct_scalar(node)


_ExactLoader.add_constructor("tag:yaml.org,2002:map", _ExactLoader.mapping)
_ExactLoader.add_constructor("tag:yaml.org,2002:int", _ExactLoader.whole)
_ExactLoader.add_constructor("tag:yaml.org,2002:float", _ExactLoader.exact)
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _ExactLoader.day)


def load_mapping(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        Refusal: unreadable, not UTF-8, not YAML, not a mapping, or a key given twice (each named).
    """
    name = path.name
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refusal(
            Problem(str(path), error.strerror or "an error", "a readable file", "check the path")
        ) from None
    except UnicodeDecodeError as error:
        raise Refusal(
            Problem(name, f"a byte at {error.start} that is not UTF-8", "UTF-8 text", "save it so")
        ) from None
    try:
        loader = _ExactLoader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{name}, line {mark.line + 1}" if mark else name
        found = getattr(error, "problem", None) or str(error)
        raise Refusal(Problem(place, found, "plain YAML", "correct the line")) from None
    if loader.repeated:
        raise Refusal(
            Problem(
                f"{name}, line {line}",
                f"the key {shown(key)} again",
                "each key once",
                "remove one of the two",
            )
            for line, key in loader.repeated
        )
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise Refusal(Problem(name, "no mapping of names", "key: value lines", "see README.md"))
    return data
