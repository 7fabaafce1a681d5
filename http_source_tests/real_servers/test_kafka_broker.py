"""Topics are created on Apache Kafka as they are asked for, and what cannot be created is told in words."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from confluent_kafka.admin import AclOperation  # type: ignore[attr-defined]  # it is documented there

from http_source.connect.topic_configurations import TOPIC_CONFIGURATIONS
from http_source.connect.topic_creation import read_topic_creation
from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.topic_creator import TopicCreator
from http_source.foreign.redactor import Redactor
from http_source_tests.real_servers.broker_tasks import DEFAULTS, PREFIX, Kafka, Topic, running_kafka, told
from http_source_tests.real_servers.kafka_broker import PARTITIONS

pytestmark = pytest.mark.servers

PAGE = b'[{"id":1},{"id":2}]'
RECORDS = [b'{"id":1}', b'{"id":2}']
USER = "orders"


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka"), USER) as kafka:
        yield kafka


def values(kafka: Kafka, topic: str) -> list[bytes | None]:
    return sorted((each.value() for each in kafka.records(topic, len(RECORDS))), key=lambda value: value or b"")


def test_a_topic_is_created_with_what_was_asked_for_and_gets_the_records(kafka: Kafka) -> None:
    asked = {"cleanup.policy": "compact,delete", "max.message.bytes": "8388608", "retention.ms": "3600000"}
    creation = {"default.partitions": 3, "default.replication.factor": "1", **{f"default.{name}": value for name, value in asked.items()}}
    task = kafka.deliver(PAGE, "asked", creation, record_key_json_pointer="/id")
    assert told(task) == ""
    assert kafka.describe("asked") == Topic(3, 1, asked)
    assert values(kafka, "asked") == RECORDS


def test_minus_one_leaves_partitions_and_copies_to_the_broker(kafka: Kafka) -> None:
    kafka.deliver(PAGE, "brokers", {"default.partitions": -1, "default.replication.factor": -1})
    assert kafka.describe("brokers") == Topic(PARTITIONS, 1, {})


def test_a_topic_that_is_there_is_left_as_it_is(kafka: Kafka) -> None:
    kafka.create("there", 2, retention_ms="1000000")
    task = kafka.deliver(PAGE, "there", {**DEFAULTS, "default.retention.ms": 5})
    assert told(task) == ""
    assert kafka.describe("there") == Topic(2, 1, {"retention.ms": "1000000"})


def test_the_first_group_that_takes_a_topic_creates_it(kafka: Kafka) -> None:
    groups = {
        "groups": "kept,large", "default.partitions": 2, "default.replication.factor": 1, "default.retention.ms": 1_000,
        "kept.include": "first-.*", "kept.exclude": ".*-b", "kept.retention.bytes": 9,
        "large.include": "first-b,first-a", "large.partitions": 5,
    }
    kafka.deliver(PAGE, "first-a,first-b,first-c,other-a", groups)
    assert {name: kafka.describe(name) for name in ("first-a", "first-b", "first-c", "other-a")} == {
        "first-a": Topic(2, 1, {"retention.bytes": "9"}),
        "first-b": Topic(5, 1, {}),
        "first-c": Topic(2, 1, {"retention.bytes": "9"}),
        "other-a": Topic(2, 1, {"retention.ms": "1000"}),
    }


def test_the_topic_a_transform_gives_is_created_and_no_other(kafka: Kafka) -> None:
    route = {
        "transforms": "t", "transforms.t.type": "org.apache.kafka.connect.transforms.RegexRouter",
        "transforms.t.regex": "(.*)", "transforms.t.replacement": "routed-$1",
    }
    kafka.deliver(PAGE, "origin", {**DEFAULTS, "default.partitions": 3}, **route)
    assert kafka.describe("routed-origin").partitions == 3
    assert not kafka.has("origin")


def test_b93_a_topic_that_nobody_creates_is_told_with_both_ways_out(kafka: Kafka) -> None:
    kafka.create("created")
    task = kafka.deliver(PAGE, "nobodys,created", {})
    assert "for topic nobodys: " in (notice := told(task))
    assert "Unknown topic or partition. Create it, or set topic.creation.default.partitions and topic.creation.default" in notice
    assert [entity.acknowledged.records for entity in task.entities] == [0, 2]
    assert task.failure is None


def test_b90_a_topic_that_may_not_be_created_is_told_with_topic_principal_and_right(kafka: Kafka) -> None:
    kafka.grant(USER, "allowed", AclOperation.CREATE, AclOperation.WRITE)
    task = kafka.deliver(PAGE, "denied,allowed", DEFAULTS, user=USER)
    assert ("Entity denied FAILED at offset 0: Topic denied does not exist, and was not created: Authorization failed. "
            f"Grant User:{USER} CREATE on the topic or the cluster, and WRITE on the topic; or create the topic") in told(task)
    assert not kafka.has("denied")
    assert [(each.acknowledged.records, each.position.offset) for each in task.entities] == [(0, 0), (2, 2)]


@pytest.mark.parametrize(("account", "named"), [
    ({"kafka_api_key": "KEY", "kafka_api_secret": "SECRET"}, "the owner of kafka.api.key"),
    ({"kafka_auth_mode": "SERVICE_ACCOUNT", "kafka_service_account_id": "sa-1"}, "User:sa-1"),
])
def test_b90_a_key_is_no_principal_and_is_not_shown(kafka: Kafka, account: dict[str, str], named: str) -> None:
    notice = told(kafka.deliver(PAGE, "denied", DEFAULTS, user=USER, **account))
    assert f"Grant {named} CREATE" in notice
    assert "KEY" not in notice


def test_b90_a_topic_that_is_there_needs_no_right_but_to_write(kafka: Kafka) -> None:
    kafka.create("written")
    kafka.grant(USER, "written", AclOperation.WRITE)
    assert told(kafka.deliver(PAGE, "written", DEFAULTS, user=USER)) == ""
    assert values(kafka, "written") == RECORDS


def test_b90_a_topic_that_may_not_be_written_is_told_with_the_right(kafka: Kafka) -> None:
    kafka.create("read-only")
    kafka.grant(USER, "read-only", AclOperation.DESCRIBE)
    task = kafka.deliver(PAGE, "read-only", DEFAULTS, user=USER)
    assert f"for topic read-only: Broker: Topic authorization failed. Grant User:{USER} WRITE on the topic" in told(task)
    assert task.entities[0].position.offset == 0


@pytest.mark.parametrize(("creation", "told_of"), [
    ({"default.partitions": 20_000}, r"Excessively large number of part.*\. Change topic\.creation\.default\.… to what the cluster's"),
    ({"default.replication.factor": 2}, r"only 1 broker.*\. Set topic\.creation\.default\.replication\.factor to no more than there are"),
    ({"default.retention.ms": "long"}, r"Not a number of type LONG\. Correct or remove it in topic\.creation\.default\.…\."),
    ({"groups": "g", "g.include": ".*", "g.confluent.x": "1"}, r"confluent\.x\. Correct or remove it in topic\.creation\.g\.…\."),
])
def test_b96_a_topic_the_broker_refuses_is_told_with_its_reason_and_the_property(
    kafka: Kafka, creation: dict[str, object], told_of: str
) -> None:
    task = kafka.deliver(PAGE, "refused", {**DEFAULTS, **creation})
    assert task.failure is None
    assert re.search(f"Topic refused does not exist, and was not created: .*{told_of}", told(task))
    assert not kafka.has("refused")


def test_b96_a_record_that_its_topic_does_not_take_is_told_with_its_place(kafka: Kafka) -> None:
    task = kafka.deliver(PAGE, "keyed", {**DEFAULTS, "default.cleanup.policy": "compact"})
    assert "record 0 of 2 (8 bytes) for topic keyed: Broker: Broker failed to validate record. Check the topic's conf" in told(task)
    assert task.entities[0].position.offset == 0


def test_a_race_to_create_a_topic_is_won_by_all(kafka: Kafka) -> None:
    creation, _ = read_topic_creation({PREFIX + name: value for name, value in DEFAULTS.items()})
    assert creation is not None
    start = threading.Barrier(4)

    def ensure(number: int) -> None:
        creator = TopicCreator(Brokers(kafka.broker.settings(), Redactor()), creation, principal="")
        creator.ensure(f"warm-{number}", lambda: None)
        start.wait()
        creator.ensure("raced", lambda: None)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(ensure, range(4)))
    assert kafka.describe("raced") == Topic(1, 1, {})


def test_every_configuration_that_the_broker_has_is_known(kafka: Kafka) -> None:
    kafka.create("configured")
    assert set(kafka.configurations("configured")) <= TOPIC_CONFIGURATIONS
