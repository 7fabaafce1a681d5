"""`http-source sample`: what a new project polls and writes to."""

import io
import os
import socket
from contextlib import closing
from pathlib import Path

import pytest
from confluent_kafka import Producer

from http_source.cli import main
from http_source.demo.broker import start_cluster
from http_source.demo.doorway import open_doorway
from http_source.demo.feed import Arrivals
from http_source.demo.processes import Service, free_port
from http_source.demo.screen import Row, Screen, table
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor
from http_source_tests.demo.waiting import with_package
from http_source_tests.orchestration.stand import NOWHERE
from http_source_tests.waiting import until


def test_a_kafka_in_memory_is_reached_at_the_port_that_was_asked_for(tmp_path: Path) -> None:
    port = free_port(0)
    with Service("Kafka", ["-m", "http_source.demo.broker", str(port)], tmp_path) as kafka:
        until(kafka.address)
        assert kafka.address() == f"127.0.0.1:{port}"
        producer = Producer({"bootstrap.servers": f"127.0.0.1:{port}"})
        producer.produce("orders", b"1")
        assert producer.flush(60) == 0
        undecoded = Deserializer(RegistryAddress(url=""), Redactor())
        with undecoded, Arrivals(f"127.0.0.1:{port}", None, undecoded) as arrivals:
            while not arrivals.newest:
                arrivals.poll(0.1)
            assert (arrivals.counts, arrivals.newest) == ({"orders": 1}, {"orders": "1"})


def test_a_doorway_at_a_taken_port_is_refused() -> None:
    _host, address = start_cluster()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken, pytest.raises(OSError, match="in use"):
        open_doorway(taken.getsockname()[1], address)


def test_a_doorway_to_nobody_ends_the_connection(tmp_path: Path) -> None:
    port = free_port(0)
    code = (
        "import sys; from http_source.demo.doorway import open_doorway; "
        f"open_doorway({port}, '{NOWHERE}'); print('listening on {port}', flush=True); sys.stdin.read()"
    )
    with Service("Doorway", ["-c", code], tmp_path, environment=with_package()) as doorway:
        until(doorway.address)
        with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as client:
            client.sendall(b"anybody there?")
            assert client.recv(1) == b""


def test_a_taken_port_of_the_api_is_told_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        assert main(["sample", "--port", str(taken.getsockname()[1])]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "is taken, perhaps by another `http-source sample`" in said.err
    assert "name another port with --port and in the connector's `url`" in said.err


@pytest.mark.parametrize("where", ["localhost:{taken}", "kafka.example.com:9092", "localhost:99999", "localhost:0"])
def test_a_kafka_that_is_there_or_elsewhere_is_left_alone(tmp_path: Path, where: str) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as somebody:
        kafka = where.format(taken=somebody.getsockname()[1])
        environment = with_package() | {"KAFKA_BOOTSTRAP_SERVERS": kafka}
        command = ["-m", "http_source.cli", "sample", "--port", str(free_port(0))]
        with Service("Sample", command, tmp_path, environment=environment) as sample:
            until(lambda: "Leave this running" in sample.tail())
            assert f"Kafka    at {kafka}; this command leaves it alone" in sample.tail()
            assert "in memory" not in sample.tail()


def test_topics_without_a_known_entity_have_a_table_of_their_own() -> None:
    heading, line = table([Row("", "", "orders", 12, "", '{"id": 1}')], (200, 50))
    assert heading.split() == ["topic", "records", "newest", "record"]
    assert line.split() == ["orders", "12", '{"id":', "1}"]
    log = io.StringIO()
    Screen(log, lambda: 0.0).show([Row("", "", "orders", 12)])
    assert log.getvalue() == "    0 s  records: orders 12\n"


def test_the_port_is_the_same_in_the_project_and_in_the_command() -> None:
    from http_source.demo.api import DEFAULT_PORT  # noqa: PLC0415 - beside what is compared
    from http_source.demo.options import PROJECT  # noqa: PLC0415 - see above
    from http_source.demo.sample import KAFKA  # noqa: PLC0415 - see above

    assert f'"http://localhost:{DEFAULT_PORT}/orders"' in (PROJECT / "connectors" / "orders.json").read_text()
    assert f"KAFKA_BOOTSTRAP_SERVERS={KAFKA}{os.linesep}" in (PROJECT / "env").read_text()
