"""Rules about headers and credentials: complete, given once, never in a plain property, never in the clear without a warning."""

import re
from collections.abc import Iterator

from http_source.config.address import is_sent_in_the_clear
from http_source.config.findings import HIDDEN, doubt, invalid
from http_source.config.lists import Pairs, parse_headers, sets_content_length
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, RequestOptions
from http_source.config.types import Secret
from http_source.errors import Finding

PLAIN, SENSITIVE = "http.request.headers", "http.request.sensitive.headers"
_BEARER = re.compile(r"[\x21-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_kafka_key(config: ConnectorConfig) -> Iterator[Finding]:
    """The Kafka key and its secret come together."""
    key, secret = config.kafka.api_key, config.kafka.api_secret
    if key and not secret:
        yield Finding("kafka.api.secret", "It must be set, since kafka.api.key is.")
    if secret and not key:
        yield Finding("kafka.api.key", "It must be set, since kafka.api.secret is.")


def check_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """Both header lists can be sent as they are."""
    for name, text in _header_lists(config.request):
        try:
            if sets_content_length(text, config.request.headers_separator):
                yield doubt(name, "Content-Length is computed from the request that is sent, so the one given here is left out.")
        except ValueError as error:
            yield invalid(name, HIDDEN, str(error))


def check_user(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 7617 §2: a colon would end the user name."""
    user = config.auth.user
    yield from _belongs(config.auth, AuthType.BASIC, "connection.user", user)
    if config.auth.type is AuthType.BASIC and (":" in (user or "") or _CONTROL.search(user or "")):
        yield invalid("connection.user", HIDDEN, "A user name has no colon and no control characters (RFC 7617)")


def check_password(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 7617 §2: no control characters."""
    password = config.auth.password
    yield from _belongs(config.auth, AuthType.BASIC, "connection.password", password)
    if config.auth.type is AuthType.BASIC and password and _CONTROL.search(password.reveal()):
        yield invalid("connection.password", HIDDEN, "A password has no control characters (RFC 7617)")


def check_token(config: ConnectorConfig) -> Iterator[Finding]:
    """The token can stand in a header."""
    token = config.auth.bearer_token
    yield from _belongs(config.auth, AuthType.BEARER, "bearer.token", token)
    if config.auth.type is AuthType.BEARER and token is not None and not _BEARER.fullmatch(token.reveal()):
        yield invalid("bearer.token", HIDDEN, "Expected printable ASCII without blanks (RFC 6750), and without the word Bearer")


def check_authorization(config: ConnectorConfig) -> Iterator[Finding]:
    """One Authorization header at most, hidden, and not through an open line."""
    if _has_authorization(config.request, PLAIN):
        yield Finding(PLAIN, f"It is shown in plain text and must not hold an Authorization header; move it to {SENSITIVE}.")
    if config.auth.type is not AuthType.NONE and _has_authorization(config.request, SENSITIVE):
        yield Finding(SENSITIVE, f"It holds an Authorization header, but auth.type={config.auth.type} sends its own; remove one.")
    sends = config.auth.type is not AuthType.NONE or config.request.sensitive_headers
    if sends and is_sent_in_the_clear(config.request.url):
        yield doubt("url", "Credentials travel unencrypted over http; use https if the server has it.")


def _belongs(auth: AuthOptions, type_: AuthType, name: str, value: str | Secret | None) -> Iterator[Finding]:
    """A credential is there with its authentication type, and only then; otherwise `auth.type` was usually forgotten."""
    if auth.type is type_ and value is None:
        yield Finding(name, f"It must be set, since auth.type={type_} needs it.")
    if auth.type is not type_ and value:
        yield doubt(name, f"It is not sent, since auth.type is {auth.type}; set auth.type={type_}, or remove it.")


def _header_lists(request: RequestOptions) -> tuple[tuple[str, str], ...]:
    if request.headers_separator in {"", ":"}:
        return ()
    sensitive = request.sensitive_headers
    return ((PLAIN, request.headers or ""), (SENSITIVE, sensitive.reveal() if sensitive else ""))


def _has_authorization(request: RequestOptions, name: str) -> bool:
    return any(header.lower() == "authorization" for header, _ in _pairs(request, name))


def _pairs(request: RequestOptions, name: str) -> Pairs:
    """The headers of a list; none of an unreadable one, which `check_headers` tells."""
    try:
        return parse_headers(dict(_header_lists(request)).get(name, ""), request.headers_separator or "|")
    except ValueError:
        return ()
