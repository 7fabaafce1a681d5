"""Kafka's listeners that speak another security protocol than the client was told: real clients, real sockets, the in-memory cluster."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import pytest

from http_source.edges.kafka.brokers import Brokers
from http_source.edges.kafka.listeners import advice
from http_source.edges.kafka.producer import KafkaProducer
from http_source.errors import DeliveryFailed
from http_source.foreign.redactor import Redactor
from http_source.foreign.text import Foreign
from http_source_tests.certificates import LOCAL, authority, issue, server_context
from http_source_tests.kafka import Cluster, kafka

SIGNED_IN = {"sasl.mechanism": "PLAIN", "sasl.username": "key", "sasl.password": "5ec4e7-5ec4e7"}


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with kafka() as cluster:
        yield cluster


@contextmanager
def tls_listener(folder: Path) -> Iterator[str]:
    """A listener that speaks TLS to whoever speaks it, and hangs up on all others."""
    context = server_context(folder, issue(authority(), "localhost", LOCAL))
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_serve, args=(server, context), daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection, suppress(OSError), context.wrap_socket(connection, server_side=True) as spoken:
            spoken.recv(1)


def failure(where: str, **settings: str) -> str:
    """What is said of a Kafka that cannot be reached."""
    given = {name.replace("_", "."): value for name, value in settings.items()}
    with pytest.raises(DeliveryFailed) as failed:
        KafkaProducer(Brokers({"bootstrap.servers": where, **given}, Redactor())).reach(1)
    return str(failed.value)


def test_b228_a_key_against_a_listener_without_tls_says_that_the_key_means_sasl_ssl(cluster: Cluster) -> None:
    said = failure(cluster.bootstrap, security_protocol="SASL_SSL", **SIGNED_IN)
    assert "security.protocol is SASL_SSL, and the listener ended the TLS handshake: it does not speak TLS" in said
    assert "kafka.api.key always means SASL_SSL; without kafka.api.key and kafka.api.secret, KAFKA_SECURITY_PROTOCOL counts" in said
    assert "Start it" not in said
    assert "5ec4e7" not in said


def test_b228_tls_against_a_listener_without_it_names_the_protocol_without(cluster: Cluster) -> None:
    assert "Name a listener with TLS, or choose PLAINTEXT" in failure(cluster.bootstrap, security_protocol="SSL")


def test_b228_signing_in_where_nobody_signs_in_names_the_protocol_without(cluster: Cluster) -> None:
    said = failure(cluster.bootstrap, security_protocol="SASL_PLAINTEXT", **SIGNED_IN)
    assert "the listener does not support SASL: choose PLAINTEXT" in said
    assert "The key or the secret is wrong" not in said


@pytest.mark.parametrize(("protocol", "wanted"), [("PLAINTEXT", "SSL"), ("SASL_PLAINTEXT", "SASL_SSL")])
def test_b228_a_listener_with_tls_that_is_spoken_to_without_names_the_protocol_with_it(tmp_path: Path, protocol: str, wanted: str) -> None:
    with tls_listener(tmp_path) as where:
        said = failure(where, security_protocol=protocol, **(SIGNED_IN if protocol.startswith("SASL") else {}))
    assert f"security.protocol is {protocol}, and the listener closed the connection after the first request" in said
    assert f"If it speaks TLS, choose {wanted} (" in said


def test_b228_a_certificate_that_is_not_trusted_is_not_taken_for_another_protocol(tmp_path: Path) -> None:
    with tls_listener(tmp_path) as where:
        said = failure(where, security_protocol="SSL")
    assert "The broker's certificate is not trusted: set KAFKA_SSL_CA_LOCATION" in said
    assert "does not speak TLS" not in said


def test_b228_a_listener_that_wants_sasl_names_the_protocol_with_it() -> None:
    """Librdkafka's own words, which no in-memory cluster brings about."""
    said = "b:9092/bootstrap: Disconnected: verify that security.protocol is correctly configured, broker might require SASL authentication"
    assert "choose SASL_SSL and a user" in advice("SSL", Foreign(said))
    assert "choose SASL_PLAINTEXT and a user" in advice("PLAINTEXT", Foreign(said))


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"])
def test_b228_a_broker_that_is_not_there_has_nothing_to_do_with_protocols(protocol: str) -> None:
    said = "b:9092/bootstrap: Connect to ipv4#127.0.0.1:9092 failed: Connection refused (after 0ms in state CONNECT)"
    assert advice(protocol, Foreign(said)) == ""


def test_b228_a_broker_that_goes_down_later_is_not_taken_for_another_protocol(cluster: Cluster) -> None:
    brokers = Brokers({"bootstrap.servers": cluster.bootstrap, "reconnect.backoff.max.ms": 100}, Redactor())
    producer = KafkaProducer(brokers)
    producer.reach(10)
    cluster.go_down()
    try:
        with pytest.raises(DeliveryFailed) as failed:
            producer.reach(2)
    finally:
        cluster.come_up()
    assert "security.protocol is" not in str(failed.value)
