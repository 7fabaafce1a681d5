"""Rules about the headers of a request: they can be sent, and what must not be read by everybody stands where it is hidden."""

from collections.abc import Collection, Iterator

from http_source.config.findings import doubt, invalid_in_part, shown
from http_source.config.lists import Pairs, parse_headers, sets_content_length
from http_source.config.partly_shown import shown_headers
from http_source.config.properties import ConnectorConfig, RequestOptions
from http_source.config.types import text_of
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN

PLAIN, SENSITIVE = "http.request.headers", "http.request.sensitive.headers"


def check_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """Both header lists can be sent as they are."""
    for name, text in _header_lists(config.request):
        try:
            if sets_content_length(text, config.request.headers_separator):
                yield doubt(name, "Content-Length is computed from the request that is sent, so the one given here is left out.")
        except ValueError as error:
            value = shown_headers(text, config.request.headers_separator) if name == PLAIN else HIDDEN
            yield invalid_in_part(name, value, str(error))


def check_sensitive_names(config: ConnectorConfig, sent: Collection[str]) -> Iterator[Finding]:
    """What must not be read by everybody stands where it is hidden; what is `sent` anyway, in lower case, has no place anywhere."""
    listed = {name.lower() for name in config.request.sensitive_names}.difference(sent)
    for header, _ in pairs_of(config.request, PLAIN):
        if header.lower() in listed and config.request.sensitive_validated:
            yield Finding(PLAIN, f"It is shown in plain text and must not hold the header {shown(header)}; move it to {SENSITIVE}.")
        elif header.lower() in listed:
            yield doubt(PLAIN, f"The header {shown(header)} is shown in plain text, since sensitive.headers.validation.enabled is false; "
                               f"move it to {SENSITIVE}.")


def _header_lists(request: RequestOptions) -> tuple[tuple[str, str], ...]:
    if request.headers_separator in {"", ":"}:
        return ()
    return ((PLAIN, request.headers or ""), (SENSITIVE, text_of(request.sensitive_headers)))


def pairs_of(request: RequestOptions, name: str) -> Pairs:
    """The headers of a list, by its property; none of a list that cannot be read, which `check_headers` reports."""
    try:
        return parse_headers(dict(_header_lists(request)).get(name, ""), request.headers_separator or "|")
    except ValueError:
        return ()
