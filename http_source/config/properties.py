"""Every property, declared once: name, type, default, valid values, group, and what it does.

Start here to use the connector. The groups stand in the order a record travels. A field of a group *is* the property:
`load.py` fills it, `docs/properties.md` is printed from it, and a stage receives its own group and nothing else.
"""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from http_source.config.types import (
    BOOLEAN,
    LIST,
    PASSWORD,
    POINTER,
    STATUS_RANGES,
    STRING,
    Integer,
    OneOf,
    Secret,
    StatusRanges,
    Type,
)

REQUIRED: Any = object()


class Importance(StrEnum):
    """Kafka Connect's three ranks."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HIGH, MEDIUM, LOW = Importance


@dataclass(frozen=True, slots=True)
class Property:
    """One property as a user knows it.

    Attributes:
        name: Connect's dotted key.
        type: reads and checks the value.
        default: the value without the key, None for "not set", REQUIRED when it must be set.
        importance: Connect's rank.
        doc: what happens because of it, in one sentence.
        since: the version that first had it.
    """

    name: str
    type: Type[Any]
    default: Any
    importance: Importance
    doc: str
    since: str = "0.1.0"

    @property
    def required(self) -> bool:
        """Whether a configuration without it is refused."""
        return self.default is REQUIRED

    @property
    def secret(self) -> bool:
        """Whether its value is never shown."""
        return self.type is PASSWORD


def prop(name: str, type_: Type[Any], default: Any, importance: Importance, doc: str) -> Any:
    """A dataclass field that carries its property."""
    return field(metadata={"property": Property(name, type_, default, importance, doc)})


class OffsetMode(StrEnum):
    """How the next offset follows from a response (specification: `http.offset.mode`)."""

    SIMPLE_INCREMENTING = "SIMPLE_INCREMENTING"
    CHAINING = "CHAINING"
    CURSOR_PAGINATION = "CURSOR_PAGINATION"


class CursorEnd(StrEnum):
    """What follows the page that names no next one."""

    FOLLOW = "follow"
    RESTART = "restart"
    STOP = "stop"


class AuthType(StrEnum):
    """How requests prove who sends them."""

    NONE = "none"
    BASIC = "basic"
    BEARER = "bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorOptions:
    """Connector: what it is called and how many tasks share its entities."""

    name: str = prop("name", STRING, REQUIRED, HIGH,
        "Names the connector: the asset, the sensor, the job and the stored offsets are found by it. At most 64 characters.")
    connector_class: str = prop("connector.class", OneOf("HttpSource", "io.confluent.connect.http.HttpSourceConnector"),
        "HttpSource", HIGH, "Says which connector the file is for; may be left out.")
    tasks_max: int = prop("tasks.max", Integer(minimum=1), 1, HIGH,
        "Splits the entities over at most this many runs at a time; more tasks than entities bring nothing.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaOptions:
    """Kafka credentials: whose rights the producer has. Where Kafka is, the Dagster resource `kafka` says."""

    auth_mode: str = prop("kafka.auth.mode", OneOf("KAFKA_API_KEY"), "KAFKA_API_KEY", HIGH,
        "With KAFKA_API_KEY the key below is used, or without one the resource's own credentials.")
    api_key: Secret | None = prop("kafka.api.key", PASSWORD, None, HIGH,
        "Signs the producer in with SASL_SSL and PLAIN instead of the credentials of the Dagster resource.")
    api_secret: Secret | None = prop("kafka.api.secret", PASSWORD, None, HIGH, "The secret that belongs to `kafka.api.key`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """Request: what is asked of the API."""

    url: str = prop("url", STRING, REQUIRED, HIGH,
        "The address to poll, http or https; `${offset}` and `${entityName}` are replaced in it.")
    entity_names: tuple[str, ...] = prop("entity.names", LIST, (), MEDIUM,
        "Each name is polled on its own, with its own offset, and replaces `${entityName}`.")
    method: str = prop("http.request.method", OneOf("GET", "POST"), "GET", HIGH, "GET sends the parameters, POST sends the body.")
    headers: str | None = prop("http.request.headers", STRING, None, MEDIUM,
        "Headers of every request as `Name:value`, several of them split by the separator; they go to the configured origin only.")
    headers_separator: str = prop("http.request.headers.separator", STRING, "|", MEDIUM,
        "Stands between two headers; taken literally.")
    sensitive_headers: Secret | None = prop("http.request.sensitive.headers", PASSWORD, None, HIGH,
        "Headers like the ones above whose values are never shown; they win over a plain header of the same name.")
    parameters: str | None = prop("http.request.parameters", STRING, None, MEDIUM,
        "Query parameters as `name=value`, added to those in `url`; `${offset}` and `${entityName}` are replaced and encoded. GET only.")
    parameters_separator: str = prop("http.request.parameters.separator", STRING, "&", MEDIUM,
        "Stands between two parameters; taken literally.")
    body: str | None = prop("http.request.body", STRING, None, MEDIUM,
        "The payload; `${offset}` and `${entityName}` are replaced, inside a JSON string literal they are escaped. POST only.")

    @property
    def entities(self) -> tuple[str, ...]:
        """What is polled: each entity named, or the one entity `default`."""
        return self.entity_names or ("default",)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthOptions:
    """Authentication: how a request proves who sends it."""

    type: AuthType = prop("auth.type", OneOf(*AuthType), AuthType.NONE, HIGH, "Chooses the credentials that go with every request.")
    user: str | None = prop("connection.user", STRING, None, MEDIUM, "User name for `auth.type=basic`.")
    password: Secret | None = prop("connection.password", PASSWORD, None, MEDIUM, "Password for `auth.type=basic`.")
    bearer_token: Secret | None = prop("bearer.token", PASSWORD, None, MEDIUM,
        "Token for `auth.type=bearer`; it is not renewed, so an expired one fails the entities with 401.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportOptions:
    """Transport: how long and how much an answer may take."""

    connect_timeout_ms: int = prop("http.connect.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A connection that takes longer counts as a failed request.")
    request_timeout_ms: int = prop("http.request.timeout.ms", Integer(minimum=1), 30_000, LOW,
        "A request that is not answered to its last byte by then counts as failed, however slowly bytes still arrive.")
    max_bytes: int = prop("http.response.max.bytes", Integer(minimum=1), 67_108_864, LOW,
        "An answer with more bytes after decompression is refused, so that no answer can exhaust the memory.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OffsetOptions:
    """Response and offsets: where the records are and what to ask for next."""

    data_pointer: str = prop("http.response.data.json.pointer", POINTER, "", HIGH,
        "JSON Pointer (RFC 6901) to the records: an array is its elements, an object or scalar is one record. Empty: the whole answer.")
    mode: OffsetMode = prop("http.offset.mode", OneOf(*OffsetMode), OffsetMode.SIMPLE_INCREMENTING, HIGH,
        "Decides how the next `${offset}` follows: counting records, from the last record, or from a token in the answer.")
    initial: str | None = prop("http.initial.offset", STRING, None, HIGH,
        "`${offset}` of the first request; a stored offset wins over it.")
    offset_pointer: str | None = prop("http.offset.json.pointer", POINTER, None, MEDIUM,
        "CHAINING: JSON Pointer, relative to a record, to the value that becomes the next `${offset}`.")
    as_string: bool = prop("use.http.offset.json.pointer.as.string", BOOLEAN, True, MEDIUM,
        "CHAINING: false stores an integer offset as a JSON number instead of text.")
    next_page_pointer: str | None = prop("http.next.page.json.pointer", POINTER, None, MEDIUM,
        "CURSOR_PAGINATION: JSON Pointer to the token, URL or URL fragment of the next page.")
    cursor_end: CursorEnd = prop("http.cursor.end", OneOf(*CursorEnd), CursorEnd.FOLLOW, MEDIUM,
        "CURSOR_PAGINATION: after the last page, `follow` asks for it again and produces what it gained, `restart` begins anew, `stop` ends.")
    allowed_hosts: tuple[str, ...] = prop("http.next.page.allowed.hosts", LIST, (), LOW,
        "Other hosts (`host` or `host:port`) that a next-page URL or redirect may lead to; they receive the configured headers and credentials.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceOptions:
    """Pace: how often an entity is asked."""

    request_interval_ms: int = prop("request.interval.ms", Integer(minimum=100), 15_000, MEDIUM,
        "Passes between the end of one request of an entity and the start of its next.")
    catchup_interval_ms: int | None = prop("catchup.interval.ms", Integer(minimum=0), None, MEDIUM,
        "Replaces `request.interval.ms` while the last page brought records, so that a backlog drains faster; 0 is back to back.")
    max_in_flight: int = prop("max.in.flight.requests", Integer(minimum=1, maximum=1000), 10, LOW,
        "Requests of one task that may be on their way at once, each of another entity.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOptions:
    """Retries: what happens when a request fails."""

    max_retries: int = prop("max.retries", Integer(minimum=0), 10, MEDIUM,
        "A request that failed this often again fails its entity; the other entities go on.")
    backoff_ms: int = prop("retry.backoff.ms", Integer(minimum=100), 3_000, MEDIUM,
        "Passes before a failed request is sent again; a longer `Retry-After` of the server wins.")
    on_status_codes: StatusRanges = prop("retry.on.status.codes", STATUS_RANGES, STATUS_RANGES.parse("400-"), MEDIUM,
        "Status codes and ranges (`404,408,500-`) that are asked again; 401, 408 and 429 always are. Any other error fails the entity at once.")
    auto_restart: bool = prop("auto.restart.on.user.error", BOOLEAN, True, MEDIUM,
        "A failed entity starts again after growing pauses; with false it waits until a person materializes its partition or edits its offset.")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """Output: where the records go and in which format."""

    topic_name_pattern: str = prop("topic.name.pattern", STRING, REQUIRED, HIGH,
        "The topic; `${entityName}` in it gives each entity its own.")
    data_format: str = prop("output.data.format", OneOf("JSON"), REQUIRED, HIGH,
        "JSON writes each record's bytes as they were served.")

    def topic_of(self, entity: str) -> str:
        """The topic of an entity."""
        return self.topic_name_pattern.replace("${entityName}", entity)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Runs and checkpoints: how the work is cut into Dagster runs."""

    flush_interval_ms: int = prop("offset.flush.interval.ms", Integer(minimum=0), 10_000, LOW,
        "The shortest time between two checkpoints of an entity; a crash repeats at most what was fetched since the last one.")
    max_seconds: int = prop("run.max.seconds", Integer(minimum=0), 900, LOW,
        "A run hands over to the next one after this time; 0 asks once per entity and ends.")
    linger_ms: int = prop("run.linger.ms", Integer(minimum=0), 60_000, LOW,
        "A run with nothing due for longer than this ends, so that long intervals hold no process.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorConfig:
    """One connector's configuration, checked: `load.py` makes no other.

    Attributes:
        provided: what config providers gave, in whatever property, for those who must not show it.
    """

    connector: ConnectorOptions
    kafka: KafkaOptions
    request: RequestOptions
    auth: AuthOptions
    transport: TransportOptions
    offsets: OffsetOptions
    pace: PaceOptions
    retry: RetryOptions
    output: OutputOptions
    run: RunOptions
    provided: tuple[Secret, ...] = field(default=(), compare=False)


GROUPS: dict[str, type] = {
    "connector": ConnectorOptions,
    "kafka": KafkaOptions,
    "request": RequestOptions,
    "auth": AuthOptions,
    "transport": TransportOptions,
    "offsets": OffsetOptions,
    "pace": PaceOptions,
    "retry": RetryOptions,
    "output": OutputOptions,
    "run": RunOptions,
}
"""Field of `ConnectorConfig` → its group, in the order a record travels."""


def properties_of(group: type) -> dict[str, Property]:
    """The properties of a group by the field that holds them."""
    return {each.name: each.metadata["property"] for each in fields(group)}


PROPERTIES: dict[str, Property] = {
    each.name: each for group in GROUPS.values() for each in properties_of(group).values()
}
"""Every property by its dotted name."""
