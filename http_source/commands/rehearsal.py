"""A page converted as a run would convert it; nothing is registered and nothing produced."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from http_source.assembly.conversions import build_conversion
from http_source.commands.readonly import ReadOnlyRegistry
from http_source.commands.tracer import Trace, Tracer
from http_source.config.properties import ConnectorConfig, RegistryOptions
from http_source.connect.converters.format import Format
from http_source.connect.schema import Schema
from http_source.connect.subjects import Part
from http_source.conversion.inline import InlineSubjects
from http_source.conversion.skipping import Skipped
from http_source.conversion.steps import Steps
from http_source.conversion.writing import SchemaWriter
from http_source.edges.registry.address import RegistryAddress
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Page


@dataclass(slots=True)
class Rehearsal:
    """What a run would make of a page.

    Attributes:
        page: with what was left out, and its warnings; the page itself where it fails.
        traces: of its records in order, as far as they were reached.
        refused: the records that were, by their places in the page.
        registries: what was asked of the registry, and would be told.
        inline: the schemas that keys or values carry themselves, by the topics they go to.
        failure: what the page would fail with.
    """

    page: Page
    traces: Sequence[Trace] = ()
    refused: Mapping[int, Skipped] = field(default_factory=dict)
    registries: Sequence[ReadOnlyRegistry] = ()
    inline: Sequence[tuple[Part, str, Schema]] = ()
    failure: RequestFailed | None = None

    @property
    def doubts(self) -> Iterator[str]:
        """Why schemas are of this page alone; the same sentence comes once for values and once for keys."""
        failures = [each.failure for each in self.registries if each.failure is not None and each.refusal() is None]
        return (f"{failure} The schema shown is of this page alone." for failure in failures)


def rehearse(config: ConnectorConfig, address: Callable[[], RegistryAddress], redact: Redactor, topic: str, page: Page) -> Rehearsal | None:
    """Convert a page; None where its records are produced as they were served."""
    registries: dict[Part, ReadOnlyRegistry] = {}

    def open_registry(part: Part, format_: Format, options: RegistryOptions) -> ReadOnlyRegistry:
        opened = registries[part] = ReadOnlyRegistry(part, format_, address(), options, redact)
        return opened

    conversion = build_conversion(config, open_registry, redact, lambda: time.time_ns() // 1_000_000)
    if conversion is None:
        return None
    tracer, opened = Tracer(conversion.steps), tuple(registries[part] for part in Part if part in registries)
    rehearsal = Rehearsal(page, tracer.traces, registries=opened)
    try:
        rehearsal.page = replace(conversion, steps=tracer.steps, skips=tracer.skips)(topic, page)
    except RequestFailed as failure:
        rehearsal.failure = failure
    finally:
        conversion.close()
    rehearsal.refused, rehearsal.inline = tracer.refused, list(_inline(conversion.steps, tracer.topics))
    rehearsal.failure = rehearsal.failure or next(filter(None, (each.refusal() for each in opened)), None)
    return rehearsal


def _inline(steps: Steps, topics: Iterable[str]) -> Iterator[tuple[Part, str, Schema]]:
    for part, writer in ((Part.KEY, steps.keys), (Part.VALUE, steps.values)):
        if isinstance(writer, SchemaWriter) and isinstance(writer.subjects, InlineSubjects):
            known = ((topic, writer.subjects.current(topic)) for topic in topics)
            yield from ((part, topic, current.schema) for topic, current in known if current is not None)
