"""Apache Kafka as it is released: copied from Maven Central, run as one node on ports of its own, gone with the tests."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from http_source.demo.processes import free_port
from http_source_tests.real_servers.java import find_java, memory
from http_source_tests.real_servers.maven import copy_jars, installed
from http_source_tests.waiting import until

VERSION = "4.4.0"
OLDEST_JAVA = 17
"""What that version's classes are compiled for."""

PARTITIONS = 4
"""Of a topic whose creator does not say."""

LOG4J = "2.25.5"
_ARTIFACTS = (
    ("org.apache.kafka", "kafka_2.13", VERSION),
    ("org.apache.logging.log4j", "log4j-core", LOG4J),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", LOG4J),
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
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": 500,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "group.initial.rebalance.delay.ms": 0,
}
LOGGING = {
    "rootLogger.level": "warn",
    "rootLogger.appenderRef.c.ref": "c",
    "appender.c.type": "Console",
    "appender.c.name": "c",
    "appender.c.layout.type": "PatternLayout",
    "appender.c.layout.pattern": "%d %p %c{1} %m%n",
}
_PID = "broker.pid"
# Standard input stays open as long as the tests live: its end, however they end, is that of the broker.
_UNTIL_INPUT_ENDS = f'exec 3<&0; "$@" & broker=$!; echo $broker >{_PID}; {{ cat <&3; kill -9 $broker; }} >/dev/null 2>&1 & wait $broker'


class Node:
    """The process of a broker."""

    def __init__(self, command: list[str], folder: Path, bootstrap: str) -> None:
        self._command = command
        self._folder = folder
        self._log = folder / "kafka.log"
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0})

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run it with what its data directory holds; it answers."""
        try:
            self._start()
            yield
        finally:
            self._kill()

    @contextmanager
    def down(self) -> Iterator[None]:
        """End it as a power cut does, and start it again after the block."""
        self._kill()
        try:
            yield
        finally:
            self._start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it do nothing until the block ends, while connections to it stay open and take bytes."""
        pid = int((self._folder / _PID).read_text(encoding="utf-8"))
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _start(self) -> None:
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(["sh", "-c", _UNTIL_INPUT_ENDS, "sh", *self._command], cwd=self._folder,
                                             stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True)
        until(self._answers)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def _answers(self) -> bool:
        assert self._process.poll() is None, f"Apache Kafka ended by itself:\n{self._log.read_text()}"
        with suppress(KafkaException):
            return bool(self._admin.list_topics(timeout=1).brokers)
        return False


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker at work; it creates no topic by itself.

    Attributes:
        bootstrap: where everyone may do everything without signing in.
        signed_in: where users sign in with SASL PLAIN, and may do what they are granted.
        node: its process.
        password: that of each user.
    """

    bootstrap: str
    signed_in: str
    node: Node = field(repr=False)
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
    run = [java, *memory(folder), "-Dlog4j2.configurationFile=log4j2.properties", "-cp", f"{program}/*"]
    broker = Broker(plain, signed_in, Node([*run, "kafka.Kafka", "server.properties"], folder, plain))
    listeners = f"PLAINTEXT://{plain},SASL_PLAINTEXT://{signed_in}"
    write_settings(folder / "log4j2.properties", LOGGING)
    write_settings(folder / "server.properties", {
        **_SETTINGS,
        "listeners": f"{listeners},CONTROLLER://{controller}",
        "advertised.listeners": listeners,
        "controller.quorum.voters": f"1@{controller}",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config":
            f"{_LOGIN} required {' '.join(f'user_{user}={broker.password}' for user in users)};",
    })
    subprocess.run([*run, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", "server.properties"],
                   cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    with broker.node.running():
        yield broker


def write_settings(file: Path, settings: dict[str, object] | dict[str, str]) -> None:
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()), encoding="utf-8")


