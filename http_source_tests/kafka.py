"""librdkafka's in-memory cluster with its levers: brokers go down and come up, and requests are answered with errors.

The levers are in the C library only (`rdkafka_mock.h`).
"""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import confluent_kafka
from confluent_kafka import Consumer, Producer, TopicPartition

PRODUCE, FETCH, METADATA, INIT_PRODUCER_ID, ADD_PARTITIONS_TO_TXN, END_TXN = 0, 1, 3, 22, 24, 26
"""Requests by their numbers in Kafka's protocol."""


class Cluster:
    """One broker in this process's memory; a topic made by a producer has four partitions."""

    def __init__(self) -> None:
        self._library = _library()
        text = ctypes.create_string_buffer(512)
        quiet = self._call("rd_kafka_conf_new")
        self._call("rd_kafka_conf_set", quiet, b"log_level", b"0", text, ctypes.c_size_t(512))
        self._handle = self._call("rd_kafka_new", 0, quiet, text, ctypes.c_size_t(512))
        self._cluster = self._call("rd_kafka_mock_cluster_new", self._handle, 1)
        self.bootstrap = ctypes.string_at(self._call("rd_kafka_mock_cluster_bootstraps", self._cluster)).decode()

    def create(self, topic: str, partitions: int = 1) -> str:
        self._call("rd_kafka_mock_topic_create", self._cluster, topic.encode(), partitions, 1)
        return topic

    def elect_controller(self) -> None:
        """Let topics be described."""
        self._call("rd_kafka_mock_set_controller_id", self._cluster, 1)

    def go_down(self) -> None:
        self._call("rd_kafka_mock_broker_set_down", self._cluster, 1)

    def come_up(self) -> None:
        self._call("rd_kafka_mock_broker_set_up", self._cluster, 1)

    def answer_produce_with(self, *errors: int) -> None:
        """Answer that many produce requests with these error codes."""
        self.answer_with(PRODUCE, *errors)

    def answer_with(self, request: int, *errors: int) -> None:
        """Answer that many requests of one kind with these error codes."""
        codes = (ctypes.c_int * len(errors))(*errors)
        self._call("rd_kafka_mock_push_request_errors_array", self._cluster, ctypes.c_int16(request), ctypes.c_size_t(len(errors)), codes)

    def answer_after(self, milliseconds: int) -> None:
        """Let each answer take so long from now on."""
        self._call("rd_kafka_mock_broker_set_rtt", self._cluster, 1, milliseconds)

    def forget_errors(self) -> None:
        self._call("rd_kafka_mock_clear_request_errors", self._cluster, ctypes.c_int16(PRODUCE))

    def fail_topic(self, topic: str, error: int) -> None:
        """Let the metadata of a topic say an error."""
        self._call("rd_kafka_mock_topic_set_error", self._cluster, topic.encode(), error)

    def write(self, topic: str, value: bytes, key: bytes | None) -> None:
        """Write a record that no task would."""
        producer = Producer({"bootstrap.servers": self.bootstrap})
        producer.produce(topic, value, key)
        producer.flush()

    def values(self, topic: str, count: int = 0) -> list[bytes]:
        """What a topic holds, partition after partition; waits until there are `count` records."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "test", "fetch.wait.max.ms": 10, "enable.auto.commit": False})
        try:
            return _read(consumer, topic, count)
        finally:
            consumer.close()

    def close(self) -> None:
        self._call("rd_kafka_mock_cluster_destroy", self._cluster)
        self._call("rd_kafka_destroy", self._handle)

    def _call(self, name: str, *arguments: object) -> ctypes.c_void_p:
        function = getattr(self._library, name)
        function.restype = ctypes.c_void_p
        return ctypes.c_void_p(function(*arguments))


@contextmanager
def kafka(*topics: str) -> Iterator[Cluster]:
    """A cluster with these topics, of one partition each, so that the order can be seen."""
    cluster = Cluster()
    try:
        for topic in topics:
            cluster.create(topic)
        yield cluster
    finally:
        cluster.close()


def _read(consumer: Consumer, topic: str, count: int) -> list[bytes]:
    found = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    ends = {each: consumer.get_watermark_offsets(TopicPartition(topic, each), timeout=10)[1] for each in found}
    while sum(ends.values()) < count:
        ends = {each: consumer.get_watermark_offsets(TopicPartition(topic, each), timeout=10)[1] for each in found}
    consumer.assign([TopicPartition(topic, each, 0) for each in found])
    values: dict[int, list[bytes]] = {each: [] for each in found}
    while sum(map(len, values.values())) < sum(ends.values()):
        for message in consumer.consume(1_000, timeout=0.05):
            if message.error() is None:
                values[message.partition() or 0].append(bytes(message.value() or b""))
    return [value for each in sorted(values) for value in values[each]]


def _library() -> ctypes.CDLL:
    """The library that confluent_kafka has loaded already."""
    return ctypes.CDLL(str(next(_candidates())))


def _candidates() -> Iterator[Path]:
    package = Path(confluent_kafka.__file__).parent
    patterns: Sequence[tuple[Path, str]] = (
        (package.parent / "confluent_kafka.libs", "librdkafka-*.so*"),
        (package / ".dylibs", "librdkafka*.dylib"),
    )
    for folder, pattern in patterns:
        yield from folder.glob(pattern)
