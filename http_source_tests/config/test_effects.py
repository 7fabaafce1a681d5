"""No property is read and ignored: each changes the typed result, and a test shows what comes of that."""

import json
from itertools import pairwise
from pathlib import Path
from threading import Semaphore

import dagster as dg
import pytest

from http_source.config.properties import PROPERTIES
from http_source.edges.kafka.librdkafka_settings import revealed
from http_source.entity import Entity, Mark
from http_source.errors import DeliveryFailed
from http_source.model import Position
from http_source.orchestration.checkpoints import Checkpoints
from http_source.orchestration.resources import KafkaResource
from http_source_tests.config.effects import ATTRIBUTES, EFFECTS, ONE_MEANING, SERVICE_ACCOUNT
from http_source_tests.config.samples import VALID, load, mistakes
from http_source_tests.kafka import kafka
from http_source_tests.servers import Asked, api
from http_source_tests.tasks import started, task_of
from http_source_tests.waiting import until

TESTS = Path(__file__).parents[1]


def test_every_property_is_in_the_table() -> None:
    assert set(EFFECTS) == set(PROPERTIES)


@pytest.mark.parametrize("name", sorted(set(EFFECTS) - ONE_MEANING))
def test_a_property_changes_its_own_field(name: str) -> None:
    effect = EFFECTS[name]
    group, attribute = ATTRIBUTES[name]
    changed = getattr(getattr(load({**effect.beside, name: effect.value}).config, group), attribute)
    assert changed != getattr(getattr(load({}).config, group), attribute)
    assert changed == PROPERTIES[name].type.parse(effect.value)


@pytest.mark.parametrize("name", sorted(ONE_MEANING))
def test_words_with_one_meaning_are_checked(name: str) -> None:
    assert load({name: EFFECTS[name].value}).warnings == ()
    assert mistakes({name: "another"}) == [name]


@pytest.mark.parametrize("name", EFFECTS)
def test_the_test_of_an_effect_exists(name: str) -> None:
    file, _, test = EFFECTS[name].test.partition("::")
    assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")


def test_a_kafka_key_signs_the_producer_in() -> None:
    config = load({"kafka.api.key": "k", "kafka.api.secret": "s"}).config
    settings = revealed(KafkaResource(bootstrap_servers="b:9092", security_protocol="SSL").settings(config, "test"))
    assert {name: settings[name] for name in ("security.protocol", "sasl.mechanism", "sasl.username", "sasl.password")} == {
        "security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "k", "sasl.password": "s",
    }


def test_a_service_account_signs_in_with_its_key() -> None:
    accounts = json.dumps({"sa-1": {"key": "k", "secret": "s"}, "sa-2": {"key": "other", "secret": "other"}})
    resource = KafkaResource(bootstrap_servers="b:9092", service_accounts=accounts)
    settings = revealed(resource.settings(load(SERVICE_ACCOUNT).config, "test"))
    assert (settings["security.protocol"], settings["sasl.username"], settings["sasl.password"]) == ("SASL_SSL", "k", "s")


@pytest.mark.parametrize("accounts", ["", "{}", "no JSON", "[]", '{"sa-1": "s3cret"}', '{"sa-1": {"key": "s3cret"}}'])
def test_a_service_account_without_a_key_is_named_with_what_to_do(accounts: str) -> None:
    with pytest.raises(DeliveryFailed, match=r"kafka\.service\.account\.id=sa-1\. Set KAFKA_SERVICE_ACCOUNTS") as error:
        KafkaResource(service_accounts=accounts).settings(load(SERVICE_ACCOUNT).config, "test")
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_requests_are_on_their_way_than_may_be(most: int) -> None:
    """With as many answers withheld as may be on their way, nobody else asks; each answer lets one more in."""
    answers = Semaphore(0)

    def answer(_: Asked) -> bytes:
        answers.acquire()
        return b"[]"

    properties = {"entity.names": "a,b,c,d,e,f", "max.in.flight.requests": most}
    with kafka() as cluster, api(answer) as server:
        task = task_of(cluster, {"url": server.url + "/${entityName}/${offset}", **properties}, once=True)
        with started(task):
            try:
                for answered in range(6 - most):
                    until(lambda asked=answered + most: len(server.asked) >= asked)  # type: ignore[misc]
                    assert len(server.asked) == answered + most
                    answers.release()
            finally:
                answers.release(6)
            until(lambda: len(server.asked) == 6)


@pytest.mark.parametrize(("interval", "stored"), [(0, 2), (3_600_000, 1)])
def test_a_checkpoint_waits_for_its_interval(interval: int, stored: int) -> None:
    config = load({"offset.flush.interval.ms": interval}).config
    written: list[dg.AssetMaterialization] = []
    with kafka() as cluster:
        entities = list(task_of(cluster, VALID).entities)
    checkpoints = Checkpoints(dg.AssetKey("a"), entities, config.run.flush_interval_ms, written.append)
    for offset in (1, 2):
        move(entities[0], offset)
        checkpoints.store(entities[0].name) if offset == 1 else checkpoints.store_due()
    assert len(written) == stored


def test_a_storage_that_was_away_holds_up_no_later_checkpoint() -> None:
    clock, took, written = Clock(), [50.0, 0.01, 0.01], list[dg.AssetMaterialization]()

    def write(event: dg.AssetMaterialization) -> None:
        clock.now += took[len(written)]
        written.append(event)

    with kafka() as cluster:
        entities = list(task_of(cluster, VALID).entities)
    checkpoints = Checkpoints(dg.AssetKey("a"), entities, 10_000, write, clock=clock)
    for offset in (1, 2, 3):
        move(entities[0], offset)
        checkpoints.store_due()
        clock.now += 10
    assert len(written) == 3


def test_slow_checkpoints_take_a_tenth_of_the_time() -> None:
    clock, written = Clock(), list[float]()

    def write(_: dg.AssetMaterialization) -> None:
        clock.now += 0.5
        written.append(clock.now)

    with kafka() as cluster:
        entities = list(task_of(cluster, VALID).entities)
    checkpoints = Checkpoints(dg.AssetKey("a"), entities, 0, write, clock=clock)
    for offset in range(1, 100):
        move(entities[0], offset)
        checkpoints.store_due()
        clock.now += 0.25
    assert {later - earlier for earlier, later in pairwise(written)} == {5.0}


class Clock:
    """A time that a test sets."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def move(entity: Entity, offset: int) -> None:
    """Let the entity stand at an offset, acknowledged."""
    entity.acknowledged = Mark(Position(offset, sequence=offset))
