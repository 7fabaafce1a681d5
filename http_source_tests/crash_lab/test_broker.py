"""Brokers that go away and come back, stand still, or take a right away and give it back break no guarantee (P1 to P5)."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL

import pytest
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # they are documented there
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from http_source_tests.crash_lab.api import MODES, SIZE
from http_source_tests.crash_lab.life import FAILED
from http_source_tests.crash_lab.rehearsal import AT_LEAST_ONCE, EXACTLY_ONCE, GUARANTEES, Rehearsal, rehearsing
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka
from http_source_tests.waiting import until

pytestmark = [pytest.mark.servers, pytest.mark.long]

SIMPLE = MODES[0]
USER = "orders"
DOWN_S, FROZEN_S = 0.5, 3.0


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka"), USER) as kafka:
        yield kafka


@contextmanager
def at_work(kafka: Kafka, folder: Path, guarantee: str) -> Iterator[Rehearsal]:
    """A connector with 60 pages, 30 ms each."""
    with rehearsing(kafka, folder, SIMPLE, guarantee, 60 * SIZE) as rehearsal:
        rehearsal.api.pause = 0.03
        yield rehearsal


def go_down_and_up(kafka: Kafka) -> None:
    with kafka.broker.node.down():
        threading.Event().wait(DOWN_S)


def stand_still(kafka: Kafka) -> None:
    with kafka.broker.node.frozen():
        threading.Event().wait(FROZEN_S)


@pytest.mark.parametrize("trouble", [go_down_and_up, stand_still])
@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_a_broker_that_is_gone_for_seconds_breaks_no_guarantee(
    kafka: Kafka, tmp_path: Path, guarantee: str, trouble: Callable[[Kafka], None]
) -> None:
    with at_work(kafka, tmp_path, guarantee) as rehearsal:
        fork = rehearsal.start()
        until(lambda: len(rehearsal.api.served) > 20)
        trouble(kafka)
        rehearsal.join(fork)
        rehearsal.finish()
        assert rehearsal.faults(rehearsal.verdict()) == ()


@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_a_run_that_is_killed_while_the_broker_stands_still_has_stored_nothing_that_is_not_there(
    kafka: Kafka, tmp_path: Path, guarantee: str
) -> None:
    """Several checkpoints fall due while pages wait (P2)."""
    with at_work(kafka, tmp_path, guarantee) as rehearsal:
        fork = rehearsal.start()
        until(lambda: len(rehearsal.api.served) > 20)
        with kafka.broker.node.frozen():
            assert not fork.has_ended(FROZEN_S)
            fork.signal(SIGKILL)
            assert rehearsal.join(fork) == -SIGKILL
        rehearsal.finish()
        assert rehearsal.faults(rehearsal.verdict()) == ()


@pytest.mark.parametrize(("guarantee", "kind", "name"), [
    (AT_LEAST_ONCE, ResourceType.TOPIC, "{}"),
    (EXACTLY_ONCE, ResourceType.TOPIC, "{}"),
    (EXACTLY_ONCE, ResourceType.TOPIC, "{}-offsets"),
    (EXACTLY_ONCE, ResourceType.TRANSACTIONAL_ID, "http-source-{}"),
], ids=["at least once, topic", "topic", "topic of the offsets", "transactional id"])
def test_a_right_that_is_taken_away_is_named_and_its_return_breaks_no_guarantee(
    kafka: Kafka, tmp_path: Path, guarantee: str, kind: ResourceType, name: str
) -> None:
    with at_work(kafka, tmp_path, guarantee) as rehearsal:
        rehearsal.login = {"security_protocol": "SASL_PLAINTEXT", "sasl_username": USER, "sasl_password": kafka.broker.password}
        rights = rights_of(rehearsal.topic)
        grant(kafka, rights)
        fork = rehearsal.start()
        until(lambda: len(rehearsal.api.served) > 20)
        taken = [right for right in rights if (right.restype, right.name) == (kind, name.format(rehearsal.topic))]
        take_away(kafka, taken)
        assert rehearsal.join(fork) == FAILED
        if not names_right(rehearsal):
            # It was in a transaction of which its client knew no more than that it had failed.
            assert rehearsal.live() == FAILED
        assert names_right(rehearsal)
        grant(kafka, taken)
        rehearsal.finish()
        assert rehearsal.faults(rehearsal.verdict()) == ()


def names_right(rehearsal: Rehearsal) -> bool:
    return f"Grant User:{USER}" in rehearsal.journal("said")[-1]["said"]


def rights_of(topic: str) -> list[AclBinding]:
    """What a connector with exactly once needs, and no more: there is no consumer group."""
    literal, prefixed = ResourcePatternType.LITERAL, ResourcePatternType.PREFIXED
    return [AclBinding(kind, name, pattern, f"User:{USER}", "*", operation, AclPermissionType.ALLOW) for kind, name, pattern, operation in (
        (ResourceType.TOPIC, topic, literal, AclOperation.WRITE),
        (ResourceType.TOPIC, f"{topic}-offsets", literal, AclOperation.WRITE),
        (ResourceType.TOPIC, f"{topic}-offsets", literal, AclOperation.READ),
        (ResourceType.TOPIC, f"{topic}-offsets", literal, AclOperation.CREATE),
        (ResourceType.TRANSACTIONAL_ID, f"http-source-{topic}", prefixed, AclOperation.WRITE),
    )]


def grant(kafka: Kafka, rights: Sequence[AclBinding]) -> None:
    for granted in kafka.admin.create_acls(list(rights)).values():
        granted.result()


def take_away(kafka: Kafka, rights: Sequence[AclBinding]) -> None:
    filters = [AclBindingFilter(each.restype, each.name, each.resource_pattern_type, each.principal, each.host, each.operation,
                                each.permission_type) for each in rights]
    for taken in kafka.admin.delete_acls(filters).values():
        taken.result()
