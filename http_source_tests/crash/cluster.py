"""An in-memory Kafka cluster with a topic of one partition, in which order can be seen."""

import ctypes
from pathlib import Path

import confluent_kafka
from confluent_kafka import Producer

from http_source.demo.broker import start_cluster


def start_with_topic(topic: str) -> tuple[Producer, str]:
    """Start a cluster; it lives as long as the producer. Also returns its `host:port`.

    Only librdkafka itself can say how many partitions a topic of its mock cluster has, so it is called past the Python client.
    """
    host, brokers = start_cluster()
    library = _librdkafka()
    handle = ctypes.c_void_p.from_address(id(host) + object.__basicsize__)
    library.rd_kafka_handle_mock_cluster.restype = ctypes.c_void_p
    cluster = ctypes.c_void_p(library.rd_kafka_handle_mock_cluster(handle))
    assert library.rd_kafka_mock_topic_create(cluster, topic.encode(), 1, 1) == 0
    return host, brokers


def _librdkafka() -> ctypes.CDLL:
    """The library that the Python client brings and has loaded already."""
    package = Path(confluent_kafka.__file__).parent
    found = [*package.parent.glob("confluent_kafka.libs/librdkafka-*.so*"), *package.glob(".dylibs/librdkafka*.dylib")]
    return ctypes.CDLL(str(found[0]))
