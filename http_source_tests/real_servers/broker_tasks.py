"""Tasks over a real broker: they ask each entity's API once, and what came of it is read back."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, Message, TopicCollection, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
)

from http_source.assembly.loading import load_config
from http_source.assembly.wiring import build_task
from http_source.entity import Entity
from http_source.model import Position
from http_source.task import Task
from http_source_tests.real_servers.kafka_broker import Broker, install, kafka_broker
from http_source_tests.servers import api
from http_source_tests.tasks import FAST, notices_of, started
from http_source_tests.waiting import until

_OWN = ConfigSource.DYNAMIC_TOPIC_CONFIG
PREFIX = "topic.creation."
DEFAULTS: Mapping[str, object] = {"default.partitions": 1, "default.replication.factor": 1}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as its broker describes it, with the configurations that are its own."""

    partitions: int
    replicas: int
    configurations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kafka:
    """A broker, its administrator, and what its tests ask for again and again."""

    broker: Broker
    admin: AdminClient

    def create(self, topic: str, partitions: int = 1, **configurations: str) -> None:
        """Create a topic, and wait until the broker knows it, as its controller does first; `_` in configurations stands for `.`."""
        config = {name.replace("_", "."): value for name, value in configurations.items()}
        self.admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result()
        until(lambda: self.has(topic))

    def grant(self, user: str, topic: str, *rights: AclOperation) -> None:
        bindings = [AclBinding(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, f"User:{user}", "*", right, AclPermissionType.ALLOW)
                    for right in rights]
        for granted in self.admin.create_acls(bindings).values():
            granted.result()

    def has(self, topic: str) -> bool:
        return topic in self.admin.list_topics(timeout=10).topics

    def describe(self, topic: str) -> Topic:
        described = self.admin.describe_topics(TopicCollection([topic]))[topic].result().partitions
        own = {name: str(each.value) for name, each in self.configurations(topic).items() if ConfigSource(each.source) is _OWN}
        return Topic(len(described), len(described[0].replicas), own)

    def configurations(self, topic: str) -> Mapping[str, ConfigEntry]:
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        entries: dict[str, ConfigEntry] = self.admin.describe_configs([resource])[resource].result()
        return entries

    def records(self, topic: str, count: int) -> list[Message]:
        """The first records of a topic's partitions, so many in all; waits for them."""
        consumer = Consumer({**self.broker.settings(), "group.id": "test", "enable.auto.commit": False})
        with closing(consumer):
            partitions = self.admin.list_topics(topic, timeout=10).topics[topic].partitions
            consumer.assign([TopicPartition(topic, each, 0) for each in partitions])
            records: list[Message] = []
            while len(records) < count:
                records += [each for each in consumer.consume(count, timeout=0.1) if each.error() is None]
        return records

    def deliver(self, page: bytes, topics: str, creation: Mapping[str, object], *, user: str = "", **properties: object) -> Task:
        """Ask once for the page of each topic's entity, and let it arrive or fail; an underscore in a property's name stands for a dot."""
        settings = {
            "entity.names": topics,
            **{PREFIX + name: value for name, value in creation.items()},
            **{name.replace("_", "."): value for name, value in properties.items()},
        }
        # A topic that is not there is given up soon.
        client = {**self.broker.settings(user), "topic.metadata.propagation.max.ms": 500}
        with api(lambda _: page) as server:
            task = self.task({**settings, "url": f"{server.url}/${{entityName}}/${{offset}}"}, client=client, once=True)
            with started(task):
                until(lambda: task.failure or all(map(_settled, task.entities)))
        return task

    def task(
        self, properties: Mapping[str, object], *, client: Mapping[str, object] | None = None,
        positions: Mapping[str, Position] | None = None, entities: Sequence[str] = (), once: bool = False,
    ) -> Task:
        """A task over all entities, or some, whose Kafka client has these settings, or those of nobody in particular."""
        config = load_config({**FAST, **properties}).config
        kafka = client or self.broker.settings()
        return build_task(config, entities or config.request.entities, kafka=kafka, positions=positions or {}, once=once)


@contextmanager
def running_kafka(folder: Path, *users: str) -> Iterator[Kafka]:
    """A broker at work that knows the users. Skips the test where a program it needs is missing."""
    with kafka_broker(*install(), folder, users) as broker:
        yield Kafka(broker, AdminClient(broker.settings()))


def told(task: Task) -> str:
    """What a person hears of a task, a line each."""
    return "\n".join(notice.message for notice in notices_of(task))


def _settled(entity: Entity) -> bool:
    return bool(entity.acknowledged.pages or entity.refusal or entity.failure)
