"""Exactly once on Apache Kafka: what read-committed consumers see, and who may write (P3, KIP-618)."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AclBinding,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from http_source.assembly.deliveries import position_topic
from http_source.assembly.loading import load_config
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.transactions import DELIVERY_MS, Fenced, TransactionalProducer, TransactionsRefused
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Position
from http_source.task import Task
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka, told
from http_source_tests.servers import Api, Asked, api
from http_source_tests.tasks import FAST, entity_of, started
from http_source_tests.waiting import until

pytestmark = pytest.mark.servers

SIZE = 20
LAST = 200
USER = "orders"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka"), USER) as kafka:
        yield kafka


@pytest.fixture
def feed() -> Iterator[Api]:
    """Records 0 to 199 of whatever is asked for, in pages."""
    with api(page) as server:
        yield server


def page(asked: Asked) -> bytes:
    start = int(asked.target.rpartition("/")[2])
    return json.dumps([{"id": number} for number in range(start, min(start + SIZE, LAST))]).encode()


def exactly_once(server: Api, name: str, **further: object) -> Mapping[str, object]:
    """The properties of a connector; its entities are topics."""
    return {
        **FAST, "name": name, "entity.names": name, "url": server.url + "/${entityName}/${offset}", "exactly.once.support": "required",
        "catchup.interval.ms": 0, **{key.replace("_", "."): value for key, value in further.items()},
    }


def committed(kafka: Kafka, topic: str, *, isolation: str = "read_committed") -> list[int]:
    """The numbers of the records that a consumer sees in a topic of one partition."""
    settings = {**kafka.broker.settings(), "group.id": "test", "isolation.level": isolation, "enable.partition.eof": True}
    numbers: list[int] = []
    with closing(Consumer(settings)) as consumer:
        consumer.assign([TopicPartition(topic, 0, 0)])
        while (message := consumer.poll(30)) is not None and message.error() is None:
            numbers.append(json.loads(message.value() or b"")["id"])
    return numbers


def stored(kafka: Kafka, properties: Mapping[str, object], user: str = "") -> Mapping[str, Position]:
    return position_topic(load_config(properties).config, kafka.broker.settings(user), Redactor()).read().positions


def done(task: Task, offset: int = LAST) -> bool:
    return task.failure is not None or all(entity.acknowledged.position.offset == offset for entity in task.entities)


@pytest.mark.parametrize("boundary", ["poll", "interval"])
def test_records_and_position_are_committed_together_and_the_next_run_goes_on_from_kafka(kafka: Kafka, feed: Api, boundary: str) -> None:
    topic = f"together-{boundary}"
    kafka.create(topic)
    properties = exactly_once(feed, topic, transaction_boundary=boundary, **{"offset.flush.interval.ms": 300})
    with started(kafka.task(properties)) as task:
        until(lambda: done(task))
    assert "Delivery is exactly once" in told(task)
    assert committed(kafka, topic) == list(range(LAST))
    assert stored(kafka, properties) == {topic: task.entities[0].acknowledged.position}
    asked = len(feed.asked)
    with started(kafka.task(properties)) as successor:
        until(lambda: entity_of(successor, topic).traffic.empty_polls)
    assert {each.target for each in feed.asked[asked:]} == {f"/{topic}/{LAST}"}


def test_the_interval_gathers_pages_and_commits_them_at_once(kafka: Kafka, feed: Api) -> None:
    kafka.create("gathered")
    properties = exactly_once(feed, "gathered", transaction_boundary="interval", transaction_boundary_interval_ms=600_000)
    with started(kafka.task(properties)) as task:
        until(lambda: entity_of(task, "gathered").position.offset == LAST and not entity_of(task, "gathered").waiting)
        assert committed(kafka, "gathered") == []
        assert committed(kafka, "gathered", isolation="read_uncommitted") == list(range(LAST))
        assert entity_of(task, "gathered").acknowledged.position.order == (0, 0)
    assert committed(kafka, "gathered") == list(range(LAST))
    assert entity_of(task, "gathered").acknowledged.pages == LAST // SIZE


def test_b98_the_run_that_was_fenced_stops_and_writes_nothing_more(kafka: Kafka, feed: Api) -> None:
    kafka.create("fenced")
    properties = exactly_once(feed, "fenced", transaction_boundary="interval", transaction_boundary_interval_ms=600_000)
    old = kafka.task(properties)
    with started(old):
        until(lambda: entity_of(old, "fenced").position.offset == LAST and not entity_of(old, "fenced").waiting)
        with started(kafka.task(properties)) as successor:
            until(lambda: entity_of(successor, "fenced").position.offset == LAST and not entity_of(successor, "fenced").waiting)
    assert isinstance(old.failure, Fenced)
    assert "Another producer with the transactional id http-source-fenced-" in str(old.failure)
    assert entity_of(old, "fenced").acknowledged.position.order == (0, 0)
    assert successor.failure is None
    assert committed(kafka, "fenced") == list(range(LAST))


def test_a_run_of_a_former_plan_is_fenced_too(kafka: Kafka, feed: Api) -> None:
    """As when `tasks.max` was larger: its task 1 has an id that no task has any more."""
    for topic in ("plan-a", "plan-b"):
        kafka.create(topic)
    both: Mapping[str, object] = {"entity.names": "plan-a,plan-b", "transaction.boundary": "interval",
                                  "transaction.boundary.interval.ms": 600_000}
    former = exactly_once(feed, "plan", **both, tasks_max=2)
    with started(kafka.task(former, entities=["plan-b"])) as old:
        until(lambda: entity_of(old, "plan-b").position.offset == LAST and not entity_of(old, "plan-b").waiting)
        with started(kafka.task(exactly_once(feed, "plan", **both, tasks_max=1))) as successor:
            until(lambda: all(each.position.offset == LAST and not each.waiting for each in successor.entities))
    assert isinstance(old.failure, Fenced)
    assert committed(kafka, "plan-b") == list(range(LAST))


def test_b94_a_refused_record_fails_its_entity_and_the_others_pages_are_asked_for_again(kafka: Kafka) -> None:
    kafka.create("small", max_message_bytes="2000")
    kafka.create("large")
    answers = {"small": b'[{"id":0},{"id":1,"text":"%s"}]' % (b"x" * 3_000), "large": b'[{"id":0},{"id":1}]'}
    with api(lambda asked: answers[asked.target.split("/")[1]]) as server:
        properties = exactly_once(server, "sizes", **{"entity.names": "small,large", "request.interval.ms": 3_600_000})
        with started(kafka.task(properties, once=True)) as task:
            until(lambda: entity_of(task, "large").acknowledged.pages and entity_of(task, "small").failures)
    assert "did not take record 1 of 2 (3018 bytes) for topic small" in told(task)
    assert committed(kafka, "small") == []
    assert committed(kafka, "large") == [0, 1]
    assert stored(kafka, properties) == {"large": entity_of(task, "large").acknowledged.position}


def test_b94_a_topic_that_takes_no_large_batches_gets_small_ones(kafka: Kafka, feed: Api) -> None:
    kafka.create("batches", max_message_bytes="300")
    with started(kafka.task(exactly_once(feed, "batches"))) as task:
        until(lambda: done(task))
    assert task.failure is None
    assert committed(kafka, "batches") == list(range(LAST))


def test_b99_a_transaction_that_takes_too_long_is_told_from_one_that_was_fenced(kafka: Kafka) -> None:
    kafka.create("slow")
    brokers = Brokers(kafka.broker.settings(), Redactor())
    producer = TransactionalProducer(brokers, "http-source-slow-0", principal="User:test", open_ms=1_000 - DELIVERY_MS)
    producer.initialize(30)
    producer.begin()
    producer.send("slow", [b'{"id":0}'], lambda *_: None, lambda _: None)
    threading.Event().wait(3)
    with pytest.raises(DeliveryFailed, match=r"Kafka at .* aborted a transaction that was open for [0-9] s, longer than its .* 1 s"):
        producer.commit(lambda _: None)
    assert committed(kafka, "slow") == []


def test_b100_what_a_run_left_open_is_aborted_by_the_next(kafka: Kafka, feed: Api) -> None:
    """A run that can no longer commit, since it was told to stop while the broker was frozen."""
    kafka.create("left")
    properties = exactly_once(feed, "left", transaction_boundary="interval", transaction_boundary_interval_ms=600_000)
    task = kafka.task(properties)
    task.start()
    until(lambda: entity_of(task, "left").position.offset == LAST and not entity_of(task, "left").waiting)
    with kafka.broker.node.frozen():
        task.stop(1)
    assert isinstance(task.failure, DeliveryFailed)
    with started(kafka.task(properties)) as successor:
        until(lambda: entity_of(successor, "left").position.offset == LAST and not entity_of(successor, "left").waiting)
    assert committed(kafka, "left") == list(range(LAST))


# Rights


def bind(kafka: Kafka, kind: ResourceType, name: str, *rights: AclOperation, prefixed: bool = False) -> None:
    pattern = ResourcePatternType.PREFIXED if prefixed else ResourcePatternType.LITERAL
    bindings = [AclBinding(kind, name, pattern, f"User:{USER}", "*", right, AclPermissionType.ALLOW) for right in rights]
    for granted in kafka.admin.create_acls(bindings).values():
        granted.result()


def test_without_the_right_to_transactions_a_required_run_says_which_and_a_requested_one_is_at_least_once(kafka: Kafka, feed: Api) -> None:
    kafka.create("rights")
    kafka.grant(USER, "rights", AclOperation.DESCRIBE, AclOperation.WRITE)
    kafka.grant(USER, "rights-offsets", AclOperation.ALL)
    client = kafka.broker.settings(USER)
    required = kafka.task(exactly_once(feed, "rights"), client=client)
    with pytest.raises(TransactionsRefused, match=r"Grant User:orders DESCRIBE and WRITE on the transactional id http-source-rights-"):
        required.start()
    with started(kafka.task(exactly_once(feed, "rights", exactly_once_support="requested"), client=client)) as requested:
        until(lambda: done(requested))
    assert "Delivery is at least once, not exactly once as requested: Kafka at " in told(requested)
    assert committed(kafka, "rights") == list(range(LAST))


def test_the_rights_that_the_documentation_names_are_enough(kafka: Kafka, feed: Api) -> None:
    kafka.create("enough")
    kafka.grant(USER, "enough", AclOperation.DESCRIBE, AclOperation.WRITE)
    kafka.grant(USER, "enough-offsets", AclOperation.DESCRIBE, AclOperation.READ, AclOperation.WRITE, AclOperation.CREATE)
    bind(kafka, ResourceType.TRANSACTIONAL_ID, "http-source-enough-", AclOperation.DESCRIBE, AclOperation.WRITE, prefixed=True)
    for _ in range(2):
        with started(kafka.task(exactly_once(feed, "enough"), client=kafka.broker.settings(USER))) as task:
            until(lambda: done(task))
        assert task.failure is None
    assert committed(kafka, "enough") == list(range(LAST))


def test_without_a_right_to_the_topic_of_the_offsets_a_required_run_says_which(kafka: Kafka, feed: Api) -> None:
    kafka.create("blind")
    bind(kafka, ResourceType.TRANSACTIONAL_ID, "http-source-blind-", AclOperation.DESCRIBE, AclOperation.WRITE, prefixed=True)
    with pytest.raises(TransactionsRefused, match=r"Topic blind-offsets, .*Grant User:orders READ, WRITE, DESCRIBE and CREATE"):
        kafka.task(exactly_once(feed, "blind"), client=kafka.broker.settings(USER)).start()


def test_b90_without_the_right_to_write_records_only_their_entity_fails(kafka: Kafka, feed: Api) -> None:
    for name in ("allowed", "forbidden"):
        kafka.create(name)
    kafka.grant(USER, "allowed", AclOperation.DESCRIBE, AclOperation.WRITE)
    kafka.grant(USER, "forbidden", AclOperation.DESCRIBE)
    kafka.grant(USER, "some-offsets", AclOperation.ALL)
    bind(kafka, ResourceType.TRANSACTIONAL_ID, "http-source-some-", AclOperation.DESCRIBE, AclOperation.WRITE, prefixed=True)
    properties = exactly_once(feed, "some", **{"entity.names": "allowed,forbidden"})
    with started(kafka.task(properties, client=kafka.broker.settings(USER))) as task:
        until(lambda: entity_of(task, "allowed").acknowledged.position.offset == LAST and entity_of(task, "forbidden").failures)
    assert task.failure is None
    assert re.search("for topic forbidden: .* Grant User:orders WRITE on the topic", told(task))
    assert committed(kafka, "allowed") == list(range(LAST))
    assert committed(kafka, "forbidden") == []


def test_without_the_right_to_write_offsets_nothing_is_asked_and_the_run_says_which(kafka: Kafka, feed: Api) -> None:
    kafka.create("readonly")
    kafka.create("readonly-offsets", cleanup_policy="compact")
    kafka.grant(USER, "readonly", AclOperation.DESCRIBE, AclOperation.WRITE)
    kafka.grant(USER, "readonly-offsets", AclOperation.DESCRIBE, AclOperation.READ)
    bind(kafka, ResourceType.TRANSACTIONAL_ID, "http-source-readonly-", AclOperation.DESCRIBE, AclOperation.WRITE, prefixed=True)
    with pytest.raises(TransactionsRefused, match=r"could not be stored in topic readonly-offsets .*: .* Grant User:orders WRITE on it"):
        kafka.task(exactly_once(feed, "readonly"), client=kafka.broker.settings(USER)).start()
    assert feed.asked == []
    assert committed(kafka, "readonly") == []


# The topic of the offsets


def test_a_topic_from_which_offsets_would_vanish_is_refused(kafka: Kafka, feed: Api) -> None:
    kafka.create("kept-short", cleanup_policy="delete")
    with pytest.raises(DeliveryFailed, match=r"its cleanup\.policy is delete.*Set it to compact"):
        kafka.task(exactly_once(feed, "short", offsets_storage_topic="kept-short")).start()


def test_connectors_may_share_a_topic_and_read_their_own_positions_only(kafka: Kafka, feed: Api) -> None:
    for name in ("shared-a", "shared-b"):
        kafka.create(name)
        with started(kafka.task(exactly_once(feed, name, offsets_storage_topic="all-offsets"))) as task:
            until(lambda: done(task))
        assert list(stored(kafka, exactly_once(feed, name, offsets_storage_topic="all-offsets"))) == [name]


def test_reading_waits_for_a_transaction_that_is_open(kafka: Kafka, feed: Api) -> None:
    """The position behind it would be overlooked otherwise."""
    for name in ("open-a", "open-b"):
        kafka.create(name)
    offsets = {"offsets.storage.topic": "open-offsets"}
    slow = exactly_once(feed, "open-a", **offsets, transaction_boundary="interval", transaction_boundary_interval_ms=2_000)
    with started(kafka.task(slow)) as task:
        until(lambda: entity_of(task, "open-a").position.offset != 0)
        threading.Event().wait(0.5)
        with started(kafka.task(exactly_once(feed, "open-b", **offsets))) as other:
            until(lambda: done(other))
    last = Position(LAST, sequence=LAST // SIZE, mode="SIMPLE_INCREMENTING")
    assert stored(kafka, exactly_once(feed, "open-b", **offsets)) == {"open-b": last}
