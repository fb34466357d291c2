"""Where do this installation's notebooks and lock file lie? In the package, or in a checkout at its top."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_INSTALLED = (_PACKAGE / "notebooks").is_dir()  # from the wheel, which is built with a copy of them

NOTEBOOKS = (_PACKAGE if _INSTALLED else _PACKAGE.parent) / "notebooks"
LOCK_FILE = NOTEBOOKS.parent / "uv.lock"
