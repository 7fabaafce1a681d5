"""A Schema Registry that is not ours does what the one in memory does, as far as the connector needs it."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient

from http_source.config.options.converter import IdSerializer
from http_source.connect.converters.format import Reference, WrittenSchema
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part, in_context
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry_failures import RegistryFailed
from http_source.errors import RequestFailed
from http_source_tests.conversion.churn import CLOSED, Churn
from http_source_tests.conversion.rig import FORMATS, VALUE, conversion_at, made
from http_source_tests.edges.registry_conformance import FIRST, IMPORTING, OWNER, Place, Verdicts, protobuf
from http_source_tests.real_servers.apicurio import apicurio, install

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with apicurio(*install(), tmp_path_factory.mktemp("apicurio")) as running:
        yield running


@pytest.fixture
def place(url: str) -> Iterator[Place]:
    with ExitStack() as opened:
        yield Place(url, opened)


class TestApicurio(Verdicts):
    """Theirs."""

    def test_b110_a_wider_protobuf_integer_is_refused(self, place: Place, subject: str) -> None:
        registry = place.open("PROTOBUF")
        registry.register(subject, WrittenSchema(protobuf("int32 id")))
        with pytest.raises(RegistryFailed, match="before: int32 , after int64"):
            registry.register(subject, WrittenSchema(protobuf("int64 id")))

    def test_it_has_no_guids_so_header_framing_is_refused(self, place: Place, subject: str) -> None:
        registered = place.open().register(subject, WrittenSchema(FIRST["AVRO"]))
        with pytest.raises(RequestFailed, match="gives no GUID"):
            frame_of(IdSerializer.HEADER, Part.VALUE, registered)

    def test_b216_its_verdicts_see_no_references(self, place: Place, subject: str) -> None:
        """So that a preview refuses what a run may register; docs/formats.md says it."""
        registry = place.open()
        owner = registry.register(f"owner-{subject}", WrittenSchema(OWNER["AVRO"]))
        schema = WrittenSchema(IMPORTING["AVRO"], references=[Reference("Owner", WrittenSchema(owner.text), f"owner-{subject}", 1)])
        assert registry.register(subject, schema).version == 1
        with pytest.raises(RegistryFailed, match="Syntax violation for Avro artifact"):
            registry.compatibility(subject, schema)


@pytest.mark.parametrize("format_", FORMATS)
def test_b109_b118_it_takes_each_version_of_a_stream_whose_shape_never_rests(url: str, format_: str) -> None:
    churn, context = Churn(1, every=20, widening=format_ != "PROTOBUF"), f"c{uuid4().hex}"
    properties = {"output.data.format": format_, "schema.context.name": context, **(CLOSED if format_ == "JSON_SR" else {})}
    for _ in range(4):
        with conversion_at(RegistryAddress(url=url), properties) as convert:
            for page in churn.pages(churn.records(100)):
                assert len(made(convert, *page)) == len(page)
    with closing(SchemaRegistryClient({"url": url})) as client:
        assert 3 < len(client.get_versions(in_context(VALUE, context))) <= churn.changes


@pytest.mark.parametrize(("format_", "converter"), [
    ("AVRO", "io.confluent.connect.avro.AvroConverter"),
    ("JSON_SR", "io.confluent.connect.json.JsonSchemaConverter"),
    ("PROTOBUF", "io.confluent.connect.protobuf.ProtobufConverter"),
])
def test_b218_it_takes_keys_and_values_that_are_no_objects(url: str, format_: str, converter: str) -> None:
    keyed = {"record.key.json.pointer": "", "key.converter": converter}
    values: tuple[Any, ...] = (7, "x", True, *(() if format_ == "PROTOBUF" else ([1, 2.5],)))
    for value in values:
        properties = {"output.data.format": format_, "schema.context.name": f"c{uuid4().hex}", **keyed}
        with conversion_at(RegistryAddress(url=url), properties) as convert:
            assert len(made(convert, value)) == 1
