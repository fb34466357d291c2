"""The published audit: run once more on redacted evidence, so that nothing in it saw the originals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from talentcalc.archive.finished_run import FinishedRun, finished_run, must_be_unchanged
from talentcalc.core.errors import InputError
from talentcalc.core.files.temporary import temporary_folder
from talentcalc.messages.message import Text, message
from talentcalc.params.audit import MARK, open_audit
from talentcalc.pipeline.run import run_audit
from talentcalc.redaction.original import original_of
from talentcalc.redaction.params_file import published_params
from talentcalc.redaction.redact import names_in, redact
from talentcalc.redaction.same_points import same_points

Tell = Callable[[Text], None]


@contextmanager
def redacted_run(
    run: FinishedRun, secret: bytes, tell: Tell, warn: Tell, progress: bool
) -> Iterator[FinishedRun]:
    """The same audit on evidence with pseudonyms, in a temporary folder that is gone afterwards.

    `warn` is told of each place where a text was replaced or a number looks like a person's.

    Raises:
        InputError: nothing to publish, a name that cannot be replaced, or points or money that are not the
            original's.
    """
    with temporary_folder() as root:
        (root / MARK).touch()
        tell(message("redaction.replacing"))
        must_be_unchanged(run)
        original = original_of(run.audit)
        names = names_in(original, secret)
        params_file = root / run.result.provenance.params_file
        params_file.parent.mkdir(parents=True, exist_ok=True)
        params_file.write_bytes(published_params(run.audit, names, warn))
        evidence, note = redact(original, names, root, warn)
        del original  # the run reads tables of its own
        must_be_unchanged(run)  # or a name could be in what was not looked at
        audit = open_audit(params_file, evidence, note)
        made = run_audit(audit, tell, progress)
        if problems := same_points(run.result, made.result, names.replaced):
            raise InputError(problems)
        yield finished_run(made.folder, audit)
