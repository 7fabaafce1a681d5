"""A page that waits for the Schema Registry (`errors.retry.timeout`): it stays with its entity, and the API is not asked for it again."""

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from confluent_kafka import KafkaError

from http_source.model import State
from http_source.task import Task
from http_source_tests.conversion.rig import TOPIC, address, registrations
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.registry import Fault, Stand, says
from http_source_tests.servers import Api, Asked, Reply, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

PAGE = 10
PATIENT = {
    "output.data.format": "JSON_SR",
    "topic.name.pattern": TOPIC,
    "http.request.parameters": "start=${offset}",
    "catchup.interval.ms": 0,
    "errors.retry.timeout": 600_000,
    "errors.retry.delay.max.ms": 20,
}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka(TOPIC) as cluster:
        yield cluster


def start_of(asked: Asked) -> int:
    return int(parse_qs(urlsplit(asked.target).query)["start"][0])


def orders(*ids: object) -> Callable[[Asked], bytes]:
    """An API with orders of these ids."""
    return lambda asked: json.dumps([{"id": each} for each in ids[start_of(asked) : start_of(asked) + PAGE]]).encode()


def refuses(*, subject: str = "", status: int = 503) -> Fault:
    """A registry that is there and does not answer what it is asked of some subjects."""
    return lambda asked: Reply(b"", status) if subject in asked.target else None


def pages_asked(server: Api, count: int) -> list[int]:
    """Where the requests for a page that has records began."""
    return [start for asked in server.asked if (start := start_of(asked)) < count]


def ids(cluster: Cluster, count: int) -> list[int]:
    """The `id` of every record in the topic; five bytes before each value are the schema's id."""
    return [json.loads(value[5:])["id"] for value in cluster.values(TOPIC, count)]


def attempts_of(task: Task) -> int:
    held = entity_of(task).held
    return 0 if held is None else held.attempts


def told(task: Task) -> list[str]:
    return [notice.message for notice in notices_of(task)]


def test_b104_a_page_is_asked_for_once_while_the_registry_is_down_and_arrives_when_it_is_back(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    with api(orders(*range(40))) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url}, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task) > 5)
            assert pages_asked(server, 40) == [0]
            assert entity_of(task).failed_attempts == 0
            assert not task.outlook.rests(0)
            stand.fault = lambda _asked: None
            until(lambda: entity_of(task).acknowledged.records == 40)
        assert pages_asked(server, 40) == [0, 10, 20, 30]
    assert ids(cluster, 40) == list(range(40))
    assert entity_of(task).traffic.retries == 0


def test_b234_a_page_in_hand_waits_for_no_limit_since_nothing_is_sent_for_it(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "800"}
    with api(lambda asked: Reply(orders(*range(5))(asked), headers=used_up)) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "http.requests.per.second": 0.001}, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task) > 3)
            stand.fault = lambda _asked: None
            until(lambda: entity_of(task).acknowledged.records == 5)
        assert len(server.asked) == 1


def test_b108_a_registry_that_stays_away_is_told_ever_more_seldom(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses(status=429)
    with api(orders(*range(5))) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "errors.retry.timeout": -1}, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task) > 9)
    notices = [notice for notice in notices_of(task) if notice.state is State.RETRYING]
    attempts = [notice.attempt for notice in notices]
    assert attempts == [2**power for power in range(len(attempts))]
    assert attempts[:4] == [1, 2, 4, 8]
    assert "Entity default: The Schema Registry at " in notices[0].message
    assert re.search(r"\(attempt 1 at converting its page, next in 0\.0[12] s, never given up\)$", notices[0].message)


def test_b104_when_the_time_is_over_the_request_has_failed_and_is_sent_again(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    short = {"errors.retry.timeout": 200, "max.retries": 1}
    with api(orders(*range(5))) as server:
        task = task_of(cluster, {**PATIENT, **short, "url": server.url}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).failure)
        assert len(server.asked) == 2
    assert len(stand.asked) >= 4
    assert entity_of(task).held is None
    assert "The request was sent 2 times." in (entity_of(task).failure or "")
    notices = told(task)
    assert notices[0].endswith(" s, given up after 0.2 s)")
    assert sum("(attempt 1 of 2, next in 0.1 s)" in each for each in notices) == 1


def test_by_default_a_page_is_asked_for_again_at_once(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    with api(orders(*range(5))) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "errors.retry.timeout": None, "max.retries": 2}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).failure)
    assert len(server.asked) == len(stand.asked) == 3
    assert not [each for each in told(task) if "converting" in each]


def test_a_stop_drops_the_page_and_the_next_run_asks_for_it_again(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    with api(orders(*range(5))) as server:
        properties = {**PATIENT, "url": server.url, "errors.retry.delay.max.ms": 3_600_000}
        task = task_of(cluster, properties, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task))
        assert (entity_of(task).held, entity_of(task).failed_attempts) == (None, 1)
        assert entity_of(task).acknowledged.position.offset == 0
        stand.fault = lambda _asked: None
        with started(again := task_of(cluster, properties, registry=address(stand))):
            until(lambda: entity_of(again).acknowledged.records)
        assert pages_asked(server, 5) == [0, 0]
    assert ids(cluster, 5) == [0, 1, 2, 3, 4]


def test_a_page_polled_by_hand_that_is_still_held_when_the_time_is_over_has_failed(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    with api(orders(*range(5))) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url}, registry=address(stand), once=True)
        with started(task):
            until(lambda: attempts_of(task))
            assert not task.outlook.rests(float("inf"))
    assert entity_of(task).failed_attempts == 1


def test_the_only_thread_polls_the_other_entities_through_a_long_pause(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses(subject="bad")
    with api(orders(*range(40))) as server:
        several = {"entity.names": "bad,good", "topic.name.pattern": "${entityName}", "max.in.flight.requests": 1}
        slow = {"errors.retry.delay.max.ms": 3_600_000, "url": server.url + "/${entityName}"}
        task = task_of(cluster, {**PATIENT, **several, **slow}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task, "bad").held)
            until(lambda: entity_of(task, "good").acknowledged.records == 40)
        assert [asked.target for asked in server.asked if "bad" in asked.target] == ["/bad?start=0"]


def test_a_record_that_no_schema_can_hold_fails_at_once(cluster: Cluster, stand: Stand) -> None:
    with api(orders(1, 2, "x")) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "errors.retry.timeout": -1}, registry=address(stand))
        with started(task):
            until(lambda: entity_of(task).failure)
        assert len(server.asked) == 1
    assert "Record 2 of the page at /id: a string came" in (entity_of(task).failure or "")
    assert not registrations(stand)
    assert len(told(task)) == 1


def test_b106_a_refusal_ends_the_wait(cluster: Cluster, stand: Stand) -> None:
    stand.fault = refuses()
    with api(orders(1, 2)) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "errors.retry.timeout": -1}, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task))
            stand.fault = says(409, 409, "not compatible")
            until(lambda: entity_of(task).failure)
            assert entity_of(task).held is None
        assert len(server.asked) == 1
    assert "is not compatible with an earlier one" in (entity_of(task).failure or "")


def test_a_page_is_dropped_when_kafka_refuses_the_one_before_it(cluster: Cluster, stand: Stand) -> None:
    def answer(asked: Asked) -> bytes:
        if len(server.asked) == 1:
            # The first page stays on its way until the second one is held.
            cluster.go_down()
        if len(server.asked) == 2:
            stand.fault = refuses()
        return orders(*range(PAGE), 0.5)(asked)

    with api(answer) as server:
        task = task_of(cluster, {**PATIENT, "url": server.url, "errors.retry.timeout": -1}, registry=address(stand))
        with started(task):
            until(lambda: attempts_of(task) > 1)
            cluster.answer_produce_with(*[KafkaError.TOPIC_AUTHORIZATION_FAILED] * 20)
            cluster.come_up()
            until(lambda: entity_of(task).failure)
            assert entity_of(task).held is None
            assert entity_of(task).position.offset == 0
            cluster.forget_errors()
            stand.fault = lambda _asked: None
            until(lambda: entity_of(task).acknowledged.records == PAGE + 1)
        assert pages_asked(server, PAGE + 1) == [0, 10, 0, 10]
    assert ids(cluster, PAGE + 1) == [*range(PAGE), 0.5]
