"""Where do two files differ first? By JSON value, member of a .zip, line or byte."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

_ABSENT = object()
_MODIFIED = re.compile(rb"(?<=W3CDTF\">)[^<]*(?=</dcterms:modified>)")


def first_difference(before: Path, after: Path) -> str | None:
    """In words; nothing if the two have the same bytes."""
    if not before.exists():
        return "new in the working tree"
    if not after.exists():
        return "missing in the working tree"
    old, new = before.read_bytes(), after.read_bytes()
    return None if old == new else _described(old, new)


def same_but_for_clock(before: Path, after: Path) -> bool:
    """Whether two workbooks are the same but for the time when they were saved."""
    return before.exists() and after.exists() and _untimed(before) == _untimed(after)


def _untimed(workbook: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(workbook) as book:
        return [(name, _MODIFIED.sub(b"", book.read(name))) for name in book.namelist()]


def _described(old: bytes, new: bytes) -> str:
    zipped = all(zipfile.is_zipfile(io.BytesIO(one)) for one in (old, new))
    if zipped and (member := _member(old, new)) is not None:
        return member
    try:
        texts = old.decode(), new.decode()
    except UnicodeDecodeError:
        at = next(
            (n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
        )
        return f"byte {at} of {len(old)} and {len(new)}"
    try:
        found = _value(json.loads(texts[0]), json.loads(texts[1]), "$")
    except ValueError:
        found = None
    return found or _line(*texts)


def _member(old: bytes, new: bytes) -> str | None:
    """The first member of two .zip files that differs."""
    with zipfile.ZipFile(io.BytesIO(old)) as a, zipfile.ZipFile(io.BytesIO(new)) as b:
        for name in dict.fromkeys([*a.namelist(), *b.namelist()]):
            if name not in b.namelist() or name not in a.namelist():
                return f"{name}: in one only"
            if a.read(name) != b.read(name):
                return f"{name}: {_described(a.read(name), b.read(name))}"
    return None


def _value(old: Any, new: Any, path: str) -> str | None:
    """The path of the first value of two JSON documents that differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f"{path}.{key}", old.get(key, _ABSENT), new.get(key, _ABSENT)) for key in {**old, **new}]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"{path}[{n}]", a, b) for n, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return None if old == new else f"{path}: {_short(old)} became {_short(new)}"
    return next((found for one, a, b in pairs if (found := _value(a, b, one))), None)


def _line(old: str, new: str) -> str:
    lines = old.splitlines(), new.splitlines()
    for n, (a, b) in enumerate(zip(*lines, strict=False), start=1):
        if a != b:
            at = next(
                (at for at, (c, d) in enumerate(zip(a, b, strict=False)) if c != d), min(len(a), len(b))
            )
            start = max(0, at - 30)
            return f"line {n}, character {at + 1}: {_short(a[start:])} became {_short(b[start:])}"
    return f"{len(lines[0])} lines became {len(lines[1])}, or their ends differ"


def _short(value: Any) -> str:
    text = "nothing" if value is _ABSENT else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:79]}…"
