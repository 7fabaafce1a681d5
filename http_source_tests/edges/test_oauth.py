"""OAuth tokens: when one is asked for, how, and by whom; against token servers that remember it."""

import logging
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

import pytest

from http_source.assembly.api_client import build_fetcher
from http_source.edges.http.tls_context import build_context
from http_source.errors import RequestFailed
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.config.samples import load
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import CLIENT, form_of, granting, pair_of, refusal, token
from http_source_tests.servers import Asked, Reply, api

ODD = "s:+/% ü&="
BY_FORM = {"oauth2.client.mode": "url"}


def numbered(**members: object) -> Callable[[Asked], Reply]:
    """Answers with token-1, token-2 and so on."""
    numbers = count(1)
    return lambda _: token(f"token-{next(numbers)}", **members)


def asked_with(properties: Mapping[str, object]) -> Asked:
    """The token request that arrives."""
    with granting(lambda _: token(), properties) as grant:
        assert grant.token() == "t0ken"
    (asked,) = grant.asked
    return asked


def test_a_client_in_the_header_signs_as_curl_does() -> None:
    asked = asked_with({"oauth2.client.id": "shöp", "oauth2.client.secret": ODD})
    assert (asked.method, asked.target) == ("POST", "/token?tenant=t3nant")
    assert pair_of(asked) == f"shöp:{ODD}"
    assert form_of(asked) == {"grant_type": ["client_credentials"], "scope": ["any"]}
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert asked.headers["Accept"] == "application/json"


def test_a_client_in_the_form_is_not_in_the_query() -> None:
    asked = asked_with({**BY_FORM, "oauth2.client.id": "sh:öp", "oauth2.client.secret": ODD})
    assert form_of(asked) == {
        "grant_type": ["client_credentials"], "client_id": ["sh:öp"], "client_secret": [ODD], "scope": ["any"]
    }
    assert asked.target == "/token?tenant=t3nant"
    assert "Authorization" not in asked.headers


def test_an_empty_secret_is_sent_as_one() -> None:
    assert form_of(asked_with({**BY_FORM, "oauth2.client.secret": ""}))["client_secret"] == [""]


@pytest.mark.parametrize(("scope", "sent"), [("", None), ("read write", ["read write"])])
def test_a_scope_is_asked_for_unless_it_is_empty(scope: str, sent: list[str] | None) -> None:
    assert form_of(asked_with({"oauth2.client.scope": scope})).get("scope") == sent


def test_further_headers_and_parameters_go_along_as_they_are_written() -> None:
    """Of a name as often as it is there: RFC 8707 §2 asks for several resources."""
    asked = asked_with({
        "oauth2.client.headers": "X-Tenant: blue;accept: text/json", "oauth2.client.header.separator": ";",
        "oauth2.token.parameters": "audience=https://api.example.com/a b%20ü&resource=urn:1&resource=urn:2",
    })
    assert asked.headers["X-Tenant"] == "blue"
    assert [value for name, value in asked.headers.items() if name.lower() == "accept"] == ["text/json"]
    assert form_of(asked) == {
        "grant_type": ["client_credentials"], "scope": ["any"],
        "audience": ["https://api.example.com/a b%20ü"], "resource": ["urn:1", "urn:2"],
    }


def test_nothing_of_the_environment_signs_the_token_request(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A7: a netrc file must not replace the client's name and secret."""
    netrc = tmp_path / "netrc"
    netrc.write_text("".join(f"machine {host} login other password other\n" for host in ("127.0.0.1", "token.invalid")))
    monkeypatch.setenv("NETRC", str(netrc))
    assert pair_of(asked_with({})) == "shop:s3cret"
    assert "Authorization" not in asked_with(BY_FORM).headers


@pytest.mark.parametrize(
    "refused", [refusal("invalid_client", 401), refusal("invalid_client"), refusal("invalid_request"), Reply(b"", 401)]
)
def test_a_client_that_is_not_known_signs_form_encoded_at_once_and_from_then_on(refused: Reply) -> None:
    """A7, RFC 6749 §2.3.1: servers differ in how they read the header, and in what they say of one they misread."""
    encoded = "shop:s%3A%2B%2F%25+%C3%BC%26%3D"
    known = numbered(expires_in=1)
    with granting(lambda asked: known(asked) if pair_of(asked) == encoded else refused, {"oauth2.client.secret": ODD}) as grant:
        assert grant.token() == "token-1"
        assert grant.refused()
        assert grant.token() == "token-2"
    assert [pair_of(asked) for asked in grant.asked] == [f"shop:{ODD}", encoded, encoded]


@pytest.mark.parametrize("properties", [{}, {**BY_FORM, "oauth2.client.secret": ODD}])
def test_a_client_with_one_way_to_sign_is_refused_once(properties: Mapping[str, object]) -> None:
    with granting(lambda _: refusal("invalid_client", 401), properties) as grant, pytest.raises(RequestFailed, match="invalid_client"):
        grant.token()
    assert len(grant.asked) == 1


def test_a_hundred_requests_share_a_token() -> None:
    with granting(numbered()) as grant:
        assert {grant.token() for _ in range(100)} == {"token-1"}
    assert len(grant.asked) == 1


def test_b28_a_401_brings_one_forced_renewal_and_a_line_about_it(caplog: pytest.LogCaptureFixture) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"[1]") if asked.headers["Authorization"] == "Bearer token-2" else Reply(b"", 401)

    caplog.set_level(logging.INFO)
    with granting(numbered(expires_in=3600)) as grant, api(answer) as server, patient(auth=grant.credentials) as fetcher:
        assert [fetcher.fetch(Request("GET", server.url), anywhere).status for _ in range(3)] == [200, 200, 200]
    assert len(grant.asked) == 2
    assert [record.levelname for record in caplog.records if record.name == "http_source.edges.auth.shared_token"] == ["INFO"]


def test_b200_an_answer_that_says_so_brings_one_forced_renewal() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"[1]") if asked.headers["Authorization"] == "Bearer token-2" else Reply(b"token expired", 403)

    with granting(numbered(expires_in=3600)) as grant, api(answer) as server:
        changes = {"auth.type": "oauth2", "oauth2.token.url": grant.address, "oauth2.client.id": "i", "oauth2.client.secret": "s"}
        config = load({**changes, "oauth2.renew.on.status.codes": "403"}).config
        with build_fetcher(config, config.auth, build_context(config.tls), Redactor(), connections=1) as fetcher:
            assert [fetcher.fetch(Request("GET", server.url), anywhere).status for _ in range(3)] == [200, 200, 200]
    assert len(grant.asked) == 2
    assert len(server.asked) == 4


def test_b29_a_401_for_ever_costs_two_sends_and_no_storm_of_token_requests() -> None:
    with granting(numbered()) as grant, api(lambda _: Reply(b"", 401)) as server, patient(auth=grant.credentials) as fetcher:
        assert [fetcher.fetch(Request("GET", server.url), anywhere).status for _ in range(10)] == [401] * 10
    assert len(grant.asked) == 2
    assert len(server.asked) == 11


def test_a_request_refused_with_an_old_token_is_sent_again_without_asking_for_one() -> None:
    with granting(numbered()) as grant:
        old = grant.sign()
        assert grant.refused(old)
        assert grant.refused(old)
    assert len(grant.asked) == 2


def test_a_forced_renewal_may_fail() -> None:
    answers = iter([token(), Reply(b"", 503)])
    with granting(lambda _: next(answers)) as grant, pytest.raises(RequestFailed, match="503"):
        grant.refused()


def test_credentials_show_neither_secrets_nor_tokens() -> None:
    with granting(lambda _: token()) as grant:
        grant.token()
        shown = repr(vars(grant.credentials)) + repr(grant.credentials)
    assert not {CLIENT["oauth2.client.secret"], "t0ken"} & set(shown.replace("'", " ").split())
