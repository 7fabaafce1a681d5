"""What a connector may set of its producer (KIP-458): the properties of Java's producer that librdkafka has, too."""

from dataclasses import dataclass

from http_source.config.property import LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, PASSWORD, STRING, Integer, OneOf, Secret

OVERRIDE = "producer.override."
"""How the names begin."""

_STORE = OneOf("JKS", "JCEKS", "PKCS12", "PEM")
_DAY = 86_400_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerOptions:
    """Producer: settings of the Kafka client for this connector, by the names of Java's producer. If not set: as the resource `kafka` says, or its default."""

    compression_type: str | None = prop("producer.override.compression.type", OneOf("none", "gzip", "snappy", "lz4", "zstd"), None, MEDIUM,
        "How batches of records are compressed.")
    gzip_level: int | None = prop("producer.override.compression.gzip.level", Integer(minimum=-1, maximum=9), None, LOW,
        "How hard gzip tries, with `producer.override.compression.type=gzip`.")
    lz4_level: int | None = prop("producer.override.compression.lz4.level", Integer(minimum=1, maximum=12), None, LOW,
        "How hard lz4 tries, with `producer.override.compression.type=lz4`.")
    zstd_level: int | None = prop("producer.override.compression.zstd.level", Integer(minimum=1, maximum=12), None, LOW,
        "How hard zstd tries, with `producer.override.compression.type=zstd`.")
    linger_ms: int | None = prop("producer.override.linger.ms", Integer(minimum=0, maximum=900_000), None, MEDIUM,
        "How long records wait for others of their batch: 5 ms if not set, 1 ms with exactly once.")
    batch_size: int | None = prop("producer.override.batch.size", Integer(minimum=1), None, MEDIUM,
        "The largest batch in bytes: 1000000 if not set.")
    max_request_size: int | None = prop("producer.override.max.request.size", Integer(minimum=1_000, maximum=1_000_000_000), None, MEDIUM,
        "The largest record in bytes: 8388608 if not set. The topic's max.message.bytes must allow as many.")
    buffer_memory: int | None = prop("producer.override.buffer.memory", Integer(minimum=1_048_576), None, LOW,
        "The most bytes of records that wait for Kafka in a task's memory: 268435456 if not set.")
    delivery_timeout_ms: int | None = prop("producer.override.delivery.timeout.ms", Integer(minimum=1), None, LOW,
        "A record that Kafka has not acknowledged by then has failed, and its page is requested again: 120000 if not set. With exactly once at most 60000.")
    request_timeout_ms: int | None = prop("producer.override.request.timeout.ms", Integer(minimum=1, maximum=900_000), None, LOW,
        "How long a broker waits for its replicas to acknowledge a batch.")
    retries: int | None = prop("producer.override.retries", Integer(minimum=1), None, LOW,
        "How often a batch is sent at most, within the delivery time-out.")
    retry_backoff_ms: int | None = prop("producer.override.retry.backoff.ms", Integer(minimum=1, maximum=300_000), None, LOW,
        "The first pause before a batch is sent again.")
    retry_backoff_max_ms: int | None = prop("producer.override.retry.backoff.max.ms", Integer(minimum=1, maximum=300_000), None, LOW,
        "The longest pause before a batch is sent again.")
    max_in_flight: int | None = prop("producer.override.max.in.flight.requests.per.connection", Integer(minimum=1, maximum=5), None, LOW,
        "How many batches may be in flight to a broker; up to 5 keep their order.")
    ignore_keys: bool | None = prop("producer.override.partitioner.ignore.keys", BOOLEAN, None, LOW,
        "With true a record's key does not decide its partition.")
    bootstrap: str | None = prop("producer.override.bootstrap.servers", STRING, None, LOW,
        "Other brokers than those of the resource `kafka`, whose credentials are not sent to them.")
    client_id: str | None = prop("producer.override.client.id", STRING, None, LOW,
        "The client's name in the brokers' logs and quotas.")
    dns_lookup: str | None = prop("producer.override.client.dns.lookup",
        OneOf("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"), None, LOW, "Which addresses of a name are tried.")
    reconnect_ms: int | None = prop("producer.override.reconnect.backoff.ms", Integer(minimum=0, maximum=3_600_000), None, LOW,
        "The first pause before a broker is connected to again.")
    reconnect_max_ms: int | None = prop("producer.override.reconnect.backoff.max.ms", Integer(minimum=0, maximum=3_600_000), None, LOW,
        "The longest pause before a broker is connected to again.")
    metadata_ms: int | None = prop("producer.override.metadata.max.age.ms", Integer(minimum=1, maximum=_DAY), None, LOW,
        "The metadata of topics and brokers is requested again after this time.")
    idle_ms: int | None = prop("producer.override.connections.max.idle.ms", Integer(minimum=0), None, LOW,
        "A connection that is not used for this time is closed.")
    setup_ms: int | None = prop("producer.override.socket.connection.setup.timeout.ms", Integer(minimum=1_000), None, LOW,
        "A connection that takes longer has failed.")
    send_buffer: int | None = prop("producer.override.send.buffer.bytes", Integer(minimum=-1, maximum=100_000_000), None, LOW,
        "The socket's buffer for what is sent; -1 is the system's.")
    receive_buffer: int | None = prop("producer.override.receive.buffer.bytes", Integer(minimum=-1, maximum=100_000_000), None, LOW,
        "The socket's buffer for what is received; -1 is the system's.")
    protocol: str | None = prop("producer.override.security.protocol", OneOf("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"), None, MEDIUM,
        "The protocol to the brokers.")
    mechanism: str | None = prop("producer.override.sasl.mechanism",
        OneOf("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"), None, MEDIUM, "How the producer signs in.")
    jaas: Secret | None = prop("producer.override.sasl.jaas.config", PASSWORD, None, MEDIUM,
        'The login of the producer, as Java writes it: `…PlainLoginModule required username="…" password="…";`, or ScramLoginModule, or OAuthBearerLoginModule with clientId, clientSecret and scope.')
    token_url: str | None = prop("producer.override.sasl.oauthbearer.token.endpoint.url", STRING, None, MEDIUM,
        "Where `producer.override.sasl.mechanism=OAUTHBEARER` gets its tokens, with the client credentials grant.")
    keystore_location: str | None = prop("producer.override.ssl.keystore.location", STRING, None, LOW,
        "The file with the producer's key and certificate (JKS, JCEKS, PKCS12 or PEM).")
    keystore_type: str | None = prop("producer.override.ssl.keystore.type", _STORE, None, LOW,
        "The type of the key store; detected if not set.")
    keystore_password: Secret | None = prop("producer.override.ssl.keystore.password", PASSWORD, None, LOW, "The password of the key store.")
    key_password: Secret | None = prop("producer.override.ssl.key.password", PASSWORD, None, LOW, "The password of the key.")
    keystore_key: Secret | None = prop("producer.override.ssl.keystore.key", PASSWORD, None, LOW,
        "The producer's key as PEM text (PKCS #8), with `producer.override.ssl.keystore.certificate.chain`.")
    keystore_chain: Secret | None = prop("producer.override.ssl.keystore.certificate.chain", PASSWORD, None, LOW,
        "The producer's certificate and those above it as PEM text, with `producer.override.ssl.keystore.key`.")
    truststore_location: str | None = prop("producer.override.ssl.truststore.location", STRING, None, LOW,
        "The file with the certificates that are trusted (JKS, JCEKS, PKCS12 or PEM).")
    truststore_type: str | None = prop("producer.override.ssl.truststore.type", _STORE, None, LOW,
        "The type of the trust store; detected if not set.")
    truststore_password: Secret | None = prop("producer.override.ssl.truststore.password", PASSWORD, None, LOW, "The password of the trust store.")
    truststore_certificates: Secret | None = prop("producer.override.ssl.truststore.certificates", PASSWORD, None, LOW,
        "Trusted certificates as PEM text.")
