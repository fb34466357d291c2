"""YAML read safely and exactly: bounded, no code, no key given twice, numbers as decimals, never floats."""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from talentcalc.core.decimals import MOST_DIGITS
from talentcalc.core.errors import InputError, Problem, quote_value
from talentcalc.core.files.bounded_file import read_bounded_file
from talentcalc.messages.message import Message, message

MOST_BYTES = 1 << 20  # the longest rulebook has 75,000
MOST_VALUES = 100_000  # with everything that aliases repeat; the longest rulebook has 5,055
MOST_DEEP = 50  # lists and mappings in one another; a rulebook has 15


class _Refused(yaml.YAMLError):
    """What YAML allows, and a file here may not have: what it is, and where it starts."""

    def __init__(self, problem: Message, at: yaml.Event | yaml.Node) -> None:
        self.problem, self.problem_mark = problem, at.start_mark


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
                raise _Refused(message("core.yaml_key_not_text"), key_node)
            if key in seen:
                self.repeated.append((key_node.start_mark.line + 1, str(key)))
            seen.add(key)
        return super().construct_mapping(node, deep=True)

    def whole(self, node: yaml.ScalarNode) -> int:
        text = str(self.construct_scalar(node))
        _must_be_short(text, node)
        if not re.fullmatch(r"[-+]?(0|[1-9]\d*)", text):  # YAML 1.1 reads 0640000 as octal, 1:30 as 90
            raise _Refused(message("core.yaml_not_plainly_whole", number=quote_value(text)), node)
        return int(text)

    def exact(self, node: yaml.ScalarNode) -> Decimal | str:
        text = str(self.construct_scalar(node))
        _must_be_short(text, node)
        try:
            return Decimal(text)
        except InvalidOperation:  # .nan and the like: left as text, for whoever expects a number
            return text

    def day(self, node: yaml.ScalarNode) -> Any:
        try:
            return super().construct_yaml_timestamp(node)
        except (ValueError, OverflowError):  # no such day: left as text, for whoever expects a date to refuse
            return self.construct_scalar(node)


def _must_be_short(number: str, node: yaml.ScalarNode) -> None:
    if len(number) > MOST_DIGITS:
        raise _Refused(message("core.number_too_long", most=MOST_DIGITS), node)


_ExactLoader.add_constructor("tag:yaml.org,2002:map", _ExactLoader.mapping)
_ExactLoader.add_constructor("tag:yaml.org,2002:int", _ExactLoader.whole)
_ExactLoader.add_constructor("tag:yaml.org,2002:float", _ExactLoader.exact)
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _ExactLoader.day)


@dataclass
class _Nested:
    """A list or mapping, or a scalar: how many values it holds with itself, and how deep they lie in it."""

    anchor: str | None
    values: int = 1
    deep: int = 0

    def take(self, inner: "_Nested") -> None:
        self.values += inner.values
        self.deep = max(self.deep, inner.deep + 1)


def _must_be_bounded(text: str) -> None:
    """Refuse what would take the parser's stack, or more than a moment, before anything is made of it.

    Raises:
        YAMLError: no YAML, a limit that is passed, a tag, or a list that holds itself.
    """
    around, known = [_Nested(None)], dict[str, _Nested]()
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        match event:
            case yaml.CollectionStartEvent(tag=str(tag)) | yaml.ScalarEvent(tag=str(tag)):
                raise _Refused(message("core.yaml_tag", tag=quote_value(tag)), event)
            case yaml.CollectionStartEvent():
                around.append(_Nested(event.anchor))
                inner = None
            case yaml.CollectionEndEvent():
                inner = around.pop()
            case yaml.ScalarEvent():
                inner = _Nested(event.anchor)
            case yaml.AliasEvent():
                if any(outer.anchor == event.anchor for outer in around):
                    raise _Refused(
                        message("core.yaml_inside_itself", anchor=quote_value(event.anchor)), event
                    )
                inner = known.get(event.anchor or "", _Nested(None))
            case _:
                continue
        if inner is not None:
            around[-1].take(inner)
            if inner.anchor is not None:
                known[inner.anchor] = inner
        if len(around) - 1 + around[-1].deep > MOST_DEEP:
            raise _Refused(message("core.yaml_too_deep", most=MOST_DEEP), event)
        if around[-1].values > MOST_VALUES:
            raise _Refused(message("core.more_values", most=MOST_VALUES), event)


def load_mapping(path: Path) -> dict[str, Any]:
    """The mapping in a YAML file.

    Raises:
        InputError: no plain file, too large, not UTF-8, no YAML, no mapping, a key given twice: each named.
    """
    name = path.name
    content = read_bounded_file(path, message("core.readable_file"), MOST_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(Problem(name, message("core.not_utf_8", position=error.start))) from None
    try:
        _must_be_bounded(text)
        loader = _ExactLoader(text)
        try:
            data = loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = _line(name, mark.line + 1) if mark else name
        found = getattr(error, "problem", None) or str(error)
        raise InputError(Problem(place, message("core.not_plain_yaml", found=found))) from None
    if loader.repeated:
        raise InputError(
            Problem(_line(name, line), message("core.yaml_key_again", key=quote_value(key)))
            for line, key in loader.repeated
        )
    if not isinstance(data, dict) or not all(isinstance(key, str) for key in data):
        raise InputError(Problem(name, message("core.yaml_no_mapping")))
    return data


def _line(file: str, line: int) -> Message:
    return message("core.line_of_file", file=file, line=line)
