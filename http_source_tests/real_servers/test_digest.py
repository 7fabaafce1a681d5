"""auth.type=digest against servers that are not ours: one challenge a thread, whatever the algorithm, and a wrong password that is told."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of
from http_source_tests.real_servers.digest_servers import http_auth, httpbin

pytestmark = pytest.mark.servers

PASSWORD = 'p: "ä\\ss'
USER: Mapping[str, object] = {"auth.type": "digest", "connection.user": "shop", "connection.password": PASSWORD}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[str]:
    """Its address."""
    with http_auth(tmp_path, "shop", PASSWORD) as url:
        yield url


@pytest.fixture(scope="module")
def bin_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with httpbin(tmp_path_factory.mktemp("httpbin")) as url:
        yield url


def test_only_the_first_request_is_refused(strict: str) -> None:
    with patient(auth=credentials_of(USER)) as client:
        for target in ("/items", "/items?a=1&b=%20;c", "/a;v=1/b", "/", "/%C3%A4?x=/?#"):
            answer = client.fetch(Request("GET", strict + target), anywhere)
            assert (answer.status, json.loads(answer.body)) == (200, [1])


def test_threads_do_not_refuse_each_other(strict: str) -> None:
    """The server takes the count of each challenge in order only."""
    ready = Barrier(5)

    def fetch() -> int:
        ready.wait()
        return sum(client.fetch(Request("GET", f"{strict}/items"), anywhere).status == 200 for _ in range(50))

    with patient(auth=credentials_of(USER)) as client, ThreadPoolExecutor(5) as pool:
        assert sum(each.result() for each in [pool.submit(fetch) for _ in range(5)]) == 250
        assert json.loads(client.fetch(Request("GET", strict), anywhere).body) == [6]


def test_a_body_is_sent_along(strict: str) -> None:
    with patient(auth=credentials_of(USER)) as client:
        assert client.fetch(Request("POST", strict, {}, b'{"a": 1}'), anywhere).status == 200


@pytest.mark.parametrize("wrong", [{"connection.password": "wr0ng"}, {"connection.user": "nobody"}])
def test_a_wrong_password_costs_two_requests(strict: str, wrong: Mapping[str, object]) -> None:
    with patient(auth=credentials_of({**USER, **wrong})) as client:
        assert client.fetch(Request("GET", strict), anywhere).status == 401
    with patient(auth=credentials_of(USER)) as client:
        assert json.loads(client.fetch(Request("GET", strict), anywhere).body) == [3]


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512"])
def test_each_algorithm_is_known(bin_url: str, algorithm: str) -> None:
    properties = {**USER, "connection.password": "s3cret"}
    with patient(auth=credentials_of(properties)) as client:
        for _ in range(2):
            assert client.fetch(Request("GET", f"{bin_url}/digest-auth/auth/shop/s3cret/{algorithm}"), anywhere).status == 200
