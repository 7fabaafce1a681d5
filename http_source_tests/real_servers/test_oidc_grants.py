"""JWTs in the place of secrets, and refresh tokens, before an authorization server that is not ours."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, KeySet, RSAKey

from http_source.errors import RequestFailed
from http_source_tests.certificates import issue
from http_source_tests.edges.grants import granted
from http_source_tests.real_servers.oidc_provider import OidcProvider, install, oidc_provider

pytestmark = pytest.mark.servers

SECRET = "s3cret"
KEYS = {
    "RSA": issue(None, "rsa", key=rsa.generate_private_key(65_537, 2_048)).key_pem,
    "EC": issue(None, "ec", key=ec.generate_private_key(ec.SECP256R1())).key_pem,
    "unknown": issue(None, "unknown", key=rsa.generate_private_key(65_537, 2_048)).key_pem,
}
SIGNING: Mapping[str, object] = {
    "oauth2.client.id": "signing", "oauth2.client.secret": None, "oauth2.client.mode": "jwt", "oauth2.client.scope": "read",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcProvider]:
    """A running oidc-provider that knows two of the keys."""
    keys = KeySet([RSAKey.import_key(KEYS["RSA"]), ECKey.import_key(KEYS["EC"])])
    jwks = json.dumps(keys.as_dict(private=False))
    with oidc_provider(install(), Path(tmp_path_factory.mktemp("oidc-provider")), SECRET, jwks) as running:
        yield running


@pytest.mark.parametrize(("key", "algorithm"), [("RSA", None), ("RSA", "PS256"), ("EC", None)])
def test_the_server_takes_a_jwt_in_the_place_of_a_secret(server: OidcProvider, key: str, algorithm: str | None) -> None:
    """Each only once: it remembers their ids."""
    with granted(server.token_url, {**SIGNING, "oauth2.jwt.private.key": KEYS[key], "oauth2.jwt.algorithm": algorithm,
                                    "oauth2.jwt.claimset": json.dumps({"aud": server.url})}) as grant:
        assert server.look_up(grant.token())["client_id"] == "signing"
        server.revoke(grant.token())
        assert grant.refused()
        assert server.look_up(grant.token())["active"]


@pytest.mark.parametrize(
    "wrong", [{"oauth2.jwt.private.key": KEYS["unknown"]}, {"oauth2.jwt.claimset": '{"aud": "https://other.example.com"}'},
              {"oauth2.jwt.claimset": '{"sub": "shop"}'}],
)
def test_a_jwt_that_the_server_does_not_take_is_told(server: OidcProvider, wrong: Mapping[str, object]) -> None:
    properties = {**SIGNING, "oauth2.jwt.private.key": KEYS["RSA"], **wrong}
    with granted(server.token_url, properties) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert "`oauth2.jwt.key.id`" in str(failure.value)
    assert "`oauth2.jwt.claimset`" in str(failure.value)


def refreshing(server: OidcProvider, client: str) -> dict[str, object]:
    return {
        "oauth2.grant.type": "refresh_token", "oauth2.client.id": client, "oauth2.refresh.token": server.refresh_token(client),
    }


def test_a_refresh_token_that_is_kept_serves_again_and_again(server: OidcProvider) -> None:
    properties = refreshing(server, "kept")
    for _ in range(2):
        with granted(server.token_url, properties) as grant:
            assert server.look_up(grant.token())["sub"] == "jane"


def test_a_refresh_token_that_is_replaced_serves_in_one_process(server: OidcProvider) -> None:
    """And the next process is told what to set: the server takes the first one no more, nor anything that came of it."""
    properties = refreshing(server, "rotated")
    with granted(server.token_url, properties) as grant:
        assert server.look_up(grant.token())["active"]
        assert grant.refused()
        assert server.look_up(grant.token())["active"]
        with granted(server.token_url, properties) as later, pytest.raises(RequestFailed, match=r"`oauth2\.refresh\.token\.file`"):
            later.token()
        with pytest.raises(RequestFailed, match="invalid_grant"):
            grant.credentials._obtain()  # type: ignore[attr-defined]  # noqa: SLF001 - the next renewal


def test_a_refresh_token_that_is_replaced_is_followed_by_later_processes_through_a_file(server: OidcProvider, tmp_path: Path) -> None:
    properties = {**refreshing(server, "rotated"), "oauth2.refresh.token.file": str(tmp_path / "refresh-token")}
    for _ in range(3):
        with granted(server.token_url, properties) as grant:
            assert server.look_up(grant.token())["active"]
            assert grant.refused()
            assert server.look_up(grant.token())["active"]
