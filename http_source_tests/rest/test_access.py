"""Who may ask `serve`, and how the others are answered."""

import base64
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import requests

from http_source.config.types import Secret
from http_source.rest import limits
from http_source.rest.access import PASSWORD as PASSWORD_NAME
from http_source.rest.access import TOKEN as TOKEN_NAME
from http_source.rest.access import USER as USER_NAME
from http_source.rest.access import Access, AccessRefused, is_loopback
from http_source.rest.calls import BODY_S, MOST_BYTES
from http_source.rest.server import ServerSettings
from http_source.rest.sockets import Certificate, NotOpened, listen
from http_source_tests.certificates import authority, issue
from http_source_tests.rest.opened import opened, said

USER = {"HTTP_SOURCE_REST_USER": "ann", "HTTP_SOURCE_REST_PASSWORD": "pass:wörd"}
TOKEN = {"HTTP_SOURCE_REST_TOKEN": "sample-token"}


@pytest.fixture(scope="module")
def open_to_all() -> Iterator[str]:
    with opened() as url:
        yield url


@pytest.fixture(scope="module")
def closed() -> Iterator[str]:
    with opened(access=Access.of(USER | TOKEN)) as url:
        yield url


def basic(user: str, password: str, encoding: str = "utf-8") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode(encoding)).decode()}


def ask(url: str, method: str = "GET", path: str = "/connectors", **headers: str) -> requests.Response:
    return requests.request(method, url + path, headers=headers, timeout=20)


# Without authentication


@pytest.mark.parametrize("authorization", [basic("None", "None")["Authorization"], "Bearer x", "Basic !!!", "Negotiate", ""])
def test_an_open_server_ignores_what_clients_sign_in_with(open_to_all: str, authorization: str) -> None:
    assert ask(open_to_all, Authorization=authorization).json()["user"] == ""


@pytest.mark.parametrize("host", [
    "localhost", "LOCALHOST:8083", "127.0.0.1:80", "127.9.8.7", "[::1]:8083", "[::ffff:127.0.0.1]", "kafka.localhost",
])
def test_an_open_server_answers_to_names_of_its_own_machine(open_to_all: str, host: str) -> None:
    assert ask(open_to_all, Host=host).status_code == 200


@pytest.mark.parametrize("host", [
    "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1:8083", "[::2]", "[", "1", "@localhost@x",
])
def test_an_open_server_refuses_a_name_that_leads_here_by_dns_rebinding(open_to_all: str, host: str) -> None:
    answered = ask(open_to_all, Host=host)
    assert answered.status_code == 403
    assert answered.json()["error_code"] == 403
    assert "HTTP_SOURCE_REST_USER" in answered.json()["message"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1"])
def test_a_page_of_another_site_changes_nothing(open_to_all: str, closed: str, method: str, origin: str) -> None:
    for url, signed_in in ((open_to_all, {}), (closed, basic("ann", "pass:wörd"))):
        answered = ask(url, method, Origin=origin, **signed_in)
        assert answered.status_code == 403
        assert "may not change anything here" in answered.json()["message"]


def test_a_page_of_the_server_itself_may(open_to_all: str) -> None:
    assert ask(open_to_all, "PUT", Origin=open_to_all).status_code == 200


def test_no_other_site_may_read(open_to_all: str) -> None:
    answered = ask(open_to_all, Origin="http://evil.example")
    assert [name for name in answered.headers if name.lower().startswith("access-control")] == []


@pytest.mark.parametrize("address", ["127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1"])
def test_only_this_machine_reaches_a_loopback_address(address: str) -> None:
    assert is_loopback(address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "10.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo", "localhost", "128.0.0.1", ""])
def test_others_reach_any_other_address(address: str) -> None:
    assert not is_loopback(address)


def test_nobody_else_is_served_without_a_password() -> None:
    listening = listen("0.0.0.0", 0)
    try:
        with pytest.raises(AccessRefused, match=r"At 0\.0\.0\.0 other machines could reach .* Set HTTP_SOURCE_REST_USER"):
            ServerSettings(listening=listening, access=Access()).check()
        settings = ServerSettings(listening=listening, access=Access.of(TOKEN))
        settings.check()
        assert "clear text" in settings.warning
    finally:
        listening.close()


# With it


def test_who_signs_in_is_known_by_his_name(closed: str) -> None:
    assert ask(closed, **basic("ann", "pass:wörd")).json()["user"] == "ann"
    assert ask(closed, **basic("ann", "pass:wörd", "latin-1")).json()["user"] == "ann"
    assert ask(closed, Authorization="bearer  sample-token").json()["user"] == "token"


@pytest.mark.parametrize("authorization", [
    basic("ann", "pass:word")["Authorization"], basic("bob", "pass:wörd")["Authorization"], basic("", "")["Authorization"],
    basic("None", "None")["Authorization"], "Basic YW5u", "Basic é", "Basic", "Bearer", "Bearer sample-toke", "Bearer sample-token2",
    "Digest x", "x",
])
def test_nobody_else_is_answered(closed: str, authorization: str) -> None:
    answered = said(closed, f"GET / HTTP/1.1\r\nHost: x\r\nAuthorization: {authorization}\r\nConnection: close\r\n\r\n".encode())
    assert answered.startswith(b"HTTP/1.1 401 ")
    assert b'"message":"User and password, or the token, are wrong."' in answered


def test_who_does_not_sign_in_is_told_how(closed: str) -> None:
    answered = ask(closed)
    assert answered.status_code == 401
    assert answered.headers["WWW-Authenticate"] == 'Basic realm="http-source", charset="UTF-8", Bearer realm="http-source"'
    assert answered.json() == {"error_code": 401, "message": "Sign in: this server answers only clients that do."}


def test_only_the_ways_that_are_there_are_offered() -> None:
    with opened(access=Access.of(TOKEN)) as url:
        assert ask(url).headers["WWW-Authenticate"] == 'Bearer realm="http-source"'
        assert ask(url, **basic("", "")).status_code == 401


def test_a_server_with_passwords_may_have_any_name(closed: str) -> None:
    assert ask(closed, Host="connect.example.com", **basic("ann", "pass:wörd")).status_code == 200


@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_health_is_answered_to_who_has_no_password(closed: str, path: str) -> None:
    assert ask(closed, path=path).status_code == 200
    assert ask(closed, "PUT", path).status_code == 401


@pytest.mark.parametrize(("environment", "sentence"), [
    ({"HTTP_SOURCE_REST_USER": "ann"}, "HTTP_SOURCE_REST_USER is set, but HTTP_SOURCE_REST_PASSWORD is not."),
    ({"HTTP_SOURCE_REST_PASSWORD": "hidden"}, "HTTP_SOURCE_REST_PASSWORD is set, but HTTP_SOURCE_REST_USER is not."),
    ({"HTTP_SOURCE_REST_USER": "a:b", "HTTP_SOURCE_REST_PASSWORD": "hidden"}, "HTTP_SOURCE_REST_USER has a colon"),
    ({"HTTP_SOURCE_REST_TOKEN": "hidden", "HTTP_SOURCE_REST_TOKEN_FILE": "/x"}, "are both set"),
    ({"HTTP_SOURCE_REST_TOKEN_FILE": "/nowhere"}, "_TOKEN_FILE names a file that cannot be read: No such file or directory."),
    ({"HTTP_SOURCE_REST_TOKEN_FILE": "/dev/null"}, "HTTP_SOURCE_REST_TOKEN_FILE names an empty file."),
])
def test_half_of_a_sign_in_is_refused(environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(AccessRefused) as raised:
        Access.of(environment)
    assert sentence in str(raised.value)
    assert "hidden" not in str(raised.value)


def test_secrets_may_be_in_files(tmp_path: Path) -> None:
    (tmp_path / "user").write_text("ann\n")
    (tmp_path / "password").write_text("pass word \r\n")
    files = {f"HTTP_SOURCE_REST_{name.upper()}_FILE": str(tmp_path / name) for name in ("user", "password")}
    access = Access.of(files)
    assert access == Access("ann", Secret("pass word "))
    assert "pass" not in repr(access).partition("password=")[2]


# With a certificate


def test_it_serves_https(tmp_path: Path) -> None:
    above = authority()
    identity = issue(above, "server", ("localhost", "127.0.0.1"))
    (tmp_path / "ca.pem").write_text(above.pem)
    (tmp_path / "server.pem").write_text(identity.chain_pem)
    (tmp_path / "server.key").write_text(identity.key_pem)
    with opened(certificate=Certificate(tmp_path / "server.pem", tmp_path / "server.key")) as url:
        trust = ssl.create_default_context(cafile=tmp_path / "ca.pem")
        # The authority lacks what clients want since Python 3.13.
        trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
        with urlopen(url, timeout=20, context=trust) as answered:
            assert answered.status == 200
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(url.replace("https", "http"), timeout=20)


def test_what_is_not_a_certificate_with_its_key_is_refused_in_a_sentence(tmp_path: Path) -> None:
    one, other = issue(None, "one"), issue(None, "other")
    files = {"one.pem": one.pem, "one.key": one.key_pem, "other.key": other.key_pem, "both.pem": one.pem + one.key_pem, "junk": "junk",
             "other.pem": other.pem, "broken.key": one.key_pem[:60] + one.key_pem[90:],
             "locked.key": encrypted(one.key_pem)}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    Certificate(tmp_path / "one.pem", tmp_path / "one.key").check()
    Certificate(tmp_path / "both.pem").check()
    for chain, key, sentence in (
        ("one.pem", "other.key", "other.key is not that of the first certificate in"),
        ("one.pem", "locked.key", "locked.key is encrypted. Write it without a passphrase"),
        ("junk", "one.key", "--tls-certificate names .*junk, which has no certificate in PEM form"),
        ("one.key", "one.key", "--tls-certificate names .*one.key, which has no certificate in PEM form"),
        ("one.pem", "junk", "--tls-key names .*junk, which has no private key in PEM form"),
        ("one.pem", "other.pem", "--tls-key names .*other.pem, which has no private key in PEM form"),
        ("one.pem", "broken.key", "The private key in .*broken.key, or a certificate in .*one.pem, is damaged"),
        ("one.pem", "nowhere", "--tls-key names"),
        ("nowhere", "one.key", "--tls-certificate names"),
        ("one.pem", None, "--tls-certificate names .*one.pem, which has no private key in PEM form"),
    ):
        with pytest.raises(NotOpened, match=sentence):
            Certificate(tmp_path / chain, tmp_path / key if key else None).check()


def encrypted(pem: str) -> str:
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - for this alone
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
        load_pem_private_key,
    )

    key = load_pem_private_key(pem.encode(), None)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"sesame")).decode()


def test_the_page_says_the_limits_that_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")
    assert f"| {limits.PER_SECOND:g} a second, {limits.PER_SECOND * 10:,.0f} at once;" in page
    assert f"| requests at the same time | {limits.AT_ONCE}; more wait |" in page
    assert f"| time of a request | {limits.LONGEST_S:g} s," in page
    assert f"| body | {MOST_BYTES >> 20} MB, within {BODY_S:g} s | 413, 408 |" in page
    assert all(f"`{name}`" in page for name in (USER_NAME, PASSWORD_NAME, TOKEN_NAME))
