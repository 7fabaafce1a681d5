"""auth.type=oauth2: tokens that the connector gets itself (RFC 6749), in each request as RFC 6750 §2.1 has it."""

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote_plus

from http_source.config.elsewhere import GRANT_OF_USERS
from http_source.config.findings import doubt, invalid, invalid_in_part, shown
from http_source.config.lists import (
    Pairs,
    fault_of_headers,
    fault_of_parameters,
    no_equals_sign,
    parse_headers,
    parse_parameters,
    without_equals_sign,
)
from http_source.config.partly_shown import shown_url
from http_source.config.properties import AuthOptions, AuthType, ClientMode, ConnectorConfig
from http_source.config.redact import header_values
from http_source.config.rules.response import without_success
from http_source.config.types import text_of
from http_source.config.urls import fault_of, is_sent_in_the_clear
from http_source.edges.auth import oauth2_grants
from http_source.edges.auth.authentication import CONTROL, Ask, Authentication, Signer
from http_source.edges.auth.oauth2_grants import ID, SECRET
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN, Redactor

URL, SCOPE, RENEWING = "oauth2.token.url", "oauth2.client.scope", "oauth2.renew.on.status.codes"
HEADERS, SEPARATOR, PARAMETERS = "oauth2.client.headers", "oauth2.client.header.separator", "oauth2.token.parameters"
_MOST_TOLD = 5
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*")
_OWN_PARAMETERS = {
    "grant_type": "set oauth2.grant.type", "client_id": f"set {ID}", "client_secret": f"set {SECRET}", "scope": f"set {SCOPE}",
    "refresh_token": "set oauth2.refresh.token",
}


def check_token_url(config: ConnectorConfig) -> Iterator[Finding]:
    """An address that credentials may be sent to."""
    url = config.auth.token_url
    if url is None:
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
    if auth.client_id is not None and (not auth.client_id or CONTROL.search(auth.client_id)):
        yield invalid(ID, HIDDEN, "The client's name has one character or more, and no control characters")
    if ":" in (auth.client_id or "") and auth.client_mode is ClientMode.HEADER:
        yield invalid(ID, HIDDEN, "A colon would end it in the header; set oauth2.client.mode=url, which sends it in the form")
    if CONTROL.search(text_of(auth.client_secret)):
        yield invalid(SECRET, HIDDEN, "A secret has no control characters")


def check_scope(config: ConnectorConfig) -> Iterator[Finding]:
    """RFC 6749 §3.3, or no scope at all."""
    if config.auth.scope and not _SCOPE.fullmatch(config.auth.scope):
        yield invalid(SCOPE, config.auth.scope, 'Expected scopes of printable ASCII, one blank between them, without " and \\ (RFC 6749)')


def check_token_property(config: ConnectorConfig) -> Iterator[Finding]:
    """The token has a place in the answer."""
    if not config.auth.token_property:
        yield invalid("oauth2.token.property", "", "Expected the member of the answer that holds the token, mostly access_token")


def check_token_headers(config: ConnectorConfig) -> Iterator[Finding]:
    """Headers that can be sent beside the client's own."""
    separator, auth = config.auth.token_headers_separator, config.auth
    if separator in {"", ":"}:
        yield invalid(SEPARATOR, separator, "A separator has one character or more, none of them trimmed away, and is not :")
        return
    text = text_of(auth.token_headers)
    if fault := fault_of_headers(text, separator):
        yield invalid(HEADERS, HIDDEN, fault)
    elif auth.client_mode is ClientMode.HEADER and "authorization" in _names(parse_headers(text, separator)):
        yield Finding(HEADERS, "It holds the header Authorization, but oauth2.client.mode=header sends its own; remove one.")


def check_token_parameters(config: ConnectorConfig) -> Iterator[Finding]:
    """Parameters that can be sent beside the grant's own."""
    text = text_of(config.auth.token_parameters)
    yield from (doubt(PARAMETERS, no_equals_sign(number)) for number in without_equals_sign(text, "&")[:_MOST_TOLD])
    if fault := fault_of_parameters(text, "&"):
        yield invalid(PARAMETERS, HIDDEN, fault)
        return
    pairs = parse_parameters(text, "&")
    names, password_grant = _names(pairs), ("grant_type", "password") in pairs or {"username", "password"} <= _names(pairs)
    if password_grant:
        yield Finding(PARAMETERS, GRANT_OF_USERS)
    for name in (names - {"grant_type"} if password_grant else names) & _OWN_PARAMETERS.keys():
        yield Finding(PARAMETERS, f"It holds {shown(name)}, which the token request has already: {_OWN_PARAMETERS[name]}.")


def check_renewing_statuses(config: ConnectorConfig) -> Iterator[Finding]:
    """A success refuses no token."""
    yield from without_success(RENEWING, config.auth.renew_on_status_codes)


def _names(pairs: Pairs) -> set[str]:
    return {name.lower() for name, _ in pairs}


class OAuth2(Authentication):
    """A token for all requests of a task, renewed before its time is over and when an API refuses it."""

    name = AuthType.OAUTH2
    needs = (URL, ID, SECRET)
    owns = ("oauth2.",)
    asks_for_tokens = True
    rules = (
        check_token_url, check_client, check_token_property, check_scope, check_token_headers, check_token_parameters,
        check_renewing_statuses, *oauth2_grants.RULES,
    )

    @classmethod
    def needed(cls, options: AuthOptions) -> tuple[str, ...]:  # noqa: ARG003 - the rest depends on several of them
        """What every grant needs; the rules tell the rest."""
        return (URL,)

    @classmethod
    def signer(cls, options: AuthOptions, ask: Ask, redact: Redactor) -> Signer:
        """What gets a token when the first request is signed; it tells `redact` each."""
        # Imported here, since `validate` does without.
        from http_source.edges.auth.shared_token import OAuth2Credentials  # noqa: PLC0415
        from http_source.edges.auth.token_request import TokenRequest  # noqa: PLC0415

        return OAuth2Credentials(TokenRequest(options, ask, redact))

    @classmethod
    def hidden(cls, options: AuthOptions) -> Iterator[str]:
        """What the token request's headers and parameters hold, and the client's name and secret as they are joined (RFC 6749 §2.3.1)."""
        yield from header_values(text_of(options.token_headers), options.token_headers_separator)
        yield from (value for _, value in parse_parameters(text_of(options.token_parameters), "&"))
        client, secret = options.client_id or "", text_of(options.client_secret)
        for pair in (f"{client}:{secret}", f"{quote_plus(client)}:{quote_plus(secret)}") if client and secret else ():
            yield from (pair, b64encode(pair.encode()).decode())
