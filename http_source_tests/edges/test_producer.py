"""The producer against the in-memory cluster: what it takes, what it refuses, and how it waits."""

import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest
from confluent_kafka import KafkaError, KafkaException, Message

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.producer import KafkaProducer
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source_tests.kafka import Cluster, kafka


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        yield cluster


def nothing(_error: object, _message: Message) -> None:
    """A report that nobody reads."""


def test_settings_that_the_client_does_not_know_are_refused_by_name() -> None:
    with pytest.raises(DeliveryFailed, match=r'The Kafka settings are refused: .*"no\.such\.setting"'):
        KafkaProducer(Brokers({"no.such.setting": 1}, Redactor()))


def test_settings_of_the_wrong_type_are_refused() -> None:
    with pytest.raises(DeliveryFailed, match="The Kafka settings are refused"):
        KafkaProducer(Brokers({"linger.ms": "soon"}, Redactor()))


def test_b86_without_a_broker_it_says_where_it_looked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nowhere = f"127.0.0.1:{listener.getsockname()[1]}"
    with pytest.raises(DeliveryFailed, match=f"Kafka at {nowhere} cannot be reached: .*KAFKA_BOOTSTRAP_SERVERS"):
        KafkaProducer(Brokers({"bootstrap.servers": nowhere, "log_level": 0}, Redactor())).reach(0.2)


def test_b188_what_is_set_for_producers_is_kept_from_those_who_read_and_ask(cluster: Cluster) -> None:
    brokers = Brokers({"bootstrap.servers": cluster.bootstrap, "compression.type": "zstd", "linger.ms": 50, "acks": "all"}, Redactor())
    with closing(brokers.consumer({"group.id": "readers"})) as consumer:
        assert consumer.poll(0.5) is None
    brokers.answer(brokers.admin().list_consumer_groups())
    brokers.listen()
    assert brokers.heard == 0


def test_with_a_broker_it_is_reached(cluster: Cluster) -> None:
    KafkaProducer(Brokers({"bootstrap.servers": cluster.bootstrap}, Redactor())).reach(10)


def test_b95_waits_while_its_queue_is_full_and_drops_nothing(cluster: Cluster) -> None:
    topic, full = cluster.create("full"), list[int]()
    settings = {"bootstrap.servers": cluster.bootstrap, "queue.buffering.max.messages": 10, "linger.ms": 20}
    producer = KafkaProducer(Brokers(settings, Redactor()))
    values = [str(number).encode() for number in range(100)]
    producer.send(topic, values, nothing, full.append)
    while producer.flush(1):
        continue
    assert full
    assert cluster.values(topic, 100) == values


def test_what_waits_for_a_full_queue_may_give_up(cluster: Cluster) -> None:
    settings = {"bootstrap.servers": cluster.bootstrap, "queue.buffering.max.messages": 1, "linger.ms": 60_000}
    producer = KafkaProducer(Brokers(settings, Redactor()))

    def give_up(_left: int) -> None:
        raise DeliveryFailed("no longer")

    with pytest.raises(DeliveryFailed, match="no longer"):
        producer.send(cluster.create("given-up"), [b"1", b"2"], nothing, give_up)
    producer.drop()


def test_b94_a_record_above_the_client_s_own_limit_is_refused(cluster: Cluster) -> None:
    producer = KafkaProducer(Brokers({"bootstrap.servers": cluster.bootstrap, "message.max.bytes": 1_000}, Redactor()))
    with pytest.raises(KafkaException):
        producer.send(cluster.create("small"), [b"x" * 2_000], nothing, lambda _left: None)


def test_b101_a_client_that_has_given_up_says_why_to_whoever_meets_it_first() -> None:
    with kafka() as own:
        topic, producer = own.create("desynchronized"), KafkaProducer(Brokers({"bootstrap.servers": own.bootstrap}, Redactor()))
        producer.send(topic, [b"1"], nothing, list[int]().append)
        producer.flush(10)
        own.answer_produce_with(KafkaError.OUT_OF_ORDER_SEQUENCE_NUMBER)
        with pytest.raises(KafkaException) as refused:
            send_until_refused(producer, topic)
        for _ in range(2):
            with pytest.raises(DeliveryFailed, match="sequence desynchronization"):
                producer.heed(refused.value.args[0])
        producer.close()


def send_until_refused(producer: KafkaProducer, topic: str) -> None:
    while True:
        producer.send(topic, [b"2"], nothing, list[int]().append)
        Event().wait(0.01)
