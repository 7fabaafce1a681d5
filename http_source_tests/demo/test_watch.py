"""The demo's live part, between a real in-memory Kafka and a server that answers as Dagster does."""

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from http_source.demo.broker import start_cluster
from http_source.demo.feed import Arrivals, Cursors
from http_source.demo.processes import Service, ServiceFailed
from http_source.demo.screen import Row, Screen
from http_source.demo.services import Services
from http_source.demo.watch import Watch
from http_source.demo.workplace import DemoEntity
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor

WAIT = "import threading; threading.Event().wait()"
DECODES = Deserializer(RegistryAddress(url="http://127.0.0.1:1"), Redactor())
ENTITIES = [DemoEntity("search", name, "search_sensor", f"search-{name}") for name in "ab"]


class Dagster(ThreadingHTTPServer):
    """Answers every GraphQL query with one workspace."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.workspace: dict[str, Any] = {"locationEntries": [{"locationOrLoadError": None}]}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def load(self, cursor: str | None) -> None:
        sensor = {"name": "search_sensor", "sensorState": {"typeSpecificData": {"lastCursor": cursor}}}
        self.workspace = {"locationEntries": [{"locationOrLoadError": {"repositories": [{"sensors": [sensor]}]}}]}


class Answering(BaseHTTPRequestHandler):
    server: Dagster

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": {"workspaceOrError": self.server.workspace}}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the parent's
        """Say nothing."""


@pytest.fixture
def dagster() -> Iterator[Dagster]:
    with Dagster() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def cursors(dagster: Dagster) -> Iterator[Cursors]:
    with Cursors(dagster.url) as cursors:
        yield cursors


@pytest.fixture(scope="module")
def broker() -> Iterator[str]:
    host, address = start_cluster()
    yield address
    host.flush()


def produce(broker: str, topic: str, *values: str | None) -> None:
    producer = Producer({"bootstrap.servers": broker})
    for value in values:
        producer.produce(topic, value)
    producer.flush()


def no_pause(_seconds: float) -> None:
    threading.Event().wait(0.01)


def test_records_are_counted_from_the_beginning_of_topics_that_appear_later(broker: str) -> None:
    with Arrivals(broker, {"early", "late"}, DECODES) as arrivals:
        produce(broker, "early", "1", "2")
        while arrivals.counts["early"] < 2:
            arrivals.poll(0.1)
        produce(broker, "late", "3")
        while arrivals.counts["late"] < 1:
            arrivals.poll(0.1)
        assert arrivals.newest["late"] == "3"


def test_a_record_without_a_value_is_shown_as_null(broker: str) -> None:
    produce(broker, "empty", None)
    with Arrivals(broker, {"empty"}, DECODES) as arrivals:
        while not arrivals.counts["empty"]:
            arrivals.poll(0.1)
        assert arrivals.newest["empty"] == "null"


def test_offsets_come_from_the_cursors_of_the_sensors(dagster: Dagster, cursors: Cursors) -> None:
    dagster.load('{"offsets": {"a": 1647948097246}}')
    assert cursors.read() == {"search_sensor": {"a": 1647948097246}}


@pytest.mark.parametrize("cursor", [None, "", "garbage", "[]", "{}", '{"offsets": 7}'])
def test_a_cursor_without_offsets_is_no_offsets(dagster: Dagster, cursors: Cursors, cursor: str | None) -> None:
    dagster.load(cursor)
    assert cursors.read() == {"search_sensor": {}}


def test_a_location_that_is_still_loading_has_no_offsets_and_no_problem(cursors: Cursors) -> None:
    assert (cursors.read(), cursors.problem) == (None, "")


def test_a_location_that_cannot_be_loaded_says_why(dagster: Dagster, cursors: Cursors) -> None:
    dagster.workspace = {"locationEntries": [{"locationOrLoadError": {"message": "No module named 'x'"}}]}
    assert (cursors.read(), cursors.problem) == (None, "No module named 'x'")


def test_dagster_that_does_not_answer_has_no_offsets() -> None:
    with Cursors("http://127.0.0.1:1") as cursors:
        assert cursors.read() is None


def test_the_watch_ends_when_every_topic_has_its_records(broker: str, dagster: Dagster, cursors: Cursors, tmp_path: Path) -> None:
    dagster.load('{"offsets": {"a": 3}}')
    produce(broker, "search-a", "1", "2", "3")
    produce(broker, "search-b", "4", "5")
    with Arrivals(broker, {"search-a", "search-b"}, DECODES) as arrivals, Services(no_pause, 3600) as services:
        watch = Watch(ENTITIES, arrivals, cursors)
        watch.follow(Screen(io.StringIO()), services, services.start(Service("Dagster", ["-c", WAIT], tmp_path)), 2)
    first, second = watch.rows()
    assert first == Row("search", "a", "search-a", 3, "3", first.newest)
    assert second == Row("search", "b", "search-b", 2, "", second.newest)


def test_too_few_records_in_time_are_named_by_topic_with_the_log(broker: str, cursors: Cursors, tmp_path: Path) -> None:
    with Arrivals(broker, {"nowhere-a", "nowhere-b"}, DECODES) as arrivals, Services(no_pause, 0) as services:
        service = services.start(Service("Dagster", ["-c", WAIT], tmp_path))
        with pytest.raises(ServiceFailed, match=r"topic nowhere-a lacks 5, topic nowhere-b lacks 5\. The end of its log:\n"):
            Watch(ENTITIES, arrivals, cursors).follow(Screen(io.StringIO()), services, service, 5)
