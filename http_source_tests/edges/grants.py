"""Credentials for tests, made from properties, and token servers that answer as a test says."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import requests
from requests.models import PreparedRequest

from http_source.config.redact import Redactor, redactor
from http_source.edges.auth.credentials import build_auth
from http_source.edges.http.fetch import Credentials, Fetcher
from http_source_tests.config.samples import load
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.servers import Asked, Reply, api

CLIENT: Mapping[str, object] = {"auth.type": "oauth2", "oauth2.client.id": "shop", "oauth2.client.secret": "s3cret"}


@dataclass(frozen=True, slots=True)
class Grant:
    """OAuth credentials at work.

    Attributes:
        redact: what the connector's messages go through.
        asked: the token requests so far.
        address: where they go, without the query.
    """

    credentials: Credentials
    redact: Redactor = field(default_factory=Redactor)
    asked: Sequence[Asked] = ()
    address: str = ""

    def token(self) -> str:
        """The token that a request is signed with now."""
        return self.sign().headers["Authorization"].removeprefix("Bearer ")

    def sign(self) -> PreparedRequest:
        return self.credentials(requests.Request("GET", "https://api.example.com/items").prepare())


def credentials_of(properties: Mapping[str, object]) -> Credentials:
    """Credentials that ask for no token."""
    credentials = build_auth(load(dict(properties)).config.auth, None, Redactor())
    assert credentials is not None
    return credentials


@contextmanager
def granting(answer: Callable[[Asked], Reply | bytes], properties: Mapping[str, object] | None = None) -> Iterator[Grant]:
    """OAuth credentials whose token URL is a server with these answers."""
    with api(answer) as server, granted(f"{server.url}/token?tenant=t3nant", properties) as grant:
        yield replace(grant, asked=server.asked)


@contextmanager
def granted(url: str, properties: Mapping[str, object] | None = None, client: Fetcher | None = None) -> Iterator[Grant]:
    """OAuth credentials with that token URL, asked by that client."""
    config = load({**CLIENT, "oauth2.token.url": url, **(properties or {})}).config
    redact = redactor(config)
    with client or patient() as fetcher:
        credentials = build_auth(config.auth, lambda request: fetcher.fetch(request, anywhere), redact)
        assert credentials is not None
        yield Grant(credentials, redact, address=url.partition("?")[0])


def token(value: str = "t0ken", **members: Any) -> Reply:
    """An answer as RFC 6749 §5.1 has it."""
    return said({"access_token": value, "token_type": "Bearer", **members})


def refusal(error: str, status: int = 400, **members: Any) -> Reply:
    """An answer as RFC 6749 §5.2 has it."""
    return said({"error": error, **members}, status)


def said(document: object, status: int = 200) -> Reply:
    return Reply(json.dumps(document).encode(), status, {"Content-Type": "application/json"})


def form_of(asked: Asked) -> dict[str, list[str]]:
    """The members of a token request's form, each with all its values."""
    return parse_qs(asked.body.decode(), keep_blank_values=True, strict_parsing=True)


def pair_of(asked: Asked) -> str:
    """What the Basic authorization of a request says."""
    return b64decode(asked.headers["Authorization"].removeprefix("Basic "), validate=True).decode()
