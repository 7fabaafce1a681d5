"""Rules about OAuth 2: a token request that can be sent, with each of its parts given once."""

import re
from collections.abc import Iterator

from http_source.config.address import fault_of, is_sent_in_the_clear
from http_source.config.credentials import CONTROL
from http_source.config.findings import HIDDEN, doubt, invalid, invalid_in_part, shown
from http_source.config.lists import Pairs, no_equals_sign, parse_headers, parse_parameters, without_equals_sign
from http_source.config.partly_shown import shown_url
from http_source.config.properties import AuthType, ClientMode, ConnectorConfig
from http_source.config.types import Secret
from http_source.errors import Finding

URL, ID, SECRET, SCOPE = "oauth2.token.url", "oauth2.client.id", "oauth2.client.secret", "oauth2.client.scope"
HEADERS, SEPARATOR, PARAMETERS = "oauth2.client.headers", "oauth2.client.header.separator", "oauth2.token.parameters"
_MOST_TOLD = 5
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*")
_OWN_PARAMETERS = {"grant_type": "it is always client_credentials", "client_id": f"set {ID}", "client_secret": f"set {SECRET}",
                   "scope": f"set {SCOPE}"}


def check_token_url(config: ConnectorConfig) -> Iterator[Finding]:
    """An address that credentials may be sent to."""
    url = config.auth.token_url
    if config.auth.type is not AuthType.OAUTH2 or url is None:
        return
    if "@" in url.partition("://")[2].partition("/")[0]:
        yield invalid_in_part(URL, shown_url(url), f"An address holds no user and password; use {ID} and {SECRET}")
    elif reason := fault_of(url):
        yield invalid_in_part(URL, shown_url(url), reason)
    if is_sent_in_the_clear(url):
        yield doubt(URL, "The client's secret and the tokens travel unencrypted over http; use https if the server has it.")


def check_client(config: ConnectorConfig) -> Iterator[Finding]:
    """The client's name and secret can be sent in their place (RFC 6749 §2.3.1)."""
    auth = config.auth
    if auth.type is not AuthType.OAUTH2:
        return
    if auth.client_id is not None and (not auth.client_id or CONTROL.search(auth.client_id)):
        yield invalid(ID, HIDDEN, "The client's name has one character or more, and no control characters")
    if ":" in (auth.client_id or "") and auth.client_mode is ClientMode.HEADER:
        yield invalid(ID, HIDDEN, "A colon would end it in the header; set oauth2.client.mode=url, which sends it in the form")
    if auth.client_secret and CONTROL.search(auth.client_secret.reveal()):
        yield invalid(SECRET, HIDDEN, "A secret has no control characters")


def check_scope(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 6749 §3.3, or no scope at all."""
    if config.auth.type is AuthType.OAUTH2 and config.auth.scope and not _SCOPE.fullmatch(config.auth.scope):
        yield invalid(SCOPE, config.auth.scope, 'Expected scopes of printable ASCII, one blank between them, without " and \\ (RFC 6749)')


def check_token_property(config: ConnectorConfig) -> Iterator[Finding]:
    """The token has a place in the answer."""
    if config.auth.type is AuthType.OAUTH2 and not config.auth.token_property:
        yield invalid("oauth2.token.property", "", "Expected the member of the answer that holds the token, mostly access_token")


def check_token_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """Headers that can be sent beside the client's own."""
    separator, auth = config.auth.token_headers_separator, config.auth
    if separator in {"", ":"}:
        yield invalid(SEPARATOR, separator, "A separator has one character or more, none of them trimmed away, and is not :")
        return
    try:
        names = _names(parse_headers(_text(auth.token_headers), separator))
    except ValueError as error:
        yield invalid(HEADERS, HIDDEN, str(error))
        return
    if auth.type is AuthType.OAUTH2 and auth.client_mode is ClientMode.HEADER and "authorization" in names:
        yield Finding(HEADERS, "It holds the header Authorization, but oauth2.client.mode=header sends its own; remove one.")


def check_token_parameters(config: ConnectorConfig) -> Iterator[Finding]:
    """Parameters that can be sent beside the grant's own."""
    text = _text(config.auth.token_parameters)
    yield from (doubt(PARAMETERS, no_equals_sign(number)) for number in without_equals_sign(text, "&")[:_MOST_TOLD])
    try:
        names = _names(parse_parameters(text, "&"))
    except ValueError as error:
        yield invalid(PARAMETERS, HIDDEN, str(error))
        return
    for name in names & _OWN_PARAMETERS.keys():
        yield Finding(PARAMETERS, f"It holds {shown(name)}, which the token request has already: {_OWN_PARAMETERS[name]}.")


def _names(pairs: Pairs) -> set[str]:
    return {name.lower() for name, _ in pairs}


def _text(secret: Secret | None) -> str:
    return secret.reveal() if secret else ""
