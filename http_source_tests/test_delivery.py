"""The deliverer against the in-memory cluster: what is acknowledged, what is not, and what each failure stops."""

import math
import queue
from collections.abc import Sequence
from dataclasses import replace

import pytest
from confluent_kafka import KafkaError
from msgspec import Raw

from http_source.config.properties import RequestOptions
from http_source.delivery.parcel import Parcel
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.producer import KafkaProducer
from http_source.entity import Entity
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Page, Position, Value
from http_source.polling.origin import Gate
from http_source_tests.deliveries import deliverer_over, in_hand
from http_source_tests.kafka import Cluster
from http_source_tests.polling.samples import builder, options
from http_source_tests.waiting import until

URL = "http://api.test/"
DISCONNECT = KafkaError._TRANSPORT  # noqa: SLF001 - librdkafka's public name


class Delivery:
    """A deliverer at work, and what it told."""

    def __init__(self, cluster: Cluster, *, patience: float = 60.0, **settings: object) -> None:
        self.settled: queue.Queue[Parcel] = queue.Queue()
        self.warnings: list[str] = []
        self.producer = KafkaProducer(Brokers({"bootstrap.servers": cluster.bootstrap, "log_level": 0, **settings}, Redactor()))
        self.deliverer = deliverer_over(self.producer, settled=self.settled.put, warn=self.warnings.append, patience=patience)

    def start(self) -> "Delivery":
        self.deliverer.start()
        return self

    def put(self, entity: Entity, *values: Value) -> None:
        entity.position = replace(entity.position, offset=int(entity.position.offset) + len(values), sequence=entity.position.sequence + 1)
        self.deliverer.put(entity, Page(values, entity.position, progressed=True))

    def wait(self, pages: int) -> None:
        for _ in range(pages):
            self.settled.get()

    def close(self, timeout: float = 60.0) -> None:
        self.deliverer.close(timeout)


def entity(cluster: Cluster, name: str) -> Entity:
    requests = builder(options(RequestOptions, url=URL), name)
    return in_hand(Entity(name=name, topic=cluster.create(name), requests=requests, gate=Gate(URL), position=Position(0)))


def numbers(values: Sequence[bytes]) -> list[int]:
    return [int(value) for value in values]


def test_pages_arrive_byte_for_byte_and_in_order_and_move_the_mark(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster).start()
    values = [b'{"b":12345678901234567890,"a":1.10}', Raw('{"c":"é\\u0000"}'.encode()), b"null", b" "]
    delivery.put(spaces, *values[:2])
    delivery.put(spaces, *values[2:])
    delivery.close()
    assert cluster.values("spaces", 4) == [bytes(value) for value in values]
    mark = spaces.acknowledged
    assert (mark.position.offset, mark.pages, mark.records, mark.bytes) == (4, 2, 4, sum(map(len, values)))
    assert mark.deliver_seconds > 0
    assert delivery.deliverer.failure is None


def test_a_page_without_records_moves_the_mark(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster).start()
    delivery.put(spaces)
    delivery.close()
    assert spaces.acknowledged.position.sequence == 1


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (KafkaError.TOPIC_AUTHORIZATION_FAILED, "Grant User:test WRITE"),
        (KafkaError.INVALID_RECORD, "compacted topic"),
    ],
)
def test_b90_b94_b96_an_error_about_a_record_or_topic_stops_its_entity_only(cluster: Cluster, error: int, advice: str) -> None:
    bad, good, delivery = entity(cluster, "bad"), entity(cluster, "good"), Delivery(cluster).start()
    cluster.answer_produce_with(error)
    delivery.put(bad, b'{"id":1}')
    delivery.wait(1)
    delivery.put(bad, b'{"id":2}')
    delivery.put(good, b'{"id":3}')
    delivery.close()
    assert bad.refusal is not None
    assert bad.refusal.startswith(f"Kafka at {cluster.bootstrap} did not take record 0 of 1 (8 bytes) for topic bad: ")
    assert advice in bad.refusal
    assert bad.acknowledged.position == Position(0)
    assert good.acknowledged.records == 1
    assert cluster.values("good", 1) == [b'{"id":3}']
    assert delivery.deliverer.failure is None


def test_a_page_read_ahead_of_a_refused_one_is_not_acknowledged_though_kafka_took_it(cluster: Cluster) -> None:
    bad, delivery = entity(cluster, "bad"), Delivery(cluster, **{"message.max.bytes": 1_000})
    delivery.put(bad, b"x" * 2_000)
    delivery.put(bad, b"small")
    delivery.start().close()
    assert bad.refusal is not None
    assert "one of 1 records (the largest has 2000 bytes)" in bad.refusal
    assert cluster.values("bad", 1) == [b"small"]
    assert bad.acknowledged.position == Position(0)


def test_after_it_was_put_back_only_pages_read_since_count(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster)
    delivery.put(spaces, b"1")
    spaces.lose()
    spaces.plan(0.0)
    delivery.put(spaces, b"2")
    delivery.start().close()
    assert cluster.values("spaces", 1) == [b"2"]
    assert spaces.acknowledged.records == 1


def test_b87_a_short_outage_is_waited_out_and_nothing_is_acknowledged_early(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster, **{"reconnect.backoff.max.ms": 100}).start()
    delivery.put(spaces, b"0")
    delivery.wait(1)
    cluster.go_down()
    for number in range(1, 4):
        delivery.put(spaces, str(number).encode())
    until(lambda: delivery.producer.brokers.trouble)
    assert spaces.acknowledged.records == 1
    cluster.come_up()
    delivery.close()
    assert numbers(cluster.values("spaces", 4)) == [0, 1, 2, 3]
    assert spaces.acknowledged.records == 4


def test_b89_b97_errors_that_pass_are_tried_again_by_the_client(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster).start()
    cluster.answer_produce_with(KafkaError.NOT_ENOUGH_REPLICAS, KafkaError.REQUEST_TIMED_OUT, DISCONNECT)
    delivery.put(spaces, b"1", b"2")
    delivery.close()
    assert cluster.values("spaces", 2) == [b"1", b"2"]
    assert spaces.acknowledged.records == 2


def test_b88_an_outage_past_the_delivery_timeout_fails_the_task_and_the_position_stays(cluster: Cluster) -> None:
    spaces, other = entity(cluster, "spaces"), entity(cluster, "other")
    delivery = Delivery(cluster, **{"message.timeout.ms": 4_000}).start()
    delivery.put(spaces, b"0")
    delivery.wait(1)
    cluster.go_down()
    delivery.put(spaces, b"1")
    delivery.wait(1)
    cluster.come_up()
    delivery.put(other, b"2")
    delivery.close()
    assert isinstance(delivery.deliverer.failure, DeliveryFailed)
    assert "The run ends; the next one requests the page again" in str(delivery.deliverer.failure)
    assert (spaces.acknowledged.position.offset, other.acknowledged.position) == (1, Position(0))


def test_b88_what_kafka_took_beside_a_failure_is_acknowledged(cluster: Cluster) -> None:
    lost, kept = entity(cluster, "lost"), entity(cluster, "kept")
    cluster.fail_topic("lost", KafkaError.LEADER_NOT_AVAILABLE)
    delivery = Delivery(cluster, **{"message.timeout.ms": 500})
    delivery.put(lost, b"1")
    delivery.put(lost)
    delivery.put(kept, b"2")
    delivery.start().close()
    assert isinstance(delivery.deliverer.failure, DeliveryFailed)
    assert lost.acknowledged.position == Position(0)
    assert kept.acknowledged.records == 1


@pytest.mark.parametrize("queue_size", [1, 100_000], ids=["queue full", "queue with room"])
def test_closing_gives_up_on_a_kafka_that_is_gone(cluster: Cluster, queue_size: int) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster, **{"queue.buffering.max.messages": queue_size}).start()
    delivery.put(spaces, b"0")
    delivery.wait(1)
    cluster.go_down()
    for _ in range(8):
        delivery.put(spaces, b"1", b"2", b"3")
    delivery.close(0.1)
    assert "when the run was stopped" in str(delivery.deliverer.failure)
    assert spaces.acknowledged.records == 1


def test_b87_a_long_wait_is_told(cluster: Cluster) -> None:
    spaces, delivery = entity(cluster, "spaces"), Delivery(cluster, patience=0.1)
    cluster.go_down()
    delivery.start().put(spaces, b"1")
    until(lambda: len(delivery.warnings) == 2)
    cluster.come_up()
    delivery.close(math.inf)
    assert "They wait; nothing is lost." in delivery.warnings[0]
    assert spaces.acknowledged.records == 1
