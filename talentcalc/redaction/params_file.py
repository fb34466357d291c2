"""The params file as it is published: its values, without comments, and nobody's name in them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import yaml

from talentcalc.core.errors import InputError, Problem
from talentcalc.core.yaml import load_mapping
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.redaction.personal_names import Names
from talentcalc.redaction.personal_numbers import numbers_of_persons

_EVIDENCE = "evidence"
_LEFT_OUT = ("tables", "proofs_folder", "ignore")  # where the original evidence lies, and what lies beside it
_TEXTS = ("subject", "agency", "reviewers")  # free text: the rest are words of the rulebook and numbers


def published_params(audit: Audit, names: Names, warn: Callable[[Text], None]) -> bytes:
    """The YAML of an audit's params as they are published, in the order in which they are given.

    `evidence` is the folder of the package. In the subject, the agency and the reviewers names are replaced
    as in every other text, and `warn` is told of it.

    Raises:
        InputError: a personal value in the name of the params file, or anywhere else in it.
    """
    problems = []
    if names.replaced(audit.shown_file) != audit.shown_file or names.replaced(audit.id) != audit.id:
        problems.append(
            Problem(message("redaction.params_file_name"), message("redaction.name_in_file_name"))
        )
    values = {
        key: _published(key, value, names, audit.file.name, problems, warn)
        for key, value in load_mapping(audit.file).items()
        if key not in _LEFT_OUT
    }
    if problems:
        raise InputError(problems)
    text = yaml.safe_dump(
        values | {_EVIDENCE: _EVIDENCE},
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=10**6,
    )
    return text.encode()


def _published(
    key: str, value: Any, names: Names, where: str, problems: list[Problem], warn: Callable[[Text], None]
) -> Any:
    """A value for YAML: decimals as text, texts without names; a name elsewhere becomes a problem."""
    where = f"{where}: {key}"
    if isinstance(value, dict):
        parts = {}
        for name, part in value.items():
            _published("key", name, names, where, problems, warn)
            parts[name] = _published(name, part, names, where, problems, warn)
        return parts
    if isinstance(value, list):
        return [_published(key, part, names, where, problems, warn) for part in value]
    if not isinstance(value, str):
        return str(value) if isinstance(value, Decimal) else value
    if key in _TEXTS:
        for kind in numbers_of_persons(names.replaced(value)):
            warn(message("redaction.looks_personal", place=where, kind=kind))
    if key == _EVIDENCE or names.replaced(value) == value:
        return value
    if key in _TEXTS:
        warn(message("redaction.text_replaced", place=where))
        return names.replaced(value)
    problems.append(Problem(where, message("redaction.name_in_params")))
    return value
