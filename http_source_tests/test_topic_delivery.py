"""Topics are seen to before the first record of a page goes to Kafka: what is asked for, and what follows when one is missing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from http_source.config.properties import RequestOptions
from http_source.delivery.deliverer import Deliverer
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.producer import KafkaProducer
from http_source.edges.kafka.topic_creator import EnsureTopic, TopicMissing
from http_source.edges.kafka.waiting import Look
from http_source.entity import Entity
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Message, Page, Position
from http_source.polling.origin import Gate
from http_source_tests.deliveries import deliverer_over, in_hand
from http_source_tests.kafka import Cluster
from http_source_tests.polling.samples import builder, options

URL = "http://api.test/"


@dataclass
class Topics:
    """Sees to topics by remembering them; some are missing, alone or because Kafka is."""

    missing: Mapping[str, bool] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def ensure(self, topic: str, _wait: Look) -> None:
        self.asked.append(topic)
        if topic in self.missing:
            raise TopicMissing(f"Topic {topic} is not there.", alone=self.missing[topic])


def entity(cluster: Cluster, name: str) -> Entity:
    requests = builder(options(RequestOptions, url=URL), name)
    return in_hand(Entity(name=name, topic=cluster.create(name), requests=requests, gate=Gate(URL), position=Position(0)))


def page(value: bytes, *topics: str) -> Page:
    """A page of one record, or of a message for each topic."""
    return Page([value], Position(1, sequence=1), progressed=True, messages=[Message(topic, value) for topic in topics] or None)


def deliverer_of(cluster: Cluster, ensure: EnsureTopic) -> Deliverer:
    producer = KafkaProducer(Brokers({"bootstrap.servers": cluster.bootstrap, "log_level": 0}, Redactor()))
    return deliverer_over(producer, ensure_topic=ensure)


@contextmanager
def delivering(cluster: Cluster, ensure: EnsureTopic) -> Iterator[Deliverer]:
    """A deliverer that starts when the block has put its pages, so that they are one batch, and ends with it."""
    deliverer = deliverer_of(cluster, ensure)
    yield deliverer
    deliverer.start()
    deliverer.close(60)


def test_the_topic_of_a_page_is_asked_for_before_it_is_produced(cluster: Cluster) -> None:
    topics, spaces = Topics(), entity(cluster, "spaces")
    with delivering(cluster, topics.ensure) as deliverer:
        deliverer.put(spaces, page(b"1"))
    assert topics.asked == ["spaces"]
    assert cluster.values("spaces", 1) == [b"1"]


def test_each_topic_that_messages_go_to_is_asked_for_once_a_page(cluster: Cluster) -> None:
    topics, spaces = Topics(), entity(cluster, "spaces")
    for name in "ab":
        cluster.create(name)
    with delivering(cluster, topics.ensure) as deliverer:
        deliverer.put(spaces, page(b"1", "a", "b", "a"))
    assert topics.asked == ["a", "b"]
    assert cluster.values("a", 2) == [b"1", b"1"]


def test_b93_a_missing_topic_keeps_its_pages_and_those_after_them_and_no_others(cluster: Cluster) -> None:
    topics, bad, good = Topics({"bad": True}), entity(cluster, "bad"), entity(cluster, "good")
    with delivering(cluster, topics.ensure) as deliverer:
        deliverer.put(bad, page(b"1"))
        deliverer.put(bad, page(b"2", "good"))
        deliverer.put(good, page(b"3"))
    assert (bad.refusal, bad.acknowledged.position.offset) == ("Topic bad is not there.", 0)
    assert (good.refusal, good.acknowledged.position.offset) == (None, 1)
    assert cluster.values("good", 1) == [b"3"]
    assert deliverer.failure is None


def test_nothing_of_a_page_is_produced_when_one_of_its_topics_is_missing(cluster: Cluster) -> None:
    spaces = entity(cluster, "spaces")
    with delivering(cluster, Topics({"bad": True}).ensure) as deliverer:
        deliverer.put(spaces, page(b"1", "spaces", "bad"))
    assert cluster.values("spaces") == []
    assert spaces.acknowledged.position.offset == 0


def test_when_kafka_knows_nothing_of_topics_what_is_on_its_way_counts_and_the_run_ends(cluster: Cluster) -> None:
    topics = Topics({"b": False})
    before, failed, after = (entity(cluster, name) for name in "abc")
    with delivering(cluster, topics.ensure) as deliverer:
        for each in (before, failed, after):
            deliverer.put(each, page(b"1"))
    assert [each.acknowledged.records for each in (before, failed, after)] == [1, 0, 0]
    assert [each.refusal for each in (before, failed, after)] == [None, None, None]
    assert str(deliverer.failure) == "Topic b is not there."
    assert topics.asked == ["a", "b"]


def test_a_stop_ends_the_wait_for_a_topic(cluster: Cluster) -> None:
    def never(_topic: str, wait: Look) -> None:
        while True:
            wait()

    spaces = entity(cluster, "spaces")
    deliverer = deliverer_of(cluster, never)
    deliverer.start()
    deliverer.put(spaces, page(b"1"))
    deliverer.close(0.1)
    assert isinstance(deliverer.failure, DeliveryFailed)
    assert "had not acknowledged 1 record when the run was stopped" in str(deliverer.failure)
