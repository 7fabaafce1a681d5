"""auth.type=api_key: a key in a header or in the query of each request."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from http_source.config.findings import invalid
from http_source.config.likely_keys import is_plain
from http_source.config.lists import parse_headers
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, KeyLocation
from http_source.config.types import text_of
from http_source.edges.auth.authentication import CONTROL, Ask, Authentication, Signer
from http_source.edges.auth.fixed import FixedHeader, FixedParameter
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

NAME, VALUE = "api.key.name", "api.key.value"
_UNFIT_FOR_HEADERS = re.compile(r"[^\x20-\x7e]")
_SET_BY_THE_CLIENT = frozenset({"accept", "accept-encoding", "content-type"})


def check_name(config: ConnectorConfig) -> Iterator[Finding]:
    """The key has a place."""
    auth = config.auth
    if auth.key_location is KeyLocation.HEADER and not _is_free_header(auth.key_name):
        yield invalid(NAME, _shown(auth.key_name), "Expected the name of a header that is not set by the client itself (RFC 9110)")
    if auth.key_location is KeyLocation.QUERY and (not auth.key_name or CONTROL.search(auth.key_name)):
        yield invalid(NAME, _shown(auth.key_name), "Expected the name of a query parameter, without control characters")


def check_value(config: ConnectorConfig) -> Iterator[Finding]:
    """The key can stand there."""
    unfit = _UNFIT_FOR_HEADERS if config.auth.key_location is KeyLocation.HEADER else CONTROL
    value = text_of(config.auth.key_value)
    if config.auth.key_value is not None and (not value or unfit.search(value)):
        yield invalid(VALUE, HIDDEN, "A key has one character or more, no control characters, and in a header ASCII only")


def check_is_sent_once(config: ConnectorConfig) -> Iterator[Finding]:
    """In the query it takes the place of a parameter of its name, so one that is there was not meant."""
    request, name = config.request, ApiKey.parameter(config.auth)
    queries = (("url", request.url.partition("?")[2], "&"), ("http.request.parameters", request.parameters, request.parameters_separator))
    for where, query, separator in queries if name else ():
        if any(unquote_plus(item.partition("=")[0]) == name for item in (query or "").split(separator or "&")):
            yield Finding(where, f"It holds a parameter of the name in {NAME}, but auth.type=api_key sends its own; remove one.")


class ApiKey(Authentication):
    """A key that is the same in each request."""

    name = AuthType.API_KEY
    needs = (VALUE,)
    owns = ("api.key.",)
    rules = (check_name, check_value, check_is_sent_once)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:  # noqa: ARG003 - it learns nothing
        """The key at its place."""
        if options.key_value is None:
            raise ValueError(f"{VALUE} is not set.")
        return (FixedHeader if options.key_location is KeyLocation.HEADER else FixedParameter)(options.key_name, options.key_value)

    @classmethod
    def headers(cls, options: AuthOptions) -> tuple[str, ...]:
        """The one that holds the key."""
        return (options.key_name,) if options.key_location is KeyLocation.HEADER else ()

    @classmethod
    def parameter(cls, options: AuthOptions) -> str:
        """The one that holds the key."""
        return options.key_name if options.key_location is KeyLocation.QUERY else ""


def _shown(name: str) -> str:
    """The name of the key, unless it may be the key itself, put there by mistake."""
    return name if is_plain(name) else HIDDEN


def _is_free_header(name: str) -> bool:
    try:
        return name.lower() not in _SET_BY_THE_CLIENT and parse_headers(f"{name}:", "\0") == ((name, ""),)
    except ValueError:
        return False
