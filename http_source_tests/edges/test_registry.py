"""The Schema Registry in memory does what a real one does, and a page of a known schema asks nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from http_source.config.options.converter import IdSerializer, ReferenceStrategy
from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part
from http_source.edges.registry.failures import RegistryFailed
from http_source_tests.demo.waiting import with_package
from http_source_tests.edges.registry_conformance import FIRST, GROWN, Conformance, Place, avro, protobuf
from http_source_tests.registry import registry


@pytest.fixture
def place() -> Iterator[Place]:
    with registry() as stand, ExitStack() as opened:
        yield Place(stand.url, opened)


class TestInMemory(Conformance):
    """Ours, which judges Protobuf as Confluent's does."""

    def test_b110_a_wider_protobuf_integer_is_a_new_version(self, place: Place, subject: str) -> None:
        registry = place.open("PROTOBUF")
        registry.register(subject, WrittenSchema(protobuf("int32 id")))
        assert registry.register(subject, WrittenSchema(protobuf("int64 id"))).version == 2
        with pytest.raises(RegistryFailed, match="id from int64 to double"):
            registry.register(subject, WrittenSchema(protobuf("double id")))


def test_a_known_schema_costs_no_call() -> None:
    with registry() as stand:
        client = stand.open()
        first = client.register("t-value", WrittenSchema(FIRST["AVRO"]))
        before = stand.calls()
        assert client.register("t-value", WrittenSchema(FIRST["AVRO"])) is first
        assert stand.calls() == before == ["POST /subjects/t-value/versions"]


def test_threads_that_need_one_schema_at_once_make_one_call() -> None:
    with registry() as stand, ThreadPoolExecutor(8) as threads:
        client = stand.open()
        found = list(threads.map(lambda _: client.register("t-value", WrittenSchema(FIRST["AVRO"])), range(8)))
        assert len({each.id for each in found}) == 1
        assert stand.calls() == ["POST /subjects/t-value/versions"]


def test_a_refused_schema_is_asked_for_again() -> None:
    with registry() as stand:
        client = stand.open(auto_register=False)
        for _ in range(2):
            with pytest.raises(RegistryFailed):
                client.lookup("t-value", WrittenSchema(FIRST["AVRO"]))
        assert stand.calls() == ["POST /subjects/t-value"] * 2


def test_the_newest_version_is_the_one_another_client_has_just_registered() -> None:
    with registry() as stand:
        client = stand.open()
        client.register("t-value", WrittenSchema(FIRST["AVRO"]))
        client.newest("t-value")
        stand.open().register("t-value", WrittenSchema(GROWN["AVRO"]))
        newest = client.newest("t-value")
        assert newest is not None
        assert newest.version == 2


def test_a_subject_of_another_format_is_refused_with_both() -> None:
    with registry() as stand:
        stand.open("JSON").register("t-value", WrittenSchema(FIRST["JSON"]))
        with pytest.raises(RegistryFailed, match="holds JSON schemas, and this connector writes AVRO"):
            stand.open("AVRO").newest("t-value")


def test_imports_go_to_the_subject_that_their_strategy_and_context_name() -> None:
    owner = Reference("acme/people/owner.proto", WrittenSchema('syntax = "proto3"; message Owner { int32 id = 1; }'))
    schema = WrittenSchema('syntax = "proto3"; import "acme/people/owner.proto"; message Space { Owner owner = 1; }', references=[owner])
    with registry() as stand:
        stand.open("PROTOBUF", references=ReferenceStrategy.QUALIFIED, context="orders").register(":.orders:t-value", schema)
        assert sorted(stand.server.store.subjects) == [":.orders:acme.people.owner", ":.orders:t-value"]


def test_with_normalization_the_order_of_properties_makes_no_version() -> None:
    turned = json.dumps(dict(reversed(json.loads(FIRST["JSON"]).items())))
    with registry() as stand:
        client = stand.open("JSON", normalize=True)
        assert client.register("t-value", WrittenSchema(FIRST["JSON"])).id == client.register("t-value", WrittenSchema(turned)).id


def test_reasons_come_with_a_verdict() -> None:
    with registry() as stand:
        client = stand.open()
        client.register("t-value", WrittenSchema(FIRST["AVRO"]))
        verdict = client.compatibility("t-value", WrittenSchema(avro({"name": "id", "type": "string"})))
        assert verdict.messages == ("/fields/0/type: reader type: STRING not compatible with writer type: INT",)


def test_a_consumer_finds_the_schema_by_the_guid_in_a_header() -> None:
    with registry() as stand, closing(SchemaRegistryClient({"url": stand.url})) as client:
        registered = stand.open().register("t-value", WrittenSchema(FIRST["AVRO"]))
        frame = frame_of(IdSerializer.HEADER, Part.VALUE, registered)
        read = AvroDeserializer(client, conf={"subject.name.strategy.type": "TOPIC"})
        context = SerializationContext("t", MessageField.VALUE, headers=frame.mark([]))
        # confluent-kafka takes no value of less than six bytes, although here one byte is the whole; it reads no further than that.
        assert read(frame.wrap(b"\x0e") + bytes(5), context) == {"id": 7}


def test_a_registry_without_guids_is_refused_for_header_framing_only() -> None:
    with registry(guids=False) as stand:
        registered = stand.open().register("t-value", WrittenSchema(FIRST["AVRO"]))
        assert registered.guid is None
        assert frame_of(IdSerializer.PREFIX, Part.VALUE, registered).prefix == b"\x00\x00\x00\x00\x01"


def test_only_the_edge_itself_loads_the_slow_client() -> None:
    look = "import sys, http_source, http_source.edges.registry.address; print({'authlib', 'httpx2'} & sys.modules.keys())"
    looked = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True, env=with_package())
    assert looked.stdout == "set()\n"
