"""Credentials that an API refuses: when new ones are asked for, and how often a request is sent."""

from collections.abc import Callable

import pytest
from requests.models import PreparedRequest

from http_source.config.types import STATUS_RANGES
from http_source.edges.auth.authentication import Unchanging
from http_source.errors import RequestFailed
from http_source.model import Request, Response
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.servers import Asked, Reply, api


class Passes(Unchanging):
    """Credentials that are renewed as often as there is another word."""

    def __init__(self, *words: str) -> None:
        self._words = list(words)
        self.refused: list[str] = []

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = self._words[0]
        return request

    def renew(self, refused: PreparedRequest, _answer: Response) -> bool:
        self.refused.append(str(refused.headers["Authorization"]))
        self._words = self._words[1:] or self._words
        return self._words[0] != self.refused[-1]


def admits(word: str) -> Callable[[Asked], Reply]:
    return lambda asked: Reply(b"[]", 200 if asked.headers["Authorization"] == word else 401)


def test_b28_a_request_answered_with_401_is_sent_once_more_with_new_credentials() -> None:
    passes = Passes("old", "new")
    with api(admits("new")) as server, patient(auth=passes) as client:
        assert [client.fetch(Request("GET", server.url), anywhere).status for _ in range(2)] == [200, 200]
    assert [asked.headers["Authorization"] for asked in server.asked] == ["old", "new", "new"]
    assert passes.refused == ["old"]


def test_b29_a_request_is_sent_twice_at_most_when_401_stays() -> None:
    with api(admits("none")) as server, patient(auth=Passes("1", "2", "3")) as client:
        assert client.fetch(Request("GET", server.url), anywhere).status == 401
    assert [asked.headers["Authorization"] for asked in server.asked] == ["1", "2"]


def test_credentials_that_cannot_be_renewed_are_not_sent_again() -> None:
    with api(admits("none")) as server, patient(auth=Passes("same")) as client:
        assert client.fetch(Request("GET", server.url), anywhere).status == 401
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [403, 418])
def test_b200_credentials_are_renewed_once_a_request_at_the_statuses_that_say_so(status: int) -> None:
    with (
        api(lambda asked: Reply(status=200 if asked.headers["Authorization"] == "3" else status)) as server,
        patient(auth=Passes("1", "2", "3"), renew_on=STATUS_RANGES.parse("403,410-420")) as client,
    ):
        assert [client.fetch(Request("GET", server.url), anywhere).status for _ in range(2)] == [status, 200]
    assert [asked.headers["Authorization"] for asked in server.asked] == ["1", "2", "2", "3"]


def test_b200_other_statuses_renew_nothing() -> None:
    passes = Passes("1", "2")
    with api(lambda _: Reply(status=403)) as server, patient(auth=passes, renew_on=STATUS_RANGES.parse("410")) as client:
        assert client.fetch(Request("GET", server.url), anywhere).status == 403
    assert passes.refused == []


class Key(Unchanging):
    """A credential that stands in the URL."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.url = f"{request.url}?key=s3cret"
        return request

    def renew(self, refused: PreparedRequest, _answer: Response) -> bool:
        return "key" not in str(refused.url)


def test_what_is_signed_into_the_url_goes_along_with_redirects_and_is_not_shown() -> None:
    with (
        api(lambda asked: Reply(b"", 302 if asked.target.startswith("/here") else 401, {"Location": "there"})) as server,
        patient(auth=Key()) as client,
    ):
        assert client.fetch(Request("GET", f"{server.url}/here"), anywhere).url == f"{server.url}/there"
    assert [asked.target for asked in server.asked] == ["/here?key=s3cret", "/there?key=s3cret"]


class Expired(Passes):
    def renew(self, refused: PreparedRequest, _answer: Response) -> bool:
        raise RequestFailed(f"The token endpoint refused {len(refused.headers)} headers.", retriable=False)


def test_a_failing_renewal_is_how_the_request_fails() -> None:
    with api(admits("none")) as server, patient(auth=Expired("old")) as client, pytest.raises(RequestFailed, match="token end") as failure:
        client.fetch(Request("GET", server.url), anywhere)
    assert not failure.value.retriable
