"""Configurations of ours at work against a scene: what arrives from the start, after growth, and after a restart in the middle."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, TopicPartition

from http_source.connect.subjects import Part
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Content, Deserializer
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.task import Task
from http_source_tests.kafka import Cluster
from http_source_tests.publics.apis import Running
from http_source_tests.publics.scene import Arrival
from http_source_tests.registry import Stand
from http_source_tests.tasks import FAST, started, task_of
from http_source_tests.waiting import until

Configuration = Mapping[str, Any]
Pair = tuple[Any, Any]
"""A record's key and value, read as JSON."""

GROWTH = 3
_SLOW = {"request.interval.ms": 3_600_000, "catchup.interval.ms": 3_600_000}
_FAST = {"request.interval.ms": 100, "catchup.interval.ms": 0, "retry.backoff.ms": 100}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a configuration is at work."""

    running: Running
    cluster: Cluster
    registry: Stand

    def task(self, configuration: Configuration, pace: Configuration, positions: Mapping[str, Position] | None = None) -> Task:
        """The task, asking at another pace than its owner's; nothing else is added to what the configuration says."""
        properties = {**dict.fromkeys(FAST), **configuration, **pace}
        return task_of(self.cluster, properties, positions=positions, registry=RegistryAddress(url=self.registry.url))

    def arrived(self, topic: str) -> list[Pair]:
        """What a topic with one partition holds, in its order."""
        with Deserializer(RegistryAddress(url=self.registry.url), Redactor()) as deserializer:
            return [
                (_read(deserializer.read(Part.KEY, topic, key)), _read(deserializer.read(Part.VALUE, topic, value)))
                for key, value in _messages(self.cluster, topic)
            ]

    def count(self, topic: str) -> int:
        """How much that is."""
        return len(list(_messages(self.cluster, topic)))


def read_once(place: Place, configuration: Configuration, topic: str, arrival: Arrival) -> list[Pair]:
    """Stop after the first page, go on from there, and read what is added meanwhile: all that arrives until nothing new comes."""
    expected = len(arrival.of(place.running.records))
    first = place.task(configuration, _SLOW)
    with started(first):
        until(lambda: _is_sure(first) and any(entity.acknowledged.pages for entity in first.entities))
    assert 0 < place.count(topic) < expected
    second = place.task(configuration, _FAST, {entity.name: entity.acknowledged.position for entity in first.entities})
    with started(second):
        until(lambda: _is_sure(second) and place.count(topic) >= expected)
        place.running.grow(GROWTH)
        until(lambda: _is_sure(second) and place.count(topic) >= expected + GROWTH)
        asked = len(place.running.server.asked)
        until(lambda: _is_sure(second) and len(place.running.server.asked) >= asked + 2)
    return place.arrived(topic)


def read_twice(place: Place, configuration: Configuration, topics: Mapping[str, Arrival]) -> dict[str, list[Pair]]:
    """Let each entity ask at least twice: as much of what arrives as two answers have."""
    expected = {topic: 2 * len(arrival.of(place.running.records)) for topic, arrival in topics.items()}
    task = place.task(configuration, _FAST)
    with started(task):
        until(lambda: _is_well(task) and all(place.count(topic) >= count for topic, count in expected.items()))
    return {topic: place.arrived(topic)[:count] for topic, count in expected.items()}


def topics_of(configuration: Configuration) -> list[str]:
    """Where the records go."""
    pattern, names = str(configuration["topic.name.pattern"]), str(configuration.get("entity.names", "default")).split(",")
    return list(dict.fromkeys(pattern.replace("${entityName}", name.strip()) for name in names))


def _is_sure(task: Task) -> bool:
    """A failure, or a doubt about what arrives, ends a wait with its words."""
    doubts = [doubt for entity in task.entities for doubt in entity.doubts]
    assert not doubts, doubts
    return _is_well(task)


def _is_well(task: Task) -> bool:
    """A failure ends a wait with its words."""
    failures = [each for each in (task.failure, *(entity.failure for entity in task.entities)) if each]
    assert not failures, failures
    return True


def _read(content: Content) -> Any:
    return json.loads(content.json or "null") if content.raw is None or content.json else content.line


def _messages(cluster: Cluster, topic: str) -> Iterator[tuple[bytes | None, bytes | None]]:
    consumer = Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "test", "fetch.wait.max.ms": 10, "enable.auto.commit": False})
    try:
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
        consumer.assign([TopicPartition(topic, 0, 0)])
        read = 0
        while read < end:
            for message in consumer.consume(end - read, timeout=0.05):
                if message.error() is None:
                    read += 1
                    yield message.key(), message.value()
    finally:
        consumer.close()
