"""Whole tasks that convert: what is produced, where the position stands, and what a person hears of."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from http_source.task import Task
from http_source_tests.conversion.readers import alone
from http_source_tests.conversion.rig import FORMATS, TOPIC, address, messages, versions
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.registry import Stand, incompatible
from http_source_tests.servers import Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

PAGE = 10
AVRO = {"output.data.format": "AVRO", "topic.name.pattern": TOPIC, "http.request.parameters": "start=${offset}", "catchup.interval.ms": 0}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as cluster:
        yield cluster


class Shop:
    """An API with so many orders; each asks for its place to be overridden."""

    def __init__(self, count: int, **odd: dict[str, Any]) -> None:
        self.orders = [{"id": number} | odd.get(f"at_{number}", {}) for number in range(count)]

    def __call__(self, asked: Asked) -> bytes:
        start = int(parse_qs(urlsplit(asked.target).query)["start"][0])
        return json.dumps(self.orders[start : start + PAGE]).encode()


def first_page(task: Task) -> None:
    """Run the task until Kafka has a page."""
    with started(task):
        until(lambda: entity_of(task).acknowledged.pages)


def ids(cluster: Cluster, stand: Stand, count: int) -> list[int]:
    """The `id` of every record in the topic."""
    texts = versions(stand)
    found = [each.value() or b"" for each in messages(cluster, TOPIC, count)]
    return [alone("AVRO", each, [], texts[int.from_bytes(each[1:5], "big") - 1])["id"] for each in found]


def test_b104_a_registry_that_is_down_in_mid_run_holds_the_position_and_nothing_is_lost_or_doubled(cluster: Cluster, stand: Stand) -> None:
    with api(Shop(40, at_20={"new": 1})) as server:
        task = task_of(cluster, {**AVRO, "url": server.url, "max.retries": 100}, registry=address(stand))
        stand.fault = lambda asked: Reply(b"", 503) if "POST" in asked.method and b"new" in asked.body else None
        with started(task):
            until(lambda: entity_of(task).failed_attempts > 2 and entity_of(task).acknowledged.pages)
            assert entity_of(task).acknowledged.position.offset == 20
            stand.fault = lambda _asked: None
            until(lambda: entity_of(task).acknowledged.position.offset == 40)
        assert ids(cluster, stand, 40) == list(range(40))
        told = [each.message for each in notices_of(task)]
    assert "The Schema Registry at" in told[0]
    assert "status 503" in told[0]


def test_b104_a_page_that_is_asked_for_again_leads_back_to_nothing(cluster: Cluster, stand: Stand) -> None:
    with api(Shop(20)) as server:
        task = task_of(cluster, {**AVRO, "url": server.url, "max.retries": 100}, registry=address(stand))
        stand.fault = lambda _asked: Reply(b"", 503)
        with started(task):
            until(lambda: entity_of(task).failed_attempts > 2)
            stand.fault = lambda _asked: None
            until(lambda: entity_of(task).acknowledged.position.offset == 20)
        assert not [each.message for each in notices_of(task) if "leads back" in each.message]


@pytest.mark.parametrize("format_", FORMATS)
def test_b111_nothing_of_a_page_with_two_types_is_produced_and_the_entity_fails_with_the_place(
    cluster: Cluster, stand: Stand, format_: str,
) -> None:
    with api(Shop(20, at_15={"id": "x"})) as server:
        task = task_of(cluster, {**AVRO, "output.data.format": format_, "url": server.url}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).failure)
        assert "Record 5 of the page at /id: a string came where the type is INT64 so far." in (entity_of(task).failure or "")
        assert entity_of(task).acknowledged.position.offset == 10
        assert len(messages(cluster, TOPIC, 10)) == 10


def test_b106_an_incompatible_page_leaves_the_position_and_says_what_to_do(cluster: Cluster, stand: Stand) -> None:
    forbid = incompatible("FIELD_KIND_CHANGED: id from int64 to double")
    stand.fault = lambda asked: forbid(asked) if b"double id" in asked.body else None
    with api(Shop(20, at_19={"id": 1.5})) as server:
        task = task_of(cluster, {**AVRO, "output.data.format": "PROTOBUF", "url": server.url}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).failure)
        assert "orders-value" in (entity_of(task).failure or "")
        assert "id from int64 to double" in (entity_of(task).failure or "")
        assert entity_of(task).acknowledged.position.offset == 10
        assert len(messages(cluster, TOPIC, 10)) == 10


def test_bad_records_are_left_out_counted_and_reported_and_the_position_moves_on(cluster: Cluster, stand: Stand) -> None:
    cluster.create("bad")
    skip = {"errors.tolerance": "all", "reporter.error.topic.name": "bad"}
    with api(Shop(20, at_15={"id": "x"})) as server:
        task = task_of(cluster, {**AVRO, **skip, "url": server.url}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).acknowledged.position.offset == 20)
        assert entity_of(task).traffic.skipped == 1
        assert ids(cluster, stand, 19) == [number for number in range(20) if number != 15]
        (report,) = messages(cluster, "bad", 1)
        (notice,) = notices_of(task)
    assert report.value() == b'{"id": "x"}'
    assert dict(report.headers() or [])["__connect.errors.record.index"] == b"5"
    assert "1 record of a page was left out" in notice.message
    assert "topic bad" in notice.message


def test_a_restart_goes_on_with_the_registered_schema(cluster: Cluster, stand: Stand) -> None:
    with api(Shop(30)) as server:
        for _ in range(3):
            first_page(task_of(cluster, {**AVRO, "url": server.url}, registry=address(stand), once=True))
        assert ids(cluster, stand, 30) == [*range(10)] * 3
    assert len(versions(stand)) == 1


def test_ten_entities_with_a_topic_each_convert_at_once(cluster: Cluster, stand: Stand) -> None:
    names = [f"e{number}" for number in range(10)]
    with api(Shop(30)) as server:
        task = task_of(cluster, {**AVRO, "url": f"{server.url}/${{entityName}}", "entity.names": ",".join(names),
                                 "topic.name.pattern": "t-${entityName}"}, registry=address(stand))
        with started(task):
            until(lambda: all(each.acknowledged.records == 30 or each.failure for each in task.entities))
        assert [each.failure for each in task.entities] == [None] * 10
    assert sorted(stand.server.store.subjects) == sorted(f"t-{name}-value" for name in names)
