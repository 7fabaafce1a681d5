"""Kafka away: that it is seen within 10 s and names the brokers, that it is over when it is over, and that a stop ends each wait."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import pytest
from confluent_kafka import KafkaError

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.outage import Outage
from http_source.edges.kafka.producer import KafkaProducer
from http_source.errors import DeliveryFailed, Stopped
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign
from http_source.task import Task
from http_source_tests.kafka import FETCH, INIT_PRODUCER_ID, METADATA, Cluster, kafka
from http_source_tests.servers import Api, Asked, api
from http_source_tests.tasks import entity_of, started, starting, task_of
from http_source_tests.waiting import until

GUARANTEES = pytest.mark.parametrize("guarantee", [{}, {"exactly.once.support": "required"}], ids=["at least once", "exactly once"])
FAST: Mapping[str, object] = {"reconnect.backoff.max.ms": 100}
EVER = 10_000
AT_ONCE_S = 20.0
"""Longer than any machine takes for it, and shorter than whatever it would wait for."""


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        cluster.elect_controller()
        cluster.create("default")
        cluster.create("test-offsets")
        yield cluster


class Numbers:
    """An API of two more numbers at each request, until it is told to have no more."""

    def __init__(self) -> None:
        self.ended = threading.Event()

    def __call__(self, asked: Asked) -> bytes:
        start = int(asked.target[1:])
        return json.dumps([] if self.ended.is_set() else [start, start + 1]).encode()


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def server(numbers: Numbers) -> Iterator[Api]:
    with api(numbers) as running:
        yield running


def task_at(cluster: Cluster, server: Api, guarantee: Mapping[str, object], client: Mapping[str, object] = FAST) -> Task:
    return task_of(cluster, {"url": server.url + "/${offset}", **guarantee}, kafka=client)


def acknowledged(task: Task) -> int:
    return entity_of(task).acknowledged.pages


def outage_of(task: Task, within: float = 10.0) -> Outage:
    """The outage that is seen by then."""
    ends = time.monotonic() + within
    while (outage := task.outage) is None:
        assert time.monotonic() < ends, "no outage was seen in time"
        threading.Event().wait(0.05)
    return outage


# While it is at work


@GUARANTEES
def test_b184_while_records_wait_an_outage_is_seen_within_10_s_and_is_over_with_the_first_acknowledgement(
    cluster: Cluster, server: Api, guarantee: Mapping[str, object]
) -> None:
    with started(task_at(cluster, server, guarantee)) as task:
        until(lambda: acknowledged(task))
        assert task.outage is None
        cluster.go_down()
        went = time.monotonic()
        outage = outage_of(task)
        assert outage.brokers == (cluster.bootstrap,)
        assert cluster.bootstrap in outage.said
        assert went - 1 < outage.since < time.monotonic() - 1
        cluster.come_up()
        pages = acknowledged(task)
        until(lambda: acknowledged(task) > pages)
        assert task.outage is None
    assert task.failure is None


@GUARANTEES
def test_b184_while_nothing_waits_an_outage_is_seen_within_10_s_and_is_over_when_a_broker_answers(
    cluster: Cluster, server: Api, numbers: Numbers, guarantee: Mapping[str, object]
) -> None:
    with started(task_at(cluster, server, guarantee)) as task:
        until(lambda: acknowledged(task))
        numbers.ended.set()
        until(lambda: entity_of(task).traffic.empty_polls)
        cluster.go_down()
        assert outage_of(task).brokers == (cluster.bootstrap,)
        cluster.come_up()
        until(lambda: task.outage is None)
    assert task.failure is None


def test_b184_brokers_that_answer_but_take_nothing_are_an_outage_until_they_acknowledge(cluster: Cluster, server: Api) -> None:
    with started(task_at(cluster, server, {})) as task:
        until(lambda: acknowledged(task))
        cluster.answer_produce_with(*[KafkaError.NOT_ENOUGH_REPLICAS] * EVER)
        outage_of(task)
        pages = acknowledged(task)
        cluster.forget_errors()
        until(lambda: acknowledged(task) > pages)
        assert task.outage is None


def test_b184_a_slow_kafka_that_takes_a_few_records_at_a_time_is_no_outage(cluster: Cluster) -> None:
    brokers = Brokers({"bootstrap.servers": cluster.bootstrap, "queue.buffering.max.messages": 10, "linger.ms": 0}, Redactor())
    producer, seen = KafkaProducer(brokers), set[bool]()
    producer.reach(10)
    cluster.answer_after(500)
    started = time.monotonic()
    producer.send("default", [b"1"] * 150, lambda *_: None, lambda _: seen.add(brokers.outage is not None))
    while producer.flush(0.5):
        seen.add(brokers.outage is not None)
    assert time.monotonic() - started > 6
    assert seen == {False}


# At the start


@contextmanager
def nowhere(*, listens: bool) -> Iterator[str]:
    """An address where nothing listens, or something that never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        if listens:
            yield address
    if not listens:
        yield address


@GUARANTEES
@pytest.mark.parametrize("listens", [False, True], ids=["nothing listens", "nothing is said"])
def test_b184_b181_a_start_without_kafka_shows_the_outage_and_ends_within_a_second_of_a_stop(
    cluster: Cluster, server: Api, guarantee: Mapping[str, object], *, listens: bool
) -> None:
    with nowhere(listens=listens) as address:
        task = task_at(cluster, server, guarantee, {"bootstrap.servers": f"{address}, {address}"})
        with starting(task) as start:
            assert outage_of(task).brokers == (address, address)
            start.assert_stops()
    assert not server.asked


def hold_initialization(cluster: Cluster) -> None:
    """As while the brokers end the transaction of a producer that had the id before."""
    cluster.answer_with(INIT_PRODUCER_ID, *[KafkaError.CONCURRENT_TRANSACTIONS] * EVER)


def hold_reading(cluster: Cluster) -> None:
    cluster.answer_with(FETCH, *[KafkaError.NOT_LEADER_FOR_PARTITION] * EVER)


@pytest.mark.parametrize("hold", [hold_initialization, hold_reading])
def test_b181_a_stop_ends_each_phase_of_a_start_within_a_second(cluster: Cluster, server: Api, hold: Callable[[Cluster], None]) -> None:
    with started(task_at(cluster, server, {"exactly.once.support": "required"})) as task:
        until(lambda: acknowledged(task))
    asked = len(server.asked)
    hold(cluster)
    with starting(task_at(cluster, server, {"exactly.once.support": "required"})) as start:
        start.join(3)
        assert start.is_alive()
        start.assert_stops()
    assert len(server.asked) == asked


def test_b181_a_stop_that_came_before_the_start_asks_nothing(cluster: Cluster, server: Api) -> None:
    cluster.answer_with(METADATA, *[KafkaError.REQUEST_TIMED_OUT] * 3)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Stopped, match="before it had begun"):
        task_at(cluster, server, {}).start(stop=stop)
    assert not server.asked


# At the end


@GUARANTEES
def test_b181_a_stop_without_kafka_takes_no_longer_than_it_may(cluster: Cluster, server: Api, guarantee: Mapping[str, object]) -> None:
    task = task_at(cluster, server, guarantee)
    task.start()
    until(lambda: acknowledged(task))
    cluster.go_down()
    until(lambda: entity_of(task).waiting == 2)
    told = time.monotonic()
    task.stop(2.0)
    assert time.monotonic() - told < AT_ONCE_S
    assert f"Kafka at {cluster.bootstrap} had not acknowledged" in str(task.failure)


# What the client says


def test_b184_the_client_s_lines_are_counted_and_told_in_one_sentence(
    cluster: Cluster, server: Api, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with nowhere(listens=False) as address, caplog.at_level(logging.DEBUG):
        client = {"bootstrap.servers": address, "log_level": 6}
        with pytest.raises(DeliveryFailed, match=f"Kafka at {address} cannot be reached"):
            task_at(cluster, server, {"exactly.once.support": "required"}, client).start(patience=2)
    (line,) = [record.getMessage() for record in caplog.records if "client of Kafka" in record.getMessage()]
    assert line.startswith(f"The client of Kafka at {address} says: ")
    assert line.endswith("Further lines are counted, and reported once a minute.")
    assert capfd.readouterr().err == ""


def test_b184_a_client_s_words_are_shown_on_one_line_and_without_secrets() -> None:
    settings = {"bootstrap.servers": "a:9092, b:9092", "sasl.password": "pa55-word", "ssl.key.password": "k3y-word",
                "sasl.oauthbearer.client.secret": "s3cret-word", "ssl.key.pem": "-----BEGIN KEY-----\nMIIBVQ==\n-----END KEY-----"}
    brokers = Brokers(settings, Redactor())
    assert str(brokers) == "a:9092, b:9092"
    assert brokers.words(Foreign("pa55-word k3y-word\ns3cret-word \x1b[31m MIIBVQ==")) == r"[hidden] [hidden]\n[hidden] \x1b[31m [hidden]"
