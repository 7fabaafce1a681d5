"""What a public configuration meets: the API that it is for, and what arrives of its records."""

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from http_source_tests.publics import apis, records
from http_source_tests.publics.apis import Behavior

Record = Mapping[str, Any]


def as_served(record: Record) -> Any:
    return record


@dataclass(frozen=True, slots=True)
class Arrival:
    """What arrives in one topic.

    Attributes:
        value: a record's value in Kafka.
        key: its key there, read as JSON; None for records without keys.
        skipped: records before the initial offset.
        repeated: whether all of it comes with each request, since nothing that is sent says where to go on.
    """

    value: Callable[[Record], Any] = as_served
    key: Callable[[Record], Any] | None = None
    skipped: int = 0
    repeated: bool = False

    def of(self, found: Sequence[Record]) -> list[tuple[Any, Any]]:
        """Keys and values of the records that are there, each once."""
        return [(self.key(record) if self.key else None, self.value(record)) for record in found[self.skipped :]]


@dataclass(frozen=True, slots=True)
class Scene:
    """A configuration at work.

    Attributes:
        behavior: the API.
        topics: what arrives where.
        tls: with https, what it demands of a client; its own certificate is of the authority in the stores.
        proxied: whether it can be reached through the proxy alone.
    """

    behavior: Behavior
    topics: Mapping[str, Arrival]
    tls: ssl.VerifyMode | None = None
    proxied: bool = False


def again(value: Callable[[Record], Any] = as_served, key: Callable[[Record], Any] | None = None) -> Arrival:
    """Everything that is there, with each request."""
    return Arrival(value, key, repeated=True)


def enveloped(**types: str) -> Callable[[Record], Any]:
    """A value in JsonConverter's envelope (`schemas.enable=true`), by the types of the fields."""
    fields = [{"type": type_, "optional": True, "field": name} for name, type_ in types.items()]
    return lambda record: {"schema": {"type": "struct", "fields": fields, "optional": False}, "payload": record}


def search(path: str, size: int = 3, guard: tuple[str, str] | None = None) -> Behavior:
    """Elasticsearch."""
    return Behavior(records.hit, {path: apis.search_after(size)}, guard)


def bucket(guard: tuple[str, str] | None = None) -> Behavior:
    """Cloud Storage's list of objects."""
    return Behavior(records.bucket_object, {"/storage/v1/b/test-bucket/o": apis.tokens("pageToken", "items", "nextPageToken")}, guard)


def spaces() -> Behavior:
    """Confluence's list of spaces, one a page."""
    return Behavior(records.space, {"/wiki/rest/api/space": apis.counted("start", "results")})


def listed(record: Callable[[int], Record], path: str, place: str = "", guard: tuple[str, str] | None = None) -> Behavior:
    """An API that answers all it has."""
    return Behavior(record, {path: apis.whole(place)}, guard)


def one(path: str, content: Any) -> Behavior:
    """An API that has one object."""
    return Behavior(lambda _number: content, {path: apis.newest}, stock=1)


def signing(*paths: str) -> Behavior:
    """An API that has one object at each path."""
    return Behavior(records.message, dict.fromkeys(paths, apis.signed), stock=1)


def signed(path: str) -> Arrival:
    """What such an API answers, with each request."""
    return again(lambda record: {"path": path, **record})
