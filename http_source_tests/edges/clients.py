"""Fetchers for tests, and what they are given."""

import socket
import ssl

import pytest

from http_source.config.properties import AddressOptions, ProxyOptions, TransportOptions
from http_source.config.types import NO_STATUS, Network, Secret, StatusRanges
from http_source.edges.http.dial import Resolve
from http_source.edges.http.fetch import Credentials, Fetcher
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Request

SECRET = "s3cret"


def anywhere(_url: str) -> None:
    """A gate that lets everything through."""


def transport(
    *, connect_timeout_ms: int = 5_000, request_timeout_ms: int = 60_000, max_bytes: int = 1_000_000, compression: bool = True
) -> TransportOptions:
    return TransportOptions(
        connect_timeout_ms=connect_timeout_ms, request_timeout_ms=request_timeout_ms, max_bytes=max_bytes, compression=compression
    )


def patient(  # noqa: PLR0913 - what a fetcher is made of
    *,
    max_bytes: int = 1_000_000,
    auth: Credentials | None = None,
    context: ssl.SSLContext | None = None,
    proxy: ProxyOptions | None = None,
    addresses: AddressOptions | None = None,
    renew_on: StatusRanges = NO_STATUS,
    unread: StatusRanges = NO_STATUS,
    resolve: Resolve = socket.getaddrinfo,
) -> Fetcher:
    """A fetcher whose time is never over in a test."""
    return Fetcher(
        transport(max_bytes=max_bytes), auth=auth, context=context, proxy=proxy, addresses=addresses, renew_on=renew_on, unread=unread,
        redact=Redactor(), resolve=resolve,
    )


def impatient(
    *, connect_timeout_ms: int = 400, request_timeout_ms: int = 400, proxy: ProxyOptions | None = None,
    resolve: Resolve = socket.getaddrinfo,
) -> Fetcher:
    """A fetcher that waits for less than half a second."""
    return Fetcher(transport(connect_timeout_ms=connect_timeout_ms, request_timeout_ms=request_timeout_ms), proxy=proxy,
                   redact=Redactor(), resolve=resolve)


def proxied(address: str, user: str | None = None, password: str | None = None) -> ProxyOptions:
    """The proxy at `host:port` (or `http://host:port`)."""
    host, _, port = address.removeprefix("http://").rpartition(":")
    return ProxyOptions(host=host, port=int(port), user=user, password=None if password is None else Secret(password))


def bounds(
    *,
    no_local: bool = False,
    no_private: bool = False,
    no_class_e: bool = False,
    disallowed: tuple[Network, ...] = (),
    allowed: tuple[Network, ...] = (),
) -> AddressOptions:
    return AddressOptions(no_local=no_local, no_private=no_private, no_class_e=no_class_e, disallowed=disallowed, allowed=allowed)


def failure_of(client: Fetcher, url: str) -> RequestFailed:
    """How a request that holds a secret in its query and in a header fails; the secret is in no message."""
    with client, pytest.raises(RequestFailed) as failure:
        client.fetch(Request("GET", f"{url}/items?token={SECRET}", {"X-Api-Key": SECRET}), anywhere)
    assert SECRET not in str(failure.value)
    assert "\n" not in str(failure.value)
    return failure.value
