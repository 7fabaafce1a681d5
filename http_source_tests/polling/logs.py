"""APIs of records with a number each, which CHAINING walks through."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from http_source.config.properties import ChainingOrder, OffsetMode, OffsetOptions
from http_source.model import Offset
from http_source_tests.polling.samples import options
from http_source_tests.polling.walk import Walk

Record = dict[str, Any]
Filter = Callable[[int, Offset], bool]

ASCENDING, DESCENDING, NONE = ChainingOrder.ASCENDING, ChainingOrder.DESCENDING, ChainingOrder.NONE


def chain(order: ChainingOrder | None = None, size: int | None = None) -> OffsetOptions:
    return options(
        OffsetOptions, mode=OffsetMode.CHAINING, data_pointer="/items", initial="0", offset_pointer="/at", chaining_order=order,
        page_size=size,
    )


def greater(at: int, offset: Offset) -> bool:
    return at > int(offset)


def greater_or_equal(at: int, offset: Offset) -> bool:
    return at >= int(offset)


def any_at_all(_at: int, _offset: Offset) -> bool:
    return True


@dataclass
class Log:
    """An API of records with a number each, which give the first that pass its filter."""

    records: list[Record]
    size: int
    passes: Filter = greater
    newest_first: bool = False

    def __call__(self, offset: Offset) -> list[Record]:
        passed = [record for record in self.records if self.passes(record["at"], offset)]
        return (passed[::-1] if self.newest_first else passed)[: self.size]

    def grow(self, *numbers: int) -> None:
        self.records += [{"at": number, "n": len(self.records) + place} for place, number in enumerate(numbers)]


def walk(settings: OffsetOptions, *numbers: int, size: int = 3, passes: Filter = greater, newest_first: bool = False) -> tuple[Walk, Log]:
    log = Log([], size, passes, newest_first)
    log.grow(*numbers)
    return Walk(settings, log), log
