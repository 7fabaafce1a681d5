"""The client of one connector's API: whom it trusts, how it signs, and what it asks for tokens with."""

import ssl
from collections.abc import Callable
from functools import partial

from http_source.config.properties import AuthOptions, AuthType, ConnectorConfig, TransportOptions
from http_source.config.redact import Redactor
from http_source.edges.auth.credentials import build_auth
from http_source.edges.http.failures import shown
from http_source.edges.http.fetch import Credentials, Fetcher
from http_source.errors import PageRefused

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
) -> Fetcher:
    """A client of the API, which closes what it asks for tokens with; `redact` learns the tokens, `wrap` sees what signs."""
    tokens = None
    if auth.type is AuthType.OAUTH2:
        tokens = Fetcher(_TOKEN_TRANSPORT, connections=1, context=context, proxy=config.proxy, addresses=config.addresses)
    # Token requests are POST, whose redirects are never followed: no gate is ever asked.
    credentials = build_auth(auth, partial(tokens.fetch, gate=_closed) if tokens else None, redact)
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
    )


def _closed(url: str) -> None:
    raise PageRefused(f"A token request leads to {shown(url)}. Set `oauth2.token.url` to where it leads.", retriable=False)
