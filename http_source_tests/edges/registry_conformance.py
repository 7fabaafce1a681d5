"""What every Schema Registry must do for the connector, ours in memory as well as a real one, and what a real one does besides."""

import io
import json
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from fastavro import schemaless_writer
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from http_source.config.options.converter import IdSerializer
from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part, in_context
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry import Registry
from http_source.edges.registry.registry_failures import RegistryFailed
from http_source.foreign.redactor import Redactor
from http_source_tests.connect.converters.protobuf_compiler import needs_protoc
from http_source_tests.registry import registry_options

_ID = {"name": "id", "type": "int"}
_NAME = {"name": "name", "type": ["null", "string"], "default": None}
_TEXT = {"type": "string"}


def avro(*fields: dict[str, Any], name: str = "Space") -> str:
    """Without blanks, since some registries give it back so."""
    return json.dumps({"type": "record", "name": name, "fields": list(fields)}, separators=(",", ":"))


def json_schema(*, closed: bool = True, **properties: dict[str, Any]) -> str:
    schema = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "Space", "type": "object", "properties": properties}
    return json.dumps(schema | {"additionalProperties": not closed})


def protobuf(*fields: str, name: str = "Space", before: str = "") -> str:
    lines = "".join(f"  {each} = {number};\n" for number, each in enumerate(fields, 1))
    return f'syntax = "proto3";\n\n{before}message {name} {{\n{lines}}}\n'


FIRST = {"AVRO": avro(_ID), "JSON": json_schema(id={"type": "integer"}), "PROTOBUF": protobuf("int32 id")}
GROWN = {
    "AVRO": avro(_ID, _NAME),
    "JSON": json_schema(id={"type": "integer"}, name={"oneOf": [{"type": "null"}, _TEXT]}),
    "PROTOBUF": protobuf("int32 id", "string name"),
}
WIDENED = {
    "AVRO": avro({"name": "id", "type": "long"}),
    "JSON": json_schema(id={"type": "number"}),
}
TURNED = {"AVRO": avro({"name": "id", "type": "string"}), "JSON": json_schema(id=_TEXT), "PROTOBUF": protobuf("string id")}
NAME_OF_OWNER = {"AVRO": "Owner", "JSON": "owner.json", "PROTOBUF": "owner.proto"}
OWNER = {"AVRO": avro(_ID, name="Owner"), "JSON": FIRST["JSON"], "PROTOBUF": protobuf("int32 id", name="Owner")}
GROWN_OWNER = {"AVRO": avro(_ID, _NAME, name="Owner"), "JSON": GROWN["JSON"], "PROTOBUF": protobuf("int32 id", "string name", name="Owner")}
_OWNER = {"name": "owner", "type": "Owner"}
_IMPORT = 'import "owner.proto";\n\n'
IMPORTING = {
    "AVRO": avro(_OWNER),
    "JSON": json_schema(owner={"$ref": "owner.json"}),
    "PROTOBUF": protobuf("Owner owner", before=_IMPORT),
}
IMPORTING_MORE = {
    "AVRO": avro(_OWNER, _NAME),
    "JSON": json_schema(owner={"$ref": "owner.json"}, name=_TEXT),
    "PROTOBUF": protobuf("Owner owner", "string name", before=_IMPORT),
}
PLACES = {"AVRO": ("/fields/0", "STRING", "INT"), "JSON": ("/properties/id", ), "PROTOBUF": ("Space", "int32", "string")}
BROKEN = (
    ("AVRO", '{"type": "record"}'),
    ("AVRO", avro(_ID, _ID)),
    ("AVRO", avro({"name": "id", "type": ["null", "null"]})),
    ("AVRO", avro({"name": "id", "type": "Absent"})),
    ("JSON", "{"),
    pytest.param("PROTOBUF", "message {", marks=needs_protoc),
)
FORMATS = pytest.mark.parametrize("format_", FIRST)


@dataclass(frozen=True, slots=True)
class Place:
    """A running registry whose level is BACKWARD; what is opened is closed with `opened`."""

    url: str
    opened: ExitStack

    def open(self, format_: str = "AVRO", **options: Any) -> Registry:
        registry = Registry(RegistryAddress(url=self.url), registry_options(**options), format_, Redactor())
        return self.opened.enter_context(closing(registry))

    def client(self) -> SchemaRegistryClient:
        """As a consumer has it."""
        return self.opened.enter_context(closing(SchemaRegistryClient({"url": self.url})))


class Conformance:
    """Inherited by a test class whose module has the fixture `place`."""

    @pytest.fixture
    def subject(self) -> str:
        return f"spaces-{uuid4().hex}-value"

    @FORMATS
    def test_a_subject_without_a_version_has_no_newest(self, place: Place, subject: str, format_: str) -> None:
        assert place.open(format_).newest(subject) is None

    @FORMATS
    def test_what_was_registered_is_the_newest(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        registered = registry.register(subject, WrittenSchema(FIRST[format_]))
        assert registry.newest(subject) == registered
        assert (registered.version, registered.text) == (1, FIRST[format_])

    @FORMATS
    def test_the_same_schema_again_is_no_new_version_also_for_another_client(self, place: Place, subject: str, format_: str) -> None:
        schema = WrittenSchema(FIRST[format_])
        assert place.open(format_).register(subject, schema) == place.open(format_).register(subject, schema)

    @FORMATS
    def test_b109_an_added_optional_field_is_a_new_version(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        first = registry.register(subject, WrittenSchema(FIRST[format_]))
        second = registry.register(subject, WrittenSchema(GROWN[format_]))
        assert (first.version, second.version) == (1, 2)
        assert first.id != second.id

    @pytest.mark.parametrize("format_", WIDENED)
    def test_b110_a_widened_type_is_a_new_version(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        registry.register(subject, WrittenSchema(FIRST[format_]))
        assert registry.register(subject, WrittenSchema(WIDENED[format_])).version == 2

    @pytest.mark.parametrize(("format_", "text"), BROKEN)
    def test_b107_b218_a_schema_that_is_none_is_refused(self, place: Place, subject: str, format_: str, text: str) -> None:
        with pytest.raises(RegistryFailed, match=rf"the schema for subject {subject} not valid") as refused:
            place.open(format_).register(subject, WrittenSchema(text))
        assert not refused.value.retriable

    def test_b218_a_logical_type_that_its_schema_makes_impossible_is_none_and_the_schema_is_one(self, place: Place, subject: str) -> None:
        text = avro({"name": "id", "type": {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 5}})
        assert place.open().register(subject, WrittenSchema(text)).version == 1

    def test_equal_schemas_of_two_subjects_share_their_id(self, place: Place, subject: str) -> None:
        registry, schema = place.open(), WrittenSchema(avro(_ID, name=f"R{uuid4().hex}"))
        assert registry.register(subject, schema).id == registry.register(f"other-{subject}", schema).id

    def test_a_schema_is_looked_up_without_being_registered(self, place: Place, subject: str) -> None:
        registered = place.open().register(subject, WrittenSchema(FIRST["AVRO"]))
        registry = place.open(auto_register=False)
        assert registry.lookup(subject, WrittenSchema(FIRST["AVRO"])) == registered
        with pytest.raises(RegistryFailed, match=r"auto\.register\.schemas"):
            registry.lookup(subject, WrittenSchema(GROWN["AVRO"]))
        with pytest.raises(RegistryFailed, match=f"under subject other-{subject}"):
            registry.lookup(f"other-{subject}", WrittenSchema(FIRST["AVRO"]))

    @FORMATS
    def test_a_schema_is_read_by_its_id(self, place: Place, subject: str, format_: str) -> None:
        registered = place.open(format_).register(subject, WrittenSchema(FIRST[format_]))
        assert place.open(format_).by_id(registered.id, subject) == registered

    def test_an_id_that_no_schema_has_is_refused(self, place: Place, subject: str) -> None:
        with pytest.raises(RegistryFailed, match=r"id 99999999\. Set value\.converter\.use\.schema\.id"):
            place.open().by_id(99_999_999, subject)

    @FORMATS
    def test_b216_a_schema_that_grows_keeps_its_references(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        owner, imports = self._imported(registry, subject, format_)
        registered = registry.register(subject, WrittenSchema(IMPORTING[format_], references=(imports,)))
        registry.register(owner, WrittenSchema(GROWN_OWNER[format_]))
        newest = place.open(format_).newest(subject)
        assert newest == registered
        grown = WrittenSchema(IMPORTING_MORE[format_], references=newest.references)
        assert registry.register(subject, grown).version == 2
        newest = place.open(format_).newest(subject)
        assert newest is not None
        assert [(each.name, each.subject, each.version, each.written.text) for each in newest.references] == [
            (NAME_OF_OWNER[format_], owner, 1, OWNER[format_])
        ]

    @FORMATS
    def test_b216_a_schema_is_found_with_its_references_by_text_and_by_id(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        _, imports = self._imported(registry, subject, format_)
        schema = WrittenSchema(IMPORTING[format_], references=(imports,))
        registered = registry.register(subject, schema)
        assert place.open(format_).lookup(subject, schema) == registered
        assert place.open(format_).by_id(registered.id, subject) == registered

    def _imported(self, registry: Registry, subject: str, format_: str) -> tuple[str, Reference]:
        """The subject of an owner, and what refers to its first version."""
        owner, written = f"owner-{subject}", WrittenSchema(OWNER[format_])
        version = registry.register(owner, written).version
        return owner, Reference(NAME_OF_OWNER[format_], written, owner, version)

    def test_a_context_keeps_its_subjects_apart(self, place: Place, subject: str) -> None:
        registry, inside = place.open(context="orders"), in_context(subject, "orders")
        registry.register(inside, WrittenSchema(FIRST["AVRO"]))
        newest = registry.newest(inside)
        assert newest is not None
        assert newest.text == FIRST["AVRO"]
        assert registry.newest(subject) is None

    def test_a_consumer_reads_framed_avro(self, place: Place) -> None:
        payload = io.BytesIO()
        schemaless_writer(payload, json.loads(GROWN["AVRO"]), {"id": 7, "name": "Öl"})
        topic, framed = _framed(place, "AVRO", payload.getvalue())
        read = AvroDeserializer(place.client(), conf={"subject.name.strategy.type": "TOPIC"})
        assert read(framed, SerializationContext(topic, MessageField.VALUE)) == {"id": 7, "name": "Öl"}

    def test_a_consumer_reads_framed_json(self, place: Place) -> None:
        topic, framed = _framed(place, "JSON", b'{"id": 7, "name": null}')
        read = JSONDeserializer(None, schema_registry_client=place.client(), conf={"subject.name.strategy.type": "TOPIC"})
        assert read(framed, SerializationContext(topic, MessageField.VALUE)) == {"id": 7, "name": None}

    def test_a_consumer_reads_framed_protobuf(self, place: Place) -> None:
        message = space_message()
        topic, framed = _framed(place, "PROTOBUF", message(id=7, name="Öl").SerializeToString(), b"\x00")
        read = ProtobufDeserializer(message, {"use.deprecated.format": False})
        assert read(framed, SerializationContext(topic, MessageField.VALUE)) == message(id=7, name="Öl")


class Verdicts(Conformance):
    """The same, and what a registry does that judges changes."""

    @FORMATS
    def test_b106_an_incompatible_schema_is_refused_with_subject_types_and_path(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        first = registry.register(subject, WrittenSchema(FIRST[format_]))
        with pytest.raises(RegistryFailed, match=subject) as refused:
            registry.register(subject, WrittenSchema(TURNED[format_]))
        assert not refused.value.retriable
        assert all(each in str(refused.value) for each in (*PLACES[format_], "compatibility level", "another topic"))
        assert registry.newest(subject) == first

    def test_a_property_added_to_an_open_json_schema_is_refused_with_what_to_set(self, place: Place, subject: str) -> None:
        registry = place.open("JSON")
        registry.register(subject, WrittenSchema(json_schema(closed=False, id={"type": "integer"})))
        with pytest.raises(RegistryFailed, match=r"object\.additional\.properties=false"):
            registry.register(subject, WrittenSchema(json_schema(closed=False, id={"type": "integer"}, name=_TEXT)))

    @FORMATS
    def test_a_verdict_needs_no_registration(self, place: Place, subject: str, format_: str) -> None:
        registry = place.open(format_)
        assert registry.compatibility(subject, WrittenSchema(TURNED[format_])).compatible
        first = registry.register(subject, WrittenSchema(FIRST[format_]))
        assert registry.compatibility(subject, WrittenSchema(GROWN[format_])).compatible
        assert not registry.compatibility(subject, WrittenSchema(TURNED[format_])).compatible
        assert registry.newest(subject) == first


def _framed(place: Place, format_: str, payload: bytes, indexes: bytes = b"") -> tuple[str, bytes]:
    """A topic, and the payload as a record's value in it."""
    topic = f"spaces-{uuid4().hex}"
    registered = place.open(format_).register(f"{topic}-value", WrittenSchema(GROWN[format_]))
    return topic, frame_of(IdSerializer.PREFIX, Part.VALUE, registered, indexes).wrap(payload)


def space_message() -> Any:
    """The class of GROWN's Protobuf message."""
    text, integer = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_INT32
    file = descriptor_pb2.FileDescriptorProto(name="space.proto", syntax="proto3")
    message = file.message_type.add(name="Space")
    message.field.add(name="id", number=1, type=integer, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL)
    message.field.add(name="name", number=2, type=text, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)  # type: ignore[no-untyped-call]
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("Space"))  # type: ignore[no-untyped-call]
