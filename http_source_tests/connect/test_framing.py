"""A record carries the id of its schema as Confluent's serializers write it and its deserializers read it."""

from uuid import UUID

import pytest
from confluent_kafka.schema_registry import dual_schema_id_deserializer
from confluent_kafka.schema_registry.serde import SchemaId
from confluent_kafka.serialization import MessageField, SerializationContext

from http_source.config.options.converter import IdSerializer
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part, Registered
from http_source.errors import RequestFailed

PREFIX, HEADER = IdSerializer
GUID = "89791762-2336-4186-9674-299b90a802e2"
REGISTERED = Registered(id=258, guid=GUID, version=1, text="")
FIRST_MESSAGE = b"\x00"


def test_a_prefix_is_a_zero_and_the_id_in_four_bytes() -> None:
    frame = frame_of(PREFIX, Part.VALUE, REGISTERED)
    assert frame.wrap(b"payload") == b"\x00\x00\x00\x01\x02payload"
    assert frame.mark([("trace", b"1")]) == [("trace", b"1")]


def test_protobufs_indexes_follow_the_id() -> None:
    assert frame_of(PREFIX, Part.VALUE, REGISTERED, FIRST_MESSAGE).wrap(b"payload") == b"\x00\x00\x00\x01\x02\x00payload"


@pytest.mark.parametrize(("part", "name"), [(Part.VALUE, "__value_schema_id"), (Part.KEY, "__key_schema_id")])
def test_a_header_is_a_one_and_the_guid_and_the_payload_stays_bare(part: Part, name: str) -> None:
    frame = frame_of(HEADER, part, REGISTERED, FIRST_MESSAGE)
    assert frame.wrap(b"payload") == b"payload"
    assert frame.mark([]) == [(name, b"\x01" + UUID(GUID).bytes + FIRST_MESSAGE)]


def test_b121_a_header_of_that_name_is_replaced_and_the_others_keep_their_order() -> None:
    frame = frame_of(HEADER, Part.VALUE, REGISTERED)
    theirs = [("a", b"1"), ("__value_schema_id", b"old"), ("b", None), ("__value_schema_id", b"older"), ("__key_schema_id", b"key")]
    assert frame.mark(theirs) == [("a", b"1"), ("b", None), ("__key_schema_id", b"key"), frame.header]


@pytest.mark.parametrize("serializer", IdSerializer)
@pytest.mark.parametrize("part", Part)
def test_a_consumer_finds_the_id_and_the_payload(serializer: IdSerializer, part: Part) -> None:
    frame = frame_of(serializer, part, REGISTERED)
    context = SerializationContext("spaces", MessageField(part), headers=frame.mark([(f"__{part}_schema_id", b"stale")]))
    found = SchemaId("AVRO")
    if serializer is PREFIX:
        context = SerializationContext("spaces", MessageField(part))
    assert dual_schema_id_deserializer(frame.wrap(b"payload"), context, found).read() == b"payload"
    assert (found.id, found.guid) == ((258, None) if serializer is PREFIX else (None, UUID(GUID)))


@pytest.mark.parametrize("guid", [None, "", "no GUID"])
def test_a_header_without_a_guid_is_refused_with_the_property(guid: str | None) -> None:
    registered = Registered(id=258, guid=guid, version=1, text="")
    with pytest.raises(RequestFailed, match=r"gives no GUID for schema 258, and key\.converter\.key\.schema\.id\.serializer") as refused:
        frame_of(HEADER, Part.KEY, registered)
    assert not refused.value.retriable
