"""oauth2.grant.type=jwt-bearer before Authlib's authorization server, which is not ours and reads JWTs by itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from http_source.demo.processes import free_port
from http_source.errors import RequestFailed
from http_source_tests.certificates import issue
from http_source_tests.edges.grants import granted
from http_source_tests.real_servers import pypi
from http_source_tests.real_servers.program import is_served, running

pytestmark = pytest.mark.servers

VERSION, FLASK = "1.9.9", "3.1.2"
SHOP, OTHER = (issue(None, name, key=rsa.generate_private_key(65_537, 2_048)) for name in ("shop", "other"))
SIGNED: Mapping[str, object] = {
    "oauth2.grant.type": "jwt-bearer", "oauth2.client.id": "shop", "oauth2.client.secret": None, "oauth2.client.scope": "read",
    "oauth2.jwt.private.key": SHOP.key_pem, "oauth2.jwt.claimset": '{"sub": "jane"}',
}


@contextmanager
def authlib(folder: Path) -> Iterator[str]:
    """The URL of the server."""
    python = pypi.installed("authlib", VERSION, f"flask=={FLASK}") / "python"
    key = SHOP.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    url = f"http://127.0.0.1:{(port := free_port(0))}"
    command = [str(python), str(Path(__file__).with_name("authlib_program.py")), str(port), "shop", key]
    with running(command, folder, lambda _: is_served(f"{url}/whose/nobody"), environment={"AUTHLIB_INSECURE_TRANSPORT": "1"}):
        yield url


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of the running server."""
    with authlib(tmp_path_factory.mktemp("authlib")) as url:
        yield url


@pytest.mark.parametrize("user", ["jane", "robot"])
def test_a_token_is_given_for_a_jwt_and_is_its_subject_s(url: str, user: str) -> None:
    with granted(f"{url}/token", {**SIGNED, "oauth2.jwt.claimset": f'{{"sub": "{user}"}}'}) as grant:
        assert requests.get(f"{url}/whose/{grant.token()}", timeout=30).json() == [user, "read"]
        assert grant.refused()
        assert requests.get(f"{url}/whose/{grant.token()}", timeout=30).json() == [user, "read"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"oauth2.jwt.private.key": OTHER.key_pem}, "invalid_grant"), ({"oauth2.client.id": "other"}, "invalid_grant"),
        ({"oauth2.jwt.claimset": '{"sub": "nobody"}'}, "invalid_grant"),
        ({"oauth2.jwt.claimset": '{"sub": "jane", "aud": "https://other.example.com"}'}, "invalid_grant"),
        ({"oauth2.jwt.claimset": '{"sub": "jane", "exp": null}'}, "invalid_grant"),
    ],
)
def test_a_jwt_that_is_not_taken_is_told_with_its_properties(url: str, wrong: Mapping[str, object], said: str) -> None:
    with granted(f"{url}/token", {**SIGNED, **wrong}) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert f'"{said}"' in str(failure.value)
    assert "`oauth2.jwt.claimset`" in str(failure.value)
