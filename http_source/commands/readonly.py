"""A Schema Registry that is asked and never told: what a run would register is kept here instead."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from http_source.config.options.converter import RegistryOptions
from http_source.connect.converters.format import Format, WrittenSchema
from http_source.connect.subjects import Part, Registered
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry_failures import RegistryFailed, RegistryRefusal, refused
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign

if TYPE_CHECKING:
    from http_source.edges.registry.registry import Compatibility, Registry

T = TypeVar("T")

_NO_GUID = str(UUID(int=0))
_NOT_COMPATIBLE = 409


@dataclass(slots=True)
class Prospect:
    """A subject as it is, and as a run would leave it.

    Attributes:
        newest: what the registry has; None where it has nothing, or was not heard.
        wanted: what a run would register; None where the newest schema holds the page.
        verdict: whether `wanted` may follow the newest one; None where that was not asked.
    """

    newest: Registered | None = None
    wanted: WrittenSchema | None = None
    verdict: "Compatibility | None" = None


class ReadOnlyRegistry:
    """Stands in the place of a Registry, for one part of the records.

    What fails once is not asked again: then schemas are made as if nothing were registered. Where the connector chooses one that is
    registered there is nothing to be made, and the failure is raised, as it is in a run.

    Attributes:
        prospects: what became of each subject.
        options: the connector's.
        failure: why the registry was not heard; None while it answers.
    """

    def __init__(self, part: Part, format_: Format, address: RegistryAddress, options: RegistryOptions, redact: Redactor) -> None:
        self.part = part
        self.format = format_
        self.options = options
        self.prospects: dict[str, Prospect] = {}
        self.failure: RegistryFailed | None = None
        self._address = address.overridden_by(options)
        self._registry: Registry | None = None
        self._redact = redact

    @property
    def is_named(self) -> bool:
        """Whether anybody has said where the registry is."""
        return bool(self._address.url.strip())

    def close(self) -> None:
        """Close the connections."""
        if self._registry is not None:
            self._registry.close()

    def newest(self, subject: str) -> Registered | None:
        """The subject's newest version, as far as the registry tells."""
        return self._found(subject, self._ask(lambda registry: registry.newest(subject)))

    def by_id(self, number: int, subject: str) -> Registered | None:
        """The schema with this id, as far as the registry tells."""
        return self._found(subject, self._ask(lambda registry: registry.by_id(number, subject)))

    def version(self, subject: str, number: int) -> Registered | None:
        """A version of the subject, as far as the registry tells."""
        return self._ask(lambda registry: registry.version(subject, number))

    def register(self, subject: str, written: WrittenSchema) -> Registered:
        """Keep the schema, and ask whether it could be registered."""
        prospect = self._wanted(subject, written)
        if prospect.newest is not None:
            prospect.verdict = self._ask(lambda registry: registry.compatibility(subject, written))
        return _imagined(prospect, written)

    def lookup(self, subject: str, written: WrittenSchema) -> Registered:
        """Ask whether the schema is there, and keep it where it is not."""
        found = self._ask(lambda registry: registry.lookup(subject, written))
        if found is not None:
            self.prospects[subject] = Prospect(found)
            return found
        return _imagined(self._wanted(subject, written), written)

    def refusal(self) -> RegistryFailed | None:
        """What a run would fail with, if the registry would not take its schemas."""
        if self.failure is not None and (self._is_fixed or (self.is_named and not self.failure.retriable)):
            return self.failure
        for subject, prospect in self.prospects.items():
            if prospect.verdict is not None and not prospect.verdict.compatible:
                refusal = RegistryRefusal(_NOT_COMPATIBLE, _NOT_COMPATIBLE, Foreign("; ".join(prospect.verdict.messages)))
                return refused(self._address, refusal, subject, self._redact)
        return None

    @property
    def _is_fixed(self) -> bool:
        return self.options.use_latest or self.options.schema_id >= 0

    def _found(self, subject: str, registered: Registered | None) -> Registered | None:
        if self.failure is not None and self._is_fixed:
            raise self.failure
        self.prospects.setdefault(subject, Prospect()).newest = registered
        return registered

    def _wanted(self, subject: str, written: WrittenSchema) -> Prospect:
        prospect = self.prospects.setdefault(subject, Prospect())
        prospect.wanted = written
        return prospect

    def _ask(self, question: Callable[["Registry"], T]) -> T | None:
        if self.failure is not None:
            return None
        try:
            self._registry = self._registry or self._opened()
            return question(self._registry)
        except RegistryFailed as failure:
            self.failure = failure
            return None

    def _opened(self) -> "Registry":
        # Imported here, since it needs the extra `registry`, and previews without a registry do not.
        from http_source.edges.registry.registry import Registry  # noqa: PLC0415

        return Registry(self._address, self.options, self.format.registry_type, self._redact)


def _imagined(prospect: Prospect, written: WrittenSchema) -> Registered:
    """What registering would answer: with a GUID, unless this registry is known to give none."""
    guid = _NO_GUID if prospect.newest is None else prospect.newest.guid
    return Registered(id=0, guid=guid, version=None, text=written.text, references=written.references)
