"""Stores acknowledged positions as materializations, with the numbers the UI plots.

A write to Dagster's storage costs 10 to 20 ms, so with very many busy entities the interval stretches until storing takes
at most a tenth of the time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import dagster as dg

from http_source.config.findings import shown
from http_source.entity import Entity, Mark, Traffic
from http_source.orchestration.ledger.names import POSITION, TOPIC
from http_source.orchestration.markdown import as_it_is

_SHARE = 10
_LONGEST_S = 1.0
"""A checkpoint that takes longer waits for a storage that was away: that time does not count as storing."""

StoreEvent = Callable[[dg.AssetMaterialization], None]
Took = Callable[[float], object]


@dataclass(slots=True)
class _Stored:
    """What an entity's last checkpoint said."""

    mark: Mark
    traffic: Traffic
    at: float


class Checkpoints:
    """The checkpoints of one run.

    Attributes:
        records: how many came with them.
    """

    def __init__(  # noqa: PLR0913 - each named by its caller
        self, key: dg.AssetKey, entities: Sequence[Entity], interval_ms: int, write: StoreEvent, *, took: Took = float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`write` logs an event; `interval_ms` is the shortest time between two checkpoints of an entity.

        `took` is told how many seconds each took to be written, by the `clock`.
        """
        self._key = key
        self._entities = entities
        self._interval = interval_ms / 1000
        self._write, self._took, self._clock = write, took, clock
        self._stored = {entity.name: _Stored(entity.acknowledged, Traffic(), 0.0) for entity in entities}
        self._not_before = 0.0
        self.records = 0

    def store_due(self) -> None:
        """Store what moved and was not stored for an interval."""
        now = self._clock()
        if now < self._not_before:
            return
        took = self._store(entity for entity in self._moved() if now - self._stored[entity.name].at >= self._interval)
        self._not_before = self._clock() + (_SHARE - 1) * took

    def store(self, name: str) -> None:
        """Store one entity, if it moved."""
        self._store(entity for entity in self._moved() if entity.name == name)

    def store_all(self) -> None:
        """Store everything that moved."""
        self._store(self._moved())

    def store_rest(self) -> None:
        """Store what this run has not stored, for whoever wants to hear that nothing moved."""
        self._store(entity for entity in self._entities if not self._stored[entity.name].at)

    def _moved(self) -> Iterator[Entity]:
        return (entity for entity in self._entities if _is_beyond(entity.acknowledged, self._stored[entity.name].mark))

    def _store(self, entities: Iterator[Entity]) -> float:
        """Seconds that storing took, without those in which the storage was away."""
        return sum(min(self._put(entity), _LONGEST_S) for entity in entities)

    def _put(self, entity: Entity) -> float:
        """Seconds until it was stored."""
        now = _Stored(entity.acknowledged, replace(entity.traffic), self._clock())
        before = self._stored[entity.name]
        line, metadata = as_it_is(_line(entity.name, before, now)), _metadata(entity, before, now)
        self._write(dg.AssetMaterialization(self._key, partition=entity.name, description=line, metadata=metadata))
        took = self._clock() - now.at
        self._took(took)
        self._stored[entity.name] = now
        self.records += now.mark.records - before.mark.records
        return took


def _is_beyond(mark: Mark, stored: Mark) -> bool:
    """Whether there is more in Kafka: records, too, since a list of one page that is read anew each time ends where it began."""
    return mark.position is not stored.position or mark.records != stored.records


def _line(name: str, before: _Stored, now: _Stored) -> str:
    """What the log of the run says of a checkpoint: records, the seconds that fetching and delivering them took, and the offset."""
    records = now.mark.records - before.mark.records
    fetching = now.traffic.fetch_seconds - before.traffic.fetch_seconds
    delivering = now.mark.deliver_seconds - before.mark.deliver_seconds
    offset = shown(str(now.mark.position.offset)) or "empty"
    return f"{shown(name)}: {records} record{'s' * (records != 1)} in {fetching + delivering:.3f} s, offset {offset}"


def _metadata(entity: Entity, before: _Stored, now: _Stored) -> dict[str, dg.MetadataValue]:
    """Numbers as numbers: each becomes a plot on the asset's page."""
    mark, traffic = now.mark, now.traffic
    records, pages = mark.records - before.mark.records, mark.pages - before.mark.pages
    requests = traffic.requests - before.traffic.requests
    offset = mark.position.offset
    counts = {
        "records": records,
        "bytes": mark.bytes - before.mark.bytes,
        "pages": pages,
        "requests": requests,
        "retries": traffic.retries - before.traffic.retries,
        "empty_polls": traffic.empty_polls - before.traffic.empty_polls,
        "skipped": traffic.skipped - before.traffic.skipped,
        "undecided": traffic.undecided - before.traffic.undecided,
    }
    times = {
        "fetch_ms": _mean_ms(traffic.fetch_seconds - before.traffic.fetch_seconds, requests),
        "produce_ms": _mean_ms(mark.deliver_seconds - before.mark.deliver_seconds, pages),
        "lag_ms": round(traffic.lag_seconds * 1000, 1),
    }
    return {
        "http_source/offset": dg.MetadataValue.int(offset) if isinstance(offset, int) else dg.MetadataValue.text(offset),
        **{f"http_source/{name}": dg.MetadataValue.int(value) for name, value in counts.items()},
        **{f"http_source/{name}": dg.MetadataValue.float(value) for name, value in times.items()},
        TOPIC: dg.MetadataValue.text(entity.topic),
        "dagster/partition_row_count": dg.MetadataValue.int(records),
        POSITION: dg.MetadataValue.json(mark.position.to_json()),
        **({"http_source/doubts": dg.MetadataValue.text("\n\n".join(entity.doubts))} if entity.doubts else {}),
    }


def _mean_ms(seconds: float, count: int) -> float:
    return round(seconds * 1000 / count, 1) if count else 0.0
