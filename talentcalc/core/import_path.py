"""What may be imported? Never a file that merely lies in the working folder: it may have been handed in."""

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
        sys.path[:] = [one for one in sys.path if one and os.path.abspath(one) != here]
