"""The action `offsets check`: what is stored is compared with itself, and with what is in the topics."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Producer

from http_source.model import Position
from http_source_tests.commands.folder import Make, Say
from http_source_tests.orchestration.api import Api
from http_source_tests.orchestration.home import seen
from http_source_tests.orchestration.stand import NAME, NOWHERE, PAGES, Stand

CHAINING: dict[str, object] = {
    "entity_names": "a", "http_offset_mode": "CHAINING", "http_offset_json_pointer": "/id", "http_initial_offset": "-1",
}


@pytest.fixture
def check(say: Say, monkeypatch: pytest.MonkeyPatch, brokers: str) -> Say:
    """The action, where the environment says where Kafka is."""
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", brokers)
    return lambda *arguments: say("offsets", "check", NAME, *arguments)


@pytest.fixture
def chained(api: Api) -> None:
    """The API serves what comes after an id."""
    page = api.page
    api.answer = lambda entity, start: page(entity, start + 1)


def found(check: Say, expected: int = 0) -> list[tuple[str, str]]:
    """How each comparison ended, and what is said of it: the entities, then the topics."""
    code, said = check("--json")
    assert code == expected, said
    document: dict[str, Any] = json.loads(said)
    assert document["consistent"] is (expected == 0)
    return [(each["verdict"], each["found"]) for each in document["comparisons"]]


def produce(brokers: str, stand: Stand, value: bytes) -> None:
    """Write a record to the topic of `a`."""
    producer = Producer({"bootstrap.servers": brokers})
    producer.produce(str(stand.config["topic.name.pattern"]).replace("${entityName}", "a"), value)
    producer.flush()


def test_before_the_first_run_there_is_nothing_to_differ(make: Make, check: Say) -> None:
    make(entity_names="a")
    assert found(check) == [("agrees", "It was not polled yet."), ("agrees", "Nothing was written to it yet.")]
    assert check()[1].startswith("orders: consistent\n  a: It was not polled yet.\n")


def test_after_a_run_the_topic_holds_what_the_offsets_account_for(make: Make, check: Say) -> None:
    make(entity_names="a").poll()
    assert found(check) == [
        ("agrees", "It stands at 10 in the event log."),
        ("agrees", "The topic has 10 records, and the stored offsets account for 10."),
    ]


def test_records_that_are_missing_are_told_with_what_to_do(make: Make, check: Say) -> None:
    make(entity_names="a").poll()
    make(entity_names="a")
    verdict, sentence = found(check, expected=1)[1]
    assert verdict == "differs"
    assert sentence.startswith("The topic does not exist, and the stored offsets account for 10, if http.initial.offset was always 0.")
    assert "`http-source offsets set`" in sentence
    code, said = check()
    assert (code, said.splitlines()[0]) == (1, "orders: 1 of 2 comparisons differ")
    assert ": DIFFERS The topic does not exist" in said


def test_b183_it_needs_the_secrets_for_kafka_and_no_others(make: Make, check: Say, say: Say) -> None:
    make(entity_names="a", auth_type="bearer", bearer_token="${env:ORDERS_TOKEN}")
    assert found(check) == [("agrees", "It was not polled yet."), ("agrees", "Nothing was written to it yet.")]
    make(entity_names="a", kafka_api_key="key", kafka_api_secret="${env:KAFKA_SECRET}")
    code, said = check()
    assert (code, "kafka.api.secret: ${env:KAFKA_SECRET} cannot be resolved" in said) == (2, True)
    assert say("offsets", "show", NAME)[0] == 0


def test_b168_an_offset_of_the_mode_before_differs(make: Make, check: Say) -> None:
    make(entity_names="a", **PAGES).move("a", Position(30, sequence=3, mode="SIMPLE_INCREMENTING"))
    entity = found(check, 1)[0]
    assert entity[0] == "differs"
    assert "of http.offset.mode=SIMPLE_INCREMENTING, but the mode is now CURSOR_PAGINATION" in entity[1]


@pytest.mark.usefixtures("chained")
def test_a_chain_ends_where_its_topic_does(make: Make, check: Say) -> None:
    make(**CHAINING).poll()
    assert found(check)[1] == ("agrees", "The topic has 10 records, and its last one has the stored offset 9.")


@pytest.mark.usefixtures("chained")
@pytest.mark.parametrize(("value", "last"), [(b'{"id": 99}', "99"), (b"garbage", "of none"), (b"[" * 100_000, "of none")])
def test_a_chain_that_ends_elsewhere_is_told(make: Make, check: Say, brokers: str, value: bytes, last: str) -> None:
    make(**CHAINING).poll()
    produce(brokers, make(**CHAINING), value)
    verdict, sentence = found(check, expected=1)[1]
    assert verdict == "differs"
    assert sentence.startswith(f"The topic has 1 records, and its last one has the offset {last}, but 9 is stored.")


@pytest.mark.parametrize(("properties", "reason"), [
    ({"http_offset_mode": "CURSOR_PAGINATION", "http_next_page_json_pointer": "/next"}, "need not be in the last record"),
    ({"transforms": "none", "transforms_none_type": "org.apache.kafka.connect.transforms.Filter"}, "transforms may leave out records"),
    ({"errors_tolerance": "all"}, "left out (errors.tolerance)"),
    (CHAINING | {"value_converter_schemas_enable": "true"}, "not the records as they were served"),
])
def test_what_cannot_be_compared_is_told_with_the_reason(
    make: Make, check: Say, brokers: str, properties: dict[str, object], reason: str
) -> None:
    stand = make(**({"entity_names": "a"} | properties))
    stand.poll()
    produce(brokers, stand, b"{}")
    verdict, sentence = found(check)[-1]
    assert verdict == "not compared"
    assert sentence.startswith("Not compared with the offsets: ")
    assert reason in sentence


@pytest.mark.usefixtures("chained")
def test_a_topic_of_several_chains_is_not_compared(make: Make, check: Say, home: Path) -> None:
    stand = make(**CHAINING | {"entity_names": "a,b"})
    stand.poll()
    (home / "connectors" / "orders.json").write_text(json.dumps(stand.config | {"topic.name.pattern": "all"}))
    assert found(check)[-1] == ("not compared", "Not compared with the offsets: several entities are written to it.")


def test_an_entity_that_was_moved_by_hand_accounts_for_nothing(make: Make, check: Say, say: Say) -> None:
    stand = make(entity_names="a")
    stand.poll()
    assert say("offsets", "set", NAME, "a=15")[0] == 0
    assert found(check)[1] == ("not compared", "Not compared with the offsets: a was moved by hand and not polled since.")
    stand.poll()
    assert found(check)[1][1].startswith("Not compared with the offsets: a was moved by hand, so that")


# The cursor


def test_an_edit_that_the_sensor_has_not_seen_is_told(make: Make, check: Say) -> None:
    stand = make(entity_names="a")
    stand.poll()
    stand.tick()
    stand.edit(offsets={"a": 5})
    seen(stand)
    assert found(check, expected=1)[0][1].startswith("Its offset was edited in the sensor's cursor, to 5.")


def test_a_cursor_that_is_garbage_is_told(make: Make, check: Say) -> None:
    seen(make(), cursor="garbage")
    assert found(check, expected=1)[0][1].startswith("The sensor's cursor cannot be read.")


def test_a_cursor_that_knows_more_than_the_event_log_is_told(make: Make, check: Say) -> None:
    stand = make(entity_names="a")
    stand.poll()
    stand.tick()
    seen(stand)
    stand.instance.wipe_assets([stand.key])
    assert found(check, expected=1)[0][1].startswith("The sensor's cursor has 10, and the event log nothing stored, which is older")


# What cannot be looked at


def test_a_kafka_that_is_gone_is_status_2_in_one_sentence(make: Make, check: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    make(entity_names="a").poll()
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", NOWHERE)
    code, said = check()
    assert (code, said.count("\n")) == (2, 1)
    assert re.match("Kafka at .* did not report the contents of topic ", said)
    assert "KAFKA_BOOTSTRAP_SERVERS" in said


def test_with_exactly_once_no_entity_is_moved_before_its_topic_was_read(
    make: Make, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = make(exactly_once_support="required")
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", NOWHERE)
    code, said = say("offsets", "set", NAME, "a=5")
    assert (code, said.count("\n")) == (1, 1)
    assert re.match("Kafka at .* did not report the contents of topic orders-offsets: ", said)
    assert stand.stored("a") == []


def test_a_storage_that_cannot_be_read_is_status_2_in_one_line(make: Make, check: Say, home: Path) -> None:
    make()
    (home / "dagster.yaml").write_text("storage: [")
    code, said = check()
    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("Dagster's storage cannot be read: ")
