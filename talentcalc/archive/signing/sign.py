"""Adding a signature to a package: checked first, added at one stroke, shown on a sheet."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path

from talentcalc.archive.bag import layout
from talentcalc.archive.bag.opening import NotAPackage, Package, entries_of, open_package
from talentcalc.archive.bag.zipped import Unseekable, zip_into
from talentcalc.archive.signing.keys import Signer
from talentcalc.archive.signing.signatures import Signature, signatures_bytes, signed
from talentcalc.archive.signing.steps import described, next_step, out_of_order
from talentcalc.archive.verify import Verified, verified
from talentcalc.core.errors import InputError, Problem
from talentcalc.core.files.durable import making, publish, write
from talentcalc.report.labels import labels_of, span_of
from talentcalc.report.signature_sheet import signature_sheet_pdf
from talentcalc.result.model.result import Result

Signatures = tuple[Signature, ...]


class IncompletePackage(Exception):
    """The refusal of a package that fails its verification."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = problems


def sign(path: Path, signer: Signer, step: str | None, dated: date | None) -> Signature:
    """Sign a package as a step of its regulation's procedure; the signature, also on the sheet beside it.

    Without `step` it is the first that nobody has signed, unless this signer's is the last signature;
    without `dated` the day of the review or of the signature before. A signature that is there already
    changes nothing, and the sheet is written again.

    Raises:
        IncompletePackage: the package fails its verification.
        InputError: no package; a step, party or day that the procedure does not allow; another is signing.
    """
    try:
        workspace = making(path.resolve()) if path.exists() else nullcontext(path)
        with workspace as place, open_package(path) as pack:
            found = verified(pack)
            if found.problems or found.result is None:
                raise IncompletePackage(found.problems)
            signatures = _added(found, found.result, signer, step, dated)
            if signatures != found.signatures:
                _put_into(pack, signatures_bytes(signatures), place)
            write_sheet(path, found, signatures)
    except NotAPackage as error:
        raise IncompletePackage([error.problem]) from None
    by_signer = [signature for signature in signatures if signature.statement.key == signer.identity.key]
    return next(signature for signature in reversed(by_signer) if step in (None, signature.statement.step))


def _added(
    found: Verified, result: Result, signer: Signer, step: str | None, dated: date | None
) -> Signatures:
    before = found.signatures
    if step is None and before and before[-1].statement.key == signer.identity.key:
        step = before[-1].statement.step  # the same command again: who goes on alone names the step
    step = step or next_step(before, result.regulation.procedure)
    for statement in (signature.statement for signature in before):
        by_signer = (statement.step, statement.key) == (step, signer.identity.key)
        if by_signer and dated in (None, statement.dated):
            return before
    day = dated or (before[-1].statement.dated if before else result.review.dated)
    more = signed(before, signer, step, day, found.manifests)
    if problems := out_of_order(more, result):
        raise InputError(problems)
    return more


def _put_into(pack: Package, content: bytes, place: Path) -> None:
    """Put the signatures in; what is half-written lies beside the package, never in it."""
    path, made = pack.path.resolve(), place / "made"
    if path.is_dir():
        made.write_bytes(content)
        publish(made, path / layout.SIGNATURES)
        return
    with made.open("wb") as file:
        zip_into(Unseekable(file), entries_of(pack, {layout.SIGNATURES: content}))
    made.chmod(path.stat().st_mode & 0o777)
    publish(made, path)


def sheet_of(path: Path) -> Path:
    """The path of a package's signature sheet: beside it."""
    return path.with_name(f"{path.name}.signatures.pdf")


def write_sheet(path: Path, found: Verified, signatures: Signatures) -> None:
    """Write the signature sheet beside the package: never inside what was signed."""
    assert found.result is not None
    result = found.result
    steps = {step.id: step for step in result.regulation.procedure.steps}
    done = {signature.statement.step for signature in signatures}
    content = signature_sheet_pdf(
        {
            "title": labels_of(result).report,
            "regulation": result.regulation.title,
            "subject": result.subject,
            "span": span_of(result),
            "audit": result.audit,
            "agency": result.review.agency,
            "dated": str(result.review.dated),
            "status": result.status,
            "redacted": result.redacted is not None,
            "manifest": found.manifests[0],
            "result": found.result_sha256,
            "signatures": [described(signature, result) for signature in signatures],
            "open": [step.title for name, step in steps.items() if name not in done],
        }
    )
    write(sheet_of(path), content)
