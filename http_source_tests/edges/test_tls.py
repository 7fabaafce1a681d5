"""https connections against real servers: whom they trust, what they show, by which versions, and what is said when there is none."""

import os
import socket
import ssl
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric import rsa
from urllib3.util import Retry

import http_source
from http_source.edges.http.tls_context import build_context
from http_source.edges.http.tls_failures import explain_tls
from http_source.errors import ConfigurationError
from http_source.foreign.redactor import Redactor
from http_source_tests.certificates import (
    LOCAL,
    LONG_AGO,
    STORES,
    TOMORROW,
    Identity,
    authority,
    issue,
    server_context,
    stored,
    tls_api,
    with_negative_serial,
)
from http_source_tests.config.samples import load
from http_source_tests.servers import Api, raw

Options = dict[str, object]
CA = authority()
SERVER = issue(CA, "server", LOCAL)
Contexts = Callable[..., ssl.SSLContext]
TRUST: Options = {"truststore.certificates": CA.pem}


def speaking(context: ssl.SSLContext, version: ssl.TLSVersion) -> ssl.SSLContext:
    context.minimum_version = context.maximum_version = version
    return context


def showing(client: Identity) -> Options:
    return {"keystore.key": client.key_pem, "keystore.certificate.chain": client.chain_pem}


WEAK = showing(issue(CA, "client", key=rsa.generate_private_key(65537, 1024)))


def context_of(options: Options) -> ssl.SSLContext:
    return build_context(load({f"https.ssl.{name}": value for name, value in options.items()}).config.tls)


def get(url: str, options: Options) -> bytes:
    """The body of an answer. Raises what the connection failed with, without urllib3's wrapping."""
    with urllib3.PoolManager(ssl_context=context_of(options), retries=Retry(0, redirect=0)) as pool:
        try:
            return pool.request("GET", url).data
        except urllib3.exceptions.MaxRetryError as error:
            cause: BaseException | None = error.reason
            while isinstance(cause, urllib3.exceptions.HTTPError):
                cause = next(each for each in (*cause.args, cause.__cause__) if isinstance(each, BaseException))
            assert cause is not None
            raise cause from error


def failure(server: Api, options: Options) -> str:
    """What is said of a connection that comes to nothing; nothing was asked."""
    with pytest.raises(OSError) as failed:  # noqa: PT011 - which one is the very question
        get(server.url, options)
    assert server.asked == []
    return explain_tls(failed.value, "api.example", Redactor()) or "nothing"


@pytest.fixture
def context(tmp_path: Path) -> Contexts:
    """Makes servers' contexts."""
    return lambda server=SERVER, clients=None: server_context(tmp_path, server, clients=clients)


# Trust


def test_the_trust_store_is_trusted(context: Contexts) -> None:
    with tls_api(context()) as server:
        assert get(server.url, TRUST) == b"[]"
        assert get(server.url.replace("localhost", "127.0.0.1"), TRUST) == b"[]"


def test_a_trust_store_replaces_the_systems_roots() -> None:
    assert [each["subject"] for each in context_of(TRUST).get_ca_certs()] == [((("commonName", "Test CA"),),)]


def test_without_a_trust_store_the_systems_roots_are_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_text(CA.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(roots))
    assert (((("commonName", "Test CA"),),)) in [each["subject"] for each in context_of({}).get_ca_certs()]


def test_a_certificate_in_the_trust_store_needs_none_above_it(context: Contexts) -> None:
    with tls_api(context()) as server:
        assert get(server.url, {"truststore.certificates": SERVER.pem}) == b"[]"


@pytest.mark.parametrize("trust", ["trust.jks", "trust.p12"])
def test_an_authority_made_with_keytool_works_on_both_sides(trust: str, tmp_path: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(STORES / "server.pem")
    serving.verify_mode = ssl.CERT_REQUIRED
    serving.load_verify_locations(STORES / "ca.pem")
    options: Options = {"truststorefile": stored(trust), "truststore.password": "storepw", "key.password": "keypw1"}
    with tls_api(serving) as server:
        assert get(server.url, {**options, "keystorefile": stored("client.jks"), "keystore.password": "storepw"}) == b"[]"
    assert list(tmp_path.iterdir()) == []


def test_strict_rules_of_later_pythons_do_not_apply() -> None:
    flags = context_of(TRUST).verify_flags
    assert flags & ssl.VERIFY_X509_PARTIAL_CHAIN
    assert not flags & ssl.VERIFY_X509_STRICT


# Showing a certificate


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_certificate_is_shown_with_those_above_it(context: Contexts, version: ssl.TLSVersion) -> None:
    client = issue(authority("Between", CA), "client")
    with tls_api(speaking(context(clients=CA), version)) as server:
        assert get(server.url, {**TRUST, **showing(client)}) == b"[]"


def test_the_key_is_in_no_file_afterwards(tmp_path: Path) -> None:
    makes = "from http_source_tests.edges import test_tls; test_tls.make_contexts()"
    path = str(Path(http_source.__file__).parents[1])
    subprocess.run([sys.executable, "-c", makes], env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": path}, check=True)
    assert list(tmp_path.iterdir()) == []


def make_contexts() -> None:
    """One of a key that OpenSSL takes, and one of a key that it refuses."""
    assert tempfile.gettempdir() == os.environ["TMPDIR"]
    context_of(showing(issue(CA, "client")))
    with pytest.raises(ConfigurationError):
        context_of(WEAK)


def test_a_key_that_openssl_refuses_is_told_with_its_property() -> None:
    with pytest.raises(ConfigurationError, match=r"https\.ssl\.keystore\.key: OpenSSL does not take the client's key: ee key too small"):
        context_of(WEAK)


def test_a_store_that_was_replaced_since_makes_no_context(tmp_path: Path) -> None:
    store = tmp_path / "client.p12"
    store.write_bytes(issue(CA, "client").pkcs12("before"))
    options = load({"https.ssl.keystore.location": str(store), "https.ssl.keystore.password": "before"}).config.tls
    store.write_bytes(issue(CA, "client").pkcs12("after"))
    with pytest.raises(ConfigurationError, match=r"https\.ssl\.keystore\.password: The password is wrong"):
        build_context(options)


# Versions


@pytest.mark.parametrize("options", [{}, {"protocol": "TLSv1.2"}, {"protocol": "TLS"}, {"enabled.protocols": "TLSv1.2"}])
def test_b44_a_server_that_speaks_tls_1_2_only_is_connected_to(context: Contexts, options: Options) -> None:
    with tls_api(speaking(context(), ssl.TLSVersion.TLSv1_2)) as server:
        assert get(server.url, {**TRUST, **options}) == b"[]"


def test_b44_tls_1_3_alone_refuses_it(context: Contexts) -> None:
    with tls_api(speaking(context(), ssl.TLSVersion.TLSv1_2)) as server:
        assert "none of the TLS versions that are enabled here" in failure(server, {**TRUST, "enabled.protocols": "TLSv1.3"})


@pytest.mark.parametrize("options", [{"protocol": "TLSv1.2"}, {"enabled.protocols": "TLSv1.2"}])
def test_tls_1_2_alone_refuses_a_server_that_speaks_tls_1_3_only(context: Contexts, options: Options) -> None:
    with tls_api(speaking(context(), ssl.TLSVersion.TLSv1_3)) as server:
        assert "none of the TLS versions that are enabled here" in failure(server, {**TRUST, **options})


def test_b44_older_versions_are_never_spoken(context: Contexts) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        serving = speaking(context(), ssl.TLSVersion.TLSv1_1)
    serving.set_ciphers("ALL:@SECLEVEL=0")
    with tls_api(serving) as server:
        assert "There are TLS 1.2 and 1.3" in failure(server, TRUST)


# Failures, of which each ends before the request


def test_b43_an_expired_certificate_is_told_with_its_dates(context: Contexts) -> None:
    expired = issue(CA, "server", LOCAL, end=LONG_AGO.replace(year=2002))
    with tls_api(context(expired)) as server:
        message = failure(server, TRUST)
    assert message.startswith("the certificate of api.example has expired")
    assert "for localhost, 127.0.0.1, issued by CN=Test CA, valid from 2001-02-03 to 2002-02-03" in message


def test_b43_a_certificate_of_the_future_is_told_with_its_dates(context: Contexts) -> None:
    with tls_api(context(issue(CA, "server", LOCAL, start=TOMORROW))) as server:
        message = failure(server, TRUST)
    assert "is not valid yet" in message
    assert f"valid from {TOMORROW.date()}" in message


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_b43_another_host_is_told_with_the_names_that_the_certificate_has(context: Contexts, host: str) -> None:
    with tls_api(context(issue(CA, "localhost", ["a.example", "*.b.example"]))) as server:
        server.url = server.url.replace("localhost", host)
        message = failure(server, TRUST)
    assert f"is not for this {'IP address' if host[0] == '1' else 'host name'}. It is for a.example, *.b.example, " in message


def test_b43_the_common_name_is_no_host_name(context: Contexts) -> None:
    with tls_api(context(issue(CA, "localhost"))) as server:
        assert "It is for no host name" in failure(server, TRUST)


@pytest.mark.parametrize("options", [{}, {"truststore.certificates": authority("Other").pem}])
def test_b43_an_unknown_authority_is_told_with_the_property_that_helps(context: Contexts, options: Options) -> None:
    with tls_api(context()) as server:
        message = failure(server, options)
    assert "issued by CN=Test CA" in message
    assert "https.ssl.truststorefile" in message


def test_b43_a_certificate_signed_with_its_own_key(context: Contexts) -> None:
    with tls_api(context(issue(None, "own", LOCAL))) as server:
        assert "is signed with its own key and not trusted here" in failure(server, TRUST)


@pytest.mark.parametrize(("server", "fact"), [
    (issue(CA, "server", ["api.internal"]), "It is for api.internal, "),
    (issue(authority("Corporate Root"), "server", LOCAL), "issued by CN=Corporate Root"),
    (issue(CA, "server", LOCAL, end=LONG_AGO.replace(year=2002)), "to 2002-02-03"),
], ids=["the name to use", "the authority to trust", "the day it ended"])  # fmt: skip
def test_b43_what_to_do_is_known_by_a_second_look_only(context: Contexts, server: Identity, fact: str) -> None:
    with tls_api(context(server)) as running:
        assert fact in failure(running, TRUST)
        plain = context_of(TRUST)
        plain.sslsocket_class = ssl.SSLSocket
        port = int(running.url.rpartition(":")[2])
        with socket.create_connection(("localhost", port)) as sock, pytest.raises(ssl.SSLCertVerificationError) as refused:
            plain.wrap_socket(sock, server_hostname="localhost")
    assert fact not in str(explain_tls(refused.value, "api.example"))


def test_b43_a_certificate_that_cryptography_warns_of_is_told_like_any_other(tmp_path: Path) -> None:
    own, file, context = issue(None, "own", LOCAL), tmp_path / "own.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file.write_text(own.key_pem + ssl.DER_cert_to_PEM_cert(with_negative_serial(own.certificate)))
    context.load_cert_chain(file)
    with tls_api(context) as server:
        message = failure(server, TRUST)
    assert "for localhost, 127.0.0.1, issued by CN=own" in message


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("client", [None, issue(authority("Stranger"), "client"), issue(CA, "old", end=LONG_AGO.replace(year=2002))])
def test_b43_a_client_certificate_that_is_missing_or_refused(context: Contexts, version: ssl.TLSVersion, client: Identity | None) -> None:
    with tls_api(speaking(context(clients=CA), version)) as server:
        message = failure(server, TRUST | (showing(client) if client else {}))
    assert "client certificate" in message
    assert "https.ssl.keystorefile" in message


def test_plain_http_on_the_port_is_told() -> None:
    with raw(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        assert "does not speak TLS on this port" in failure(Api(url.replace("http", "https")), TRUST)


def test_a_connection_that_is_closed_in_the_handshake_is_told() -> None:
    with raw(lambda connection: connection.shutdown(socket.SHUT_RDWR)) as url:
        assert "closed the TLS connection without an answer" in failure(Api(url.replace("http", "https")), TRUST)


def test_what_openssl_says_otherwise_is_told_in_its_words() -> None:
    internal_error = b"\x15\3\3\0\2\2\x50"
    with raw(lambda connection: connection.sendall(internal_error)) as url:
        message = failure(Api(url.replace("http", "https")), TRUST)
    assert message == "no TLS connection to api.example: tlsv1 alert internal error."
