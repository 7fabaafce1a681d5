"""A fault, as the tables of faults have it."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault.

    Attributes:
        absent: why there is nothing to test; empty for a fault that tests show.
    """

    number: int
    happens: str
    seen: str
    absent: str = ""


AGAIN = "The same request is sent again with the same offset; nothing of the page is produced."
STAYS = "The offset stays."
