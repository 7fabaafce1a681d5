"""What a topic of one partition says about the crashes on the way: lost, repeated and disordered records."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        lost: records that are not in the topic.
        repeated: for each time the topic goes back, by how many records.
        skipped: for each time it goes forward by more than one, by how many.
    """

    lost: int
    repeated: tuple[int, ...]
    skipped: tuple[int, ...]


def judge(ids: Sequence[int], total: int) -> Verdict:
    """The verdict on a topic that should hold 0, 1, 2 … `total` - 1."""
    steps = [after - before for before, after in pairwise([-1, *ids])]
    return Verdict(
        lost=len(set(range(total)) - set(ids)),
        repeated=tuple(1 - step for step in steps if step < 1),
        skipped=tuple(step - 1 for step in steps if step > 1),
    )
