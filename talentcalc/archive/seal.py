"""Sealing a finished run as one package below `outputs/archive/`, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from talentcalc.archive.agreement import disagreements
from talentcalc.archive.bag import layout
from talentcalc.archive.bag.crate import crate_of
from talentcalc.archive.bag.writing import close_bag, copy_payload
from talentcalc.archive.bag.zipped import write_zip
from talentcalc.archive.finished_run import AGAIN, FinishedRun, Member, members, versions
from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.durable import publish_new
from talentcalc.core.files.staging import OUTPUTS, staging_folder
from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Text, message
from talentcalc.result.document import fingerprint

ARCHIVE = "archive"
Tell = Callable[[Text], None]


@dataclass(frozen=True)
class Sealed:
    """A package on the shelf, and whether it was there already, the same."""

    path: Path
    before: bool


def seal(run: FinishedRun, root: Path, as_zip: bool, tell: Tell) -> Sealed:
    """Put a run into `outputs/archive/<year>/` of the repository at `root`, as a folder or a `.zip`.

    Raises:
        InputError: something that the run was made from has changed, or another package has its place.
        NotWritten: a full disk, or a folder that may not be written to; nothing is left.
    """
    year = run.audit.params.last_day.year
    name = run.audit.id + ("-redacted" if run.audit.redaction else "")
    folder = root / OUTPUTS / ARCHIVE / str(year)
    target = folder / (f"{name}.zip" if as_zip else name)
    with staging_folder(root, year, run.audit.id, target) as work:
        tell(message("archive.copying"))
        bag = work / name
        listed = members(run)
        hashes = copy_payload(listed, bag, run.private)
        _must_agree(run, bag, hashes)
        tell(message("archive.listing", files=len(hashes) + 1))
        _describe(run, bag, hashes)
        close_bag(bag, hashes, _info(run, name))
        tell(message("archive.shelving", path=str(target.relative_to(root))))
        if target.exists() or target.is_symlink():
            return Sealed(_must_be_the_same(target, bag), True)
        made = bag
        if as_zip:
            made = write_zip(bag, work / target.name, name)
        publish_new((made, target))
    return Sealed(target, False)


def _must_agree(run: FinishedRun, bag: Path, hashes: dict[str, str]) -> None:
    """Refuse what `verify` would find wrong with the package, before it is one."""

    def read(path: str) -> bytes:
        return (bag / layout.PAYLOAD / path).read_bytes()

    if problems := disagreements(run.result, hashes, read, AGAIN):
        raise InputError(problems)


def _describe(run: FinishedRun, bag: Path, hashes: dict[str, str]) -> None:
    payload = bag / layout.PAYLOAD
    files = {path: (sha256, (payload / path).stat().st_size) for path, sha256 in hashes.items()}
    crate = crate_of(run.result, files, versions())
    hashes |= copy_payload([Member(layout.CRATE, crate)], bag, run.private)


def _info(run: FinishedRun, name: str) -> dict[str, str]:
    result = run.result
    about = message("archive.package_of", subject=result.subject, regulation=result.regulation.title)
    return {
        "Source-Organization": result.review.agency,
        "External-Identifier": name,
        "External-Description": wording(about, PAPERS),
        "Bagging-Date": str(result.review.dated),
        "Bag-Software-Agent": f"talentcalc {result.provenance.talentcalc}",
        "Internal-Sender-Description": f"result.json sha256 {fingerprint(result)}",
        **(dict([layout.PRIVATE]) if run.private else {}),
    }


def _must_be_the_same(target: Path, bag: Path) -> Path:
    """Refuse another package in the same place: it is never overwritten, as it may be signed."""
    from talentcalc.archive.bag.completeness import contents_of
    from talentcalc.archive.bag.opening import NotAPackage, open_package

    problems = [Problem(str(target), message("archive.place_taken"))]
    try:
        with open_package(target) as there:
            if there.read(layout.MANIFEST) == (bag / layout.MANIFEST).read_bytes():
                damage = contents_of(there).problems
                if not damage:
                    return target
                problems = [Problem(str(target), message("archive.place_damaged", file=damage[0].where))]
    except NotAPackage as error:
        problems = [error.problem, Problem(str(target), message("archive.place_of_no_package"))]
    raise InputError(problems)
