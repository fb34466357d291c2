"""Move what a notebook imports from talentcalc out of it, so that renamed modules leave its code as it was.

An executed notebook shows its code, and its hash goes into package manifests and signatures. So that renamed
modules change none of these, `from talentcalc.… import …` moves into a module beside the package, under names
numbered by their first use; nothing of an output has to be left out of a comparison.
"""

import ast
import json
import re
from pathlib import Path

_OF_THIS_CODE = """\
import talentcalc as _package
assert _package.__file__.startswith(__file__.rpartition("/")[0] + "/talentcalc/"), _package.__file__
"""
_IMPORTS = "from moved_imports_of_{} import *"


def move_imports(code: Path) -> int:
    """Move them out of all notebooks of a checkout; how many names were moved."""
    return sum(_move(file, code) for file in sorted(code.rglob("*.ipynb")))


def _move(file: Path, code: Path) -> int:
    notebook = json.loads(file.read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    imported: dict[str, str] = {}
    for cell in cells:
        source, found = _without_imports("".join(cell["source"]), _IMPORTS.format(file.stem))
        cell["source"] = source
        imported |= found
    numbers = _by_first_use(list(imported), "\n".join(cell["source"] for cell in cells))
    for cell in cells:
        for name, number in numbers.items():
            cell["source"] = re.sub(rf"(?<![\w.]){name}\b", number, cell["source"])
        cell["source"] = cell["source"].splitlines(keepends=True)
    lines = [f"{imported[name]} as {number}\n" for name, number in numbers.items()]
    (code / f"moved_imports_of_{file.stem}.py").write_text(_OF_THIS_CODE + "".join(lines), "utf-8")
    file.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return len(numbers)


def _without_imports(source: str, instead: str) -> tuple[str, dict[str, str]]:
    """A cell without its imports from talentcalc; and these, by the name that they give."""
    if "talentcalc" not in source:
        return source, {}
    lines, imported = source.split("\n"), dict[str, str]()
    for node in reversed(ast.parse(source).body):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "talentcalc":
            lines[node.lineno - 1 : node.end_lineno] = [] if imported else [instead]
            for alias in node.names:
                imported[alias.asname or alias.name] = f"from {node.module} import {alias.name}"
    return "\n".join(lines), imported


def _by_first_use(names: list[str], code: str) -> dict[str, str]:
    """Each name that the code uses, with its number."""
    pattern = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    used = dict.fromkeys(re.findall(rf"(?<![\w.])(?:{pattern})\b", code)) if names else {}
    return {name: f"imported_{n}" for n, name in enumerate(used, start=1)}
