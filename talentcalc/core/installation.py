"""Where this installation's notebooks and lock file are: in the package, or at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = (_PACKAGE / "notebooks").is_dir()  # from the wheel, which is built with a copy of them

NOTEBOOKS = (_PACKAGE if _INSTALLED else _PACKAGE.parent) / "notebooks"
LOCK_FILE = NOTEBOOKS.parent / "uv.lock"
