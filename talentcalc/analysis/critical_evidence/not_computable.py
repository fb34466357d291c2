"""The refusal of an answer that cannot be given exactly."""

from talentcalc.messages.catalogue import PAPERS, wording
from talentcalc.messages.message import Message


class NotComputable(Exception):
    """An answer that cannot be given exactly, and why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(wording(reason, PAPERS))
        self.reason = reason
