"""Every exception of the project, grouped by what the caller does next.

    HttpSourceError
    ├── ConfigurationError    correct the configuration; it lists every mistake
    ├── RequestFailed         ask again later, or fail the entity when `retriable` is false
    │   ├── PageRefused       the answer came but cannot be used: nothing of it is produced
    │   │   ├── RecordRefused     no schema can hold a record (connect/record_refused.py)
    │   │   ├── TransformFailed   a transform cannot change a record (connect/transforms/chain.py)
    │   │   └── RecordFailed      a record cannot be converted, and may not be left out (conversion/skipping.py)
    │   └── RegistryFailed    the Schema Registry did not do what a page needs (edges/registry/registry_failures.py)
    ├── DeliveryFailed        Kafka did not take a page: the position stays, the run ends
    │   └── TopicMissing          a topic is not there and cannot be created: its entity fails (edges/kafka/topic_creator.py)
    ├── Stopped               the run was stopped before it had begun: nothing was requested
    ├── PositionRefused       a stored position cannot be used: reset the entity
    └── Defect                a library did what nobody expected of it: report it
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_CAUSE: Any = BaseException.__cause__
_CONTEXT: Any = BaseException.__context__


class HttpSourceError(Exception):
    """The root: catching it catches everything the project raises on purpose.

    It shows no exception of anybody else as its cause or context: error reporters, and Dagster's event log, print the words of the whole
    chain, and the variables of its frames, and both may hold what only `foreign/` may show.
    """

    @property
    def __cause__(self) -> "HttpSourceError | None":
        return _ours(_CAUSE.__get__(self))

    @__cause__.setter
    def __cause__(self, cause: BaseException | None) -> None:
        _CAUSE.__set__(self, cause)

    @property
    def __context__(self) -> "HttpSourceError | None":
        return _ours(_CONTEXT.__get__(self))

    @__context__.setter
    def __context__(self, context: BaseException | None) -> None:
        _CONTEXT.__set__(self, context)


def _ours(error: BaseException | None) -> HttpSourceError | None:
    return error if isinstance(error, HttpSourceError) else None


@dataclass(frozen=True, slots=True)
class Finding:
    """One mistake (or, with `warning`, one doubt) in a configuration.

    Attributes:
        property: Connect's dotted name, or the file's name when the file itself cannot be read.
        message: one sentence: what is wrong, what would be accepted. Never a secret value.
        warning: true when the connector may start all the same.
    """

    property: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.property}: {self.message}"


class PackageMissing(Finding):
    """A mistake that is corrected by an installation, not by another configuration."""


class Defect(HttpSourceError):
    """What nobody expected of a library, as lines: its words as they may be shown, and the places in source it came through."""


class ConfigurationError(HttpSourceError):
    """A configuration that must not start, with all of its mistakes."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        count = f"{len(self.findings)} mistake" + ("" if len(self.findings) == 1 else "s")
        super().__init__(f"The configuration has {count}:\n" + "\n".join(f"- {finding}" for finding in self.findings))


class RequestFailed(HttpSourceError):
    """A request that brought no usable answer.

    Attributes:
        retriable: whether the same request may succeed later.
        retry_after: seconds the server asked to wait, or None.
    """

    def __init__(self, reason: str, *, retriable: bool = True, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retriable = retriable
        self.retry_after = retry_after


class PageRefused(RequestFailed):
    """An answer that was read but cannot be used; none of its records is produced."""


class DeliveryFailed(HttpSourceError):
    """Kafka did not acknowledge a record, so the position before its page stays.

    Attributes:
        said: Kafka's own error, for who goes by its code; None where there is none.
    """

    said: object = None


class Stopped(HttpSourceError):
    """The run was stopped before it had begun; nothing was requested, and nothing is half done."""


class PositionRefused(HttpSourceError):
    """A stored position that cannot be used; says how to reset it.

    Attributes:
        why: what is wrong with it, alone.
    """

    def __init__(self, reason: str, *, why: str = "") -> None:
        super().__init__(reason)
        self.why = why


OUT_OF_MEMORY = (
    "The run's process may have no more memory, and needs more for its pages. Ask the API for smaller pages, lower "
    "max.in.flight.requests, or give it more."
)
"""What to tell a person of a MemoryError, which no code of ours can correct."""
