"""Whatever the registry does instead of answering, a user reads what to do next, and no secret."""

import json
import socket
import threading
from pathlib import Path

import pytest

from http_source.config.types import Secret
from http_source.connect.converters.format import WrittenSchema
from http_source.edges.registry.address import RegistryAddress
from http_source.edges.registry.registry import Registry
from http_source.edges.registry.registry_failures import RegistryFailed
from http_source.foreign.redactor import Redactor
from http_source_tests.certificates import tls_api
from http_source_tests.edges.authority import Authority
from http_source_tests.registry import Fault, Stand, registry, registry_options, says, shows_a_page, waits_for
from http_source_tests.servers import Asked, Reply, drip, raw

SCHEMA = WrittenSchema('{"type":"string"}')
SECRETS = ("sample-password", "secret-word", "in-url")


def refusal(address: RegistryAddress) -> RegistryFailed:
    """How a registration fails, after a look at what its message must not say."""
    with pytest.raises(RegistryFailed) as failed:
        Registry(address, registry_options(), "AVRO", Redactor()).register("t-value", SCHEMA)
    message = str(failed.value)
    assert not any(secret in message for secret in SECRETS)
    assert message.count("\n") == 0
    return failed.value


def with_password(url: str) -> RegistryAddress:
    """As a careless person would set it, credentials in the URL too."""
    return RegistryAddress(url=url.replace("://", "://in-url:sample-password@"), user="sample-user", password=Secret("sample-password"))


def told(stand: Stand, fault: Fault) -> RegistryFailed:
    stand.fault = fault
    return refusal(with_password(stand.url))


def test_b104_a_registry_that_is_down_is_named_and_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    failed = refusal(with_password(f"http://127.0.0.1:{port}/path?token=secret-word"))
    assert str(failed) == (
        f"The Schema Registry at http://127.0.0.1:{port}/path refused the connection. Is it running, and is SCHEMA_REGISTRY_URL right?"
    )
    assert failed.retriable


def test_b104_a_registry_that_comes_back_is_used_again(stand: Stand) -> None:
    line = stand.open()
    stand.fault = lambda _asked: Reply(b"", 503)
    with pytest.raises(RegistryFailed) as failed:
        line.register("t-value", SCHEMA)
    stand.fault = lambda _asked: None
    assert failed.value.retriable
    assert line.register("t-value", SCHEMA).version == 1


def test_b104_a_name_that_does_not_resolve_is_told() -> None:
    failed = refusal(with_password("https://registry.invalid"))
    assert "The host name of the Schema Registry at https://registry.invalid cannot be resolved" in str(failed)
    assert failed.retriable


def test_b105_credentials_that_are_not_accepted_are_named_by_where_they_come_from(stand: Stand) -> None:
    failed = told(stand, says(401, 401, "Unauthorized"))
    assert "did not accept the credentials" in str(failed)
    assert "Check SCHEMA_REGISTRY_USER and SCHEMA_REGISTRY_PASSWORD." in str(failed)
    assert not failed.retriable


def test_b105_a_connectors_own_credentials_are_named_by_their_property(stand: Stand) -> None:
    stand.fault = says(401, 401, "Unauthorized")
    own = registry_options(url=stand.url, user_info=Secret("own:secret-word"))
    failed = refusal(RegistryAddress(url="http://elsewhere.invalid").overridden_by(own))
    assert "Check value.converter.basic.auth.user.info." in str(failed)


def test_b105_what_a_user_may_not_do_is_told_with_the_subject(stand: Stand) -> None:
    failed = told(stand, says(403, 40301, "User is denied operation Write"))
    assert "subject t-value (status 403): User is denied operation Write. Give the user of" in str(failed)
    assert not failed.retriable


def test_b106_the_old_schema_that_confluent_repeats_is_left_out(stand: Stand) -> None:
    words = (
        'Schema being registered is incompatible with an earlier schema for subject "t-value", details: [{errorType:\'TYPE_MISMATCH\', '
        "description:'The type (path '/fields/0/type') of a field in the new schema does not match with the old schema', "
        "additionalInfo:'reader type: STRING not compatible with writer type: INT'}, {oldSchemaVersion: 1}, "
        "{oldSchema: '{\"type\":\"record\"}'}, {compatibility: 'BACKWARD'}]"
    )
    failed = told(stand, says(409, 409, words))
    assert "reader type: STRING not compatible with writer type: INT'}]. Give that subject a compatibility level" in str(failed)
    assert "oldSchema" not in str(failed)
    assert not failed.retriable


def test_b106_a_long_reason_is_cut(stand: Stand) -> None:
    assert len(str(told(stand, says(409, 409, "field " * 10_000)))) < 1_000


def test_b107_a_schema_that_is_not_valid_is_told_with_the_registrys_reason(stand: Stand) -> None:
    failed = told(stand, says(422, 42201, "Illegal initial character: 1st"))
    assert "the schema for subject t-value not valid: Illegal initial character: 1st. Rename or leave out the field" in str(failed)
    assert not failed.retriable


def test_a_registry_that_may_only_be_read_is_told(stand: Stand) -> None:
    assert "Is it in mode READONLY?" in str(told(stand, says(422, 42205, "Subject t-value is in read-only mode")))


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_b108_a_registry_that_is_busy_is_asked_again(stand: Stand, status: int) -> None:
    failed = told(stand, says(status, 50003, "Error while forwarding"))
    assert f"cannot answer at the moment (status {status}): Error while forwarding." in str(failed)
    assert failed.retriable
    assert len(stand.asked) == 1


@pytest.mark.parametrize("status", [200, 404])
def test_a_page_instead_of_a_registry_is_told_without_the_page(stand: Stand, status: int) -> None:
    failed = told(stand, shows_a_page(status))
    assert f"What answers at {stand.url} is not a Schema Registry." in str(failed)


def test_a_path_that_the_registry_does_not_have_is_told() -> None:
    with registry() as stand:
        assert "Does SCHEMA_REGISTRY_URL have the right port and path" in str(refusal(RegistryAddress(url=f"{stand.url}/apis")))


def test_an_answer_without_an_id_is_no_registrys(stand: Stand) -> None:
    assert "is not a Schema Registry" in str(told(stand, lambda _asked: Reply(b"{}")))
    assert "is not a Schema Registry" in str(told(stand, lambda _asked: Reply(b"[1]")))


def test_a_redirect_is_not_followed(stand: Stand) -> None:
    failed = told(stand, lambda _asked: Reply(b"", 302, {"Location": "http://127.0.0.1:9/"}))
    assert "answers with a redirect (status 302), which is not followed" in str(failed)


def test_a_registry_that_is_silent_is_given_up_in_time(stand: Stand) -> None:
    gone = threading.Event()
    stand.fault = waits_for(gone)
    try:
        failed = refusal(RegistryAddress(url=stand.url, timeout=0.3))
    finally:
        gone.set()
    assert "did not answer within 0.3 s" in str(failed)
    assert failed.retriable


def test_a_registry_that_sends_a_byte_now_and_then_is_given_up_in_time() -> None:
    with raw(lambda connection: drip(connection, start=b"HTTP/1.1 200 OK\r\nX: ", drop=b"x")) as url:
        assert "did not answer within 0.3 s" in str(refusal(RegistryAddress(url=url, timeout=0.3)))


def test_something_that_speaks_no_http_is_told() -> None:
    def greet(connection: socket.socket) -> None:
        connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")
        while connection.recv(65_536):
            """Read on, so that closing does not cut off what was sent."""

    with raw(greet) as url:
        assert f"{url} did not answer as an HTTP server should" in str(refusal(RegistryAddress(url=url)))


def test_a_port_without_tls_is_told() -> None:
    with raw(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url:
        failed = refusal(RegistryAddress(url=url.replace("http:", "https:")))
    assert "No TLS connection to the Schema Registry" in str(failed)


def test_the_authority_named_is_trusted(stand: Stand, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with tls_api(authority.server(), lambda asked: _served(stand, asked)) as server:
        assert stand.open(address=RegistryAddress(url=server.url, ca=str(authority.file))).register("t-value", SCHEMA).version == 1
        failed = refusal(RegistryAddress(url=server.url))
    assert "has a certificate that was not accepted" in str(failed)
    assert "Name the authority that issued it in SCHEMA_REGISTRY_SSL_CA_LOCATION." in str(failed)


def _served(stand: Stand, asked: Asked) -> Reply:
    status, content = stand.server.answer(asked.method, asked.target, asked.body)
    return Reply(json.dumps(content).encode(), status)


def test_no_proxy_of_the_environment_sees_the_credentials(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    with registry() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        stand.open(address=with_password(stand.url)).register("t-value", SCHEMA)
        assert proxy.asked == []
        assert stand.asked[0].headers["Authorization"] == "Basic c2FtcGxlLXVzZXI6c2FtcGxlLXBhc3N3b3Jk"


def test_the_resources_credentials_are_not_sent_to_a_connectors_own_registry(stand: Stand) -> None:
    address = with_password("http://elsewhere.invalid").overridden_by(registry_options(url=stand.url))
    stand.open(address=address).register("t-value", SCHEMA)
    assert "Authorization" not in stand.asked[0].headers


@pytest.mark.parametrize("url", ["registry:8081", "ftp://registry", "https://", "mock://registry", "http://host:port", "http://a, b"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    failed = refusal(RegistryAddress(url=url))
    assert str(failed).startswith("SCHEMA_REGISTRY_URL is not the address of a Schema Registry.")
    assert not failed.retriable


def test_no_address_is_refused_with_what_to_set() -> None:
    assert "Set SCHEMA_REGISTRY_URL, or choose output.data.format=JSON" in str(refusal(RegistryAddress(url=" ")))


def test_certificates_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    failed = refusal(RegistryAddress(url="https://localhost", ca=str(tmp_path / "absent.pem")))
    assert "cannot be read: No such file or directory. Check SCHEMA_REGISTRY_SSL_CA_LOCATION" in str(failed)


def test_an_address_shows_no_password() -> None:
    assert "sample-password" not in repr(RegistryAddress(url="http://localhost", user="sample-user", password=Secret("sample-password")))


def test_of_several_addresses_the_next_one_is_tried(stand: Stand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    address = RegistryAddress(url=f"http://127.0.0.1:{port}, {stand.url}/")
    assert stand.open(address=address).register("t-value", SCHEMA).version == 1
