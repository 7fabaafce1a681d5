"""How `http-source preview` shows what becomes of a page: keys, transforms, schemas and what would be refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_source.commands.masking import Mask
from http_source.commands.rehearsal import Rehearsal, rehearse
from http_source.commands.schemas import inline_fields, schema_fields, schema_lines
from http_source.commands.traces import trace_fields, trace_lines
from http_source.config.properties import ConnectorConfig
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import RequestFailed
from http_source.model import Page


@dataclass(frozen=True, slots=True)
class Converted:
    """What is shown of it.

    Attributes:
        ways: what became of each record shown, for machines.
        notes: the same for people, line by line; they belong under their record.
        schemas: for machines.
        skipped: how many records of the page would be left out.
        warnings: the page's and the conversion's.
        failure: what a run would fail with.
    """

    ways: Sequence[Mapping[str, Any] | None]
    notes: Sequence[Sequence[str]]
    schemas: Sequence[Mapping[str, Any]]
    skipped: int
    warnings: Sequence[str]
    failure: RequestFailed | None

    @property
    def lines(self) -> list[str]:
        """The schemas, for people."""
        return schema_lines(self.schemas)


def convert(config: ConnectorConfig, topic: str, page: Page, mask: Mask, most: int) -> Converted | None:
    """Show a page's conversion, of at most so many records; None where records are produced as they were served."""
    rehearsal = rehearse(config, lambda: _address(mask), mask.text, topic, page)
    if rehearsal is None:
        return None
    ways = [trace_fields(rehearsal.traces.get(place), mask) for place in range(min(most, len(page.records)))]
    keyed = config.output.key_pointer is not None
    return Converted(
        ways=ways,
        # Without any trace the page was refused as a whole, which the failure tells.
        notes=[list(trace_lines(way, keyed=keyed)) for way in ways] if rehearsal.traces else [],
        schemas=[*schema_fields(rehearsal, mask), *_inline(config, rehearsal, mask)],
        skipped=rehearsal.page.skipped,
        warnings=[*rehearsal.page.told, *dict.fromkeys(rehearsal.doubts)],
        failure=rehearsal.failure,
    )


def _inline(config: ConnectorConfig, rehearsal: Rehearsal, mask: Mask) -> list[dict[str, Any]]:
    return inline_fields(rehearsal, config.converter, mask) if config.converter.schemas_enable else []


def _address(mask: Mask) -> RegistryAddress:
    """Where Dagster's runs find the registry, when they have the same environment."""
    # Imported here, since Dagster takes a second that connectors without a registry need not wait.
    from http_source.orchestration.resources import SchemaRegistryResource  # noqa: PLC0415

    address: RegistryAddress = SchemaRegistryResource.from_environment().process_config_and_initialize().address()
    mask.text.learn(address.password.reveal(), address.key_password.reveal())
    return address
