"""auth.type=hmac against hmac-auth-express from npm, a middleware that is not ours: by its rules of what is signed, and where it stands."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from http_source.demo.processes import free_port
from http_source.model import Request
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of
from http_source_tests.real_servers import npm
from http_source_tests.real_servers.program import running

pytestmark = pytest.mark.servers

VERSION, EXPRESS = "8.3.4", "4.21.2"
SCRIPT = Path(__file__).with_name("hmac.mjs")
SECRET = 's3cret: "ä\\'
BY_ITS_RULES: Mapping[str, object] = {
    "auth.type": "hmac", "hmac.secret": SECRET, "hmac.template": "${timestamp}${method}${target}",
    "hmac.headers": "Authorization:HMAC ${timestamp}:${signature}", "hmac.timestamp.format": "milliseconds",
}


@contextmanager
def served(folder: Path, algorithm: str) -> Iterator[str]:
    """The URL of the server."""
    modules, port = npm.installed("hmac-auth-express", VERSION, f"express@{EXPRESS}", compiles=False), free_port(0)
    with running(["node", SCRIPT, modules, str(port), SECRET, algorithm], folder, lambda written: "listening" in written):
        yield f"http://127.0.0.1:{port}"


def test_the_server_takes_what_is_signed_also_where_a_redirect_leads(tmp_path: Path) -> None:
    with served(tmp_path, "sha256") as url, patient(auth=credentials_of(BY_ITS_RULES)) as client:
        for target in ("/items?start=%20a&b=%C3%A4", "/", "/a;b?c=/?"):
            answer = client.fetch(Request("GET", url + target), anywhere)
            assert (answer.status, json.loads(answer.body)) == (200, [target])
        assert json.loads(client.fetch(Request("GET", f"{url}/moved"), anywhere).body) == ["/items?from=moved"]


def test_the_server_takes_a_signed_body_and_another_algorithm(tmp_path: Path) -> None:
    signed = {**BY_ITS_RULES, "hmac.algorithm": "SHA512", "hmac.template": "${timestamp}${method}${target}${bodyMd5}"}
    request = ("/items", {"Content-Type": "application/json"}, b'{"start":"0","n":[1]}')
    with served(tmp_path, "sha512") as url, patient(auth=credentials_of(signed)) as client:
        assert client.fetch(Request("POST", url + request[0], *request[1:]), anywhere).status == 200


@pytest.mark.parametrize("wrong", [{"hmac.secret": "wr0ng"}, {"hmac.template": "${method}${target}"}, {"hmac.algorithm": "SHA1"}])
def test_the_server_refuses_anything_else(tmp_path: Path, wrong: Mapping[str, object]) -> None:
    with served(tmp_path, "sha256") as url, patient(auth=credentials_of({**BY_ITS_RULES, **wrong})) as client:
        assert client.fetch(Request("GET", f"{url}/items"), anywhere).status == 401
