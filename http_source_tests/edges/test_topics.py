"""Topics are created with patience, and only Kafka's answer counts. What real brokers answer is tested with one."""

from collections.abc import Callable, Iterator, Mapping
from typing import NoReturn

import pytest

from http_source.connect.topic_creation import read_topic_creation
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.topic_creator import TopicCreator, TopicMissing
from http_source.foreign.redactor import Redactor
from http_source_tests.kafka import Cluster, kafka

DEFAULTS: dict[str, object] = {"topic.creation.default.partitions": 1, "topic.creation.default.replication.factor": 1}


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster that cannot describe or create topics: it has no controller."""
    with kafka() as cluster:
        yield cluster


def creator(bootstrap: str, patience: float, properties: Mapping[str, object] | None = None) -> TopicCreator:
    creation, _ = read_topic_creation({**DEFAULTS, **(properties or {})})
    assert creation is not None
    settings = {"bootstrap.servers": bootstrap, "log_level": 0}
    return TopicCreator(Brokers(settings, Redactor()), creation, principal="User:orders", patience=patience)


def test_no_answer_is_about_all_topics_and_says_what_is_not_known(cluster: Cluster) -> None:
    waits: list[str] = []
    with pytest.raises(TopicMissing, match=r"^Kafka did not report .* spaces exists \(Kafka at .*\): .*Timed out\. The run ends") as raised:
        creator(cluster.bootstrap, 1.2).ensure("spaces", lambda: waits.append("waited"))
    assert not raised.value.alone
    assert waits


def test_whoever_waits_may_end_the_wait(cluster: Cluster) -> None:
    def stop() -> NoReturn:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        creator(cluster.bootstrap, 60).ensure("spaces", stop)


def test_a_pattern_that_takes_too_long_is_about_its_topic_alone(never: Callable[[], None]) -> None:
    slow = {"topic.creation.groups": "slow", "topic.creation.slow.include": "(a|a)*b"}
    with pytest.raises(TopicMissing, match=r"^Topic a{40}b- is not created: The regular expression .* tried for 1 s") as raised:
        creator("127.0.0.1:1", 60, slow).ensure("a" * 40 + "b-", never)
    assert raised.value.alone


@pytest.fixture
def never() -> Callable[[], None]:
    def fail() -> NoReturn:
        pytest.fail("Kafka was asked.")

    return fail
