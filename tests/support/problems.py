"""What a refusal says: where, and all that whoever reads it has to know."""

import re

from talentcalc.core.errors import Problem
from talentcalc.messages.catalogue import wording


def where_of(problem: Problem) -> str:
    """Where the problem is, as the terminal says it."""
    return wording(problem.where, "en")


def is_whole(problem: Problem) -> bool:
    """Whether it says what was found, what was expected and what to do; and all of it in Chinese too."""
    english, chinese = wording(problem.message, "en"), wording(problem.message, "zh")
    return bool(
        re.fullmatch("found .+; expected .+; .+", english) and re.search("[\u4e00-\u9fff].*；请", chinese)
    )
