"""At least once: a page counts when each of its records was acknowledged, whatever became of the others."""

import time
from collections.abc import Mapping, Sequence

from http_source.delivery.outlet import Outlet
from http_source.delivery.parcel import Listener, Parcel, mark_after
from http_source.delivery.refusals import concerns_its_entity, is_batch_too_large, refusal_of
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.producer import KafkaProducer
from http_source.errors import DeliveryFailed
from http_source.model import Position


class AtLeastOnce:
    """Delivers pages with an idempotent producer; where each entity stands is for others to store."""

    pause = None
    """It has nothing to do until there are pages."""

    promise = ""

    def __init__(self, producer: KafkaProducer, outlet: Outlet, listener: Listener, *, principal: str) -> None:
        """`principal` is who signs in, in words."""
        self._producer = producer
        self._outlet = outlet
        self._listener = listener
        self._principal = principal

    @property
    def outage(self) -> Outage | None:
        """Since when Kafka takes nothing."""
        return self._producer.brokers.outage

    def close(self) -> None:
        """End the client."""
        self._producer.close()

    def open(self, patience: float) -> Mapping[str, Position]:
        """Wait for a broker, for so many seconds; no position is kept here. Raises DeliveryFailed when none answers."""
        self._producer.reach(patience, self._outlet.look)
        return {}

    def deliver(self, batch: Sequence[Parcel]) -> None:
        """Deliver pages and move their entities' marks. Raises DeliveryFailed for what concerns the whole run, after the marks."""
        started = time.monotonic()
        parcels, failure = self._outlet.prepare(batch)
        for parcel in parcels:
            self._outlet.queue(parcel)
        self._outlet.flush()
        again = any(map(is_batch_too_large, parcels)) and self._producer.use_smaller_batches()
        failures = [self._settle(parcel, time.monotonic() - started, again=again) for parcel in parcels]
        for each in (*failures, failure):
            if each is not None:
                raise each

    def finish(self) -> None:
        """Nothing is left open."""

    def _settle(self, parcel: Parcel, seconds: float, *, again: bool) -> DeliveryFailed | None:
        """Move the mark of a page's entity, or refuse the page; the failure, if it is the whole run's."""
        entity = parcel.entity
        if parcel.stale:
            return None
        if parcel.error is None:
            self._listener.acknowledged(entity, mark_after(entity.acknowledged, parcel.page, seconds))
            return None
        if again and is_batch_too_large(parcel):
            self._listener.lost(entity, None)
            return None
        failure = refusal_of(parcel, parcel.error, self._producer.brokers, self._principal, is_kept=True)
        if concerns_its_entity(parcel):
            self._listener.lost(entity, str(failure))
            return None
        # Other entities' pages of this batch count, but no later one of this entity.
        entity.leave_out()
        return failure
