"""What is asked of the API, and how often."""

from dataclasses import dataclass

from http_source.config.numbers import Number
from http_source.config.property import HIGH, LOW, MEDIUM, REQUIRED, prop
from http_source.config.types import BOOLEAN, LIST, PASSWORD, STRING, Integer, OneOf, Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOptions:
    """Request: what is sent to the API."""

    url: str = prop("url", STRING, REQUIRED, HIGH,
        "The address to poll, http or https; `${offset}` and `${entityName}` are replaced in it, and `$${` writes `${`, here and in all that is sent.")
    entity_names: tuple[str, ...] = prop("entity.names", LIST, (), MEDIUM,
        "Each name is polled on its own, with its own offset, and replaces `${entityName}`.")
    method: str = prop("http.request.method", OneOf("GET", "POST"), "GET", HIGH, "GET sends the parameters, POST sends the body.")
    headers: str | None = prop("http.request.headers", STRING, None, MEDIUM,
        "Headers of every request as `Name:value`, with the separator between two; `${offset}` and `${entityName}` are replaced, and they go to the configured origin only.")
    headers_separator: str = prop("http.request.headers.separator", STRING, "|", MEDIUM,
        "Stands between two headers; taken literally.")
    sensitive_headers: Secret | None = prop("http.request.sensitive.headers", PASSWORD, None, HIGH,
        "Headers like the ones above whose values are never shown; they win over a plain header of the same name.")
    sensitive_names: tuple[str, ...] = prop("sensitive.headers.list", LIST, ("authorization",), LOW,
        "Headers that are refused in `http.request.headers`, since that is shown in plain text; upper and lower case are the same.")
    sensitive_validated: bool = prop("sensitive.headers.validation.enabled", BOOLEAN, True, LOW,
        "With false the headers of `sensitive.headers.list` may stand in `http.request.headers` anyway, for everyone to read.")
    parameters: str | None = prop("http.request.parameters", STRING, None, MEDIUM,
        "Query parameters as `name=value`, added to those in `url`; `${offset}` and `${entityName}` are replaced and encoded. GET only.")
    parameters_separator: str = prop("http.request.parameters.separator", STRING, "&", MEDIUM,
        "Stands between two parameters; taken literally.")
    body: str | None = prop("http.request.body", STRING, None, MEDIUM,
        "The payload; `${offset}` and `${entityName}` are replaced, inside a JSON string literal they are escaped; what would turn JSON into something else is not sent. POST only.")

    @property
    def entities(self) -> tuple[str, ...]:
        """What is polled: each entity named, or the one entity `default`."""
        return self.entity_names or ("default",)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceOptions:
    """Pace: how often an entity is polled."""

    request_interval_ms: int = prop("request.interval.ms", Integer(minimum=100), 15_000, MEDIUM,
        "The time between the end of one request of an entity and the start of its next.")
    catchup_interval_ms: int | None = prop("catchup.interval.ms", Integer(minimum=0), None, MEDIUM,
        "Replaces `request.interval.ms` while the last page brought records, so that a backlog drains faster; 0 is back to back.")
    max_in_flight: int = prop("max.in.flight.requests", Integer(minimum=1, maximum=1000), 10, LOW,
        "How many requests of one task may be in flight at once, each of another entity.")
    requests_per_second: float | None = prop("http.requests.per.second", Number(minimum=0.001, maximum=10_000), None, MEDIUM,
        "The most requests a second, also fewer than one such as 0.2, shared by all entities: none starves, and a quiet one leaves its share to the others of its task. Each of several tasks has a share: together they keep the limit on average, and each may send one more within a second.")
    limit_headers: bool = prop("http.rate.limit.headers", BOOLEAN, True, LOW,
        "Heeds what answers say of the API's rate limits (`RateLimit`, `X-RateLimit-*` and their like) before a request is refused; false is for an API whose headers are wrong.")
