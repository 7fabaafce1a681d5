"""The compacted topic that holds positions with exactly once, written in the transactions of the records they follow (KIP-618).

A record's key is `["connector",{"entity":"…"}]`, as Kafka Connect has it, and its value the position. A record of key
`["connector",{"plan":"…"}]` says among how many tasks the entities were shared by that plan, so that their producers can be found.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from confluent_kafka import KafkaError, KafkaException, Message, TopicCollection
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AdminClient,
    ConfigResource,
    NewTopic,
)

from http_source.edges.kafka.brokers import UNANSWERED, Brokers
from http_source.edges.kafka.read_to_end import ReadToEnd
from http_source.edges.kafka.transactions import TransactionsRefused
from http_source.edges.kafka.waiting import Look, nothing
from http_source.errors import DeliveryFailed, PositionRefused
from http_source.model import Message as Written
from http_source.model import Position, newest

_REQUEST_S = 30.0
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


@dataclass(frozen=True, slots=True)
class StoredPosition:
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
                raise self._failure("could not be looked up", error) from None
            self._create(admin, look)
        else:
            self._check(admin, look)

    def read(self, timeout: float = 90.0, look: Look = nothing, *, isolation: str = "read_committed") -> StoredPosition:
        """Everything that was committed up to now; waits for transactions that are open, for `timeout` seconds at most.

        With `read_uncommitted` it waits for none, and has what may yet be aborted, too.
        Raises TransactionsRefused when the principal may not read the topic, DeliveryFailed when it cannot be read.
        """
        stored = StoredPosition()
        reader = ReadToEnd(self._brokers, self._admin, self.name, self._failure)
        for message in reader.messages(f"{self._connector}-offsets", isolation, timeout, look):
            self._take(message, stored)
        return stored

    # The topic

    def _create(self, admin: AdminClient, look: Look) -> None:
        new = NewTopic(self.name, num_partitions=1, replication_factor=-1, config=_CONFIGURATION)
        try:
            self._brokers.answer(admin.create_topics([new], request_timeout=_REQUEST_S)[self.name], look)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise self._failure("cannot be seen, and was not created", error) from None

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

    # The records

    def _record(self, part: Mapping[str, str], value: object) -> Written:
        key = json.dumps([self._connector, part], separators=(",", ":"), ensure_ascii=False).encode()
        return Written(self.name, None if value is None else json.dumps(value, ensure_ascii=False).encode(), key)

    def _take(self, message: Message, stored: StoredPosition) -> None:
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
        except (ValueError, PositionRefused):
            raise DeliveryFailed(f"Topic {self.name} of Kafka at {self._brokers} holds a position of entity {entity} that cannot be read, "
                                 "so the offset to resume from is unknown. It was not written by this version. Delete the topic, or name "
                                 "another one in offsets.storage.topic: polling resumes from the positions that Dagster has.") from None

    @cached_property
    def _admin(self) -> AdminClient:
        return self._brokers.admin()

    def _failure(self, what: str, raised: KafkaException) -> DeliveryFailed:
        error = raised.args[0]
        reason = self._brokers.sentence(error)
        if error.code() in UNANSWERED:
            reason = self._brokers.trouble or reason
        sentence = f"Topic {self.name}, which holds the offsets, {what} (Kafka at {self._brokers}): {reason}."
        if error.code() in _REFUSED:
            return TransactionsRefused(f"{sentence} {_RIGHTS.format(principal=self._principal)}.")
        return DeliveryFailed(f"{sentence} The next run tries again.")
