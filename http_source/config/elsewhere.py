"""Names that belong to other connectors, to Kafka Connect's workers and to other grants: each is answered with what to use here.

Facts from public documentation: Confluent's self-managed HTTP Source connector and HTTP Source V2, castorm's kafka-connect-http and its
forks, llofberg's kafka-connect-rest, and Kafka Connect's worker. `http-source migrate` goes by the same table.
"""

from collections.abc import Mapping

from http_source.config.property import LOW, Property
from http_source.config.refusal import Refusal
from http_source.config.types import STRING, Integer

_CASTORM, _REST = "castorm's connector", "kafka-connect-rest"
GRANT_OF_USERS = (
    "The password grant (user name and password at the token URL) is not supported, as in the original. Ask the identity provider for a "
    "client (oauth2.client.id) of another grant, which oauth2.grant.type names (client_credentials, jwt-bearer, refresh_token), or set "
    "auth.type=bearer or auth.type=basic."
)
"""Said of whatever asks for it."""

_WORKER = "This is a setting of a Connect worker, and no worker runs here; it is left out."
_LICENSE = "This is for the license of a self-managed connector, and nothing here needs one; it is left out."
_CLOUD = "This is a setting of Confluent Cloud and has no meaning here; it is left out."
_ONE_REGISTRY = "Keys and values have one Schema Registry, that of value.converter.schema.registry.url or of the environment; it is left out."
_REPORTER = (
    "The topic of reporter.error.topic.name is written with the connector's own producer, and created as topic.creation says; it is left out."
)
_KAFKA = (
    "The Dagster resource `kafka` says where Kafka is: set the environment variable KAFKA_BOOTSTRAP_SERVERS, or "
    "producer.override.bootstrap.servers for this connector alone."
)
_DEDUPLICATION = (
    "Repeated records are recognized at the last offset only (http.offset.mode=CHAINING); no filter or sorter can be chosen. Remove it."
)
_PARTS = "The parts of this connector cannot be replaced by your own classes; remove it."
_TIMES = "Times are taken as they are served, and records have the time of their production; remove it."
_ENVELOPE = "Values are the records themselves and not an envelope around them; remove it."
_ADAPTIVE = "Set request.interval.ms, and catchup.interval.ms for the pause while there is more to fetch; remove it."
_PART = (
    "A record is what is at http.response.data.json.pointer; take a part of it with the transform "
    "org.apache.kafka.connect.transforms.ExtractField$Value."
)
_EACH_API = "This belongs to HTTP Source V2. A connector of this project polls one API: `http-source migrate` writes one for each of them."
_WINDOWS = "For windows of time set http.offset.mode=TIME_WINDOW and the http.window properties; remove it."


CLASSES: Mapping[str, str] = {
    "HttpSourceV2": "HTTP Source V2",
    "io.confluent.connect.http.source.GenericHttpSourceConnector": "HTTP Source V2",
    "com.github.castorm.kafka.connect.http.HttpSourceConnector": "castorm's connector",
    "io.github.comrada.kafka.connect.http.HttpSourceConnector": "a fork of castorm's connector",
    "com.tm.kafka.connect.rest.RestSourceConnector": "kafka-connect-rest",
}
"""Class of another HTTP source connector → whose it is."""


def _renamed(name: str, instead: str, origin: str = "", more: str = "") -> Refusal:
    words = f"This is what {origin} calls {instead}" if origin else f"The name is {instead} here"
    return Refusal(Property(name, STRING, None, LOW, f"{words}: {more or f'set {instead}'}."), instead=instead)


def _without(name: str, reason: str, *harmless: str, once: bool = False) -> Refusal:
    return Refusal(Property(name, STRING, None, LOW, reason), harmless, once=once)


def _idle(name: str, reason: str) -> Refusal:
    return Refusal(Property(name, STRING, None, LOW, reason), idle=True, once=True)


_TABLE: tuple[Refusal, ...] = (
    # Names that people try.
    _renamed("http.url", "url"),
    _renamed("http.api.url", "url"),
    _renamed("http.method", "http.request.method"),
    _renamed("request.method", "http.request.method"),
    _renamed("http.headers", "http.request.headers"),
    _renamed("headers", "http.request.headers"),
    _renamed("header.separator", "http.request.headers.separator"),
    _renamed("http.body", "http.request.body"),
    _renamed("http.offset", "http.initial.offset"),
    _renamed("topic", "topic.name.pattern"),
    _renamed("topics", "topic.name.pattern"),
    _renamed("topic.name", "topic.name.pattern"),
    _renamed("poll.interval.ms", "request.interval.ms"),
    _renamed("http.poll.interval.ms", "request.interval.ms"),
    _renamed("http.timer.interval.ms", "request.interval.ms"),
    _renamed("http.request.interval.ms", "request.interval.ms"),
    _renamed("http.retry.max.attempts", "max.retries"),
    _renamed("http.retry.backoff.ms", "retry.backoff.ms"),
    _renamed("http.response.records.path", "http.response.data.json.pointer"),
    _without("http.pagination.type", "http.offset.mode says how the API pages; for links in the header Link, set CURSOR_PAGINATION and "
             "http.next.page.header=Link."),
    _renamed("http.username", "connection.user"),
    _renamed("http.password", "connection.password"),
    _renamed("schema.registry.url", "value.converter.schema.registry.url"),
    _renamed("schema.registry.basic.auth.user.info", "value.converter.basic.auth.user.info"),
    _renamed("ssl.truststore.location", "https.ssl.truststore.location"),
    _renamed("ssl.truststore.password", "https.ssl.truststore.password"),
    _renamed("ssl.keystore.location", "https.ssl.keystore.location"),
    _renamed("ssl.keystore.password", "https.ssl.keystore.password"),
    _renamed("ssl.key.password", "https.ssl.key.password"),
    _without("https.ssl.verify", "Certificates and host names are always verified; give the certificates to trust as "
             "https.ssl.truststorefile (JKS or PKCS12) or https.ssl.truststore.certificates (PEM).", "true"),

    # The password grant.
    *(_without(f"oauth2.{name}", GRANT_OF_USERS) for name in ("username", "user", "user.*", "password", "resource.owner.*")),

    _without("oauth2.token.refresh.interval.minutes", "A token is renewed before it expires, and after a 401; remove it."),

    # castorm's kafka-connect-http.
    _renamed("http.request.url", "url", _CASTORM),
    _renamed("http.request.params", "http.request.parameters", _CASTORM),
    _renamed("http.offset.initial", "http.initial.offset", _CASTORM, "set it to the value alone, without its name"),
    _renamed("http.response.list.pointer", "http.response.data.json.pointer", _CASTORM),
    _renamed("http.response.record.offset.pointer", "http.offset.json.pointer", _CASTORM,
             "set it to one pointer, without its name, and http.offset.mode=CHAINING"),
    _renamed("http.response.record.timestamp.pointer", "http.offset.json.pointer", _CASTORM, "set it, and http.offset.mode=CHAINING"),
    _renamed("http.response.record.key.pointer", "record.key.json.pointer", _CASTORM),
    *(_without(name, _PART, "/", "") for name in ("http.response.record.pointer", "http.response.item.value.pointer")),
    _renamed("kafka.topic", "topic.name.pattern", _CASTORM),
    _renamed("http.timer.interval.millis", "request.interval.ms", _CASTORM),
    _renamed("http.timer.catchup.interval.millis", "catchup.interval.ms", _CASTORM),
    _renamed("http.throttler.interval.millis", "request.interval.ms", _CASTORM),
    _renamed("http.throttler.catchup.interval.millis", "catchup.interval.ms", _CASTORM),
    _without("http.timer", _ADAPTIVE),
    _without("http.throttler", _ADAPTIVE),
    _renamed("http.auth.type", "auth.type", _CASTORM),
    _renamed("http.auth.user", "connection.user", _CASTORM),
    _renamed("http.auth.password", "connection.password", _CASTORM),
    _renamed("http.client.connection.timeout.millis", "http.connect.timeout.ms", _CASTORM),
    _renamed("http.client.read.timeout.millis", "http.request.timeout.ms", _CASTORM),
    _without("http.client.connection.ttl.millis", "Connections are kept as long as the server keeps them; remove it."),
    _renamed("http.client.proxy.host", "http.proxy.host", _CASTORM),
    _renamed("http.client.proxy.port", "http.proxy.port", _CASTORM),
    _renamed("http.client.proxy.username", "http.proxy.user", _CASTORM),
    _renamed("http.client.proxy.password", "http.proxy.password", _CASTORM),
    _renamed("http.response.policy.codes.skip", "http.response.empty.status.codes", _CASTORM, "set it, with 300-399 for 300..399"),
    _without("http.response.policy.codes.process", "Records are taken from 200 and 201 answers; other codes are errors, or pages without "
             "records where http.response.empty.status.codes has them. Remove it.", "200..299"),
    _renamed("http.response.list.order.direction", "http.chaining.order", _CASTORM, "set it to ASCENDING or DESCENDING"),
    _renamed("http.client.keystore", "https.ssl.keystore.location", _CASTORM),
    _renamed("http.client.keystore.password", "https.ssl.keystore.password", _CASTORM),
    _renamed("endpoint.include.list", "entity.names", _CASTORM, "set entity.names, with ${entityName} for each"),
    _without("kafka.topic.template", "Write ${entityName} into topic.name.pattern where the topic has the endpoint; remove it.", "false"),
    _renamed("http.response.items.pointer", "http.response.data.json.pointer", _CASTORM),
    _renamed("http.response.item.key.pointer", "record.key.json.pointer", _CASTORM),
    _renamed("http.response.item.timestamp.pointer", "http.offset.json.pointer", _CASTORM, "set it, and http.offset.mode=CHAINING"),
    _renamed("http.throttle.interval.millis", "request.interval.ms", _CASTORM),
    _without("http.response.filter.factory", _DEDUPLICATION),
    _without("http.response.record.timestamp.*", _TIMES),
    _without("http.record.schema.*", _ENVELOPE),
    _without("http.response.record.mapper", _ENVELOPE),
    _without("http.record.filter.factory", _DEDUPLICATION),
    _without("http.record.sorter", _DEDUPLICATION),
    *(_without(name, _PARTS) for name in (
        "http.auth", "http.client", "http.request.factory", "http.request.template.factory", "http.response.parser",
        "http.response.parser.*", "http.response.policy", "http.response.policy.parser", "http.response.record.parser")),

    # llofberg's kafka-connect-rest.
    _renamed("rest.source.url", "url", _REST),
    _renamed("rest.source.method", "http.request.method", _REST),
    _renamed("rest.source.headers", "http.request.headers", _REST, "set it, with | between two headers"),
    _renamed("rest.source.properties", "http.request.headers", _REST, "set it, with | between two headers"),
    _renamed("rest.source.data", "http.request.body", _REST),
    _renamed("rest.source.body", "http.request.body", _REST),
    _renamed("rest.source.poll.interval.ms", "request.interval.ms", _REST),
    _renamed("rest.source.destination.topics", "topic.name.pattern", _REST),
    _renamed("rest.http.connection.connection.timeout", "http.connect.timeout.ms", _REST),
    _renamed("rest.http.connection.read.timeout", "http.request.timeout.ms", _REST),
    _without("rest.source.param.*", "Write parameters as name=value into http.request.parameters; remove it."),
    _without("rest.source.*", _PARTS),
    _without("rest.http.*", _PARTS),

    # HTTP Source V2.
    _without("http.api.base.url", _EACH_API),
    Refusal(Property("apis.num", Integer(minimum=1), 1, LOW, _EACH_API)),
    _without("api.chaining.parent.child.relationship", "One API cannot be requested for each record of another; use entity.names, or do it downstream."),
    _without("api[0-9]*.*", _EACH_API, once=True),
    *(_without(name, _WINDOWS) for name in (
        "enable.cursor.pagination.with.timestamp.mode", "chaining.with.timestamp.mode*", "http.timestamp.*", "initial.*.timestamp.value",
        "timestamp.format", "timestamp.interval.format", "time.range.request.delay")),

    # Kafka Connect, and what belongs to clusters.
    *(_idle(f"key.converter.{name}", _ONE_REGISTRY) for name in (
        "schema.registry.url", "basic.auth.credentials.source", "basic.auth.user.info")),
    _without("bootstrap.servers", _KAFKA),
    _without("kafka.bootstrap.servers", _KAFKA),
    _without("kafka.endpoint", _KAFKA),
    *(_idle(name, _WORKER) for name in (
        "offset.storage.*", "config.storage.*", "status.storage.*", "group.id", "plugin.path", "rest.advertised.*", "listeners",
        "offset.flush.timeout.ms", "internal.key.converter*", "internal.value.converter*", "exactly.once.source.support",
        "connector.client.config.override.policy", "topic.creation.enable")),
    *(_idle(name, _CLOUD) for name in (
        "kafka.region", "kafka.cluster.id", "cloud.provider", "cloud.environment", "kafka.deployment.type", "kafka.dedicated",
        "kafka.max.partition.validation.disable", "max.poll.records")),
    *(_idle(name, _REPORTER) for name in (
        "reporter.bootstrap.servers", "reporter.error.topic.replication.factor", "reporter.error.topic.partitions",
        "reporter.error.topic.key.format", "reporter.error.topic.value.format")),
    _without("producer.[!o]*", "In a connector's configuration the producer's settings begin with producer.override; write it so."),
    _idle("confluent.*", _LICENSE),
)

ELSEWHERE: Mapping[str, Refusal] = {refusal.declared.name: refusal for refusal in _TABLE}
"""Name, or pattern, → what to use here. What `refused.py` says of a name counts before."""
