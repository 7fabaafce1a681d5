"""The Schema Registry in memory does what a real one does, and a page of a known schema asks nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

from http_source.config.options.converter import IdSerializer
from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part
from http_source.demo.registry.versions import Schema
from http_source.edges.registry.registry_failures import RegistryFailed
from http_source_tests.connect.converters.protobuf_compiler import needs_protoc
from http_source_tests.demo.waiting import with_package
from http_source_tests.edges.registry_conformance import FIRST, GROWN, Conformance, Place, avro, json_schema, protobuf
from http_source_tests.registry import Stand, incompatible, registry

ID, OWNER = {"name": "id", "type": "int"}, {"name": "owner", "type": "Owner"}


@pytest.fixture
def place() -> Iterator[Place]:
    with registry() as stand, ExitStack() as opened:
        yield Place(stand.url, opened)


class TestInMemory(Conformance):
    """Ours."""


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


def person_registers(stand: Stand, subject: str, text: str, **imports: str) -> None:
    """As a person does, past the connector; `imports` are names and the subjects of which the first version is meant."""
    stand.server.store.register(subject, Schema(text, references=tuple(first(name, of) for name, of in imports.items())))


def first(name: str, subject: str) -> Mapping[str, Any]:
    """A reference as the registry's API has it."""
    return {"name": name, "subject": subject, "version": 1}


@pytest.mark.parametrize(("parent", "owner"), [("t-value", "owner"), (":.orders:t-value", ":.orders:owner"), (":.orders:t-value", "owner")])
def test_b216_a_reference_is_read_in_the_context_of_its_schema_and_sent_as_it_stands(parent: str, owner: str) -> None:
    with registry() as stand:
        person_registers(stand, owner if parent == "t-value" else ":.orders:owner", avro(ID, name="Owner"))
        person_registers(stand, parent, avro(OWNER), Owner=owner)
        client = stand.open(context="orders")
        newest = client.newest(parent)
        assert newest is not None
        client.register(parent, WrittenSchema(avro(OWNER, ID), references=newest.references))
        assert [each.references for each in stand.server.store.subjects[parent]] == [(first("Owner", owner),)] * 2


def test_b216_what_is_imported_is_asked_for_once() -> None:
    with registry() as stand:
        person_registers(stand, "site", avro(ID, name="Site"))
        person_registers(stand, "owner", avro({"name": "site", "type": "Site"}, name="Owner"), Site="site")
        person_registers(stand, "t-value", avro(OWNER), Owner="owner")
        client = stand.open()
        assert client.newest("t-value") == client.newest("t-value") == client.by_id(3, "t-value")
        asked = ["GET /subjects/owner/versions/1", "GET /subjects/site/versions/1"]
        assert [each for each in stand.calls() if each in asked] == asked


def test_b216_the_same_text_with_other_references_is_another_schema() -> None:
    with registry() as stand:
        for field in (ID, {"name": "id", "type": "string"}):
            person_registers(stand, "owner", avro(field, name="Owner"))
        client = stand.open()
        first, second = (
            client.register("t-value", WrittenSchema(avro(OWNER), references=[Reference("Owner", WrittenSchema(""), "owner", version)]))
            for version in (1, 2)
        )
        assert (first.version, second.version) == (1, 2)


def test_b216_an_import_that_is_gone_is_named() -> None:
    with registry() as stand:
        person_registers(stand, "owner", avro(ID, name="Owner"))
        person_registers(stand, "t-value", avro(OWNER), Owner="owner")
        del stand.server.store.subjects["owner"]
        with pytest.raises(RegistryFailed, match=r"does not have version 1 of subject owner, which a registered schema imports\."):
            stand.open().newest("t-value")


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("AVRO", avro(ID, ID)),
        ("AVRO", avro({"name": "id", "type": ["null", ["null", "int"]]})),
        ("JSON", json_schema(id={"type": "number", "minimum": "one"})),
        pytest.param("PROTOBUF", protobuf("Absent id"), marks=needs_protoc),
    ],
)
def test_b218_tests_register_no_schema_that_its_formats_own_library_refuses(format_: str, text: str) -> None:
    with registry() as stand, pytest.raises(RegistryFailed, match="the schema for subject t-value not valid"):
        stand.open(format_).register("t-value", WrittenSchema(text))


def test_normalization_is_asked_for_with_each_schema() -> None:
    with registry() as stand:
        client = stand.open("JSON", normalize=True)
        client.register("t-value", WrittenSchema(FIRST["JSON"]))
        client.lookup("t-value", WrittenSchema(json.dumps(json.loads(FIRST["JSON"]), indent=1)))
        client.compatibility("t-value", WrittenSchema(FIRST["JSON"]))
        assert ["normalize=True" in asked.target for asked in stand.asked] == [True] * 3


def test_reasons_come_with_a_verdict() -> None:
    with registry() as stand:
        stand.fault = incompatible("reader type: STRING not compatible with writer type: INT")
        verdict = stand.open().compatibility("t-value", WrittenSchema(FIRST["AVRO"]))
        assert not verdict.compatible
        assert verdict.messages == ("reader type: STRING not compatible with writer type: INT",)


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
