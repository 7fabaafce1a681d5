"""The groups of `topic.creation.*`: which one a topic belongs to, what it inherits, and each mistake in its own sentence."""

import pytest

from http_source.config.findings import LONGEST_SHOWN
from http_source.connect.topic_creation import TopicCreation, TopicGroup, read_topic_creation
from http_source_tests.config.samples import findings, mistakes, warnings

PREFIX = "topic.creation."
DEFAULTS: dict[str, object] = {"default.partitions": 3, "default.replication.factor": -1}


def properties(given: dict[str, object], defaults: dict[str, object] = DEFAULTS) -> dict[str, object]:
    return {PREFIX + name: value for name, value in {**defaults, **given}.items()}


def creation(given: dict[str, object]) -> TopicCreation:
    made, told = read_topic_creation(properties(given))
    assert made is not None
    assert not told
    return made


def settings(group: TopicGroup) -> tuple[str, int, int, dict[str, str]]:
    return group.name, group.partitions, group.replication_factor, dict(group.configurations)


@pytest.mark.parametrize("given", [{}, {"transforms": ""}, {"topic.creation.groups": ""}, {"topic.creation.groups": []}])
def test_without_properties_there_is_nothing_to_create_with(given: dict[str, object]) -> None:
    assert read_topic_creation(given) == (None, [])


def test_the_default_group_takes_every_topic() -> None:
    only = creation({"default.cleanup.policy": "compact", "default.retention.ms": 5, "default.preallocate": True})
    expected = ("default", 3, -1, {"cleanup.policy": "compact", "retention.ms": "5", "preallocate": "true"})
    assert settings(only.group_of("any")) == expected


def test_a_group_inherits_partitions_and_replication_factor_and_no_configuration() -> None:
    groups = {"groups": "a,b", "a.include": "a", "b.include": "b", "b.partitions": "7", "b.replication.factor": 2, "b.retention.ms": 1}
    made = creation({**groups, "default.cleanup.policy": "compact"})
    assert settings(made.group_of("a")) == ("a", 3, -1, {})
    assert settings(made.group_of("b")) == ("b", 7, 2, {"retention.ms": "1"})


@pytest.mark.parametrize(("topic", "group"), [
    ("orders-1", "orders"), ("orders-old", "rest"), ("old", "rest"),
    ("my-orders-1", "default"), ("orders-", "default"), ("invoices", "default"),
])
def test_the_first_group_whose_patterns_match_the_whole_topic_takes_it_and_exclude_wins(topic: str, group: str) -> None:
    made = creation({
        "groups": ["orders", "rest"], "orders.include": r"orders-\w+", "orders.exclude": "x,.*-old", "rest.include": "old,orders-(old|1)",
    })
    assert made.group_of(topic).name == group


def test_the_order_of_the_list_decides() -> None:
    both = {"a.include": ".*", "b.include": ".*"}
    assert creation({"groups": "b,a", **both}).group_of("t").name == "b"


def test_a_groups_name_may_have_dots() -> None:
    made = creation({"groups": "a,a.b", "a.include": "1", "a.b.include": "2", "a.b.retention.ms": 1, "a.segment.ms": 2})
    assert [settings(made.group_of(topic)) for topic in "12"] == [
        ("a", 3, -1, {"segment.ms": "2"}), ("a.b", 3, -1, {"retention.ms": "1"}),
    ]


@pytest.mark.parametrize(("given", "property_", "sentence"), [
    ({"default.partitions": 0}, "default.partitions", "Number of partitions must be positive, or -1 to use the broker's default."),
    ({"default.partitions": -2}, "default.partitions", "Number of partitions must be positive, or -1 to use the broker's default."),
    ({"default.partitions": "many"}, "default.partitions", "Not a number of type INT."),
    ({"default.partitions": None}, "default.partitions", "Missing required configuration"),
    ({"default.replication.factor": 0}, "default.replication.factor", "Replication factor must be positive and not larger than the number"),
    ({"default.replication.factor": 40_000}, "default.replication.factor", "Value must be no more than 32767."),
    ({"default.replication.factor": None}, "default.replication.factor", "Missing required configuration"),
    ({"default.retention.ms": [1]}, "default.retention.ms", "Expected value to be a string, but it was a list."),
    ({"default.partitions": "${env:NOT_THERE}"}, "default.partitions", "there is no such environment variable"),
    ({"groups": {}}, "groups", "Expected value to be a string"),
    ({"groups": "a,a", "a.include": "x"}, "groups", "Duplicate alias provided: a;"),
    ({"groups": "a,", "a.include": "x"}, "groups", "An alias is empty; remove the extra comma."),
    ({"groups": "a"}, "a.include", "Missing required configuration"),
    ({"groups": "a", "a.include": "("}, "a.include", "Invalid value ( for configuration topic.creation.a.include: Expected a Java regular"),
    ({"groups": "a", "a.include": "x", "a.exclude": "y,*"}, "a.exclude", "Invalid value * for"),
    ({"groups": "a", "a.include": "x", "a.partitions": 0}, "a.partitions", "Invalid value 0 for configuration topic.creation.a.partitions"),
    ({"groups": "a", "a.include": "x", "a.replication.factor": "x"}, "a.replication.factor", "Not a number of type INT."),
    ({"groups": "orders", "orders.include": "x", "order.partitions": 1}, "order.partitions", "does not list order. Did you mean orders?"),
    ({"b.include": "x", "b.exclude": "y", "b.partitions": 0}, "b.include", "`topic.creation.groups` does not list b. Add it there"),
    ({"group": "a"}, "group", "Unknown property. Did you mean topic.creation.groups?"),
    ({"partitions": 1}, "partitions", "Did you mean topic.creation.default.partitions?"),
])
def test_a_mistake_is_told_once_at_its_property(given: dict[str, object], property_: str, sentence: str) -> None:
    (finding,) = findings(properties(given))
    assert finding.property == PREFIX + property_
    assert sentence in finding.message
    assert not finding.warning


def test_all_mistakes_are_told_at_once() -> None:
    given = {"groups": "a,b", "a.partitions": 0, "c.include": "x", "default.partitions": None}
    assert sorted(mistakes(properties(given))) == [
        f"{PREFIX}a.include", f"{PREFIX}a.partitions", f"{PREFIX}b.include", f"{PREFIX}c.include", f"{PREFIX}default.partitions",
    ]


@pytest.mark.parametrize(("given", "property_"), [
    ({"groups": "default"}, "groups"),
    ({"default.include": "a.*"}, "default.include"),
    ({"default.exclude": "a.*"}, "default.exclude"),
    ({"default.partition": 4}, "default.partition"),
    ({"groups": "a", "a.include": "x", "a.cleanup.polic": "compact"}, "a.cleanup.polic"),
])
def test_what_kafka_connect_takes_without_effect_is_a_warning(given: dict[str, object], property_: str) -> None:
    assert warnings(properties(given)) == [PREFIX + property_]


def test_confluents_own_topic_configurations_are_taken() -> None:
    assert warnings(properties({"default.confluent.value.schema.validation": "true"})) == []


def test_a_value_from_a_provider_is_in_no_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATTERN", "s3cret-pattern(")
    (finding,) = findings(properties({"groups": "a", "a.include": "${env:PATTERN}"}))
    assert "s3cret" not in str(finding)


def test_a_long_group_name_is_cut_in_sentences() -> None:
    (finding,) = findings(properties({"groups": "a" * 1_000}))
    assert len(finding.property) <= LONGEST_SHOWN + 1
