"""A run or a package as a side of a comparison: its result, and its inputs where they can be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from talentcalc.archive import layout
from talentcalc.archive.finished import finished_run
from talentcalc.archive.pack import NoPack, open_pack
from talentcalc.archive.sign import NotWhole
from talentcalc.archive.unpacked import unpack_inputs
from talentcalc.archive.verify import verified
from talentcalc.comparison.figures import has_figures
from talentcalc.comparison.side import Side
from talentcalc.errors import Problem
from talentcalc.rulebook.load import find
from talentcalc.temporary import temporary_folder


@contextmanager
def side_of(path: Path) -> Iterator[Side]:
    """The side that lies at `path`: a run's folder below `outputs/`, or a package, unpacked for a while.

    Raises:
        Refusal: neither is there, or the run's inputs are not those that it was made from.
        NotWhole: a package that fails its verification.
    """
    if (path / "result.json").is_file():
        run = finished_run(path)
        book = find(run.audit.rulebook.id)
        yield Side(path.name, run.result, run.audit.file, run.audit.evidence, book, run.audit.redaction_file)
        return
    try:
        with open_pack(path) as pack, temporary_folder() as folder:
            found = verified(pack)
            if found.problems or found.result is None:
                raise NotWhole(found.problems)
            if not has_figures(found.result):
                where, expected = f"{layout.PAYLOAD}{layout.RESULT}", "a result as a run writes it"
                raise NotWhole([Problem(where, "a result without figures", expected, "do not rely on it")])
            inputs = unpack_inputs(pack, found.result, folder)
            yield Side(
                path.name,
                found.result,
                inputs.params_file,
                inputs.evidence,
                inputs.rulebook,
                inputs.redaction,
            )
    except NoPack as error:
        raise NotWhole([error.problem]) from None
