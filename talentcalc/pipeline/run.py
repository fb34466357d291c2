"""One run, whole or not at all: the notebook, then the reports."""

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from talentcalc.core.errors import InputError
from talentcalc.core.files.durable import making, publish
from talentcalc.core.files.staging import FAILED, OUTPUTS, staging_folder
from talentcalc.core.files.temporary import temporary_files
from talentcalc.core.installation import NOTEBOOKS
from talentcalc.evidence.submitted_files import must_hold_a_table, submission_of
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import Audit
from talentcalc.params.source import SNAPSHOT
from talentcalc.pipeline.kernel import execute
from talentcalc.pipeline.replacement import must_be_its_own
from talentcalc.report.render.canonical_notebook import canonical_notebook, notebook_bytes
from talentcalc.report.render.document import document_of
from talentcalc.result.document import canonical
from talentcalc.result.model.result import Result

Progress = Callable[[Text], None]


class RunFailed(Exception):
    """The audit could not be run to its end; what there is of it lies in `kept`."""

    def __init__(self, reason: str, kept: Path) -> None:
        super().__init__(reason)
        self.kept = kept


@dataclass(frozen=True)
class Run:
    """A finished run: where it is, and what it found."""

    folder: Path
    result: Result


def run_audit(audit: Audit, tell: Progress, progress: bool) -> Run:
    """Run an audit into `outputs/<year>/<audit id>/`, which appears whole or not at all.

    Raises:
        InputError: the same audit is running already, its evidence or database is not to be read, or its
            place is another's.
        NotWritten: a full disk, or a folder that may not be written to; nothing is left.
        RunFailed: the notebook or a report failed; what there is lies under `outputs/failed/`.
    """
    if audit.database is None:  # refused before a kernel is started
        must_hold_a_table(submission_of(audit.evidence, audit.params.ignore), audit.rulebook)
    name = f"{audit.params.last_day.year}-{audit.id}"
    target = audit.root / OUTPUTS / str(audit.params.last_day.year) / audit.id
    with staging_folder(audit.root, audit.params.last_day.year, audit.id, target) as work, temporary_files():
        must_be_its_own(audit, target)
        try:
            result = _make(audit, work, tell, progress)
            publish(work / "run", target)
        except (OSError, InputError):  # the disk, or the database: nothing more is written
            raise
        except Exception as error:
            kept = audit.root / OUTPUTS / FAILED / name
            _keep(work, kept, error)
            raise RunFailed(str(error), kept) from error
    return Run(target, result)


def _make(audit: Audit, work: Path, tell: Progress, progress: bool) -> Result:
    made = work / "run"
    made.mkdir()
    raw = work / "audit.ipynb"
    if audit.database is not None:  # the snapshot is published with the run: a database moves on
        from talentcalc.evidence.stores.snapshot import snapshot

        tell(message("pipeline.reading_database", subject=audit.params.subject))
        audit = snapshot(audit, made / SNAPSHOT)
    notebook_name = f"notebooks/{audit.rulebook.kind}_audit.ipynb"
    tell(message("pipeline.running_notebook", subject=audit.params.subject, notebook=notebook_name))
    with ThreadPoolExecutor(1) as second_thread:
        second_thread.submit(_load_report_libraries)  # this process only waits while the kernel works
        _execute(audit, raw, progress)
        notebook = canonical_notebook(raw, audit.shown_file)
        result = document_of(notebook).result
        companions = second_thread.submit(_companion_files, result)  # Typst lets other threads run
        (made / "audit.ipynb").write_bytes(notebook_bytes(notebook))
        (made / "result.json").write_bytes(canonical(result))
        tell(message("pipeline.making_html"))
        (made / "report.html").write_bytes(_exported("HTML", notebook).encode())
        tell(message("pipeline.making_pdf"))
        (made / "report.pdf").write_bytes(_exported("PDF", notebook))
        for name, content in companions.result().items():
            tell(message("pipeline.also_made", name=name))
            (made / name).write_bytes(content)
    return result


def _load_report_libraries() -> None:
    """Load what the reports need; what fails here fails again, and is reported, where it is used."""
    from talentcalc.report.letters import pdf, word  # noqa: F401
    from talentcalc.report.render import exporters, fonts  # noqa: F401

    fonts.glyphs()


def _execute(audit: Audit, raw: Path, progress: bool) -> None:
    notebook = NOTEBOOKS / f"{audit.rulebook.kind}_audit.ipynb"
    execute(notebook, raw, _parameters(audit), progress)


def _parameters(audit: Audit) -> dict[str, str]:
    """What the notebook is given: absolute paths, as a kernel has a working folder of its own."""
    parameters = {
        "params_file": os.path.abspath(audit.file),
        "evidence_folder": os.path.abspath(audit.evidence),
        "root": os.path.abspath(audit.root),
    }
    if audit.redaction_file is not None:
        parameters["redaction"] = os.path.abspath(audit.redaction_file)
    return parameters


def _exported(form: str, notebook: NotebookNode) -> Any:
    from talentcalc.report.render import exporters

    output, _ = getattr(exporters, f"Report{form}Exporter")().from_notebook_node(notebook)
    return output


def _companion_files(result: Result) -> dict[str, bytes]:
    from talentcalc.report.companion_files import companion_files

    return companion_files(result)


def _keep(work: Path, kept: Path, error: Exception) -> None:
    with making(kept) as place:
        made = place / "failed"
        made.mkdir()
        (made / "error.txt").write_text(f"{type(error).__name__}: {error}\n", encoding="utf-8")
        if (work / "audit.ipynb").exists():
            shutil.copyfile(work / "audit.ipynb", made / "audit.ipynb")
        publish(made, kept)
