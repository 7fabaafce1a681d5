"""Digest authentication: which challenge is answered, with what, and what is said of one that cannot be."""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from http_source.edges.auth.digest import challenges
from http_source.errors import RequestFailed
from http_source.model import Request
from http_source_tests.config.samples import mistakes
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of
from http_source_tests.servers import Asked, Reply, api

USER: dict[str, object] = {"auth.type": "digest", "connection.user": "Mufasa", "connection.password": "Circle of Life"}
BOTH = ('Basic realm="api, Digest nonce=x", Digest realm="api@example.org", qop="auth-int, auth", algorithm=SHA-256, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv", opaque="FQhe/qaU925kfnzj", Digest realm="api@example.org", algorithm=MD5, nonce="md5"')


def parameters_of(asked: Asked) -> Mapping[str, str]:
    """What a request is signed with."""
    return dict(challenges(asked.headers.get("Authorization", ""))).get("Digest", {})


def response(asked: Asked, hashed: Callable[[bytes], Any]) -> str:
    """The digest of RFC 7616 §3.4.1 for qop=auth."""
    def digest(text: str) -> str:
        return str(hashed(text.encode()).hexdigest())

    said = parameters_of(asked)
    secret, target = digest(f"Mufasa:{said['realm']}:Circle of Life"), digest(f"{asked.method}:{asked.target}")
    return digest(f"{secret}:{said['nonce']}:{said['nc']}:{said['cnonce']}:{said['qop']}:{target}")


def challenging(said: str) -> Callable[[Asked], Reply]:
    """Answers whoever signs."""
    return lambda asked: Reply() if parameters_of(asked) else Reply(b"", 401, {"WWW-Authenticate": said} if said else {})


def test_the_first_challenge_that_can_be_answered_is() -> None:
    with api(challenging(BOTH)) as server, patient(auth=credentials_of(USER)) as client:
        assert [client.fetch(Request("GET", f"{server.url}/a?b=c"), anywhere).status for _ in range(3)] == [200] * 3
    signed = [parameters_of(asked) for asked in server.asked[1:]]
    assert [each["nc"] for each in signed] == ["00000001", "00000002", "00000003"]
    assert {each["algorithm"] for each in signed} == {"SHA-256"}
    assert {each["opaque"] for each in signed} == {"FQhe/qaU925kfnzj"}
    assert [each["response"] for each in signed] == [response(asked, hashlib.sha256) for asked in server.asked[1:]]


def test_a_challenge_that_is_stale_is_replaced_within_the_same_request() -> None:
    def answer(asked: Asked) -> Reply:
        nonce = f"n{len(server.asked) // 4}"
        if parameters_of(asked).get("nonce") == nonce:
            return Reply()
        return Reply(b"", 401, {"WWW-Authenticate": f'Digest realm="r", nonce="{nonce}", qop="auth", stale=true'})

    with api(answer) as server, patient(auth=credentials_of(USER)) as client:
        assert [client.fetch(Request("GET", server.url), anywhere).status for _ in range(6)] == [200] * 6


def test_a_redirect_is_signed_for_where_it_leads() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": "/b"}) if asked.target == "/a" and parameters_of(asked) else challenging(BOTH)(asked)

    with api(answer) as server, patient(auth=credentials_of(USER)) as client:
        assert client.fetch(Request("GET", f"{server.url}/a"), anywhere).status == 200
    assert parameters_of(server.asked[-1])["uri"] == "/b"


def test_a_refused_challenge_is_not_answered_twice() -> None:
    """The server sends the same one again: the password is wrong."""
    refusal = Reply(b"", 401, {"WWW-Authenticate": BOTH})
    with api(lambda _: refusal) as server, patient(auth=credentials_of(USER)) as client:
        assert client.fetch(Request("GET", server.url), anywhere).status == 401
        assert client.fetch(Request("GET", server.url), anywhere).status == 401
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    "said", ["", 'Basic realm="x"', "Negotiate", "Digest", "Digest realm=x", 'Digest realm="r", nonce="n", algorithm=SHA-512-256',
             'Digest realm="r", nonce="n", qop="auth-int"', 'Digest realm="r", nonce=', "=,=,Digest ,,=", "Digest nonce=\x1b" + "x" * 999]
)
def test_a_challenge_that_cannot_be_answered_is_told(said: str) -> None:
    with api(challenging(said)) as server, patient(auth=credentials_of(USER)) as client, pytest.raises(RequestFailed) as failure:
        client.fetch(Request("GET", server.url), anywhere)
    assert "no Digest challenge that can be answered" in str(failure.value)
    assert "Check `auth.type`." in str(failure.value)
    assert str(failure.value).isprintable()
    assert len(str(failure.value)) < 500


@pytest.mark.parametrize("user", ['a"b', "a\\b", "a:b", "ä"])
def test_a_user_name_that_cannot_stand_in_the_header_is_a_mistake(user: str) -> None:
    assert mistakes({**USER, "connection.user": user}) == ["connection.user"]


def test_the_page_names_the_algorithms_that_the_refusal_names() -> None:
    page = (Path(__file__).parents[2] / "docs" / "authentication.md").read_text()
    names = re.findall(r"Digest knows (.*?), with", page)[0].replace(" and ", ", ")
    with api(challenging("Basic")) as server, patient(auth=credentials_of(USER)) as client, pytest.raises(RequestFailed) as failure:
        client.fetch(Request("GET", server.url), anywhere)
    assert f"one of the algorithms {names}, and" in str(failure.value)
