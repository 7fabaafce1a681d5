"""auth.type=aws_sigv4 against a program that is not ours, nor botocore's, and signs each request again by itself."""

from collections.abc import Iterator, Mapping

import pytest

from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of
from http_source_tests.real_servers.aws4 import signing_again

pytestmark = pytest.mark.servers

SECRET = "wJalr/+bPxRfiCYEXAMPLEKEY"
KEY: Mapping[str, object] = {
    "auth.type": "aws_sigv4", "aws.region": "eu-central-1", "aws.access.key.id": "AKID", "aws.secret.access.key": SECRET,
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the server that signs again."""
    with signing_again(tmp_path_factory.mktemp("aws4"), "AKID", SECRET) as url:
        yield url


@pytest.mark.parametrize("service", ["execute-api", "es", "s3"])
@pytest.mark.parametrize(
    "target", ["/", "/items?b=2&a=1", "/items?q=created:>2020,b/c&empty&x=%20+%2B", "/a%20b/%C3%A4/c:d@e", "/a//b?c=d", "/moved"],
)
def test_the_server_signs_in_the_same_way(url: str, service: str, target: str) -> None:
    with patient(auth=credentials_of({**KEY, "aws.service": service, "aws.session.token": "t0ken/+="})) as client:
        assert client.fetch(Request("GET", url + target), anywhere).status == 200


def test_values_of_one_name_are_signed_in_their_order(url: str) -> None:
    """For S3 aws4 takes the first alone."""
    with patient(auth=credentials_of(KEY)) as client:
        assert client.fetch(Request("GET", f"{url}/?b=2&a=1&a=0"), anywhere).status == 200


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
def test_a_body_is_signed_in_the_same_way(url: str, headers: Mapping[str, str]) -> None:
    with patient(auth=credentials_of(KEY)) as client:
        assert client.fetch(Request("POST", f"{url}/items", headers, '{"a": "ü"}'.encode()), anywhere).status == 200


@pytest.mark.parametrize("wrong", [{"aws.secret.access.key": "other"}, {"aws.access.key.id": "OTHER"}])
def test_another_key_is_refused(url: str, wrong: Mapping[str, object]) -> None:
    with patient(auth=credentials_of({**KEY, **wrong})) as client:
        assert client.fetch(Request("GET", url), anywhere).status == 403
