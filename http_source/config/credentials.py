"""Rules about headers and credentials: complete, given once, never in a plain property, never in the clear without a warning."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus

from http_source.config.address import is_sent_in_the_clear
from http_source.config.findings import HIDDEN, doubt, invalid, invalid_in_part, shown
from http_source.config.likely_keys import is_plain
from http_source.config.lists import Pairs, parse_headers, sets_content_length
from http_source.config.partly_shown import shown_headers
from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, KeyLocation, RequestOptions, properties_of
from http_source.errors import Finding

PLAIN, SENSITIVE = "http.request.headers", "http.request.sensitive.headers"
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BEARER = re.compile(r"[\x21-\x7e]+")
_UNFIT_FOR_HEADERS = re.compile(r"[^\x20-\x7e]")
_SET_BY_THE_CLIENT = frozenset({"accept", "accept-encoding", "content-type"})
_OWNERS = {
    "connection.": AuthType.BASIC, "bearer.": AuthType.BEARER, "oauth2.": AuthType.OAUTH2, "api.key.": AuthType.API_KEY
}
_NEEDED = frozenset({
    "connection.user", "connection.password", "bearer.token", "api.key.value",
    "oauth2.token.url", "oauth2.client.id", "oauth2.client.secret",
})


def check_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """Both header lists can be sent as they are."""
    for name, text in _header_lists(config.request):
        try:
            if sets_content_length(text, config.request.headers_separator):
                yield doubt(name, "Content-Length is computed from the request that is sent, so the one given here is left out.")
        except ValueError as error:
            value = shown_headers(text, config.request.headers_separator) if name == PLAIN else HIDDEN
            yield invalid_in_part(name, value, str(error))


def check_auth_type(config: ConnectorConfig) -> Iterator[Finding]:
    """A credential is there with its authentication type, and only then; otherwise `auth.type` was usually forgotten."""
    type_ = config.auth.type
    for attribute, known in properties_of(AuthOptions).items():
        owner = next((each for start, each in _OWNERS.items() if known.name.startswith(start)), None)
        value = getattr(config.auth, attribute, known.default)
        if owner is type_ and known.name in _NEEDED and value is None and hasattr(config.auth, attribute):
            yield Finding(known.name, f"It must be set, since auth.type={type_} needs it.")
        if owner not in {None, type_} and value and value != known.default:
            yield doubt(known.name, f"It is not used, since auth.type is {type_}; set auth.type={owner}, or remove it.")


def check_user(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 7617 §2: a colon would end the user name."""
    user = config.auth.user or ""
    if config.auth.type is AuthType.BASIC and (":" in user or CONTROL.search(user)):
        yield invalid("connection.user", HIDDEN, "A user name has no colon and no control characters (RFC 7617)")


def check_password(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 7617 §2: no control characters."""
    password = config.auth.password
    if config.auth.type is AuthType.BASIC and password and CONTROL.search(password.reveal()):
        yield invalid("connection.password", HIDDEN, "A password has no control characters (RFC 7617)")


def check_token(config: ConnectorConfig) -> Iterator[Finding]:
    """The token can stand in a header."""
    token = config.auth.bearer_token
    if config.auth.type is AuthType.BEARER and token is not None and not _BEARER.fullmatch(token.reveal()):
        yield invalid("bearer.token", HIDDEN, "Expected printable ASCII without blanks (RFC 6750), and without the word Bearer")


def check_key(config: ConnectorConfig) -> Iterator[Finding]:
    """An API key can stand where it is sent."""
    auth = config.auth
    if auth.type is not AuthType.API_KEY:
        return
    in_header = auth.key_location is KeyLocation.HEADER
    if in_header and not _is_free_header(auth.key_name):
        yield invalid("api.key.name", _name_of(auth), "Expected the name of a header that is not set by the client itself (RFC 9110)")
    if not in_header and (not auth.key_name or CONTROL.search(auth.key_name)):
        yield invalid("api.key.name", _name_of(auth), "Expected the name of a query parameter, without control characters")
    value = auth.key_value.reveal() if auth.key_value else ""
    if auth.key_value is not None and (not value or (CONTROL if not in_header else _UNFIT_FOR_HEADERS).search(value)):
        yield invalid("api.key.value", HIDDEN, "A key has one character or more, no control characters, and in a header ASCII only")


def check_key_is_sent_once(config: ConnectorConfig) -> Iterator[Finding]:
    """An API key in the query takes the place of a parameter of its name, so one that is there was not meant."""
    auth, request = config.auth, config.request
    if auth.type is not AuthType.API_KEY or auth.key_location is not KeyLocation.QUERY or not auth.key_name:
        return
    queries = (("url", request.url.partition("?")[2], "&"), ("http.request.parameters", request.parameters, request.parameters_separator))
    for name, query, separator in queries:
        if any(unquote_plus(item.partition("=")[0]) == auth.key_name for item in (query or "").split(separator or "&")):
            yield Finding(name, "It holds a parameter of the name in api.key.name, but auth.type=api_key sends its own; remove one.")


def check_sensitive_names(config: ConnectorConfig) -> Iterator[Finding]:
    """What must not be read by everybody stands where it is hidden."""
    listed = {name.lower() for name in config.request.sensitive_names}
    for header, _ in pairs_of(config.request, PLAIN):
        if header.lower() in listed and config.request.sensitive_validated:
            yield Finding(PLAIN, f"It is shown in plain text and must not hold the header {shown(header)}; move it to {SENSITIVE}.")
        elif header.lower() in listed:
            yield doubt(PLAIN, f"The header {shown(header)} is shown in plain text, since sensitive.headers.validation.enabled is false; "
                               f"move it to {SENSITIVE}.")


def check_authorization(config: ConnectorConfig) -> Iterator[Finding]:
    """Credentials are sent once, and not through an open line."""
    own = _own_header(config.auth)
    for name in (PLAIN, SENSITIVE):
        if any(header.lower() == own for header, _ in pairs_of(config.request, name)):
            yield Finding(name, f"It holds the header {shown(own)}, but auth.type={config.auth.type} sends its own; remove one.")
    sends = config.auth.type is not AuthType.NONE or config.request.sensitive_headers
    if sends and is_sent_in_the_clear(config.request.url):
        yield doubt("url", "Credentials travel unencrypted over http; use https if the server has it.")


def _own_header(auth: AuthOptions) -> str:
    """The header that the authentication type sends, in lower case; empty when it sends none."""
    if auth.type is AuthType.API_KEY:
        return auth.key_name.lower() if auth.key_location is KeyLocation.HEADER else ""
    return "" if auth.type is AuthType.NONE else "authorization"


def _name_of(auth: AuthOptions) -> str:
    """The name of the key, unless it may be the key itself, put there by mistake."""
    return auth.key_name if is_plain(auth.key_name) else HIDDEN


def _is_free_header(name: str) -> bool:
    try:
        return name.lower() not in _SET_BY_THE_CLIENT and parse_headers(f"{name}:", "\0") == ((name, ""),)
    except ValueError:
        return False


def _header_lists(request: RequestOptions) -> tuple[tuple[str, str], ...]:
    if request.headers_separator in {"", ":"}:
        return ()
    sensitive = request.sensitive_headers
    return ((PLAIN, request.headers or ""), (SENSITIVE, sensitive.reveal() if sensitive else ""))


def pairs_of(request: RequestOptions, name: str) -> Pairs:
    """The headers of a list, by its property; none of an unreadable one, which `check_headers` tells."""
    try:
        return parse_headers(dict(_header_lists(request)).get(name, ""), request.headers_separator or "|")
    except ValueError:
        return ()
