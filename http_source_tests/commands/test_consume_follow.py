"""The command `consume` in a process of its own: it follows a topic, and is ended by a key or by who reads it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from http_source_tests.demo.waiting import with_package
from http_source_tests.kafka import Cluster, kafka


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        yield cluster


@contextmanager
def consuming(cluster: Cluster, folder: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """The command, whose output is read as it comes."""
    environment = {**with_package(), "KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap, "PYTHONUNBUFFERED": ""}
    command = [sys.executable, "-m", "http_source.cli", "consume", *arguments]
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def test_b247_a_topic_that_is_followed_shows_what_comes_until_ctrl_c(cluster: Cluster, tmp_path: Path) -> None:
    topic = cluster.create(f"orders-{uuid4().hex}")
    cluster.write(topic, b"1", None)
    cluster.write(topic, b"2", None)
    with consuming(cluster, tmp_path, topic, "--follow", "--last", "1") as process:
        assert line(process) == "2"
        cluster.write(topic, b"3", None)
        assert line(process) == "3"
        process.send_signal(signal.SIGINT)
        assert process.communicate() == ("", "")
        assert process.returncode == 130


def test_b247_a_topic_that_is_not_there_yet_is_waited_for(cluster: Cluster, tmp_path: Path) -> None:
    topic = f"orders-{uuid4().hex}"
    with consuming(cluster, tmp_path, topic, "--follow", "--json", "--max", "1") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == f"Kafka at {cluster.bootstrap} has no topic {topic} yet; waiting for it.\n"
        cluster.write(cluster.create(topic), b"1", b"k")
        assert json.loads(line(process))["key"] == "k"
        assert process.wait() == 0


def test_b247_brokers_that_go_away_are_named_once_and_waited_for(cluster: Cluster, tmp_path: Path) -> None:
    topic = cluster.create(f"orders-{uuid4().hex}")
    cluster.write(topic, b"1", None)
    with consuming(cluster, tmp_path, topic, "--follow") as process:
        assert line(process) == "1"
        cluster.go_down()
        assert process.stderr is not None
        said = process.stderr.readline()
        cluster.come_up()
        cluster.write(topic, b"2", None)
        assert line(process) == "2"
    assert said.startswith(f"Kafka at {cluster.bootstrap} does not answer: ")
    assert said.endswith(" Waiting for it.\n")


def test_b247_who_reads_the_records_may_go_away_at_any_time(cluster: Cluster, tmp_path: Path) -> None:
    topic = cluster.create(f"orders-{uuid4().hex}")
    cluster.write(topic, b"1", None)
    with consuming(cluster, tmp_path, topic, "--follow") as process:
        assert line(process) == "1"
        assert process.stdout is not None
        process.stdout.close()
        cluster.write(topic, b"2", None)
        assert process.stderr is not None
        assert process.stderr.read() == ""
        assert process.wait() == 128 + signal.SIGPIPE
