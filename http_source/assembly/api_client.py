"""The client of one connector's API: whom it trusts, how it signs, what it asks for tokens with, and what reads its answers."""

import ssl
from collections.abc import Callable
from functools import partial

from http_source.config.properties import AuthOptions, ConnectorConfig, TransportOptions
from http_source.edges.auth import auth_of
from http_source.edges.http.failures import shown
from http_source.edges.http.fetch import Credentials, Fetcher
from http_source.errors import Defect, PageRefused
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Redact
from http_source.model import Request, Response
from http_source.polling.page import PageReader
from http_source.polling.repeated import forgotten

_TOKEN_TRANSPORT = TransportOptions(connect_timeout_ms=30_000, request_timeout_ms=30_000, max_bytes=1_048_576, compression=True)
"""What a token request may take (specification: 30 seconds)."""

Wrap = Callable[[Credentials | None], Credentials | None]


def build_fetcher(  # noqa: PLR0913 - what a client of the API is made of
    config: ConnectorConfig,
    auth: AuthOptions,
    context: ssl.SSLContext,
    redact: Redactor,
    *,
    connections: int,
    wrap: Wrap = lambda credentials: credentials,
    pay: Callable[[], None] = lambda: None,
) -> Fetcher:
    """A client of the API, which closes what it asks for tokens with; `redact` learns the tokens, `wrap` sees what signs.

    `pay` waits until the budget has room for one request more than the one that is asked for: a redirect, or one for a token.
    """
    kind, tokens = auth_of(auth), None
    if kind.asks_for_tokens:
        tokens = Fetcher(_TOKEN_TRANSPORT, connections=1, context=context, proxy=config.proxy, addresses=config.addresses, redact=redact)
    credentials = kind.signer(auth, partial(_ask, tokens, pay), redact)
    return Fetcher(
        config.transport,
        auth=wrap(credentials),
        connections=connections,
        context=context,
        proxy=config.proxy,
        addresses=config.addresses,
        companion=tokens,
        renew_on=auth.renew_on_status_codes,
        unread=config.retry.empty_status_codes,
        pay=pay,
        redact=redact,
    )


def build_reader(config: ConnectorConfig, redact: Redact | None) -> PageReader:
    """What reads pages; what the credentials add to each URL is not kept with next-page URLs."""
    sent = auth_of(config.auth).parameter(config.auth)
    return PageReader(
        config.offsets, redact, forgotten(config.auth, config.request, parameter=sent, links=config.offsets.next_is_link)
    )


def _ask(tokens: Fetcher | None, pay: Callable[[], None], request: Request) -> Response:
    if tokens is None:
        raise Defect("A type of authentication asks for a token, and does not say so (asks_for_tokens).")
    pay()
    # Token requests are POST, whose redirects are never followed: no gate is ever asked.
    return tokens.fetch(request, _closed)


def _closed(url: str) -> None:
    raise PageRefused(f"A token request leads to {shown(url)}. Set `oauth2.token.url` to where it leads.", retriable=False)
