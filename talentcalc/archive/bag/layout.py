"""The layout of a package: a BagIt bag (RFC 8493) whose payload is an RO-Crate."""

from collections.abc import Container

from talentcalc.result.model.result import AnyScorecard, LeagueResult, Result, ScorecardResult

PAYLOAD = "data/"
RUN, PARAMS, EVIDENCE = "run/", "params/", "evidence/"
RULEBOOK, NOTEBOOK, SOFTWARE = "rulebook/", "notebook/", "software/"
RESULT = f"{RUN}result.json"
RULES = f"{RULEBOOK}rulebook.yaml"
CRATE = "ro-crate-metadata.json"
REDACTION = "redaction.json"
LOCK_FILE, VERSIONS = f"{SOFTWARE}uv.lock", f"{SOFTWARE}versions.json"

REPORTS = frozenset({"audit.ipynb", "checks.json", "report.html", "report.pdf", "result.json"})
"""What every run writes."""

_LETTER = ("feedback.pdf", "feedback.docx")
_PAYMENT = ("payment-note.pdf", "payment-note.docx")
_PUBLIC_PAGE = ("leaderboard.html", "leaderboard.json")


def written(result: Result) -> frozenset[str]:
    """The files of a run with this result: those of every run, and the views that this one has."""
    scored = isinstance(result, ScorecardResult)
    of_the_operator = isinstance(result, AnyScorecard) and not result.redacted  # or it is nobody's to send
    views = {
        _LETTER: of_the_operator,
        _PAYMENT: of_the_operator and scored,
        _PUBLIC_PAGE: isinstance(result, LeagueResult),
        ("paper-proofs.pdf",): bool(result.paper_proofs),
        ("scorecard.xlsx",): scored,
    }
    return REPORTS.union(*(names for names, there in views.items() if there))


_LONGEST = 4096  # characters of a path, in every system


def file_of(material: str, known: Container[str]) -> str | None:
    """The known path of a recorded material: itself or, of a sheet, what is before the sheet's bracket.

    A sheet is recorded as `book.xlsx（title）`, and both may hold brackets: the longest path is the one.
    """
    if material in known:
        return material
    at = material.rfind("（", 0, _LONGEST)
    while at >= 0:
        if (path := material[:at]) in known:
            return path
        at = material.rfind("（", 0, at)
    return None


DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURES = "signatures.json"  # beside the manifests, in none of them: it is added to after sealing

PRIVATE = ("Evidence-Access", "owner")
"""What `INFO` says of a package whose evidence is a private snapshot of a database."""

SEALED_TAGS = (DECLARATION, INFO, MANIFEST)
DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def manifest_of(hashes: dict[str, str]) -> bytes:
    """A manifest's one form: sha256 and path of each file, by path."""
    return "".join(f"{hashes[path]}  {path}\n" for path in sorted(hashes)).encode()


def info_of(described: dict[str, str]) -> bytes:
    """A bag-info.txt's one form: labels and values, by label, each on one line."""
    return "".join(f"{label}: {' '.join(described[label].split())}\n" for label in sorted(described)).encode()


def is_private(info: bytes) -> bool:
    """Whether a bag-info.txt marks the evidence as private."""
    return f"{': '.join(PRIVATE)}\n".encode() in info.splitlines(keepends=True)


def mode_of(path: str, private: bool) -> int:
    """The mode of a package's file: the evidence of a private one is for its owner alone."""
    return 0o600 if private and path.startswith(f"{PAYLOAD}{EVIDENCE}") else 0o644
