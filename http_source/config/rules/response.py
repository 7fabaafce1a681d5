"""Rules about answers: what is in them, which of them are looked at, and how the offset moves on."""

import re
from collections.abc import Iterator

from http_source.config.findings import doubt, invalid, shown
from http_source.config.header_lists import PLAIN, SENSITIVE, pairs_of
from http_source.config.options.response import CONDITION
from http_source.config.page_parameters import counting, counts_pages
from http_source.config.placeholders import is_sent
from http_source.config.properties import ConnectorConfig, OffsetMode, ResponseFormat
from http_source.config.rules.rule import Rule
from http_source.config.types import HIGHEST_STATUS, StatusRanges
from http_source.config.variables import OFFSET
from http_source.errors import Finding

_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")
EMPTY, REQUIRED = "http.response.empty.status.codes", "http.response.data.required"
RETRIED, LAST_STATUS = "retry.on.status.codes", 599
CONDITIONAL = "http.conditional.requests"


def check_required_data(config: ConnectorConfig) -> Iterator[Finding]:
    """What is required can be missing."""
    if config.offsets.data_required and not config.offsets.data_pointer:
        yield doubt(REQUIRED, "The whole answer is never missing; set http.response.data.json.pointer, or remove it.")


def _lines_take_no_pointers(config: ConnectorConfig) -> Iterator[Finding]:
    """Each line is a record, and there is nothing beside them."""
    offsets = config.offsets
    given = {
        "http.response.data.json.pointer": offsets.data_pointer, "http.next.page.json.pointer": offsets.next_page_pointers,
        "http.response.error.json.pointer": offsets.error_pointer, "http.response.data.required": offsets.data_required,
    }
    if offsets.format is ResponseFormat.NDJSON:
        for name in (name for name, value in given.items() if value):
            yield Finding(name, "It is for http.response.format=JSON: an answer of lines holds records and nothing else. Remove it.")


def _allowed_hosts_are_hosts(config: ConnectorConfig) -> Iterator[Finding]:
    for host in config.offsets.allowed_hosts:
        if not _HOST.fullmatch(host):
            yield invalid("http.next.page.allowed.hosts", host, "Expected hosts, each as `host` or `host:port`, without scheme and path")


def _offset_moves_on(config: ConnectorConfig) -> Iterator[Finding]:
    # Between windows of time the mode's own rule looks at what is sent.
    is_needed = config.offsets.mode is not OffsetMode.TIME_WINDOW or config.offsets.window_mode
    if is_needed and not is_sent(OFFSET, config.request) and not config.offsets.next_is_link:
        where = "http.request.parameters" if config.request.method == "GET" else "http.request.body"
        yield doubt("url", f"{OFFSET} is not used in any request, so every request is the same; put it into url or {where}.")


def check_page_parameters(config: ConnectorConfig) -> Iterator[Finding]:
    """Counting records where the API counts pages asks for page 1, then 3, then 5."""
    if OffsetMode.SIMPLE_INCREMENTING not in (config.offsets.mode, config.offsets.window_mode):
        return
    for name, parameter in counting(config.request):
        if counts_pages(parameter):
            yield doubt(name, f"By its name {shown(parameter)} counts pages, but http.offset.mode=SIMPLE_INCREMENTING counts records, so "
                              "pages would be skipped; use http.offset.mode=PAGE_NUMBER.")


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


def check_empty_statuses(config: ConnectorConfig) -> Iterator[Finding]:
    """A success is looked into before it counts as empty."""
    yield from without_success(EMPTY, config.retry.empty_status_codes)


def check_retried_statuses(config: ConnectorConfig) -> Iterator[Finding]:
    """The answers that pass by themselves are asked for again, and no code is named that is never asked for again."""
    codes = config.retry.on_status_codes
    if not codes.meets(500, LAST_STATUS):
        yield doubt(RETRIED, "No 5xx is in it, so an entity fails at the first fault of its server; add 500-, such as 429,500-.")
    if codes.meets(100, 299):
        yield doubt(RETRIED, "100 to 299 (RFC 9110) are not errors, so they are never retried; remove them.")
    # An open range ends at 999.
    if any(first > LAST_STATUS or LAST_STATUS < last < HIGHEST_STATUS for first, last in codes.ranges):
        yield doubt(RETRIED, f"No status code is above {LAST_STATUS} (RFC 9110); correct or remove those that are.")


def without_success(name: str, codes: StatusRanges) -> Iterator[Finding]:
    """The statuses that a property names hold no success."""
    if codes.meets(200, 299):
        yield invalid(name, str(codes), "200 to 299 are successes (RFC 9110); name other status codes and ranges, such as 403,404")


RULES: tuple[Rule, ...] = (
    check_required_data,
    _lines_take_no_pointers,
    _allowed_hosts_are_hosts,
    _offset_moves_on,
    check_page_parameters,
    check_conditional_requests,
    check_retried_statuses,
    check_empty_statuses,
)
"""In the order of the properties."""
