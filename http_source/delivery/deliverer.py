"""The delivering side of a task: one thread that owns the producer and takes pages in order."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from http_source.delivery.outlet import Patience
from http_source.delivery.page_queue import PageQueue
from http_source.delivery.parcel import Listener, Parcel
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.transactions import TransactionsRefused
from http_source.entity import Entity
from http_source.errors import Defect, DeliveryFailed, HttpSourceError
from http_source.foreign.chains import trace
from http_source.foreign.text import Redact
from http_source.model import Page, Position

_GIVING_UP_S = 1.0
"""What giving up takes: to notice that the time is over, and to take back what is queued."""

_IDLE_S = 1.0
"""After so long without a page the client is let speak, too: it may have lost its brokers."""


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
        self, makes: Sequence[Make], *, settled: Callable[[Parcel], None], listener: Listener, warn: Callable[[str], None],
        patience: Patience | None = None, redact: Redact | None = None,
    ) -> None:
        """`makes` are the ways to deliver, of which the first that Kafka allows is taken.

        `settled` is told of each page that is no longer in hand, `listener` what became of it, `warn` of each long delay.
        Without `redact` a defect is told without anybody else's words.
        """
        self._makes = makes
        self._settled = settled
        self._listener = listener
        self._warn = warn
        self._redact = redact
        self._patience = patience or Patience(warn)
        self._queue = PageQueue()
        self._thread = threading.Thread(target=self._run, name="http-source-deliverer", daemon=True)
        self._delivery: Delivery
        self._outage: Callable[[], Outage | None] = lambda: None
        self.failure: HttpSourceError | MemoryError | None = None

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
        """Hand a page over; waits while enough are waiting already. After `close` it is left."""
        # What was served is as large as what is made of it, and not needed any more.
        needed = page if page.messages is None else replace(page, records=())
        self._queue.put(Parcel(entity, needed, entity.generation))

    def close(self, timeout: float) -> None:
        """Deliver what was handed over for up to `timeout` seconds, then give it up; never longer, whatever Kafka's client waits for."""
        self._patience.gives_up_at = time.monotonic() + max(timeout - _GIVING_UP_S, timeout / 2)
        self._queue.end()
        if self._thread.ident is None:
            return
        self._thread.join(min(timeout, threading.TIMEOUT_MAX))
        if self._thread.is_alive() and self.failure is None:
            self.failure = DeliveryFailed("Kafka's client was still waiting for an answer when the run was "
                                          "stopped. The next run requests again what Kafka had not acknowledged.")

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
        while self._goes_on():
            pass  # here no page is held while the next ones are waited for

    def _goes_on(self) -> bool:
        """Deliver the pages that come next; whether there may be more."""
        pause = self._delivery.pause
        batch = self._queue.take(_IDLE_S if pause is None else min(_IDLE_S, pause))
        is_last = self._queue.empty
        self._attempt(batch, is_last=is_last)
        for parcel in batch:
            self._settled(parcel)
        return not is_last

    def _attempt(self, batch: Sequence[Parcel], *, is_last: bool) -> None:
        if self.failure is not None:
            return
        try:
            self._delivery.deliver([parcel for parcel in batch if not parcel.stale])
            if is_last:
                self._delivery.finish()
        except (HttpSourceError, MemoryError) as failure:
            self.failure = self.failure or failure
        except Exception as error:  # noqa: BLE001 - whatever ends the delivery must end the run, not this thread alone
            self.failure = self.failure or Defect(trace(error, self._redact))
