"""A page converted as a run would convert it; nothing is registered and nothing produced."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from http_source.commands.readonly import ReadOnlyRegistry
from http_source.config.properties import ConnectorConfig, RegistryOptions
from http_source.connect.converters.format import Format
from http_source.connect.record import Record
from http_source.connect.subjects import Part
from http_source.connect.transforms.chain import Chain, Stage
from http_source.conversion.build import build_conversion
from http_source.conversion.conversion import Change
from http_source.conversion.reading import Read, Reader
from http_source.conversion.skipping import Skip
from http_source.edges.registry.address import RegistryAddress
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
    registries: dict[Part, ReadOnlyRegistry] = {}

    def open_registry(part: Part, format_: Format, options: RegistryOptions) -> ReadOnlyRegistry:
        opened = registries[part] = ReadOnlyRegistry(part, format_, address(), options)
        return opened

    conversion = build_conversion(config, open_registry, redact, lambda: time.time_ns() // 1_000_000)
    if conversion is None:
        return None
    tracer = _Tracer(conversion.reader)
    rehearsal = Rehearsal(page, tracer.traces, tuple(registries[part] for part in Part if part in registries))
    try:
        rehearsal.page = replace(conversion, reader=tracer, changes=tuple(tracer.changes(conversion.changes)))(topic, page)
    except RequestFailed as failure:
        rehearsal.failure = failure
    finally:
        conversion.close()
    rehearsal.failure = rehearsal.failure or next(filter(None, (each.refusal() for each in rehearsal.registries)), None)
    return rehearsal


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
