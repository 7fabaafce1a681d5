"""Kafka Connect as it is released: one worker with its file connector, copied from Maven Central, gone with the tests."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]  # it is documented there

from http_source.demo.processes import free_port
from http_source_tests.real_servers.java import find_java, memory
from http_source_tests.real_servers.kafka_broker import LOG4J, LOGGING, OLDEST_JAVA, install, kafka_broker, write_settings
from http_source_tests.real_servers.maven import copy_jars, installed
from http_source_tests.real_servers.program import is_served, running

VERSION = "4.3.1"
"""The newest whose file connector is published; it works with its own version of the worker alone."""

TOPIC = "lines"
_LONGEST_START_S = 180.0
_ARTIFACTS = (
    ("org.apache.kafka", "connect-runtime", VERSION),
    ("org.apache.kafka", "connect-file", VERSION),
    ("org.apache.kafka", "connect-json", VERSION),
    ("org.apache.logging.log4j", "log4j-core", LOG4J),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J),
)
_JSON = "org.apache.kafka.connect.json.JsonConverter"
_SETTINGS = {
    "key.converter": _JSON,
    "value.converter": _JSON,
    "offset.storage.file.filename": "offsets",
    "offset.flush.interval.ms": 500,
    "plugin.discovery": "service_load",
}


@contextmanager
def connect_standalone(folder: Path) -> Iterator[str]:
    """Run a worker beside a broker, both in folders below that one; where it answers. Skips the test where Java or Maven is missing."""
    java = find_java(OLDEST_JAVA, f"Kafka Connect {VERSION}")
    jars = installed(f"connect-{VERSION}", f"Kafka Connect {VERSION}", partial(copy_jars, _ARTIFACTS))
    ours, brokers = folder / "connect", folder / "kafka"
    for each in (ours, brokers):
        each.mkdir()
    with kafka_broker(*install(), brokers) as broker:
        admin = AdminClient(broker.settings())
        (made,) = admin.create_topics([NewTopic(TOPIC, 1)]).values()
        made.result(60)
        url = f"http://127.0.0.1:{free_port(0)}"
        write_settings(ours / "log4j2.properties", LOGGING)
        write_settings(ours / "worker.properties", {**_SETTINGS, "bootstrap.servers": broker.bootstrap, "listeners": url})
        run = [java, *memory(ours), "-Dlog4j2.configurationFile=log4j2.properties", "-cp", f"{jars}/*"]
        with running([*run, "org.apache.kafka.connect.cli.ConnectStandalone", "worker.properties"], ours, _soon(url)):
            yield url


def _soon(url: str) -> Callable[[str], bool]:
    """Whether it answers, which it must before long; what it writes is shown if not."""
    ends = time.monotonic() + _LONGEST_START_S

    def answers(written: str) -> bool:
        assert time.monotonic() < ends, f"Kafka Connect did not answer in {_LONGEST_START_S:g} s:\n{written[-3_000:]}"
        return is_served(f"{url}/health")

    return answers
