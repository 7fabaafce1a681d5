"""The compacted topic that holds positions with exactly once, written in the transactions of the records they follow (KIP-618).

A record's key is `["connector",{"entity":"…"}]`, as Kafka Connect has it, and its value the position. A record of key
`["connector",{"plan":"…"}]` says among how many tasks the entities were shared by that plan, so that their producers can be found.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property

from confluent_kafka import OFFSET_BEGINNING, Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
)

from http_source.edges.kafka.answers import LOOK_S, Look, nothing
from http_source.edges.kafka.brokers import UNANSWERED, Brokers
from http_source.edges.kafka.transactions import TransactionsRefused
from http_source.errors import DeliveryFailed, PositionRefused
from http_source.model import Message as Written
from http_source.model import Position, newest

_REQUEST_S = 30.0
_POLL_S = 0.2
_MANY = 500
_NEW_S = 5.0
_SILENT_S = 2.0
"""After so long without a message the brokers are asked if they are there."""

_CONFIGURATION = {
    "cleanup.policy": "compact",
    # What is superseded is removed within hours, so that a start reads little.
    "segment.ms": "3600000",
    "segment.bytes": "16777216",
    "min.cleanable.dirty.ratio": "0.1",
    "delete.retention.ms": "3600000",
}
_RIGHTS = "Grant {principal} READ, WRITE, DESCRIBE and CREATE on the topic, or create it with cleanup.policy=compact"
_REFUSED = {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError.POLICY_VIOLATION}
_NOT_YET = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_LEADER_FOR_PARTITION}


@dataclass(frozen=True, slots=True)
class Stored:
    """What the topic says of a connector.

    Attributes:
        positions: the position of each entity.
        plans: mark of a plan → tasks.
    """

    positions: dict[str, Position] = field(default_factory=dict)
    plans: dict[str, int] = field(default_factory=dict)


class PositionTopic:
    """Where the positions of one connector are kept.

    Attributes:
        name: the topic's.
    """

    def __init__(self, brokers: Brokers, topic: str, connector: str, *, principal: str) -> None:
        """`principal` is who the brokers' settings sign in as, in words. Nothing is opened yet."""
        self._brokers = brokers
        self.name = topic
        self._connector = connector
        self._principal = principal

    def position(self, entity: str, position: Position) -> Written:
        """The record that stores a position."""
        return self._record({"entity": entity}, position.to_json())

    def plan(self, mark: str, tasks: int) -> Written:
        """The record that says among how many tasks a plan shares the entities."""
        return self._record({"plan": mark}, {"tasks": tasks})

    def forgotten(self, mark: str) -> Written:
        """The record that removes a plan."""
        return self._record({"plan": mark}, None)

    def ensure(self, look: Look = nothing) -> None:
        """See to it that the topic is there, and is compacted. Raises TransactionsRefused, or DeliveryFailed."""
        admin = self._admin
        try:
            self._brokers.answer(admin.describe_topics(TopicCollection([self.name]), request_timeout=_REQUEST_S)[self.name], look)
        except KafkaException as error:
            if error.args[0].code() not in {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.TOPIC_AUTHORIZATION_FAILED}:
                raise self._failure("could not be looked up", error) from error
            self._create(admin, look)
        else:
            self._check(admin, look)

    def read(self, timeout: float = 90.0, look: Look = nothing, *, isolation: str = "read_committed") -> Stored:
        """Everything that was committed up to now; waits for transactions that are open, for `timeout` seconds at most.

        With `read_uncommitted` it waits for none, and has what may yet be aborted, too.
        Raises TransactionsRefused when the principal may not read the topic, DeliveryFailed when it cannot be read.
        """
        ends = time.monotonic() + timeout
        marks = self._high_watermarks(ends, look)
        settings = {"group.id": f"{self._connector}-offsets", "enable.auto.commit": False,
                    "isolation.level": isolation, "enable.partition.eof": True, "fetch.wait.max.ms": 50}
        stored = Stored()
        with closing(self._brokers.consumer(settings)) as consumer:
            consumer.assign([TopicPartition(self.name, partition, OFFSET_BEGINNING) for partition in marks])
            for message in self._messages(consumer, marks, ends, look):
                self._take(message, stored)
        return stored

    # The topic

    def _create(self, admin: AdminClient, look: Look) -> None:
        new = NewTopic(self.name, num_partitions=1, replication_factor=-1, config=_CONFIGURATION)
        try:
            self._brokers.answer(admin.create_topics([new], request_timeout=_REQUEST_S)[self.name], look)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise self._failure("cannot be seen, and was not created", error) from error

    def _check(self, admin: AdminClient, look: Look) -> None:
        """Refuse a topic from which Kafka would remove positions by their age; without the right to know, trust it."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, self.name)
        try:
            found = self._brokers.answer(admin.describe_configs([resource], request_timeout=_REQUEST_S)[resource], look)
            policy = found["cleanup.policy"].value
        except (KafkaException, KeyError):
            return
        if policy != "compact":
            raise DeliveryFailed(f"Topic {self.name} is to hold offsets, but its cleanup.policy is {policy}, so that Kafka at "
                                 f"{self._brokers} would remove them. Set it to compact, or name another topic in offsets.storage.topic.")

    def _high_watermarks(self, ends: float, look: Look) -> dict[int, int]:
        """Where each partition that is not empty ends, open transactions included: a consumer's own end would be before them."""
        ends = min(ends, time.monotonic() + _NEW_S)
        while True:
            try:
                return self._ask_watermarks(look)
            except KafkaException as error:
                # A topic that was created a moment ago is not known everywhere.
                if error.args[0].code() not in _NOT_YET or time.monotonic() > ends:
                    raise self._failure("could not be read", error) from error
                threading.Event().wait(LOOK_S)
                look()

    def _ask_watermarks(self, look: Look) -> dict[int, int]:
        asked = self._admin.describe_topics(TopicCollection([self.name]), request_timeout=_REQUEST_S)[self.name]
        described = self._brokers.answer(asked, look)
        latest = {TopicPartition(self.name, each.id): OffsetSpec.latest() for each in described.partitions}  # type: ignore[no-untyped-call]
        offsets = self._admin.list_offsets(latest, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_REQUEST_S)
        ends = {partition.partition: self._brokers.answer(future, look).offset for partition, future in offsets.items()}
        return {partition: end for partition, end in ends.items() if end > 0}

    def _messages(self, consumer: Consumer, marks: Mapping[int, int], ends: float, look: Look) -> Iterator[Message]:
        left, heard_at = set(marks), time.monotonic()
        while left:
            look()
            for message in consumer.consume(_MANY, _POLL_S):
                heard_at = time.monotonic()
                if message.error() is None:
                    yield message
                elif self._is_end(message, marks):
                    left.discard(message.partition() or 0)
            self._go_on(consumer, heard_at, ends)

    def _is_end(self, message: Message, marks: Mapping[int, int]) -> bool:
        """Whether an event says that a partition was read to its end."""
        error = message.error()
        if error is None or error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            return False  # no group is joined, but the client looks for its coordinator all the same
        if error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's public name
            raise self._failure("could not be read", KafkaException(error))
        # The offset of the end counts the markers of transactions, which those of messages do not.
        return (message.offset() or 0) >= marks[message.partition() or 0]

    def _go_on(self, consumer: Consumer, heard_at: float, ends: float) -> None:
        """Go on reading, unless that takes too long. No message may mean no broker, or a transaction that is open."""
        now = time.monotonic()
        if now - heard_at > _SILENT_S:
            self._brokers.contact.doubt()
            self._brokers.ask(consumer)
        if now > ends:
            reason = self._brokers.trouble or "a transaction of another run is open in it, which Kafka ends after its time-out"
            raise DeliveryFailed(f"Topic {self.name}, which holds the offsets, could not be read to its end from Kafka at {self._brokers}: "
                                 f"{reason}. The next run tries again.")

    # The records

    def _record(self, part: Mapping[str, str], value: object) -> Written:
        key = json.dumps([self._connector, part], separators=(",", ":"), ensure_ascii=False).encode()
        return Written(self.name, None if value is None else json.dumps(value, ensure_ascii=False).encode(), key)

    def _take(self, message: Message, stored: Stored) -> None:
        part, value = self._part_of(message.key()), message.value()
        if plan := part.get("plan"):
            stored.plans.pop(plan, None)
            if value is not None:
                stored.plans[plan] = int(json.loads(value)["tasks"])
        if entity := part.get("entity"):
            position = None if value is None else self._position_of(entity, bytes(value))
            # Of a topic with several partitions records come in any order.
            if position := newest(position, stored.positions.get(entity)):
                stored.positions[entity] = position

    def _part_of(self, key: object) -> Mapping[str, str]:
        """What a record is about; nothing for another connector's, or somebody else's."""
        try:
            connector, part = json.loads(key if isinstance(key, bytes | str) else "")
        except (ValueError, TypeError):
            return {}
        return part if connector == self._connector and isinstance(part, dict) else {}

    def _position_of(self, entity: str, value: bytes) -> Position:
        try:
            return Position.from_json(json.loads(value))
        except (ValueError, PositionRefused) as error:
            raise DeliveryFailed(f"Topic {self.name} of Kafka at {self._brokers} holds a position of entity {entity} that cannot be read, "
                                 "so that it is unknown where to go on. It was not written by this version. Delete the topic, or name "
                                 "another one in offsets.storage.topic: polling goes on from the positions that Dagster has.") from error

    @cached_property
    def _admin(self) -> AdminClient:
        return self._brokers.admin()

    def _failure(self, what: str, raised: KafkaException) -> DeliveryFailed:
        error = raised.args[0]
        reason = self._brokers.words(error.str()).rstrip(".")
        if error.code() in UNANSWERED:
            reason = self._brokers.trouble or reason
        sentence = f"Topic {self.name}, which holds the offsets, {what} (Kafka at {self._brokers}): {reason}."
        if error.code() in _REFUSED:
            return TransactionsRefused(f"{sentence} {_RIGHTS.format(principal=self._principal)}.")
        return DeliveryFailed(f"{sentence} The next run tries again.")
