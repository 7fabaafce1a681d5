"""The command `consume`: what is in a topic, decoded, from where and as far as one wants."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import Producer

from http_source_tests.commands.folder import Make, Say
from http_source_tests.config.samples import VALID
from http_source_tests.conversion.rig import FORMATS, HEADER_ID, conversion, made
from http_source_tests.echoing_broker import echoing_broker
from http_source_tests.kafka import Cluster, kafka
from http_source_tests.orchestration.stand import NOWHERE
from http_source_tests.registry import Stand, shows_a_page

RECORD = {"name": "Zoë", "open": True, "price": 1.5}
UNKNOWN = b"\0\0\0\0\x63abc"
UNNAMED = "It names schema 99, and no Schema Registry is named. Set SCHEMA_REGISTRY_URL."


class Topic:
    """A topic with two partitions that tests write to."""

    def __init__(self, cluster: Cluster) -> None:
        self.name = cluster.create(f"orders-{uuid4().hex}", 2)
        self._producer = Producer({"bootstrap.servers": cluster.bootstrap})

    def write(self, *values: bytes | None, partition: int = 0, **more: Any) -> None:
        for value in values:
            self._producer.produce(self.name, value, partition=partition, **more)
            self._producer.flush()


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        yield cluster


@pytest.fixture
def topic(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Topic:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrap)
    return Topic(cluster)


@pytest.fixture
def consume(say: Say, topic: Topic) -> Callable[..., list[str]]:
    """The lines that the command prints, records first; it does what it is asked for."""

    def consumed(*options: str) -> list[str]:
        code, said = say("consume", topic.name, *options)
        assert code == 0, said
        return said.splitlines()

    return consumed


def numbered(*numbers: int) -> list[bytes]:
    return [b"%d" % number for number in numbers]


# Decoded


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("place", [{}, {"value.converter.value.schema.id.serializer": HEADER_ID}], ids=["prefix", "header"])
def test_b247_what_a_connector_writes_in_each_format_is_shown_as_the_record_that_was_served(
    consume: Callable[..., list[str]], topic: Topic, stand: Stand, format_: str, place: dict[str, object]
) -> None:
    with conversion(stand, {"output.data.format": format_, **place}) as convert:
        for message in made(convert, RECORD):
            topic.write(message.value, headers=list(message.headers))
    assert [json.loads(line) for line in consume()] == [RECORD]
    (document,) = map(json.loads, consume("--json"))
    assert document["value"] == RECORD
    assert document["schemas"]["value"]["format"] == {"JSON_SR": "JSON"}.get(format_, format_)


def test_b247_json_is_shown_as_it_is_on_one_line(consume: Callable[..., list[str]], topic: Topic) -> None:
    topic.write(b'{"id": 12345678901234567890123, "price": 1.10}', b'{\n  "id": 2\n}', None, b"")
    assert consume() == ['{"id": 12345678901234567890123, "price": 1.10}', '{"id":2}', "null", ""]


def test_b247_no_record_can_do_anything_to_a_terminal(consume: Callable[..., list[str]], topic: Topic) -> None:
    topic.write(b"\x1b[31mred\nnext", '"\x9b31m\u202e"'.encode(), key=b"\x07", headers=[("a\x1b", b"\x1b")])
    assert consume("--key", "--headers") == [
        "a\\x1b:\\x1b\t\\x07\t\\x1b[31mred\\nnext", 'a\\x1b:\\x1b\t\\x07\t"\\u009b31m\\u202e"',
    ]
    assert all(line.isascii() and line.isprintable() for line in consume("--json"))
    assert json.loads(consume("--json")[1])["value"] == "\x9b31m\u202e"


def test_b247_a_document_for_machines_has_all_of_a_record(consume: Callable[..., list[str]], topic: Topic) -> None:
    topic.write(b'{"id":1.10}', key=b"7", timestamp=1_700_000_000_123, headers=[("source", b"shop"), ("none", None)])
    topic.write(b"\xff\xfe", partition=1, timestamp=1_700_000_000_124)
    first, second = sorted(consume("--json"))
    assert first == (
        f'{{"topic": "{topic.name}", "partition": 0, "offset": 0, "timestamp": "2023-11-14T22:13:20.123Z", "key": "7", '
        '"headers": [{"key": "source", "value": "shop"}, {"key": "none", "value": null}], "value": {"id":1.10}}'
    )
    assert json.loads(second) == {
        "topic": topic.name, "partition": 1, "offset": 0, "timestamp": "2023-11-14T22:13:20.124Z", "key": None, "headers": [],
        "value": "//4=", "encodings": {"value": "base64"},
    }  # fmt: skip


# What cannot be decoded


def test_b247_without_a_registry_the_record_is_shown_with_what_to_set_and_the_rest_goes_on(
    consume: Callable[..., list[str]], topic: Topic
) -> None:
    topic.write(UNKNOWN, UNKNOWN, b"1")
    assert consume() == [
        "\\x00\\x00\\x00\\x00cabc", "\\x00\\x00\\x00\\x00cabc", "1",
        f"The value at partition 0, offset 0 is shown undecoded. {UNNAMED}",
        "Undecoded for the same reasons: 1 more.",
    ]
    first = json.loads(consume("--json")[0])
    assert first["value"] == "AAAAAGNhYmM="
    assert first["problems"] == {"value": UNNAMED}


def test_b247_a_schema_that_the_registry_does_not_have_is_named(consume: Callable[..., list[str]], topic: Topic, stand: Stand) -> None:
    topic.write(UNKNOWN, b"1")
    reason = f"The Schema Registry at {stand.url} has no schema 99. Does SCHEMA_REGISTRY_URL name the one that the record was written with?"
    assert consume()[1:] == ["1", f"The value at partition 0, offset 0 is shown undecoded. {reason}"]


def test_b247_a_registry_that_is_away_is_asked_once_for_a_schema(
    consume: Callable[..., list[str]], topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", f"http://{NOWHERE}")
    topic.write(UNKNOWN, UNKNOWN, b"1")
    *shown, reason, further = consume()
    assert shown[2] == "1"
    assert "Schema 99 is not available. The Schema Registry at http://127.0.0.1:" in reason
    assert reason.endswith("refused the connection. Is it running, and is SCHEMA_REGISTRY_URL right?")
    assert further == "Undecoded for the same reasons: 1 more."


def test_b247_a_key_that_is_not_shown_is_not_asked_for(consume: Callable[..., list[str]], topic: Topic, stand: Stand) -> None:
    for number in (1 << 24, 1 << 25):
        topic.write(b"1", key=number.to_bytes(8))
    assert (consume(), stand.calls()) == (["1", "1"], [])
    assert len(consume("--key")) == 4
    assert len(stand.calls()) == 2


def test_b247_a_login_page_in_the_place_of_the_registry_is_not_shown(
    consume: Callable[..., list[str]], topic: Topic, stand: Stand
) -> None:
    stand.fault = shows_a_page()
    topic.write(UNKNOWN)
    said = " ".join(consume())
    assert "is not a Schema Registry" in said
    assert "secret-word" not in said


@pytest.mark.parametrize("body", [b"", b"\x80", b"\x02\x04abcdef"])
def test_b247_a_record_that_is_not_what_its_schema_says_is_shown_with_the_reason(
    consume: Callable[..., list[str]], topic: Topic, stand: Stand, body: bytes
) -> None:
    with conversion(stand) as convert:
        (message,) = made(convert, {"id": 1})
    topic.write(bytes(message.value or b"")[:5] + body, bytes(message.value or b""))
    shown, decoded, reason = consume()
    assert shown.startswith("\\x00\\x00\\x00\\x00\\x01")
    assert decoded == '{"id":1}'
    assert re.search(r"offset 0 is shown undecoded\. It names schema 1 \(AVRO\), but .*\.$", reason)


# From where, and how many


@pytest.mark.parametrize(("options", "shown"), [
    ([], [0, 1, 2, 3, 4]), (["--from-beginning"], [0, 1, 2, 3, 4]), (["--offset", "earliest"], [0, 1, 2, 3, 4]),
    (["--offset", "3"], [3, 4]), (["--offset", "-2"], [3, 4]), (["--offset", "-9"], [0, 1, 2, 3, 4]), (["--last", "2"], [3, 4]),
    (["--last", "9"], [0, 1, 2, 3, 4]), (["--max", "2"], [0, 1]), (["--offset", "1", "--max", "2"], [1, 2]),
    (["--last", "3", "--max", "1"], [2]),
])
def test_b247_reading_begins_and_ends_where_one_says(
    consume: Callable[..., list[str]], topic: Topic, options: list[str], shown: list[int]
) -> None:
    topic.write(*numbered(0, 1, 2, 3, 4))
    assert consume("--partition", "0", *options) == [str(number) for number in shown]


def test_b247_the_last_records_are_those_of_all_partitions_by_their_time(consume: Callable[..., list[str]], topic: Topic) -> None:
    for number in range(6):
        topic.write(b"%d" % number, partition=number % 2, timestamp=1_000 + number)
    topic.write(b"6", timestamp=2_000)
    assert consume("--last", "3") == ["4", "5", "6"]


def test_b247_nothing_there_is_said(consume: Callable[..., list[str]], topic: Topic) -> None:
    assert consume() == [f"Topic {topic.name} has no records there."]


@pytest.mark.parametrize(("options", "reason"), [
    (["--offset", "x\x1b"], "--offset is not an offset: x\\x1b; expected a number, beginning or end."),
    (["--offset", "6"], r"--offset: no partition of topic \S+ has reached offset 6\. Their ends: 0 at 5, 1 at 0\."),
    (["--partition", "2"], r"--partition: topic \S+ has no partition 2; it has the partitions 0 to 1\."),
    (["--last", "0"], "--last is not a number of records: 0; expected an integer from 1 to 10000."),
    (["--max", "-1"], "--max is not a number of records: -1; expected an integer from 1 up."),
    (["--entity", "a"], "--entity needs --connector."),
])
def test_b247_what_cannot_be_meant_is_wrong_usage(say: Say, topic: Topic, options: list[str], reason: str) -> None:
    topic.write(*numbered(0, 1, 2, 3, 4))
    code, said = say("consume", topic.name, *options)
    assert code == 2
    assert re.search(reason.replace("\\x1b", "\\\\x1b"), said), said


# What is not there


def test_b247_a_topic_that_is_not_there_is_named_with_the_nearest_one(say: Say, topic: Topic) -> None:
    code, said = say("consume", topic.name[:-1])
    assert code == 1
    assert said.endswith(f"has no topic {topic.name[:-1]}. Did you mean {topic.name}?\n")
    code, said = say("consume", topic.name[:-1], "--json")
    assert code == 1
    assert json.loads(said)["error"].endswith(f"Did you mean {topic.name}?")


def test_b247_brokers_that_are_not_there_are_one_sentence(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    address = NOWHERE
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", address)
    code, said = say("consume", "orders")
    assert code == 1
    assert said.startswith(f"Kafka at {address} did not report the contents of topic orders: ")
    assert "Connection refused" in said
    assert said.endswith("Check KAFKA_BOOTSTRAP_SERVERS and the other KAFKA_… variables, and that the principal may DESCRIBE and READ "
                         "the topic.\n")
    assert said.count("\n") == 1


def test_b247_who_cannot_sign_in_is_told_so_without_the_password(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    with echoing_broker() as broker:
        monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrap)
        monkeypatch.setenv("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
        monkeypatch.setenv("KAFKA_SASL_USERNAME", "shop")
        monkeypatch.setenv("KAFKA_SASL_PASSWORD", "correct-horse-battery")
        code, said = say("consume", "orders")
    assert code == 1
    assert broker.signed
    assert "SASL authentication error" in said
    assert "correct-horse" not in said
    assert "\x1b" not in said


# As a connector


def test_b247_a_connector_says_which_topic_and_where_it_is(say: Say, make: Make, brokers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", NOWHERE)
    stand = make(entity_names="a,b", producer_override_bootstrap_servers=brokers)
    stand.poll()
    topics = [str(stand.config["topic.name.pattern"]).replace("${entityName}", entity) for entity in "ab"]
    code, said = say("consume", "--connector", "orders", "--entity", "a", "--max", "1")
    assert (code, json.loads(said)["entity"]) == (0, "a"), said
    assert say("consume", topics[1], "--connector", "connectors/orders.json", "--max", "1")[0] == 0
    code, said = say("consume", "--connector", "orders")
    assert (code, said) == (2, f"Connector orders writes to {topics[0]}, {topics[1]}. Name one of them, or an entity by --entity.\n")
    code, said = say("consume", "--connector", "orders", "--entity", "c")
    assert (code, said) == (2, "c is not an entity of this connector.\n")


def test_b247_a_connector_may_have_dots_in_its_name(
    say: Say, tmp_path: Path, topic: Topic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    topic.write(b"1")
    (tmp_path / "connectors").mkdir()
    written = {**VALID, "name": "shop.orders", "topic.name.pattern": topic.name}
    (tmp_path / "connectors" / "orders.json").write_text(json.dumps(written))
    assert say("consume", "--connector", "shop.orders") == (0, "1\n")
    assert say("consume", "--connector", "connectors/orders.json") == (0, "1\n")
    code, said = say("consume", "--connector", "shop.order")
    assert (code, said.endswith("Did you mean shop.orders?\n")) == (2, True), said
    code, said = say("consume", "--connector", "nowhere.json")
    assert (code, "nowhere.json" in said, "Unknown connector" in said) == (1, True, False), said


def test_b247_a_command_without_a_topic_and_a_connector_is_wrong_usage(say: Say) -> None:
    assert say("consume") == (2, "Name a TOPIC, or a connector by --connector.\n")
