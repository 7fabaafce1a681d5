"""Credentials for tests, made from properties, and token servers that answer as a test says."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

import requests
import responses
from requests.models import PreparedRequest

from http_source.assembly.redaction import redactor
from http_source.edges.auth import Signer, auth_of
from http_source.edges.http.fetch import Fetcher
from http_source.foreign.redactor import Redactor
from http_source.model import Request, Response
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

    credentials: Signer
    redact: Redactor = field(default_factory=Redactor)
    asked: Sequence[Asked] = ()
    address: str = ""

    def token(self) -> str:
        """The token that a request is signed with now."""
        return self.sign().headers["Authorization"].removeprefix("Bearer ")

    def refused(self, signed: PreparedRequest | None = None, status: int = 401) -> bool:
        """Whether a request that is refused is worth sending again; without one it is signed now."""
        return self.credentials.renew(signed or self.sign(), Response(status, "https://api.example.com/items", b"", {}))

    def sign(self) -> PreparedRequest:
        return self.credentials(requests.Request("GET", "https://api.example.com/items").prepare())


def nobody(_: Request) -> Response:
    """Whom to ask for tokens where none is asked for."""
    raise AssertionError("A token was asked for.")


def credentials_of(properties: Mapping[str, object]) -> Signer:
    """Credentials that ask for no token."""
    options = load(dict(properties)).config.auth
    credentials = auth_of(options).signer(options, nobody, Redactor())
    assert credentials is not None
    return credentials


@contextmanager
def granting(answer: Callable[[Asked], Reply | bytes], properties: Mapping[str, object] | None = None) -> Iterator[Grant]:
    """OAuth credentials whose token URL is a server with these answers."""
    with api(answer) as server, granted(f"{server.url}/token?tenant=t3nant", properties) as grant:
        yield replace(grant, asked=server.asked)


@contextmanager
def answering(reply: Reply, properties: Mapping[str, object] | None = None) -> Iterator[Grant]:
    """OAuth credentials whose token request gets that answer without a socket: for tables of answers."""
    with responses.RequestsMock() as network, granted("https://id.example.com/token?tenant=t3nant", properties) as grant:
        network.add(responses.POST, "https://id.example.com/token", reply.body, status=reply.status, headers=dict(reply.headers))
        yield grant


@contextmanager
def granted(url: str, properties: Mapping[str, object] | None = None, client: Fetcher | None = None) -> Iterator[Grant]:
    """OAuth credentials with that token URL, asked by that client."""
    config = load({**CLIENT, "oauth2.token.url": url, **(properties or {})}).config
    redact = redactor(config)
    with client or patient() as fetcher:
        credentials = auth_of(config.auth).signer(config.auth, lambda request: fetcher.fetch(request, anywhere), redact)
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
