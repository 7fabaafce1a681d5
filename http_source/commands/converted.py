"""How `http-source preview` shows what becomes of a page: keys, transforms, schemas and what would be refused."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_source.commands.connections import registry_of_environment
from http_source.commands.masking import Mask
from http_source.commands.rehearsal import Rehearsal, rehearse
from http_source.commands.shown_schemas import inline_fields, schema_fields, schema_lines
from http_source.commands.traces import trace_fields
from http_source.commands.ways import cut, refusal_lines, way_lines
from http_source.config.properties import ConnectorConfig
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import RequestFailed
from http_source.model import Page
from http_source.polling.verdict import counted

_MOST_REFUSED = 3
Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Converted:
    """What is shown of it.

    Attributes:
        ways: what became of each record shown, for machines; None for one that was not reached.
        refused: all records that were refused, likewise.
        notes: the ways for people, line by line; they belong under their record.
        others: refused records beyond those that are shown, for people.
        schemas: for machines.
        skipped: how many records of the page would be left out.
        warnings: the page's and the conversion's.
        failure: what a run would fail with.
    """

    ways: Sequence[Fields | None]
    refused: Sequence[Fields]
    notes: Sequence[Sequence[str]]
    others: Sequence[str]
    schemas: Sequence[Fields]
    skipped: int
    warnings: Sequence[str]
    failure: RequestFailed | None

    @property
    def lines(self) -> list[str]:
        """The schemas, for people."""
        return schema_lines(self.schemas)


def convert(config: ConnectorConfig, topic: str, page: Page, mask: Mask, most: int) -> Converted | None:
    """Show a page's conversion, of at most so many records and those that are refused; None where records are produced as served."""
    rehearsal = rehearse(config, lambda: _address(mask), mask.text, topic, page)
    if rehearsal is None:
        return None
    ways = [_way(rehearsal, place, mask) for place in range(min(most, len(page.records)))]
    refused = [
        {"record": place, "excerpt": mask.excerpt(page.records[place]), **(_way(rehearsal, place, mask) or {})}
        for place in sorted(rehearsal.refused)
    ]  # fmt: skip
    people = _People(config, [each["record"] for each in refused])
    return Converted(
        ways=ways,
        refused=refused,
        notes=[list(people.way(way)) for way in ways],
        others=list(people.others([each for each in refused if each["record"] >= most])),
        schemas=[*schema_fields(rehearsal, mask), *inline_fields(rehearsal, config, mask)],
        skipped=rehearsal.page.skipped,
        warnings=[*rehearsal.page.told, *dict.fromkeys(rehearsal.doubts)],
        failure=rehearsal.failure,
    )


def _way(rehearsal: Rehearsal, place: int, mask: Mask) -> dict[str, Any] | None:
    if place >= len(rehearsal.traces):
        return None
    return trace_fields(rehearsal.traces[place], rehearsal.refused.get(place), mask)


class _People:
    """What is shown to people, of a connector and the records of a page that are refused."""

    def __init__(self, config: ConnectorConfig, refused: Sequence[int]) -> None:
        self._keyed = config.output.key_pointer is not None
        self._refused = refused

    def way(self, way: Fields | None) -> Iterator[str]:
        """The lines below a record."""
        if way is not None:
            yield from way_lines(way, keyed=self._keyed)
        elif self._refused:
            yield f"    not reached: the page ends at record {self._refused[0]}"

    def others(self, refused: Sequence[Fields]) -> Iterator[str]:
        """Records with the reason."""
        for each in refused[:_MOST_REFUSED]:
            yield cut(f"  record {each['record']}: {each['excerpt']}")
            yield from refusal_lines(each["refused"])
        if len(refused) > _MOST_REFUSED:
            yield f"  … and {counted(len(refused) - _MOST_REFUSED, 'more refused record')}"


def _address(mask: Mask) -> RegistryAddress:
    """Where Dagster's runs find the registry, when they have the same environment."""
    address = registry_of_environment()
    mask.text.learn(address.password.reveal(), address.key_password.reveal())
    return address
