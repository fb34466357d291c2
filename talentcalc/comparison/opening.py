"""A run or a package as a side of a comparison: its result, and its inputs where they can be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from talentcalc.archive.bag.opening import NotAPackage, open_package
from talentcalc.archive.bag.unpacking import unpack_inputs
from talentcalc.archive.finished_run import finished_run
from talentcalc.archive.signing.sign import IncompletePackage
from talentcalc.archive.verify import verified
from talentcalc.comparison.side import Side
from talentcalc.core.files.temporary import temporary_folder
from talentcalc.rulebook.load import find


@contextmanager
def side_of(path: Path) -> Iterator[Side]:
    """Yield the side at `path`: a run's folder below `outputs/`, or a package, unpacked for a while.

    Raises:
        InputError: neither is there, or the run's inputs are not those that it was made from.
        IncompletePackage: a package that fails its verification.
    """
    if (path / "result.json").is_file():
        run = finished_run(path)
        book = find(run.audit.rulebook.id)
        yield Side(path.name, run.result, run.audit.file, run.audit.evidence, book, run.audit.redaction_file)
        return
    try:
        with open_package(path) as pack, temporary_folder() as folder:
            found = verified(pack)
            if found.problems or found.result is None:
                raise IncompletePackage(found.problems)
            inputs = unpack_inputs(pack, found.result, folder)
            yield Side(
                path.name,
                found.result,
                inputs.params_file,
                inputs.evidence,
                inputs.rulebook,
                inputs.redaction,
            )
    except NotAPackage as error:
        raise IncompletePackage([error.problem]) from None
