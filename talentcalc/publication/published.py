"""How is an audit published? Run once more on redacted evidence, so that nothing in it saw the originals."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from talentcalc.archive.finished import FinishedRun, finished_run, must_be_unchanged
from talentcalc.errors import Refusal
from talentcalc.params import MARK, open_audit
from talentcalc.publication.redact import redact
from talentcalc.publication.same_points import same_points
from talentcalc.run import run_audit
from talentcalc.temporary import temporary_folder


@contextmanager
def redacted_run(
    run: FinishedRun, secret: bytes, tell: Callable[[str], None], progress: bool
) -> Iterator[FinishedRun]:
    """The same audit on evidence with pseudonyms, in a temporary folder that is gone afterwards.

    Raises:
        Refusal: nothing to publish, or points or money that are not the original's.
    """
    with temporary_folder() as root:
        (root / MARK).touch()
        params_file = root / run.result["provenance"]["params_file"]
        params_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(run.audit.file, params_file)
        tell("以代号替换个人信息，并重新运行")
        must_be_unchanged(run)
        evidence, note = redact(run.audit, secret, root)
        audit = open_audit(params_file, evidence, note)
        made = run_audit(audit, tell, progress)
        if problems := same_points(run.result, made.result):
            raise Refusal(problems)
        yield finished_run(made.folder, audit)
