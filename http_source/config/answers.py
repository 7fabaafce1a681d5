"""Rules about answers: what is in them, and which of them are looked at."""

from collections.abc import Iterator

from http_source.config.credentials import PLAIN, SENSITIVE, pairs_of
from http_source.config.findings import doubt, invalid
from http_source.config.properties import ConnectorConfig, OffsetMode
from http_source.config.types import StatusRanges
from http_source.errors import Finding

EMPTY, RENEWING, REQUIRED = "http.response.empty.status.codes", "oauth2.renew.on.status.codes", "http.response.data.required"
CONDITIONAL, CONDITION = "http.conditional.requests", "If-None-Match"


def check_required_data(config: ConnectorConfig) -> Iterator[Finding]:
    """What is required can be missing."""
    if config.offsets.data_required and not config.offsets.data_pointer:
        yield doubt(REQUIRED, "The whole answer is never missing; set http.response.data.json.pointer, or remove it.")


def check_empty_statuses(config: ConnectorConfig) -> Iterator[Finding]:
    """A success is looked into before it counts as empty."""
    yield from _without_success(EMPTY, config.retry.empty_status_codes)


def check_renewing_statuses(config: ConnectorConfig) -> Iterator[Finding]:
    """A success refuses no token."""
    yield from _without_success(RENEWING, config.auth.renew_on_status_codes)


def check_conditional_requests(config: ConnectorConfig) -> Iterator[Finding]:
    """There is a condition that a server understands, and a request that comes again."""
    if not config.offsets.conditional:
        return
    if config.request.method == "POST":
        yield Finding(CONDITIONAL, "Servers answer such a condition to GET requests only (RFC 9110 §13.1.2); remove it.")
    if config.offsets.mode is OffsetMode.TIME_WINDOW:
        yield Finding(CONDITIONAL, f"With http.offset.mode={config.offsets.mode} no request is repeated; remove it.")
    headers = {name.lower() for each in (PLAIN, SENSITIVE) for name, _ in pairs_of(config.request, each)}
    if CONDITION.lower() in headers:
        yield Finding(CONDITIONAL, f"It sends {CONDITION} itself; remove that header, or this property.")


def _without_success(name: str, codes: StatusRanges) -> Iterator[Finding]:
    if codes.meets(200, 299):
        yield invalid(name, str(codes), "200 to 299 are successes (RFC 9110); name other status codes and ranges, such as 403,404")
