"""What an entity has shown that may be loss or repetition, and for how long that counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from http_source.model import Lasts, Page

_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Doubted:
    """A doubt, and when it came.

    Attributes:
        lasts: for how long it counts.
        count: how often it came; of what holds from page to page, once.
        at: when it came last, or began to hold, in seconds since the epoch.
        epoch: that of the position; a move by a person, which begins another one, ends it.
    """

    lasts: Lasts
    count: int
    at: float
    epoch: int

    @classmethod
    def read(cls, said: Any) -> Self:
        """What `to_json` gave."""
        lasts, count, at, epoch = said
        return cls(Lasts(lasts), int(count), float(at), int(epoch))

    def to_json(self) -> list[Any]:
        """As it is stored."""
        return [self.lasts.value, self.count, round(self.at), self.epoch]

    def counts(self, epoch: int, now: float) -> bool:
        """Whether it is to be shown of an entity that stands in that epoch."""
        return self.epoch == epoch and (self.lasts is not Lasts.A_DAY or now - self.at < _DAY_S)


def doubts_after(known: Mapping[str, Doubted], page: Page, now: float) -> Mapping[str, Doubted]:
    """What is in doubt once a page was read: what the page shows otherwise is over."""
    epoch = page.position.epoch
    kept = {sentence: each for sentence, each in known.items() if each.counts(epoch, now) and not _is_over(each.lasts, page)}
    for doubt in page.doubts:
        before = known.get(doubt.sentence)
        if before is None or not before.counts(epoch, now):
            kept[doubt.sentence] = Doubted(doubt.lasts, 1, now, epoch)
        elif doubt.lasts is Lasts.A_DAY:
            kept[doubt.sentence] = Doubted(doubt.lasts, before.count + 1, now, epoch)
        else:
            kept[doubt.sentence] = before
    return kept


def _is_over(lasts: Lasts, page: Page) -> bool:
    if lasts is Lasts.UNTIL_AN_ANSWER:
        return True
    return lasts is Lasts.UNTIL_RECORDS and bool(page.records or page.doubts)
