"""A page converted as a run would convert it; nothing is registered and nothing produced."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from http_source.commands.readonly import ReadOnlyRegistry
from http_source.config.options.output import CONVERTERS, STRING_CONVERTER, OutputFormat
from http_source.config.properties import ConnectorConfig
from http_source.connect.record import Record
from http_source.connect.subjects import Part
from http_source.connect.transforms.chain import Chain, Stage
from http_source.conversion.build import FORMATS, build_conversion, build_format
from http_source.conversion.conversion import Change, Conversion
from http_source.conversion.reading import Read, Reader, SchemaReader
from http_source.conversion.skipping import Skip
from http_source.conversion.subject import SchemaWriter
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry import Registry
from http_source.errors import RequestFailed
from http_source.model import Page, Value
from http_source.polling.excerpt import Redact


@dataclass(slots=True)
class Trace:
    """One record's way through the transforms.

    Attributes:
        first: as it was read, with its key.
        steps: each transform's alias, and the record after it; None where it was dropped.
    """

    first: Record
    steps: list[tuple[str, Record | None]] = field(default_factory=list)

    @property
    def last(self) -> Record | None:
        """The record as it is converted."""
        return self.steps[-1][1] if self.steps else self.first


@dataclass(slots=True)
class Rehearsal:
    """What a run would make of a page.

    Attributes:
        page: with what was left out, and its warnings; the page itself where it fails.
        traces: by the record's place in the page; those that could not be read have none.
        registries: what was asked of the registry, and would be told.
        failure: what the page would fail with.
    """

    page: Page
    traces: dict[int, Trace] = field(default_factory=dict)
    registries: Sequence[ReadOnlyRegistry] = ()
    failure: RequestFailed | None = None

    @property
    def doubts(self) -> Iterator[str]:
        """Why schemas are of this page alone; the same sentence comes once for values and once for keys."""
        failures = [each.failure for each in self.registries if each.failure is not None and each.refusal() is None]
        return (f"{failure} The schema shown is of this page alone." for failure in failures)


def rehearse(config: ConnectorConfig, address: Callable[[], RegistryAddress], redact: Redact, topic: str, page: Page) -> Rehearsal | None:
    """Convert a page; None where its records are produced as they were served."""
    conversion = build_conversion(_without_registry(config), RegistryAddress(url=""), redact, lambda: time.time_ns() // 1_000_000)
    if conversion is None:
        return None
    registries = _registries(config, address)
    conversion = _kept(conversion, config, registries)
    tracer = _Tracer(conversion.reader)
    rehearsal = Rehearsal(page, tracer.traces, tuple(registries.values()))
    try:
        rehearsal.page = replace(conversion, reader=tracer, changes=tuple(tracer.changes(conversion.changes)))(topic, page)
    except RequestFailed as failure:
        rehearsal.failure = failure
    finally:
        conversion.close()
    rehearsal.failure = rehearsal.failure or next(filter(None, (each.refusal() for each in rehearsal.registries)), None)
    return rehearsal


def _without_registry(config: ConnectorConfig) -> ConnectorConfig:
    """The same connector with schemas that are kept nowhere, so that building its conversion asks for no registry."""
    if config.output.data_format in FORMATS:
        output, converter = replace(config.output, data_format=OutputFormat.JSON), replace(config.converter, schemas_enable=True)
        config = replace(config, output=output, converter=converter)
    if _key_format(config) is not None:
        config = replace(config, output=replace(config.output, key_converter=STRING_CONVERTER))
    return config


def _key_format(config: ConnectorConfig) -> OutputFormat | None:
    return next((each for each in FORMATS if CONVERTERS[each] == config.output.key_converter), None)


def _registries(config: ConnectorConfig, address: Callable[[], RegistryAddress]) -> dict[Part, ReadOnlyRegistry]:
    key, value = _key_format(config), build_format(config)
    formats = {Part.VALUE: value, Part.KEY: None if key is None else FORMATS[key](config.converter)}
    # The id is that of the values' schema.
    options = {Part.VALUE: config.registry, Part.KEY: replace(config.registry, schema_id=-1)}
    return {part: ReadOnlyRegistry(part, each, address(), options[part]) for part, each in formats.items() if each is not None}


def _kept(conversion: Conversion, config: ConnectorConfig, registries: dict[Part, ReadOnlyRegistry]) -> Conversion:
    """The conversion with its schemas in the registries."""
    writers = {part: SchemaWriter(part, each.format, cast("Registry", each), each.options) for part, each in registries.items()}
    if values := writers.get(Part.VALUE):
        reader = conversion.reader if config.transforms.names else SchemaReader(values.newest, values.check)
        conversion = replace(conversion, values=values, reader=reader)
    return replace(conversion, keys=writers[Part.KEY]) if Part.KEY in writers else conversion


class _Tracer:
    """Reads as the reader does, and follows each record."""

    def __init__(self, reader: Reader) -> None:
        self.traces: dict[int, Trace] = {}
        self._reader = reader
        self._places: Iterator[int] = iter(())
        self._trace: Trace | None = None

    def read(self, topic: str, records: Sequence[Value], skip: Skip) -> Read:
        """Read the page."""
        read = self._reader.read(topic, records, skip)
        self._places = iter([place for place, record in enumerate(read.records) if record is not None])
        return read

    def learn(self, topic: str, read: Read) -> None:
        """There is no next page."""

    def forget(self, topic: str) -> None:
        """Nothing was learned."""

    def changes(self, changes: Sequence[Change]) -> Iterator[Change]:
        """The same changes, with each transform followed: records come one after the other, each through all of them."""
        yield from (change for change in changes if not isinstance(change, Chain))
        yield self._begin
        yield from (self._followed(stage) for change in changes if isinstance(change, Chain) for stage in change.stages)

    def _begin(self, record: Record) -> Record:
        self._trace = self.traces[next(self._places)] = Trace(record)
        return record

    def _followed(self, stage: Stage) -> Change:
        def change(record: Record) -> Record | None:
            changed = stage(record)
            if self._trace is not None:
                self._trace.steps.append((stage.alias, changed))
            return changed

        return change
