"""Topics are created at their first record, as `topic.creation.*` says."""

from collections.abc import Callable
from functools import cached_property

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # it is documented there

from http_source.connect.topic_creation import PREFIX, TopicCreation, TopicGroup
from http_source.connect.transforms.transform import TransformRefused
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.waiting import Look
from http_source.errors import DeliveryFailed

_REQUEST_S = 60.0
_MAY_BE_MISSING = {KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.TOPIC_EXCEPTION}
"""Answers about a topic that is not there; the second is given to those who may not know, the third comes without a reason."""

_RIGHTS = "Grant {principal} CREATE on the topic or the cluster, and WRITE on the topic; or create the topic with the settings you want"
_NAME = "Change topic.name.pattern, or the transform that gives the topic, to a name that Kafka takes"
_HINTS = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED: _RIGHTS,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED: _RIGHTS,
    KafkaError.INVALID_REPLICATION_FACTOR: "Set {group}.replication.factor to no more than there are brokers, or to -1 for their default",
    KafkaError.INVALID_PARTITIONS: "Correct {group}.partitions",
    KafkaError.INVALID_CONFIG: "Correct or remove it in {group}.…",
    KafkaError.POLICY_VIOLATION: "Change {group}.… to what the cluster's policy takes, or let its administrator create the topic",
    KafkaError.TOPIC_EXCEPTION: _NAME,
    KafkaError.INVALID_REQUEST: _NAME,
}
"""Errors that are about one topic, so that only its entity fails, and what to do about each."""

EnsureTopic = Callable[[str, Look], None]
"""Sees to it that a topic is there. Raises TopicMissing."""


class TopicMissing(DeliveryFailed):
    """A topic that is not there, or is not known to be, and was not created.

    Attributes:
        alone: whether other topics may fare better.
    """

    def __init__(self, reason: str, *, alone: bool) -> None:
        super().__init__(reason)
        self.alone = alone


class TopicCreator:
    """Creates the topics of one task; owned by one thread."""

    def __init__(
        self, brokers: Brokers, creation: TopicCreation, *, principal: str, patience: float = _REQUEST_S,
    ) -> None:
        """`principal` is who the brokers' settings sign in as, in words; `patience` is in seconds. Nothing is opened yet."""
        self._brokers = brokers
        self._creation = creation
        self._principal = principal
        self._patience = patience
        self._there: set[str] = set()

    def ensure(self, topic: str, look: Look) -> None:
        """Create the topic unless it is there; Kafka is asked once about each.

        Raises TopicMissing when the topic is not there afterwards, or nothing is known of it.
        """
        if topic in self._there:
            return
        try:
            group = self._creation.group_of(topic)
        except TransformRefused as error:
            raise TopicMissing(f"Topic {self._brokers.own(topic)} is not created: {error}", alone=True) from None
        if not self._exists(topic, group, look):
            self._create(topic, group, look)
        self._there.add(topic)

    def _exists(self, topic: str, group: TopicGroup, look: Look) -> bool:
        asked = self._admin.describe_topics(TopicCollection([topic]), request_timeout=self._patience)
        try:
            self._brokers.answer(asked[topic], look)
        except KafkaException as error:
            if error.args[0].code() in _MAY_BE_MISSING:
                return False
            raise self._missing(f"Kafka did not report whether topic {self._brokers.own(topic)} exists", group, error.args[0]) from None
        return True

    def _create(self, topic: str, group: TopicGroup, look: Look) -> None:
        new = NewTopic(topic, group.partitions, group.replication_factor, config=dict(group.configurations))
        try:
            self._brokers.answer(self._admin.create_topics([new], request_timeout=self._patience)[topic], look)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise self._missing(f"Topic {self._brokers.own(topic)} does not exist, and was not created", group, error.args[0]) from None

    @cached_property
    def _admin(self) -> AdminClient:
        return self._brokers.admin()

    def _missing(self, what: str, group: TopicGroup, error: KafkaError) -> TopicMissing:
        hint = _HINTS.get(error.code(), "The run ends; the next one requests the page again")
        what_to_do = hint.format(principal=self._principal, group=PREFIX + group.name)
        reason = self._brokers.sentence(error)
        alone = error.code() in _HINTS
        where = "" if alone else f" (Kafka at {self._brokers})"
        return TopicMissing(f"{what}{where}: {reason}. {what_to_do}.", alone=alone)
