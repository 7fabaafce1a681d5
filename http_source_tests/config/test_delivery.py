"""The rules about exactly once."""

import pytest

from http_source_tests.config.samples import findings, load, mistakes, warnings

ONCE: dict[str, object] = {"exactly.once.support": "required"}


def test_delivery_is_at_least_once_unless_exactly_once_is_asked_for() -> None:
    assert not load({}).config.delivery.exactly_once
    assert all(load({"exactly.once.support": word}).config.delivery.exactly_once for word in ("required", "requested"))


def test_offsets_are_kept_in_a_topic_named_after_the_connector_unless_another_is_named() -> None:
    assert load(ONCE).config.delivery.offsets_topic("spaces") == "spaces-offsets"
    assert load({**ONCE, "offsets.storage.topic": "o"}).config.delivery.offsets_topic("spaces") == "o"


@pytest.mark.parametrize("topic", ["a b", "..", "a" * 250, "__consumer_offsets"])
def test_the_topic_of_the_offsets_is_one_kafka_takes(topic: str) -> None:
    assert mistakes({**ONCE, "offsets.storage.topic": topic}) == ["offsets.storage.topic"]


def test_a_name_that_makes_no_topic_needs_one_for_the_offsets() -> None:
    (finding,) = findings({**ONCE, "name": "my spaces"})
    assert finding.property == "offsets.storage.topic"
    assert "by default it is the connector's name with -offsets, my spaces-offsets" in finding.message
    assert findings({**ONCE, "name": "my spaces", "offsets.storage.topic": "o"}) == ()


def test_offsets_and_records_have_topics_of_their_own() -> None:
    assert mistakes({**ONCE, "offsets.storage.topic": "spaces"}) == ["offsets.storage.topic"]


def test_the_boundary_of_a_connector_that_defines_its_own_is_refused_with_what_there_is() -> None:
    (finding,) = findings({**ONCE, "transaction.boundary": "connector"})
    assert "use poll or interval" in finding.message


def test_an_interval_needs_its_boundary_and_a_boundary_exactly_once() -> None:
    assert warnings({**ONCE, "transaction.boundary.interval.ms": 5}) == ["transaction.boundary.interval.ms"]
    assert warnings({"transaction.boundary": "interval"}) == ["transaction.boundary"]
    assert warnings({"offsets.storage.topic": "o"}) == ["offsets.storage.topic"]


def test_a_transaction_ends_before_brokers_end_it() -> None:
    interval: dict[str, object] = {**ONCE, "transaction.boundary": "interval"}
    assert mistakes({**interval, "transaction.boundary.interval.ms": 600_001}) == ["transaction.boundary.interval.ms"]
    assert mistakes({**interval, "offset.flush.interval.ms": 700_000}) == ["transaction.boundary.interval.ms"]
    assert findings({**interval, "offset.flush.interval.ms": 700_000, "transaction.boundary.interval.ms": 600_000}) == ()
