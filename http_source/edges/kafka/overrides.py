"""What a connector sets of its producer, by Java's names → librdkafka's settings."""

from collections.abc import Mapping

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from http_source.config.options.producer import ProducerOptions
from http_source.config.producer_login import LEVELS, login_of, stores_of
from http_source.config.stores.opened import pem_of
from http_source.config.stores.source import StoreError
from http_source.config.stores.store import open_keystore, open_truststore
from http_source.errors import DeliveryFailed

_SAME: Mapping[str, str] = {
    "compression_type": "compression.type",
    "linger_ms": "linger.ms",
    "batch_size": "batch.size",
    "max_request_size": "message.max.bytes",
    "delivery_timeout_ms": "message.timeout.ms",
    "request_timeout_ms": "request.timeout.ms",
    "retries": "retries",
    "retry_backoff_ms": "retry.backoff.ms",
    "retry_backoff_max_ms": "retry.backoff.max.ms",
    "max_in_flight": "max.in.flight.requests.per.connection",
    "bootstrap": "bootstrap.servers",
    "client_id": "client.id",
    "dns_lookup": "client.dns.lookup",
    "reconnect_ms": "reconnect.backoff.ms",
    "reconnect_max_ms": "reconnect.backoff.max.ms",
    "metadata_ms": "metadata.max.age.ms",
    "idle_ms": "connections.max.idle.ms",
    "setup_ms": "socket.connection.setup.timeout.ms",
    "protocol": "security.protocol",
    "mechanism": "sasl.mechanism",
    "token_url": "sasl.oauthbearer.token.endpoint.url",
}
_LOGIN: Mapping[str, str] = {
    "username": "sasl.username",
    "password": "sasl.password",
    "clientId": "sasl.oauthbearer.client.id",
    "clientSecret": "sasl.oauthbearer.client.secret",
    "scope": "sasl.oauthbearer.scope",
}
_BUFFERS = {"send_buffer": "socket.send.buffer.bytes", "receive_buffer": "socket.receive.buffer.bytes"}


def overrides_of(options: ProducerOptions) -> dict[str, object]:
    """Librdkafka's settings of what the connector sets. Raises DeliveryFailed when a store can no longer be opened."""
    given = {name: getattr(options, attribute) for attribute, name in _SAME.items()}
    # Java's -1 is the system's choice, which librdkafka calls 0.
    given |= {name: max(value, 0) for attribute, name in _BUFFERS.items() if (value := getattr(options, attribute)) is not None}
    given |= {
        "compression.level": getattr(options, LEVELS.get(options.compression_type or "", ""), None),
        "queue.buffering.max.kbytes": options.buffer_memory and options.buffer_memory // 1024,
        "partitioner": "random" if options.ignore_keys else None,
    }
    return {name: value for name, value in given.items() if value is not None} | _login(options) | _stores(options)


def _login(options: ProducerOptions) -> dict[str, object]:
    login = login_of(options)
    if login is None:
        return {}
    settings: dict[str, object] = {_LOGIN[name]: value for name, value in login.options.items() if name in _LOGIN}
    if options.mechanism == "OAUTHBEARER":
        settings["sasl.oauthbearer.method"] = "oidc"
    if login.extensions:
        settings["sasl.oauthbearer.extensions"] = ",".join(f"{name}={value}" for name, value in login.extensions.items())
    return settings


def _stores(options: ProducerOptions) -> dict[str, object]:
    """Key and certificates as texts, whatever store they are in: librdkafka opens no store of Java's."""
    try:
        trusted, client = open_truststore(stores_of(options)), open_keystore(stores_of(options))
    except StoreError as error:
        raise DeliveryFailed(f"A store of the producer cannot be used. {error.property}: {error}") from None
    settings: dict[str, object] = {"ssl.ca.pem": pem_of(trusted)} if trusted else {}
    if client is not None:
        key = client.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        settings |= {"ssl.key.pem": key.decode(), "ssl.certificate.pem": pem_of(client.chain)}
    return settings
