"""A Schema Registry that is not ours does what the one in memory does, as far as the connector needs it."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from http_source.config.options.converter import IdSerializer
from http_source.connect.converters.format import WrittenSchema
from http_source.connect.framing import frame_of
from http_source.connect.subjects import Part
from http_source.edges.registry.failures import RegistryFailed
from http_source.errors import RequestFailed
from http_source_tests.edges.registry_conformance import FIRST, Conformance, Place, protobuf
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


class TestApicurio(Conformance):
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
