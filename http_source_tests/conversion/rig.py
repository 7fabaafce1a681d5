"""A connector's conversion with a registry of its own, and what becomes of pages in it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec
from confluent_kafka import Consumer, Message, TopicPartition

from http_source.assembly.conversions import build_conversion, registry_at
from http_source.assembly.loading import load_config
from http_source.assembly.redaction import redactor
from http_source.conversion.conversion import Conversion
from http_source.demo.registry.versions import Schema
from http_source.edges.registry.address import RegistryAddress
from http_source.foreign.redactor import Redactor
from http_source.model import Message as Made
from http_source.model import Page, Position
from http_source_tests.kafka import Cluster
from http_source_tests.registry import Stand
from http_source_tests.tasks import FAST

TOPIC = "orders"
VALUE = f"{TOPIC}-value"
HEADER_ID = "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer"
STRATEGY = "value.converter.value.subject.name.strategy"
FORMATS = ("AVRO", "JSON_SR", "PROTOBUF")
SKIP = {"errors.tolerance": "all"}


def address(stand: Stand, timeout: float = 5) -> RegistryAddress:
    """Where the registry is."""
    return RegistryAddress(url=stand.url, timeout=timeout)


def build(stand: Stand, properties: Mapping[str, object], timeout: float = 5) -> Conversion | None:
    """The conversion of a connector that writes to `orders`, AVRO unless the properties say otherwise."""
    return _built(address(stand, timeout), properties)


def _built(place: RegistryAddress, properties: Mapping[str, object]) -> Conversion | None:
    config = load_config({**FAST, "url": "http://api.test/", "output.data.format": "AVRO", **properties}).config
    return build_conversion(config, registry_at(place, Redactor()), redactor(config), lambda: 0)


@contextmanager
def conversion(stand: Stand, properties: Mapping[str, object] | None = None, timeout: float = 5) -> Iterator[Conversion]:
    """The same for a while; one after the other is what restarts are."""
    with conversion_at(address(stand, timeout), properties or {}) as made:
        yield made


@contextmanager
def conversion_at(place: RegistryAddress, properties: Mapping[str, object]) -> Iterator[Conversion]:
    """The same with a registry at any address."""
    made = _built(place, properties)
    assert made is not None
    with closing(made):
        yield made


def served(*records: Any) -> Page:
    """A page that an API answered; bytes are records as they are."""
    texts = [record if isinstance(record, bytes) else json.dumps(record, ensure_ascii=False).encode() for record in records]
    return Page([msgspec.Raw(text) for text in texts], Position(0), progressed=True)


def made(convert: Conversion, *records: Any) -> list[Made]:
    """What Kafka gets for a page of these records."""
    return list(convert(TOPIC, served(*records)).messages or ())


def payloads(messages: Sequence[Made]) -> list[bytes]:
    return [bytes(each.value or b"") for each in messages]


def register(stand: Stand, text: str, subject: str = VALUE) -> None:
    """As a person does, past the connector."""
    stand.server.store.register(subject, Schema(text))


def versions(stand: Stand, subject: str = VALUE) -> list[str]:
    """The texts of a subject's schemas, oldest first."""
    return [each.text for each in stand.server.store.subjects.get(subject, [])]


def registrations(stand: Stand) -> list[str]:
    """The calls that would register something."""
    return [call for call in stand.calls() if call.startswith("POST") and call.endswith("/versions")]


def headers_of(message: Message) -> list[tuple[str, str | bytes | None]]:
    """The headers of a record that was read."""
    found = message.headers() or []
    return list(found.items() if isinstance(found, dict) else ((str(name), content) for name, content in found))


def messages(cluster: Cluster, topic: str, count: int) -> list[Message]:
    """What a topic holds, partition after partition; waits until there are `count` records."""
    with closing(Consumer({"bootstrap.servers": cluster.bootstrap, "group.id": "test", "fetch.wait.max.ms": 10})) as consumer:
        places: list[TopicPartition] = []
        while not places:
            found = consumer.list_topics(topic, timeout=10).topics[topic].partitions
            places = [TopicPartition(topic, each, 0) for each in found]
        consumer.assign(places)
        read: list[Message] = []
        while len(read) < count:
            read += [each for each in consumer.consume(1_000, timeout=0.05) if each.error() is None]
        return sorted(read, key=lambda each: (each.partition(), each.offset()))
