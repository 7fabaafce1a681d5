"""OAuth tokens from an authorization server that is not ours, for an API that has each of them looked up there."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from http_source.edges.http.fetch import Fetcher
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import Grant, granted
from http_source_tests.real_servers.oidc_provider import OidcProvider, install, oidc_provider
from http_source_tests.servers import Api, Asked, Reply, api

pytestmark = pytest.mark.servers

SECRET = 's:+/% &="\\~'
"""What the server takes: it refuses secrets beyond ASCII."""

HEADER: Mapping[str, object] = {"oauth2.client.id": "shop", "oauth2.client.secret": SECRET, "oauth2.client.scope": "read"}
FORM: Mapping[str, object] = {**HEADER, "oauth2.client.id": "form", "oauth2.client.mode": "url"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    """A running oidc-provider."""
    with oidc_provider(install(), Path(tmp_path_factory.mktemp("oidc-provider")), SECRET) as running:
        yield running


def token_in(asked: Asked) -> str:
    return asked.headers.get("Authorization", "").removeprefix("Bearer ")


@contextmanager
def guarded(server: OidcProvider) -> Iterator[Api]:
    """An API that answers whoever has a token that is valid for reading."""
    with api(lambda asked: b"[1]" if "read" in server.look_up(token_in(asked)).get("scope", "") else Reply(b"", 401)) as running:
        yield running


@contextmanager
def signed(server: OidcProvider, properties: Mapping[str, object]) -> Iterator[tuple[Grant, Fetcher]]:
    """Credentials, and a client that signs with them."""
    with granted(server.token_url, properties) as grant, patient(auth=grant.credentials) as client:
        yield grant, client


@pytest.mark.parametrize("properties", [HEADER, FORM], ids=["in the header", "in the form"])
def test_the_api_takes_the_token(server: OidcProvider, properties: Mapping[str, object]) -> None:
    """Also when the secret has to be encoded in the header (RFC 6749 §2.3.1), which this server insists on."""
    with guarded(server) as source, signed(server, properties) as (_, client):
        assert [client.fetch(Request("GET", source.url), anywhere).body for _ in range(3)] == [b"[1]"] * 3
    assert len({token_in(asked) for asked in source.asked}) == 1


def test_b28_a_token_that_was_taken_back_is_replaced_within_the_same_request(server: OidcProvider) -> None:
    with guarded(server) as source, signed(server, HEADER) as (grant, client):
        client.fetch(Request("GET", source.url), anywhere)
        server.revoke(grant.token())
        assert client.fetch(Request("GET", source.url), anywhere).status == 200
    assert len({token_in(asked) for asked in source.asked}) == 2


def test_a_token_is_for_the_resource_that_was_asked_for(server: OidcProvider) -> None:
    with signed(server, {**HEADER, "oauth2.token.parameters": "resource=https://api.example.com/a?b=c"}) as (grant, _):
        assert server.look_up(grant.token())["aud"] == "https://api.example.com/a?b=c"


@pytest.mark.parametrize("properties", [HEADER, FORM], ids=["in the header", "in the form"])
def test_b29_a_wrong_secret_is_told_with_its_property(server: OidcProvider, properties: Mapping[str, object]) -> None:
    with signed(server, {**properties, "oauth2.client.secret": "wr0ng"}) as (grant, _), pytest.raises(RequestFailed) as failure:
        grant.token()
    assert '"invalid_client": "client authentication failed"' in str(failure.value)
    assert "`oauth2.client.secret`" in str(failure.value)
    assert "wr0ng" not in str(failure.value)


def test_a_scope_that_the_client_may_not_have_is_told_with_its_property(server: OidcProvider) -> None:
    with signed(server, {**HEADER, "oauth2.client.scope": "write"}) as (grant, _), pytest.raises(RequestFailed) as failure:
        grant.token()
    assert '"invalid_scope"' in str(failure.value)
    assert "`oauth2.client.scope`" in str(failure.value)


@pytest.mark.parametrize("scope", ["", "any"])
def test_a_token_without_a_scope_is_given_and_refused_by_the_api(server: OidcProvider, scope: str) -> None:
    """The server leaves out a scope that it does not know, such as the default one."""
    with guarded(server) as source, signed(server, {**HEADER, "oauth2.client.scope": scope}) as (grant, client):
        assert client.fetch(Request("GET", source.url), anywhere).status == 401
        assert server.look_up(grant.token())["active"]
