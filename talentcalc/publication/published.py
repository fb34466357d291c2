"""How is an audit published? Run once more on redacted evidence, so that nothing in it saw the originals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from talentcalc.archive.finished import FinishedRun, finished_run, must_be_unchanged
from talentcalc.errors import Refusal
from talentcalc.params import MARK, open_audit
from talentcalc.publication.original import original_of
from talentcalc.publication.params_file import published_params
from talentcalc.publication.redact import names_in, redact
from talentcalc.publication.same_points import same_points
from talentcalc.run import run_audit
from talentcalc.temporary import temporary_folder

Tell = Callable[[str], None]


@contextmanager
def redacted_run(
    run: FinishedRun, secret: bytes, tell: Tell, warn: Tell, progress: bool
) -> Iterator[FinishedRun]:
    """The same audit on evidence with pseudonyms, in a temporary folder that is gone afterwards.

    `warn` is told of each place where a text was replaced or a number looks like a person's.

    Raises:
        Refusal: nothing to publish, a name that cannot be replaced, or points or money that are not the
            original's.
    """
    with temporary_folder() as root:
        (root / MARK).touch()
        tell("以代号替换个人信息，并重新运行")
        must_be_unchanged(run)
        original = original_of(run.audit)
        names = names_in(original, secret)
        params_file = root / run.result["provenance"]["params_file"]
        params_file.parent.mkdir(parents=True, exist_ok=True)
        params_file.write_bytes(published_params(run.audit, names, warn))
        evidence, note = redact(original, names, root, warn)
        del original  # the run reads tables of its own
        must_be_unchanged(run)  # or a name could be in what was not looked at
        audit = open_audit(params_file, evidence, note)
        made = run_audit(audit, tell, progress)
        if problems := same_points(run.result, made.result, names.replaced):
            raise Refusal(problems)
        yield finished_run(made.folder, audit)
