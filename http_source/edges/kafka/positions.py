"""The compacted topic that holds positions with exactly once, written in the transactions of the records they follow (KIP-618).

A record's key is `["connector",{"entity":"…"}]`, as Kafka Connect has it, and its value the position. A record of key
`["connector",{"plan":"…"}]` says among how many tasks the entities were shared by that plan, so that their producers can be found.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from threading import Event

from confluent_kafka import OFFSET_BEGINNING, Consumer, IsolationLevel, KafkaError, KafkaException, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AdminClient,
    ConfigResource,
    NewTopic,
    OffsetSpec,
)

from http_source.edges.kafka.settings import of_consumer
from http_source.edges.kafka.transactions import TransactionsRefused
from http_source.errors import DeliveryFailed, PositionRefused
from http_source.model import Message as Written
from http_source.model import Position, newest

_REQUEST_S = 30.0
_POLL_S = 0.2
_MANY = 500
_NEW_S = 5.0
_ERRORS = 3
"""Syslog's number: a client that lives for one question tells of its own end otherwise."""

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

    def __init__(self, settings: Mapping[str, object], topic: str, connector: str, *, principal: str) -> None:
        """`settings` are librdkafka's; `principal` is who they sign in as, in words. Nothing is opened yet."""
        self._settings = dict(settings)
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

    def ensure(self) -> None:
        """See to it that the topic is there, and is compacted. Raises TransactionsRefused, or DeliveryFailed."""
        admin = self._admin
        try:
            admin.describe_topics(TopicCollection([self.name]), request_timeout=_REQUEST_S)[self.name].result()
        except KafkaException as error:
            if error.args[0].code() not in {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.TOPIC_AUTHORIZATION_FAILED}:
                raise self._failure("could not be looked up", error) from error
            self._create(admin)
        else:
            self._check(admin)

    def read(self, timeout: float = 90.0, *, isolation: str = "read_committed") -> Stored:
        """Everything that was committed up to now; waits for transactions that are open, for `timeout` seconds at most.

        With `read_uncommitted` it waits for none, and has what may yet be aborted, too.
        Raises TransactionsRefused when the principal may not read the topic, DeliveryFailed when it cannot be read.
        """
        ends = time.monotonic() + timeout
        marks = self._high_watermarks(ends)
        settings = {**of_consumer(self._settings), "group.id": f"{self._connector}-offsets", "enable.auto.commit": False,
                    "isolation.level": isolation, "enable.partition.eof": True, "fetch.wait.max.ms": 50}
        stored = Stored()
        with closing(Consumer(settings)) as consumer:
            consumer.assign([TopicPartition(self.name, partition, OFFSET_BEGINNING) for partition in marks])
            for message in self._messages(consumer, marks, ends):
                self._take(message, stored)
        return stored

    # The topic

    def _create(self, admin: AdminClient) -> None:
        new = NewTopic(self.name, num_partitions=1, replication_factor=-1, config=_CONFIGURATION)
        try:
            admin.create_topics([new], request_timeout=_REQUEST_S)[self.name].result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise self._failure("cannot be seen, and was not created", error) from error

    def _check(self, admin: AdminClient) -> None:
        """Refuse a topic from which Kafka would remove positions by their age; without the right to know, trust it."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, self.name)
        try:
            policy = admin.describe_configs([resource], request_timeout=_REQUEST_S)[resource].result()["cleanup.policy"].value
        except (KafkaException, KeyError):
            return
        if policy != "compact":
            raise DeliveryFailed(f"Topic {self.name} is to hold offsets, but its cleanup.policy is {policy}, so that Kafka would remove "
                                 "them. Set it to compact, or name another topic in offsets.storage.topic.")

    def _high_watermarks(self, ends: float) -> dict[int, int]:
        """Where each partition that is not empty ends, open transactions included: a consumer's own end would be before them."""
        ends = min(ends, time.monotonic() + _NEW_S)
        while True:
            try:
                return self._ask_watermarks()
            except KafkaException as error:
                # A topic that was created a moment ago is not known everywhere.
                if error.args[0].code() not in _NOT_YET or time.monotonic() > ends:
                    raise self._failure("could not be read", error) from error
                Event().wait(_POLL_S)

    def _ask_watermarks(self) -> dict[int, int]:
        described = self._admin.describe_topics(TopicCollection([self.name]), request_timeout=_REQUEST_S)[self.name].result()
        latest = {TopicPartition(self.name, each.id): OffsetSpec.latest() for each in described.partitions}  # type: ignore[no-untyped-call]
        asked = self._admin.list_offsets(latest, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=_REQUEST_S)
        ends = {partition.partition: future.result().offset for partition, future in asked.items()}
        return {partition: end for partition, end in ends.items() if end > 0}

    def _messages(self, consumer: Consumer, marks: Mapping[int, int], ends: float) -> Iterator[Message]:
        left = set(marks)
        while left:
            if time.monotonic() > ends:
                raise DeliveryFailed(f"Topic {self.name} could not be read to its end: a transaction of another run is open in it. "
                                     "Kafka ends it after its time-out; the next run tries again.")
            for message in consumer.consume(_MANY, _POLL_S):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
                    continue  # no group is joined, but the client looks for its coordinator all the same
                elif error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - librdkafka's public name
                    raise self._failure("could not be read", KafkaException(error))
                # The offset of the end counts the markers of transactions, which those of messages do not.
                elif (message.offset() or 0) >= marks[message.partition() or 0]:
                    left.discard(message.partition() or 0)

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
            raise DeliveryFailed(f"Topic {self.name} holds a position of entity {entity} that cannot be read, so that it is unknown "
                                 "where to go on. It was not written by this version. Delete the topic, or name another one in "
                                 "offsets.storage.topic: polling goes on from the positions that Dagster has.") from error

    @cached_property
    def _admin(self) -> AdminClient:
        return AdminClient({"log_level": _ERRORS, **self._settings})  # type: ignore[dict-item]  # librdkafka reads texts and booleans too

    def _failure(self, what: str, raised: KafkaException) -> DeliveryFailed:
        error = raised.args[0]
        sentence = f"Topic {self.name}, which holds the offsets, {what}: {error.str().rstrip('.')}."
        if error.code() in _REFUSED:
            return TransactionsRefused(f"{sentence} {_RIGHTS.format(principal=self._principal)}.")
        return DeliveryFailed(f"{sentence} The next run tries again.")
