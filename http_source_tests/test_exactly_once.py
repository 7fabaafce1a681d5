"""Exactly once as its client sees it, on the in-memory cluster: which hides no aborted record and fences nobody by itself.

What consumers see is shown on Apache Kafka (real_servers/test_exactly_once.py).
"""

import json
from collections.abc import Iterator, Mapping

import pytest
from confluent_kafka import KafkaError

from http_source.delivery.deliverer import Deliverer
from http_source.delivery.parcel import Listener
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.position_topic import PositionTopic
from http_source.edges.kafka.transactions import Fenced, TransactionsRefused
from http_source.entity import Entity
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Page, Position
from http_source.task import Task
from http_source_tests.kafka import ADD_PARTITIONS_TO_TXN, END_TXN, INIT_PRODUCER_ID, Cluster, kafka
from http_source_tests.servers import Api, Asked, api
from http_source_tests.tasks import entity_of, notices_of, started, task_of
from http_source_tests.waiting import until

OFFSETS = "test-offsets"


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        cluster.elect_controller()
        cluster.create(OFFSETS)
        cluster.create("default")
        yield cluster


@pytest.fixture
def server() -> Iterator[Api]:
    """Ten records in pages of five, and then none."""
    with api(page) as server:
        yield server


def page(asked: Asked) -> bytes:
    start = int(asked.target.strip("/"))
    return json.dumps(list(range(start, min(start + 5, 10)))).encode()


def exactly_once(cluster: Cluster, server: Api, **further: object) -> Task:
    properties = {"url": server.url + "/${offset}", "exactly.once.support": "required", "catchup.interval.ms": 0, **further}
    return task_of(cluster, properties, kafka={"reconnect.backoff.max.ms": 100})


def done(task: Task) -> bool:
    return task.failure is not None or entity_of(task).acknowledged.position.offset == 10


def stored(cluster: Cluster) -> Mapping[str, Position]:
    """What the topic of the offsets holds."""
    settings = {"bootstrap.servers": cluster.bootstrap, "log_level": 0}
    return PositionTopic(Brokers(settings, Redactor()), OFFSETS, "test", principal="User:test").read().positions


def test_the_position_is_stored_beside_the_records_and_the_next_run_goes_on_from_there(cluster: Cluster, server: Api) -> None:
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    assert stored(cluster) == {"default": Position(10, sequence=2, mode="SIMPLE_INCREMENTING")}
    assert entity_of(task).acknowledged.records == 10
    asked = len(server.asked)
    with started(exactly_once(cluster, server)) as successor:
        until(lambda: entity_of(successor).traffic.empty_polls)
    assert {each.target for each in server.asked[asked:]} == {"/10"}


def test_a_newer_position_than_kafka_s_wins(cluster: Cluster, server: Api) -> None:
    """As after a reset by hand, which Dagster keeps."""
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    properties = {"url": server.url + "/${offset}", "exactly.once.support": "required"}
    with started(task_of(cluster, properties, positions={"default": Position(7, epoch=1, sequence=3)})) as successor:
        until(lambda: done(successor))
    assert stored(cluster) == {"default": Position(10, epoch=1, sequence=4, mode="SIMPLE_INCREMENTING")}


@pytest.mark.parametrize("request_number", [ADD_PARTITIONS_TO_TXN, END_TXN])
def test_b98_a_fenced_run_ends_and_moves_no_mark(cluster: Cluster, request_number: int) -> None:
    def answer(asked: Asked) -> bytes:
        cluster.answer_with(request_number, KafkaError.PRODUCER_FENCED)
        return page(asked)

    with api(answer) as server, started(exactly_once(cluster, server)) as task:
        until(lambda: task.failure)
    assert isinstance(task.failure, Fenced)
    assert entity_of(task).acknowledged.position.order == (0, 0)


def test_b98_a_run_that_is_fenced_while_it_queues_a_page_says_so(cluster: Cluster) -> None:
    def answer(_asked: Asked) -> bytes:
        cluster.answer_with(ADD_PARTITIONS_TO_TXN, KafkaError.PRODUCER_FENCED)
        return json.dumps([0] * 300_000).encode()

    with api(answer) as server, started(exactly_once(cluster, server)) as task:
        until(lambda: task.failure)
    assert isinstance(task.failure, Fenced), task.failure


def test_b100_a_commit_whose_answer_is_lost_is_asked_for_again(cluster: Cluster, server: Api) -> None:
    cluster.answer_with(END_TXN, KafkaError._TRANSPORT, KafkaError.COORDINATOR_NOT_AVAILABLE)  # noqa: SLF001 - librdkafka's public name
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    assert task.failure is None
    assert entity_of(task).acknowledged.records == 10


def test_b100_a_run_that_is_told_to_stop_before_it_knows_how_a_commit_ended_moves_no_mark(cluster: Cluster, server: Api) -> None:
    interval = {"transaction.boundary": "interval", "transaction.boundary.interval.ms": 600_000}
    task = exactly_once(cluster, server, **interval)
    task.start()
    until(lambda: entity_of(task).position.offset == 10 and not entity_of(task).waiting)
    cluster.go_down()
    task.stop(0.5)
    assert "when the run was stopped" in str(task.failure)
    assert entity_of(task).acknowledged.position.order == (0, 0)
    cluster.come_up()


def test_errors_that_pass_are_waited_out(cluster: Cluster, server: Api) -> None:
    cluster.answer_with(INIT_PRODUCER_ID, *[KafkaError.CONCURRENT_TRANSACTIONS] * 3)
    cluster.answer_produce_with(KafkaError.NOT_ENOUGH_REPLICAS, KafkaError.REQUEST_TIMED_OUT)
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    assert (task.failure, entity_of(task).acknowledged.records) == (None, 10)


def test_transactions_are_counted_with_their_records_and_given_up_ones_apart(cluster: Cluster) -> None:
    answers = iter([b"[0,1,2,3]", b'["%s"]' % (b"x" * 2_000), b"[4,5,6,7,8,9]"])
    with api(lambda _: next(answers, b"[]")) as server:
        properties = {"url": server.url + "/${offset}", "exactly.once.support": "required"}
        with started(task_of(cluster, properties, kafka={"message.max.bytes": 1_000})) as task:
            until(lambda: done(task))
    counted = task.tally.look()
    assert (counted.committed, counted.aborted, counted.failures, counted.active) == (2, 1, 1, 0)
    assert (counted.recent["sizes"].least, counted.recent["sizes"].most) == (4, 6)
    assert 0 < counted.recent["transactions"].most <= counted.commit_seconds


def test_b189_two_pages_of_an_entity_that_are_refused_together_are_one_failure(cluster: Cluster, server: Api) -> None:
    properties = {"url": server.url, "exactly.once.support": "required"}
    task = task_of(cluster, properties, kafka={"message.max.bytes": 1_000})
    listener = Listener(Entity.acknowledge, Entity.lose)
    deliverer = Deliverer(task.deliveries, settled=lambda _: None, listener=listener, warn=print)
    entity = entity_of(task)
    entity.begin(0.0)
    deliverer.open(60)
    for number in (1, 2):
        deliverer.put(entity, Page([b"x" * 2_000], Position(number, sequence=number), progressed=True))
    deliverer.start()
    deliverer.close(60)
    assert deliverer.failure is None
    assert entity.failures == 1


def test_a_page_that_is_refused_fails_its_entity_and_is_asked_for_again_later(cluster: Cluster) -> None:
    answers = iter([b'["%s"]' % (b"x" * 2_000), b"[0,1,2,3,4,5,6,7,8,9]"])
    with api(lambda _: next(answers, b"[]")) as server:
        properties = {"url": server.url + "/${offset}", "exactly.once.support": "required"}
        with started(task_of(cluster, properties, kafka={"message.max.bytes": 1_000})) as task:
            until(lambda: entity_of(task).failures)
            assert entity_of(task).acknowledged.position.order == (0, 0)
            until(lambda: done(task))
    assert task.failure is None
    assert "did not take one of 1 records (the largest has 2002 bytes)" in notices_of(task)[1].message
    assert stored(cluster) == {"default": Position(10, sequence=1, mode="SIMPLE_INCREMENTING")}


def test_pages_beside_one_that_is_refused_are_asked_for_again_at_once(cluster: Cluster) -> None:
    """Not after the hour that they would have waited for more."""
    for name in ("good", "bad"):
        cluster.create(name)

    def answer(asked: Asked) -> bytes:
        if asked.target.startswith("/bad"):
            return b'["%s"]' % (b"x" * 2_000)
        return b"[0,1,2]" if asked.target == "/good/0" else b"[]"

    with api(answer) as server:
        properties = {
            "url": server.url + "/${entityName}/${offset}", "entity.names": "good,bad", "exactly.once.support": "required",
            "request.interval.ms": 3_600_000, "transaction.boundary": "interval", "transaction.boundary.interval.ms": 1_000,
        }
        with started(task_of(cluster, properties, kafka={"message.max.bytes": 1_000})) as task:
            until(lambda: entity_of(task, "bad").failures and entity_of(task, "good").acknowledged.records)
    assert entity_of(task, "good").acknowledged.records == 3


def test_where_transactions_are_refused_requested_is_at_least_once_and_required_starts_nothing(cluster: Cluster, server: Api) -> None:
    cluster.answer_with(INIT_PRODUCER_ID, *[KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED] * 2)
    with pytest.raises(TransactionsRefused, match="Grant the connector's principal DESCRIBE and WRITE on the transactional id"):
        exactly_once(cluster, server).start()
    with started(exactly_once(cluster, server, **{"exactly.once.support": "requested"})) as task:
        until(lambda: done(task))
    assert notices_of(task)[0].message.startswith("Delivery is at least once, not exactly once as requested: Kafka at ")
    assert stored(cluster) == {}


def test_a_position_in_the_topic_that_nobody_can_read_is_refused_with_the_way_out(cluster: Cluster, server: Api) -> None:
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    cluster.write(OFFSETS, b'{"offset":{}}', key=b'["test",{"entity":"default"}]')
    with pytest.raises(DeliveryFailed, match=r"cannot be read.*Delete the topic, or name another one in offsets\.storage\.topic"):
        exactly_once(cluster, server).start()


def test_records_of_others_in_the_topic_of_the_offsets_are_left_alone(cluster: Cluster, server: Api) -> None:
    for key in (b'["other",{"entity":"default"}]', b"no json", b"5", b'["test",7]', None):
        cluster.write(OFFSETS, b"{", key=key)
    with started(exactly_once(cluster, server)) as task:
        until(lambda: done(task))
    assert task.failure is None
