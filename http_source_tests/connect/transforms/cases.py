"""How a table of cases of Apache Kafka's transforms is run: a configuration, a record, and what becomes of it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest

from http_source.connect.record import Record
from http_source.connect.schema import Schema
from http_source.connect.transforms.chain import Chain, TransformFailed, read_chain

APACHE = "org.apache.kafka.connect.transforms."


class Refused(NamedTuple):
    """The record is refused: a part of the message, and the field it is about."""

    message: str
    path: str = ""


class Given(NamedTuple):
    """A key or value and its schema."""

    schema: Schema | None
    value: Any


Properties = Mapping[str, object]
Case = tuple[str, Properties, Any, Any]


def _given(name: str, properties: Properties) -> dict[str, object]:
    own = {f"transforms.t.{key}": value for key, value in properties.items()}
    return {"transforms": "t", "transforms.t.type": f"{APACHE}{name}", **own}


def chain_of(name: str, properties: Properties) -> Chain:
    """The chain of one transform; the name is without its package."""
    chain, findings = read_chain(_given(name, properties))
    assert chain is not None, findings
    return chain


def message_of(name: str, properties: Properties) -> str:
    """What is told of a transform that is configured wrongly; just one thing is."""
    chain, (finding,) = read_chain(_given(name, properties))
    assert chain is None
    return str(finding)


def refusal_of(chain: Chain, record: Record) -> Refused:
    """Why the record is refused."""
    with pytest.raises(TransformFailed) as caught:
        chain(record)
    return Refused(str(caught.value), caught.value.path)


def check_record(chain: Chain, record: Record, expected: Record | Refused | None) -> None:
    """Let a record through, which becomes the expected one, is left out (None), or is refused so."""
    if isinstance(expected, Refused):
        refused = refusal_of(chain, record)
        assert expected.message in refused.message
        assert refused.path == expected.path
    else:
        assert chain(record) == expected


def on_value(given: Any) -> Record:
    """A record for the topic `orders` with the value, or the value and its schema."""
    schema, value = given if isinstance(given, Given) else (None, given)
    return Record(topic="orders", value=value, value_schema=schema)


def check(case: Case) -> None:
    """Run one case of a table, on the value and on the key alike."""
    name, properties, given, expected = case
    record = on_value(given)
    chain = chain_of(f"{name}$Value", properties)
    if isinstance(expected, Refused):
        check_record(chain, record, expected)
        return
    schema, value = expected if isinstance(expected, Given) else (None, expected)
    changed = chain(record)
    keyed = chain_of(f"{name}$Key", properties)(Record(topic="orders", key=record.value, key_schema=record.value_schema))
    assert changed is not None
    assert keyed is not None
    assert (repr(changed.value), changed.value_schema) == (repr(value), schema)
    assert (repr(keyed.key), keyed.key_schema) == (repr(value), schema)
    assert (keyed.value, keyed.value_schema, changed.key, changed.topic) == (None, None, None, "orders")
