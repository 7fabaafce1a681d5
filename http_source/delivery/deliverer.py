"""The delivering side of a task: one thread that owns the producer and takes pages in order."""

import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol

from http_source.delivery.outlet import Patience
from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.transactions import TransactionsRefused
from http_source.entity import Entity
from http_source.errors import DeliveryFailed, HttpSourceError
from http_source.model import Page, Position

_IDLE_S = 1.0
_OVERTIME_S = 3.0


class Delivery(Protocol):
    """How pages are delivered."""

    @property
    def promise(self) -> str:
        """What a person should know of it, in a sentence or two; empty for what is usual."""

    @property
    def pause(self) -> float | None:
        """Seconds until it has something to do, even without pages; None when it has not."""

    @property
    def outage(self) -> Outage | None:
        """Since when Kafka takes nothing; None while it does. Any thread may ask."""

    def open(self, patience: float) -> Mapping[str, Position]:
        """Get ready, each step within so many seconds; the positions that it keeps itself. Raises DeliveryFailed."""

    def deliver(self, batch: Sequence[Parcel]) -> None:
        """Deliver pages that are not stale, and go on with what is open. Raises DeliveryFailed when the run has to end."""

    def finish(self) -> None:
        """End what is open."""

    def close(self) -> None:
        """Leave Kafka at once, when nothing was delivered."""


Make = Callable[[Patience, Listener], Delivery]
"""Makes a delivery that waits with this patience and says what became of pages."""


class Deliverer:
    """Delivers pages as they come, as many at once as are waiting, and moves each entity's acknowledged mark.

    After a failure that concerns the whole cluster it takes pages only to leave them: no later page may overtake.
    """

    def __init__(  # noqa: PLR0913 - each named by its caller
        self, makes: Sequence[Make], *, capacity: int, settled: Callable[[Parcel], None],
        listener: Listener, warn: Callable[[str], None], patience: Patience | None = None,
    ) -> None:
        """`makes` are the ways to deliver, of which the first that Kafka allows is taken.

        `settled` is told of each page that is no longer in hand, `listener` what became of it, `warn` of each long delay.
        """
        self._makes = makes
        self._settled = settled
        self._listener = listener
        self._warn = warn
        self._patience = patience or Patience(warn)
        self._parcels: queue.Queue[Parcel | None] = queue.Queue(capacity)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="http-source-deliverer", daemon=True)
        self._delivery: Delivery
        self._outage: Callable[[], Outage | None] = lambda: None
        self.failure: Exception | None = None

    def open(self, patience: float, stop: threading.Event | None = None) -> Mapping[str, Position]:
        """Get ready, each step within so many seconds; the positions that are kept in Kafka.

        Raises DeliveryFailed, and Stopped as soon as `stop` is set.
        """
        self._patience.stop = stop or threading.Event()
        try:
            return self._open_best(patience)
        finally:
            # What stops a run that is at work is `close`, which has time to deliver what is waiting.
            self._patience.stop = threading.Event()

    def _open_best(self, patience: float) -> Mapping[str, Position]:
        *preferred, last = self._makes
        for make in preferred:
            try:
                return self._open(make, patience)
            except TransactionsRefused as refused:
                self._warn(f"Delivery is at least once, not exactly once as requested: {refused}")
        return self._open(last, patience)

    @property
    def outage(self) -> Outage | None:
        """Since when Kafka takes nothing; None while it does. Any thread may ask, also before it is open."""
        return self._outage()

    @property
    def promise(self) -> str:
        """What a person should know of the delivery that was opened; empty for what is usual."""
        return self._delivery.promise

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, entity: Entity, page: Page) -> None:
        """Hand a page over; waits while as many pages as `capacity` are waiting already."""
        self._parcels.put(Parcel(entity, page, entity.generation))

    def close(self, timeout: float) -> None:
        """Deliver what is waiting for up to `timeout` seconds, then give it up. What is put later is left."""
        self._patience.gives_up_at = time.monotonic() + timeout
        longest = min(timeout + _OVERTIME_S, threading.TIMEOUT_MAX)
        if self._thread.is_alive():
            with suppress(queue.Full):
                self._parcels.put(None, timeout=longest)
            self._thread.join(longest)
        if self._thread.is_alive():
            self.failure = self.failure or DeliveryFailed(f"Kafka did not answer within {longest:.0f} s after the run was told to stop. "
                                                          "The next run asks for what it had not acknowledged.")

    def _open(self, make: Make, patience: float) -> Mapping[str, Position]:
        self._delivery = delivery = make(self._patience, self._listener)
        self._outage = lambda: delivery.outage
        self._patience.begin()
        try:
            return delivery.open(patience)
        except HttpSourceError:
            delivery.close()
            raise

    def _run(self) -> None:
        while not self._closing:
            batch = self._next_batch()
            self._attempt(batch)
            for parcel in batch:
                self._settled(parcel)

    def _attempt(self, batch: Sequence[Parcel]) -> None:
        if self.failure is not None:
            return
        try:
            self._delivery.deliver([parcel for parcel in batch if not parcel.stale])
            if self._closing:
                self._delivery.finish()
        except Exception as error:  # noqa: BLE001 - whatever ends the delivery must end the run, not this thread alone
            self.failure = error

    def _next_batch(self) -> list[Parcel]:
        """The pages that are waiting: one or more, unless the delivery has something to do before, or this is the end.

        After a second without any, the client is let speak, too: it may have lost its brokers.
        """
        batch: list[Parcel] = []
        while not self._closing:
            pause = self._delivery.pause
            try:
                parcel = self._parcels.get(block=not batch, timeout=min(_IDLE_S, _IDLE_S if pause is None else pause))
            except queue.Empty:
                return batch
            if parcel is None:
                self._closing = True
            else:
                batch.append(parcel)
        return batch
