"""Records arrive on Apache Kafka as Kafka Connect's would: partition, headers, time and size."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import TIMESTAMP_CREATE_TIME, TIMESTAMP_LOG_APPEND_TIME

from http_source_tests.real_servers.broker_tasks import DEFAULTS, Kafka, running_kafka, told
from http_source_tests.real_servers.kafka_broker import install

pytestmark = pytest.mark.servers

PARTITIONS = 7
PARTITIONER = """
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import static java.nio.charset.StandardCharsets.UTF_8;

class Partitions {
    public static void main(String[] arguments) {
        for (int i = 1; i < arguments.length; i++)
            System.out.println(BuiltInPartitioner.partitionForKey(arguments[i].getBytes(UTF_8), Integer.parseInt(arguments[0])));
    }
}
"""
KEYS = ["", "a", "ab", "abc", "abcd", "abcde", "\u00fc", "\u6771\u4eac", *map(str, range(40))]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka")) as kafka:
        yield kafka


def partitions_in_java(folder: Path) -> list[int]:
    """Where Kafka's own client puts each key."""
    java, program = install()
    if not Path(java).resolve().with_name("javac").exists():
        pytest.skip(f"Java's partitioner is asked by a program that {java} cannot compile: install a JDK to run this test")
    source = folder / "Partitions.java"
    source.write_text(PARTITIONER, encoding="utf-8")
    command = [java, "-Dfile.encoding=UTF-8", "-Dsun.jnu.encoding=UTF-8", "-cp", f"{program}/*", str(source), str(PARTITIONS), *KEYS]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, env={"LC_ALL": "C.UTF-8"}).stdout
    return [int(line) for line in printed.split()]


def test_a_key_lands_in_the_partition_of_javas_partitioner(kafka: Kafka, tmp_path: Path) -> None:
    page = json.dumps([{"id": key} for key in KEYS]).encode()
    kafka.deliver(page, "keyed", {**DEFAULTS, "default.partitions": PARTITIONS}, record_key_json_pointer="/id")
    landed = {(each.key() or b"").decode(): each.partition() for each in kafka.records("keyed", len(KEYS))}
    assert landed == dict(zip(KEYS, partitions_in_java(tmp_path), strict=True))


def test_b94_a_record_larger_than_its_topic_takes_is_told_with_its_place_and_size(kafka: Kafka) -> None:
    large = json.dumps({"id": 2, "text": "x" * 5_000}).encode()
    task = kafka.deliver(b'[{"id":1},' + large + b"]", "small", {**DEFAULTS, "default.max.message.bytes": 2_000})
    assert (f"record 1 of 2 ({len(large)} bytes) for topic small: "
            "Broker: Message size too large. Raise the topic's max.message.bytes") in told(task)
    assert task.entities[0].position.offset == 0


def test_b94_a_topic_that_takes_no_batches_of_many_records_gets_smaller_ones(kafka: Kafka) -> None:
    """At least once: of a batch that is refused the broker takes nothing."""
    kafka.create("batches", max_message_bytes="300")
    page = json.dumps([{"id": number} for number in range(100)]).encode()
    task = kafka.deliver(page, "batches", {})
    assert told(task) == ""
    assert [json.loads(each.value() or b"")["id"] for each in kafka.records("batches", 100)] == list(range(100))


def test_the_largest_record_fits_a_topic_of_that_size(kafka: Kafka) -> None:
    record = b'"' + b"x" * (8 * 1024 * 1024 - 2) + b'"'
    task = kafka.deliver(b"[" + record + b"]", "large", {**DEFAULTS, "default.max.message.bytes": len(record) + 1_024})
    assert told(task) == ""
    (arrived,) = kafka.records("large", 1)
    assert arrived.value() == record


def test_headers_arrive_and_the_time_is_that_of_production(kafka: Kafka) -> None:
    header = {
        "transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.InsertHeader",
        "transforms.t.header": "source", "transforms.t.value.literal": "shop",
    }
    before = time.time() * 1_000
    kafka.deliver(b'[{"id":1}]', "headed", DEFAULTS, **header)
    (arrived,) = kafka.records("headed", 1)
    kind, milliseconds = arrived.timestamp()
    assert arrived.headers() == [("source", b"shop")]
    assert kind == TIMESTAMP_CREATE_TIME
    assert before - 1 <= milliseconds <= time.time() * 1_000


def test_a_topic_may_take_the_time_of_arrival(kafka: Kafka) -> None:
    kafka.deliver(b'[{"id":1}]', "stamped", {**DEFAULTS, "default.message.timestamp.type": "LogAppendTime"})
    (arrived,) = kafka.records("stamped", 1)
    assert arrived.timestamp()[0] == TIMESTAMP_LOG_APPEND_TIME
