"""What lies where in a package: a BagIt bag (RFC 8493) whose payload is an RO-Crate."""

PAYLOAD = "data/"
RUN, PARAMS, EVIDENCE = "run/", "params/", "evidence/"
RULEBOOK, NOTEBOOK, SOFTWARE = "rulebook/", "notebook/", "software/"
RESULT = f"{RUN}result.json"
CRATE = "ro-crate-metadata.json"
REDACTION = "redaction.json"
LOCK_FILE, VERSIONS = f"{SOFTWARE}uv.lock", f"{SOFTWARE}versions.json"

_REPORTS = {"audit.ipynb", "report.html", "report.pdf"}
_MORE = {"checks.json", "paper-proofs.pdf", "scorecard.xlsx"}
_LETTERS = {"feedback.pdf", "feedback.docx", "payment-note.pdf", "payment-note.docx"}
WRITTEN = _REPORTS | _MORE | _LETTERS | {"leaderboard.html", "leaderboard.json", "result.json"}  # by a run

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
    """Whether a bag-info.txt says so."""
    return f"{': '.join(PRIVATE)}\n".encode() in info.splitlines(keepends=True)


def mode_of(path: str, private: bool) -> int:
    """How a file of a package may be read: the evidence of a private one by its owner alone."""
    return 0o600 if private and path.startswith(f"{PAYLOAD}{EVIDENCE}") else 0o644
