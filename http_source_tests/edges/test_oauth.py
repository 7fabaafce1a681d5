"""OAuth tokens: when one is asked for, how, and by whom; against token servers that remember it."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from http_source.client import build_fetcher
from http_source.config.redact import Redactor
from http_source.config.types import Secret
from http_source.edges.auth.oauth import OAuth2Credentials, Token
from http_source.edges.http.tls import build_context
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.config.samples import load
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import CLIENT, Grant, form_of, granting, pair_of, refusal, token
from http_source_tests.servers import Asked, Reply, api

ODD = "s:+/% ü&="
BY_FORM = {"oauth2.client.mode": "url"}


class Clock:
    """Stands still until it is moved."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


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
        assert grant.credentials.renew(grant.sign())
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


@pytest.mark.parametrize("fails", [False, True], ids=["a token", "a failure"])
def test_fifty_threads_make_one_token_request_and_share_what_comes_of_it(*, fails: bool) -> None:
    ready = threading.Barrier(51)
    waiting = threading.Semaphore(0)

    def obtain() -> Token:
        # All threads have set out, and the others can only wait for this one.
        for _ in range(50):
            waiting.acquire()
        asked.append(1)
        if fails:
            raise RequestFailed("No token.")
        return Token(Secret("t0ken"), None)

    def sign() -> str:
        ready.wait()
        waiting.release()
        return grant.token()

    asked: list[int] = []
    grant = Grant(OAuth2Credentials(obtain, Clock()))
    with ThreadPoolExecutor(50) as pool:
        signed = [pool.submit(sign) for _ in range(50)]
        ready.wait()
        ended = {str(each.exception() or each.result()) for each in signed}
    assert ended == {"No token."} if fails else ended == {"t0ken"}
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("life", "used"), [(3600, 3540), (600, 540), (100, 90), (10, 9), (1, 1), (0.001, 1), (0, 1), (-5, 1), (10**9, 10**9 - 60)]
)
def test_a_token_is_renewed_before_it_expires_and_once_a_second_at_most(life: float, used: float) -> None:
    clock, numbers = Clock(), count(1)
    grant = Grant(OAuth2Credentials(lambda: Token(Secret(f"token-{next(numbers)}"), life), clock))
    assert grant.token() == "token-1"
    clock.now += used - 0.001
    assert grant.token() == "token-1"
    clock.now += 0.002
    assert grant.token() == "token-2"


def test_a_token_of_unknown_life_serves_until_it_is_refused() -> None:
    clock, numbers = Clock(), count(1)
    grant = Grant(OAuth2Credentials(lambda: Token(Secret(f"token-{next(numbers)}"), None), clock))
    first = grant.sign()
    clock.now += 10**9
    assert grant.token() == "token-1"
    assert grant.credentials.renew(first)
    assert grant.token() == "token-2"


def test_b28_a_401_brings_one_forced_renewal_and_a_line_about_it(caplog: pytest.LogCaptureFixture) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"[1]") if asked.headers["Authorization"] == "Bearer token-2" else Reply(b"", 401)

    caplog.set_level(logging.INFO)
    with granting(numbered(expires_in=3600)) as grant, api(answer) as server, patient(auth=grant.credentials) as fetcher:
        assert [fetcher.fetch(Request("GET", server.url), anywhere).status for _ in range(3)] == [200, 200, 200]
    assert len(grant.asked) == 2
    assert [record.levelname for record in caplog.records if record.name == "http_source.edges.auth.oauth"] == ["INFO"]


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
        assert grant.credentials.renew(old)
        assert grant.credentials.renew(old)
    assert len(grant.asked) == 2


def test_a_failure_is_shared_for_less_than_the_shortest_backoff() -> None:
    """A request is sent again after 100 ms at the earliest, and then a token is asked for anew."""
    def obtain() -> Token:
        asked.append(clock.now)
        if len(asked) < 3:
            raise RequestFailed("The server is busy.")
        return Token(Secret("t0ken"), None)

    clock, asked = Clock(), list[float]()
    grant = Grant(OAuth2Credentials(obtain, clock))
    for number in (1, 1, 2, 2):
        with pytest.raises(RequestFailed, match="busy"):
            grant.token()
        assert len(asked) == number
        clock.now += 0.06
    assert grant.token() == "t0ken"


def test_a_forced_renewal_may_fail() -> None:
    answers = iter([token(), Reply(b"", 503)])
    with granting(lambda _: next(answers)) as grant, pytest.raises(RequestFailed, match="503"):
        grant.credentials.renew(grant.sign())


def test_credentials_show_neither_secrets_nor_tokens() -> None:
    with granting(lambda _: token()) as grant:
        grant.token()
        shown = repr(vars(grant.credentials)) + repr(grant.credentials)
    assert not {CLIENT["oauth2.client.secret"], "t0ken"} & set(shown.replace("'", " ").split())
