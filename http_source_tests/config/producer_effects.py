"""What a connector may set of its producer, each with a value that is taken."""

from collections.abc import Mapping

from http_source_tests.certificates import STORES, authority, issue

IDENTITY = issue(authority(), "client")
JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="pass\\"word";'
OAUTH_JAAS = (
    'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required clientId="i" clientSecret="s3cret" scope="kafka" '
    'extension_logicalCluster="lkc-1" extension_identityPoolId="pool-1";'
)
_STORE = {"ssl.keystore.location": str(STORES / "client.jks"), "ssl.keystore.password": "storepw", "ssl.key.password": "keypw1"}
_TRUST = {"ssl.truststore.location": str(STORES / "trust.p12"), "ssl.truststore.password": "storepw"}
_SIGNED = {"sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS}
_TOKENS = {
    "sasl.mechanism": "OAUTHBEARER", "sasl.jaas.config": OAUTH_JAAS, "sasl.oauthbearer.token.endpoint.url": "https://id.example.com/token",
}


def _beside(properties: Mapping[str, object]) -> dict[str, object]:
    return {f"producer.override.{name}": value for name, value in properties.items()}


PRODUCER: Mapping[str, tuple[object, Mapping[str, object]]] = {
    "compression.type": ("zstd", {}),
    "compression.gzip.level": (3, _beside({"compression.type": "gzip"})),
    "compression.lz4.level": (4, _beside({"compression.type": "lz4"})),
    "compression.zstd.level": (5, _beside({"compression.type": "zstd"})),
    "linger.ms": (50, {}),
    "batch.size": (16_384, {}),
    "max.request.size": (20_971_610, {}),
    "buffer.memory": (33_554_432, {}),
    "delivery.timeout.ms": (30_000, {}),
    "request.timeout.ms": (20_000, {}),
    "retries": (7, {}),
    "retry.backoff.ms": (200, {}),
    "retry.backoff.max.ms": (2_000, {}),
    "max.in.flight.requests.per.connection": (1, {}),
    "partitioner.ignore.keys": (True, {}),
    "bootstrap.servers": ("other:9092", {}),
    "client.id": ("mine", {}),
    "client.dns.lookup": ("resolve_canonical_bootstrap_servers_only", {}),
    "reconnect.backoff.ms": (70, {}),
    "reconnect.backoff.max.ms": (700, {}),
    "metadata.max.age.ms": (60_000, {}),
    "connections.max.idle.ms": (540_000, {}),
    "socket.connection.setup.timeout.ms": (10_000, {}),
    "send.buffer.bytes": (131_072, {}),
    "receive.buffer.bytes": (-1, {}),
    "security.protocol": ("SSL", {}),
    "sasl.mechanism": ("PLAIN", _beside(_SIGNED)),
    "sasl.jaas.config": (JAAS, _beside(_SIGNED)),
    "sasl.oauthbearer.token.endpoint.url": ("https://id.example.com/token", _beside(_TOKENS)),
    "ssl.keystore.location": (str(STORES / "client.jks"), _beside(_STORE)),
    "ssl.keystore.type": ("JKS", _beside(_STORE)),
    "ssl.keystore.password": ("storepw", _beside(_STORE)),
    "ssl.key.password": ("keypw1", _beside(_STORE)),
    "ssl.keystore.key": (IDENTITY.key_pem, _beside({"ssl.keystore.certificate.chain": IDENTITY.chain_pem})),
    "ssl.keystore.certificate.chain": (IDENTITY.chain_pem, _beside({"ssl.keystore.key": IDENTITY.key_pem})),
    "ssl.truststore.location": (str(STORES / "trust.p12"), _beside(_TRUST)),
    "ssl.truststore.type": ("PKCS12", _beside(_TRUST)),
    "ssl.truststore.password": ("storepw", _beside(_TRUST)),
    "ssl.truststore.certificates": ((STORES / "ca.pem").read_text(encoding="utf-8"), {}),
}
"""What a connector may set of its producer → a value, and what else must be set for it."""
