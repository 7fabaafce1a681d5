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
from dagster_graphql.schema import create_schema
from graphql import parse, validate

from http_source.demo.broker import start_cluster
from http_source.demo.feed import QUERY, Arrivals, Change, Known, Webserver
from http_source.demo.processes import Service, ServiceFailed
from http_source.demo.screen import Row, Screen
from http_source.demo.services import Services
from http_source.demo.watch import Watch
from http_source.demo.workplace import DemoEntity
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.deserializer import Deserializer
from http_source.foreign.redactor import Redactor
from http_source.orchestration.ledger.names import STATE

WAIT = "import threading; threading.Event().wait()"
DECODES = Deserializer(RegistryAddress(url="http://127.0.0.1:1"), Redactor())
ENTITIES = [DemoEntity("search", name, "search_sensor", f"search-{name}") for name in "ab"]


class Dagster(ThreadingHTTPServer):
    """Answers every GraphQL query with one workspace."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.workspace: dict[str, Any] = {"locationEntries": [{"locationOrLoadError": None}]}
        self.assets: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def load(self, cursor: str | None) -> None:
        sensor = {"name": "search_sensor", "sensorState": {"typeSpecificData": {"lastCursor": cursor}}}
        self.workspace = {"locationEntries": [{"locationOrLoadError": {"repositories": [{"sensors": [sensor]}]}}]}

    def tell(self, entity: str, rank: int, state: str, reason: str) -> None:
        said = {"label": STATE, "jsonString": json.dumps({"rank": rank, "state": state, "reason": reason})}
        report = {"label": "http_source/report"}  # of a task, whose content was not asked for
        observations = [{"partition": entity, "metadataEntries": [said]}, {"partition": "task,0", "metadataEntries": [report]}]
        self.assets.append({"assetKey": {"path": ["search"]}, "assetObservations": observations})


class Answering(BaseHTTPRequestHandler):
    server: Dagster

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"data": {"workspaceOrError": self.server.workspace, "assetNodes": self.server.assets}}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the name is the parent's
        """Say nothing."""


@pytest.fixture
def dagster() -> Iterator[Dagster]:
    with Dagster() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield server
        server.shutdown()


@pytest.fixture
def webserver(dagster: Dagster) -> Iterator[Webserver]:
    with Webserver(dagster.url) as webserver:
        yield webserver


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


def test_dagster_knows_all_that_is_asked_for() -> None:
    assert validate(create_schema().graphql_schema, parse(QUERY)) == []


def test_offsets_come_from_the_cursors_of_the_sensors(dagster: Dagster, webserver: Webserver) -> None:
    dagster.load('{"offsets": {"a": 1647948097246}}')
    assert webserver.read() == Known({"search_sensor": {"a": 1647948097246}})


def test_changes_of_state_come_in_the_order_in_which_they_were_reported(dagster: Dagster, webserver: Webserver) -> None:
    dagster.load(None)
    dagster.tell("a", 8, "RUNNING", "Entity a is RUNNING again.")
    dagster.tell("a", 7, "FAILED", "Entity a FAILED.")
    changes = Change(7, "search", "a", "FAILED", "Entity a FAILED."), Change(8, "search", "a", "RUNNING", "Entity a is RUNNING again.")
    assert webserver.read() == Known({"search_sensor": {}}, changes)
    assert [change.failed for change in changes] == [True, False]


@pytest.mark.parametrize("cursor", [None, "", "garbage", "[]", "{}", '{"offsets": 7}'])
def test_a_cursor_without_offsets_is_no_offsets(dagster: Dagster, webserver: Webserver, cursor: str | None) -> None:
    dagster.load(cursor)
    assert webserver.read() == Known({"search_sensor": {}})


def test_a_location_that_is_still_loading_has_no_offsets_and_no_problem(webserver: Webserver) -> None:
    assert (webserver.read(), webserver.problem) == (None, "")


def test_a_location_that_cannot_be_loaded_says_why(dagster: Dagster, webserver: Webserver) -> None:
    dagster.workspace = {"locationEntries": [{"locationOrLoadError": {"message": "No module named 'x'"}}]}
    assert (webserver.read(), webserver.problem) == (None, "No module named 'x'")


def test_of_dagster_that_does_not_answer_nothing_is_known() -> None:
    with Webserver("http://127.0.0.1:1") as webserver:
        assert webserver.read() is None


def test_the_watch_ends_when_every_topic_has_its_records(broker: str, dagster: Dagster, webserver: Webserver, tmp_path: Path) -> None:
    dagster.load('{"offsets": {"a": 3}}')
    produce(broker, "search-a", "1", "2", "3")
    produce(broker, "search-b", "4", "5")
    with Arrivals(broker, {"search-a", "search-b"}, DECODES) as arrivals, Services(no_pause, 3600) as services:
        watch = Watch(ENTITIES, arrivals, webserver)
        watch.follow(Screen(io.StringIO()), services, services.start(Service("Dagster", ["-c", WAIT], tmp_path)), 2)
    first, second = watch.rows()
    assert first == Row("search", "a", "search-a", 3, "3", first.newest, "RUNNING")
    assert second == Row("search", "b", "search-b", 2, "", second.newest, "RUNNING")


def test_the_watch_reports_each_change_of_state_once_and_ends_when_nothing_is_failed(
    broker: str, dagster: Dagster, webserver: Webserver, tmp_path: Path
) -> None:
    dagster.load(None)
    dagster.tell("b", 7, "FAILED", "Entity b FAILED.")
    produce(broker, "search-failed", "1")
    log, rounds = io.StringIO(), iter(range(1_000))
    entities = [DemoEntity("search", "b", "search_sensor", "search-failed")]

    def pause(seconds: float) -> None:
        if next(rounds) == 25:
            assert [row.state for row in watch.rows()] == ["FAILED"]
            dagster.tell("b", 8, "RUNNING", "Entity b is RUNNING again.")
        no_pause(seconds)

    with Arrivals(broker, {"search-failed"}, DECODES) as arrivals, Services(pause, 3600) as services:
        watch = Watch(entities, arrivals, webserver)
        watch.follow(Screen(log), services, services.start(Service("Dagster", ["-c", WAIT], tmp_path)), 1)
    reports = [line[9:] for line in log.getvalue().splitlines() if "Entity" in line]
    assert reports == ["search: Entity b FAILED.", "search: Entity b is RUNNING again."]
    assert [row.state for row in watch.rows()] == ["RUNNING"]


def test_what_is_failed_at_the_end_is_named_with_its_reason(
    broker: str, dagster: Dagster, webserver: Webserver, tmp_path: Path
) -> None:
    dagster.load(None)
    dagster.tell("a", 7, "FAILED", "Entity a FAILED: the server is away.")
    with Arrivals(broker, {"nowhere-c"}, DECODES) as arrivals, Services(no_pause, 0) as services:
        service = services.start(Service("Dagster", ["-c", WAIT], tmp_path))
        with pytest.raises(ServiceFailed, match="topic nowhere-c lacks 1, search: Entity a FAILED: the server is away"):
            Watch(ENTITIES[:0], arrivals, webserver).follow(Screen(io.StringIO()), services, service, 1)


def test_too_few_records_in_time_are_named_by_topic_with_the_log(broker: str, webserver: Webserver, tmp_path: Path) -> None:
    with Arrivals(broker, {"nowhere-a", "nowhere-b"}, DECODES) as arrivals, Services(no_pause, 0) as services:
        service = services.start(Service("Dagster", ["-c", WAIT], tmp_path))
        with pytest.raises(ServiceFailed, match=r"topic nowhere-a lacks 5, topic nowhere-b lacks 5\. The end of its log:\n"):
            Watch(ENTITIES, arrivals, webserver).follow(Screen(io.StringIO()), services, service, 5)
