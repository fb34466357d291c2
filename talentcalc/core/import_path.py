"""The import path without the working folder: a file that lies there may have been handed in."""

import os  # which every Python has loaded before it looks into any folder
import sys

_PACKAGES = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def forget_working_folder() -> None:
    """Take the working folder out of the search path, unless the package itself is imported from there.

    `python -m` puts it first; an empty entry of PYTHONPATH puts it somewhere.
    """
    try:
        here = os.getcwd()
    except OSError:  # it is gone
        return
    if here != _PACKAGES:
        sys.path[:] = [path for path in sys.path if path and os.path.abspath(path) != here]
