"""One outcome with a registry that is not ours, over restarts: each process finds the schemas as that one gives them back."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source.assembly.conversions import OpenRegistry, registry_at
from http_source.edges.registry.address import RegistryAddress
from http_source.foreign.redactor import Redactor
from http_source_tests.conversion.chains import CHAINS
from http_source_tests.conversion.law import Cut, Outcome, outcome, texts
from http_source_tests.conversion.rig import FORMATS
from http_source_tests.conversion.streams import CUTS, SETTINGS, STREAMS, TOLERANT
from http_source_tests.examples import examples
from http_source_tests.real_servers.apicurio import apicurio, install

pytestmark = pytest.mark.servers

EXAMPLES = examples(10)


class Remote:
    """A context of its own in the registry."""

    def __init__(self, url: str, client: SchemaRegistryClient) -> None:
        self.context = f"c{uuid4().hex}"
        self._url = url
        self._client = client

    def opener(self) -> OpenRegistry:
        return registry_at(RegistryAddress(url=self._url), Redactor())

    def text(self, number: int) -> str:
        return self._client.get_schema(number, subject_name=f":.{self.context}:").schema_str or ""

    def last(self) -> dict[str, str]:
        mine = [each for each in self._client.get_subjects() if each.startswith(f":.{self.context}:")]
        return {each.rpartition(":")[2]: self._client.get_latest_version(each).schema.schema_str or "" for each in mine}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """At the level NONE: what a page adds in one step, pages may add in several that a stricter level forbids."""
    with apicurio(*install(), tmp_path_factory.mktemp("apicurio")) as running, closing(SchemaRegistryClient({"url": running})) as client:
        client.set_compatibility(level="NONE")
        yield running


def polled(url: str, records: list[bytes], properties: dict[str, Any], cut: Cut, format_: str) -> Outcome:
    with SchemaRegistryClient({"url": url}) as client:
        remote = Remote(url, client)
        return outcome(records, {**properties, "schema.context.name": remote.context}, cut, format_, remote)


@pytest.mark.parametrize("format_", FORMATS)
def test_b206_b207_b210_b250_b251_b254_restarts_change_no_outcome(url: str, format_: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(STREAMS, CUTS, st.sampled_from(sorted(CHAINS)), SETTINGS)
    def law(records: list[Any], cut: Cut, chain: str, more: dict[str, str]) -> None:
        properties, served = {**CHAINS[chain], **TOLERANT, **more}, texts(records)
        whole = polled(url, served, properties, Cut(), format_)
        assert polled(url, served, properties, cut, format_) == whole
        assert polled(url, served, properties, Cut(tuple(range(len(served))), frozenset(range(9))), format_) == whole

    law()
