"""Apache Kafka as it is released: copied from Maven Central, run as one node on ports of its own, gone with the tests."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from http_source.demo.processes import free_port
from http_source_tests.demo.waiting import until
from http_source_tests.real_servers.java import find_java, memory
from http_source_tests.real_servers.maven import copy_jars, installed

VERSION = "4.4.0"
OLDEST_JAVA = 17
"""What that version's classes are compiled for."""

PARTITIONS = 4
"""Of a topic whose creator does not say."""

_LOG4J = "2.25.5"
_ARTIFACTS = (
    ("org.apache.kafka", "kafka_2.13", VERSION),
    ("org.apache.logging.log4j", "log4j-core", _LOG4J),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", _LOG4J),
)
_CLUSTER = "MkU3OEVBNTcwNTJENDM2Qg"
_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule"
_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
    "sasl.enabled.mechanisms": "PLAIN",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    # Who does not sign in.
    "super.users": "User:ANONYMOUS",
    "auto.create.topics.enable": "false",
    "log.dirs": "data",
    "num.partitions": PARTITIONS,
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 1,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
}
_LOGGING = {
    "rootLogger.level": "warn",
    "rootLogger.appenderRef.c.ref": "c",
    "appender.c.type": "Console",
    "appender.c.name": "c",
    "appender.c.layout.type": "PatternLayout",
    "appender.c.layout.pattern": "%d %p %c{1} %m%n",
}
# Standard input stays open as long as the tests live: its end, however they end, is that of the broker.
_UNTIL_INPUT_ENDS = 'exec 3<&0; "$@" & broker=$!; { cat <&3; kill -9 $broker; } >/dev/null 2>&1 & wait $broker'


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker at work; it creates no topic by itself.

    Attributes:
        bootstrap: where everyone may do everything without signing in.
        signed_in: where users sign in with SASL PLAIN, and may do what they are granted.
        password: that of each user.
    """

    bootstrap: str
    signed_in: str
    password: str = "s3cret"

    def settings(self, user: str = "") -> dict[str, str | int | float]:
        """What clients of one of the users are set up with, or of nobody in particular."""
        if not user:
            return {"bootstrap.servers": self.bootstrap, "log_level": 0}
        sasl: dict[str, str | int | float] = {"sasl.mechanism": "PLAIN", "sasl.username": user, "sasl.password": self.password}
        return {"bootstrap.servers": self.signed_in, "log_level": 0, "security.protocol": "SASL_PLAINTEXT", **sasl}


def install() -> tuple[str, Path]:
    """Copy Kafka into the cache, or find it there; the Java to run it with, and its folder. Skips the test where one is missing."""
    java = find_java(OLDEST_JAVA, f"Apache Kafka {VERSION}")
    return java, installed(f"kafka-{VERSION}", f"Apache Kafka {VERSION}", partial(copy_jars, _ARTIFACTS))


@contextmanager
def kafka_broker(java: str, program: Path, folder: Path, users: tuple[str, ...] = ()) -> Iterator[Broker]:
    """Run a node with an empty data directory in the folder; it answers, and knows the users."""
    plain, signed_in, controller = (f"127.0.0.1:{free_port(0)}" for _ in range(3))
    broker = Broker(plain, signed_in)
    listeners = f"PLAINTEXT://{plain},SASL_PLAINTEXT://{signed_in}"
    _write(folder / "log4j2.properties", _LOGGING)
    _write(folder / "server.properties", {
        **_SETTINGS,
        "listeners": f"{listeners},CONTROLLER://{controller}",
        "advertised.listeners": listeners,
        "controller.quorum.voters": f"1@{controller}",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config":
            f"{_LOGIN} required {' '.join(f'user_{user}={broker.password}' for user in users)};",
    })
    run = [java, *memory(folder), "-Dlog4j2.configurationFile=log4j2.properties", "-cp", f"{program}/*"]
    subprocess.run([*run, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", "server.properties"],
                   cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    with _running([*run, "kafka.Kafka", "server.properties"], folder) as (process, log):
        admin = AdminClient({"bootstrap.servers": plain, "log_level": 0})
        until(lambda: _answers(admin, process, log))
        yield broker


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", Path]]:
    log = folder / "kafka.log"
    with log.open("wb") as output:
        process = subprocess.Popen(["sh", "-c", _UNTIL_INPUT_ENDS, "sh", *command], cwd=folder, stdin=subprocess.PIPE,
                                   stdout=output, stderr=output, start_new_session=True)
    try:
        yield process, log
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def _answers(admin: AdminClient, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    assert process.poll() is None, f"Apache Kafka ended by itself:\n{log.read_text()}"
    with suppress(KafkaException):
        return bool(admin.list_topics(timeout=1).brokers)
    return False


def _write(file: Path, settings: dict[str, object] | dict[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")


