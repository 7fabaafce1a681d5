"""The command `consume` on Apache Kafka: what readers of committed records see, who signs in, and what is left behind."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from confluent_kafka import Producer

from http_source.cli import main
from http_source_tests.real_servers.broker_tasks import Kafka, running_kafka

pytestmark = pytest.mark.servers

USER = "reader"
UNCOMMITTED = ("--isolation-level", "read_uncommitted")


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    with running_kafka(tmp_path_factory.mktemp("kafka"), USER) as kafka:
        yield kafka


@contextmanager
def transactions(kafka: Kafka, name: str) -> Iterator[Producer]:
    producer = Producer({**kafka.broker.settings(), "transactional.id": name})
    producer.init_transactions()
    producer.begin_transaction()
    yield producer
    producer.abort_transaction()


def write(producer: Producer, topic: str, *values: bytes) -> None:
    for value in values:
        producer.produce(topic, value, partition=0)
    producer.flush()


def test_b247_records_of_open_and_aborted_transactions_are_not_shown_and_that_is_said(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", kafka.broker.bootstrap)
    kafka.create("orders")
    with transactions(kafka, "one") as producer:
        for values, end in [((b"1", b"2"), producer.commit_transaction), ((b"aborted",), producer.abort_transaction),
                            ((b"3",), producer.commit_transaction)]:
            write(producer, "orders", *values)
            end()
            producer.begin_transaction()
        write(producer, "orders", b"open")
        assert main(["consume", "orders"]) == 0
        shown, said = capsys.readouterr()
        assert shown.split() == ["1", "2", "3"]
        assert said == ("Partition 0 has an open transaction: 1 offset, from 7 on, not shown. --isolation-level read_uncommitted "
                        "shows them.\n")
        assert main(["consume", "orders", "--last", "2", "--json"]) == 0
        assert [json.loads(line)["value"] for line in capsys.readouterr().out.splitlines()] == [2, 3]
        assert main(["consume", "orders", *UNCOMMITTED]) == 0
        assert capsys.readouterr() == ("1\n2\naborted\n3\nopen\n", "")
    assert main(["consume", "orders"]) == 0
    assert capsys.readouterr() == ("1\n2\n3\n", "")
    assert kafka.admin.list_consumer_groups().result().valid == []


def test_b247_who_may_not_read_is_told_what_is_missing(
    kafka: Kafka, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    kafka.create("closed")
    for name, value in {"BOOTSTRAP_SERVERS": kafka.broker.signed_in, "SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_USERNAME": USER}.items():
        monkeypatch.setenv(f"KAFKA_{name}", value)
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", kafka.broker.password)
    assert main(["consume", "closed"]) == 1
    assert "the principal may DESCRIBE and READ the topic." in capsys.readouterr().err
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "wr0ng-password")
    assert main(["consume", "closed"]) == 1
    said = capsys.readouterr().err
    assert "Invalid username or password" in said
    assert "wr0ng" not in said
