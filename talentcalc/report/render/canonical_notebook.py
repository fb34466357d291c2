"""The executed notebook in its one form: nothing in it that differs from run to run."""

import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode


def canonical_notebook(executed: Path, params_file: str) -> NotebookNode:
    """An executed notebook without times, machine and random ids.

    The injected parameters name the params file as `params_file` does.
    """
    notebook = nbformat.read(executed, as_version=4)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(notebook.cells, start=1):
        tags = [str(tag) for tag in cell.metadata.get("tags", [])]
        cell.id = f"cell-{number:02d}"
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if "injected-parameters" in tags:
            cell.source = f"# Parameters\nparams_file = {json.dumps(params_file, ensure_ascii=False)}"
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = NotebookNode()
    return notebook


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as canonical bytes."""
    text: str = nbformat.writes(notebook)
    return (text.rstrip("\n") + "\n").encode()
