"""Exactly once: records and positions in one transaction, by a producer that ends whoever had its place before (KIP-618).

The order at the start is what makes it right: the predecessor is fenced, and what it left open aborted, before the positions are read.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import Message as Reported

from http_source.delivery.outlet import Outlet
from http_source.delivery.parcel import Listener, Parcel, mark_after
from http_source.delivery.refusals import concerns_its_entity, is_batch_too_large, is_purged, refusal_of
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.position_topic import PositionTopic
from http_source.edges.kafka.transactions import Fenced, TransactionalProducer, TransactionsRefused, reason_of
from http_source.entity import Entity, Mark
from http_source.errors import DeliveryFailed
from http_source.model import Message, Position

_UNCOMMITTED = "read_uncommitted"


@dataclass(frozen=True, slots=True)
class Plan:
    """How the entities are shared out: a mark of the shares, and among how many tasks."""

    mark: str
    tasks: int

    def transactional_id(self, connector: str, task: int) -> str:
        """The id of a task's producer; those of another plan are others, so that they can be told from each other and fenced."""
        return f"http-source-{connector}-{self.mark}-{task}"


@dataclass(slots=True)
class _Moved:
    """Where an entity is to stand when the open transaction is committed."""

    entity: Entity
    generation: int
    mark: Mark

    @property
    def is_put_back(self) -> bool:
        return not self.entity.counts(self.generation)


class ExactlyOnce:
    """Delivers pages in transactions; a mark moves when the one that holds its position is committed."""

    def __init__(  # noqa: PLR0913 - what it is made of, each named by its caller
        self, producer: TransactionalProducer, outlet: Outlet, topic: PositionTopic, listener: Listener, *,
        entities: Collection[str], plan: Plan, fence: Callable[[Plan, float], None],
        unwritable: Callable[[Collection[str]], Collection[str]], interval_s: float, principal: str,
    ) -> None:
        """`entities` are those that this run polls; transactions stay open for `interval_s` seconds; `principal` is who signs in, in words.

        `fence` ends all producers of another plan, within so many seconds; `unwritable` says which topics the principal may not write to.
        """
        self._producer = producer
        self._outlet = outlet
        self._topic = topic
        self._listener = listener
        self._plan = plan
        self._fence = fence
        self._unwritable = unwritable
        self._interval_s = interval_s
        self._principal = principal
        self._since: float | None = None
        self._moved: dict[str, _Moved] = {}
        self._entities = entities
        self._committed: dict[str, Position | None] = {}
        self._forgotten: list[Message] = []

    @property
    def promise(self) -> str:
        """What consumers have to do for it."""
        return (f"Delivery is exactly once, in transactions of {self._producer.transactional_id}: offsets are in topic {self._topic.name}. "
                "Consumers set isolation.level=read_committed.")

    @property
    def pause(self) -> float | None:
        """Seconds until the open transaction is to be committed; None when none is open."""
        return None if self._since is None else max(0.0, self._since + self._interval_s - time.monotonic())

    @property
    def outage(self) -> Outage | None:
        """Since when Kafka takes nothing."""
        return self._producer.brokers.outage

    def close(self) -> None:
        """End the client."""
        self._producer.close()

    def open(self, patience: float) -> Mapping[str, Position]:
        """Take the place of whoever wrote before, each step within so many seconds; the committed positions.

        Raises TransactionsRefused when brokers or rights do not allow it, and DeliveryFailed when Kafka does not answer.
        """
        look = self._outlet.look
        self._producer.reach(patience, look)
        self._topic.ensure(look)
        self._producer.initialize(patience, look)
        former = self._former_plans()
        for plan in former:
            self._fence(plan, patience)
        self._forgotten = [self._topic.forgotten(plan.mark) for plan in former]
        positions = self._topic.read(look=look).positions
        self._committed = {entity: positions.get(entity) for entity in self._entities}
        return positions

    def deliver(self, batch: Sequence[Parcel]) -> None:
        """Queue pages in a transaction and commit it when its time has come.

        A page that is refused for its own sake aborts the transaction and fails its entity; the others' pages are asked for again.
        Raises Fenced when another run took over, and DeliveryFailed for what concerns the whole run.
        """
        started = time.monotonic()
        parcels, failure = self._outlet.prepare(batch)
        if any(moved.is_put_back for moved in self._moved.values()):
            self._abort()
        self._queue([parcel for parcel in parcels if not parcel.stale])
        is_over = self._since is not None and (self.pause == 0.0 or failure is not None)
        if is_over:
            self._queue_positions()
        self._outlet.flush()
        if faulty := {parcel: parcel.error for parcel in parcels if parcel.error is not None}:
            self._refuse(faulty)
        elif is_over:
            self._commit(started)
        if failure is not None:
            raise failure

    def finish(self) -> None:
        """Commit what is open."""
        if self._since is not None:
            self._interval_s = 0.0
            self.deliver(())

    def _former_plans(self) -> Sequence[Plan]:
        """The other plans, after this one was made known: of two that start at once, one sees the other at least.

        Transactions that were left open count as well, since it is their producers that are to be fenced. This plan's may be among them,
        so it is made known at each start.
        """
        self._producer.begin()
        self._send([self._topic.plan(self._plan.mark, self._plan.tasks)])
        self._commit_open()
        plans = self._topic.read(look=self._outlet.look, isolation=_UNCOMMITTED).plans
        return [Plan(mark, tasks) for mark, tasks in plans.items() if mark != self._plan.mark]

    def _queue(self, parcels: Sequence[Parcel]) -> None:
        if parcels and self._since is None:
            self._producer.begin()
            self._since = time.monotonic()
        for parcel in parcels:
            self._outlet.queue(parcel)
            moved = self._moved.setdefault(parcel.entity.name, _Moved(parcel.entity, parcel.generation, parcel.entity.acknowledged))
            moved.mark = mark_after(moved.mark, parcel.page, 0.0)

    def _queue_positions(self) -> None:
        positions = [self._topic.position(name, moved.mark.position) for name, moved in self._moved.items()]
        self._send([*self._forgotten, *positions])

    def _send(self, messages: Sequence[Message]) -> None:
        """Queue what is kept beside the records. A client that has given up takes nothing more: the end of the transaction says why."""
        try:
            self._producer.send_messages(messages, _told_by_commit, self._outlet.wait)
        except KafkaException as refused:
            if refused.args[0].code() != KafkaError._FATAL:  # noqa: SLF001 - librdkafka's public name
                raise

    def _commit(self, started: float) -> None:
        self._commit_open()
        began, now = self._since, time.monotonic()
        committed, self._moved, self._since, self._forgotten = self._moved, {}, None, []
        seconds = now - started
        records = sum(moved.mark.records - moved.entity.acknowledged.records for moved in committed.values())
        self._listener.committed(records, now - (started if began is None else began))
        for moved in committed.values():
            self._committed[moved.entity.name] = moved.mark.position
            self._listener.acknowledged(moved.entity, replace(moved.mark, deliver_seconds=moved.mark.deliver_seconds + seconds))

    def _commit_open(self) -> None:
        try:
            self._producer.commit(self._outlet.wait)
        except Fenced:
            raise
        except DeliveryFailed as failure:
            if reason := reason_of(failure):
                # Best effort, so that consumers need not wait: the next start aborts it in any case, as it does when the run gave up.
                with suppress(DeliveryFailed):
                    self._producer.abort(self._outlet.look)
                self._raise_unstored(reason)
            raise

    def _refuse(self, faulty: Mapping[Parcel, KafkaError]) -> None:
        """Refuse the pages that are to blame, unless smaller batches help, and give up the transaction."""
        reasons = {parcel: error for parcel, error in faulty.items() if not is_purged(error)} or self._blame(faulty)
        is_new = self._producer.abort(self._outlet.look)
        again = any(map(is_batch_too_large, reasons)) and self._producer.use_smaller_batches(self._outlet.look)
        if is_new or again:
            self._raise_overtaken()
        if not again:
            brokers = self._producer.brokers
            failures = {parcel: refusal_of(parcel, error, brokers, self._principal, is_kept=False) for parcel, error in reasons.items()}
            if not any(map(concerns_its_entity, reasons)):
                raise next(iter(failures.values()))
            for parcel in filter(concerns_its_entity, reasons):
                # Of two pages of one entity the first is to blame.
                if not parcel.stale:
                    self._listener.lost(parcel.entity, str(failures[parcel]))
        self._rewind()

    def _blame(self, purged: Iterable[Parcel]) -> Mapping[Parcel, KafkaError]:
        """The pages because of which the whole transaction was refused: Kafka says why, but not for which topic."""
        error = self._producer.why_broken()
        self._raise_unstored(error)
        if error.code() != KafkaError.TOPIC_AUTHORIZATION_FAILED:
            return dict.fromkeys(purged, error)
        unwritable = self._unwritable({topic for parcel in purged for topic in parcel.topics})
        for parcel in purged:
            parcel.topic = next((topic for topic in parcel.topics if topic in unwritable), "")
            parcel.error = error if parcel.topic else None
        return {parcel: error for parcel in purged if parcel.topic} or dict.fromkeys(purged, error)

    def _raise_unstored(self, error: KafkaError) -> None:
        """Raise DeliveryFailed if an error is about the topic of the offsets: TransactionsRefused without the right to write there."""
        brokers = self._producer.brokers
        said = f"(Kafka at {brokers}): {brokers.sentence(error)}"
        if error.code() == KafkaError.MSG_SIZE_TOO_LARGE:
            raise DeliveryFailed(f"The offsets could not be stored in topic {self._topic.name} {said}. Raise its "
                                 "max.message.bytes; nothing was committed, and the next run requests the pages again.")
        if error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED and self._unwritable({self._topic.name}):
            raise TransactionsRefused(f"The offsets could not be stored in topic {self._topic.name} {said}. Grant "
                                      f"{self._principal} WRITE on it; nothing was committed, and the next run requests the pages again.")

    def _raise_overtaken(self) -> None:
        """Raise Fenced if somebody had taken over before a new client took the id back: it may have gone on from our last commit."""
        positions = self._topic.read(look=self._outlet.look).positions
        if any(positions.get(entity) != position for entity, position in self._committed.items()):
            raise Fenced(f"Another producer with the transactional id {self._producer.transactional_id} took over, so this run ended; what "
                         "it had not committed does not count.")

    def _abort(self) -> None:
        if self._producer.abort(self._outlet.look):
            self._raise_overtaken()
        self._rewind()

    def _rewind(self) -> None:
        """What the transaction held is asked for again, except for what was refused."""
        given_up, self._moved, self._since = self._moved, {}, None
        self._listener.aborted()
        for moved in given_up.values():
            if not moved.is_put_back:
                self._listener.lost(moved.entity, None)


def _told_by_commit(_error: KafkaError | None, _message: Reported) -> None:
    """A position that Kafka did not take fails the commit, which says why."""
