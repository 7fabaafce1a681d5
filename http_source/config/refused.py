"""Properties and values that are known but not supported in this version: each is refused by name, with the reason and what to do.

A property with a value in `harmless` is accepted and ignored, since without it the connector does the same: configurations
exported from Confluent Cloud spell out such defaults.
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from http_source.config.elsewhere import CLASSES, ELSEWHERE, GRANT_OF_USERS
from http_source.config.options.converter import STRATEGIES
from http_source.config.property import LOW, Importance, Property
from http_source.config.refusal import Refusal
from http_source.config.types import BOOLEAN, LIST, PASSWORD, STRING, Integer, OneOf, Type

_BY_A_PERSON = "That grant needs a person; get a refresh token with it once, and use refresh_token"
_REGISTRY = "The Dagster resource `schema_registry` says whose rights are used; remove it."
_CONVERTERS = "No converter of values that is supported has such a property; remove it."
_READING = "It acts where Connect reads values, which a source does not do; remove it."
_CACHES = "The cache always holds a thousand schemas; remove it."
_KEY_CONVERTER = "Key converters take only the properties of subject and schema id; remove it."
_REFERENCES = ("DefaultReferenceSubjectNameStrategy", "QualifiedReferenceSubjectNameStrategy")
_AS_NAMED = (_REFERENCES[0], f"{STRATEGIES}{_REFERENCES[0]}")
_IMPORTS = (
    "Schemas that are written here import nothing that a registry would keep under a subject of its own, and the references of registered "
    "schemas stay as they are; remove it."
)
_ASSOCIATED = "Subjects that a registry associates with topics are not looked up here; use TopicNameStrategy, RecordNameStrategy or TopicRecordNameStrategy"
_ADMIN = "Topics are looked up and created with the producer's settings; use producer.override, or the `properties` of the resource `kafka`."
_PROMISES = "It would break what the connector promises about its records; remove it."
_TRANSACTIONS = "It is derived from the connector's name and task, so that exactly one run has it; remove it, and see exactly.once.support."
_JAVA = "It is a setting of Java's client, which librdkafka does not have; remove it."
_KERBEROS = (
    "Kerberos needs a librdkafka that was built with it, which confluent-kafka's own is not; remove it, or build one and use the "
    "`properties` of the resource `kafka`."
)
_JAVA_CLASS = "It names a Java class, and no Java runs here; remove it."
_SERIALIZERS = "Keys and values are written by key.converter and output.data.format; remove it."
_BLOCKING = "Set the size of its buffer by producer.override.buffer.memory; a full buffer makes the run wait, and nothing fails. Remove it."
_REPORTS = "Records that are left out go to reporter.error.topic.name as they were served; remove it."
_TLS = "OpenSSL's own choice is used, and is kept current by the system; remove it."
_V2 = "No OpenAPI document is read: the request is described by `url` and the http.request properties; remove it."
_PROVIDERS = (
    "The config providers env, file and directory are always available; remove it. The environment limits what they may read: "
    "HTTP_SOURCE_CONFIG_ALLOWED_PATHS and HTTP_SOURCE_CONFIG_ENV_ALLOWLIST."
)
_EGRESS = "There is no managed network whose exits need a list; remove it, or see connection.disallow.cidr.ranges."
_TASKS = "More tasks than `tasks.max` are never made; remove it."
_RELOAD = "Dagster loads a changed configuration when its code location is reloaded; remove it."
_PREVIEW = "`http-source preview` shows records as they are; remove it."
_CSFLE = "Field level encryption belongs to Confluent Cloud; remove it, and encrypt downstream."
_BOTH = ("true", "false")


def _refuse(  # noqa: PLR0913 - a row of the table
    name: str,
    type_: Type[object],
    default: object,
    reason: str,
    *harmless: str,
    importance: Importance = LOW,
    aliases: tuple[str, ...] = (),
) -> Refusal:
    return Refusal(Property(name, type_, default, importance, reason, aliases), harmless)


_TABLE: tuple[Refusal, ...] = (
    _refuse("https.ssl.cipher.suites", LIST, (), _TLS),
    _refuse("https.ssl.provider", STRING, None, _TLS),
    _refuse("https.ssl.endpoint.identification.algorithm", OneOf("https"), "https",
        "Host names are always verified, and nothing switches that off; remove it.", "https"),
    _refuse("https.ssl.keymanager.algorithm", STRING, "SunX509", _TLS, "SunX509", "PKIX"),
    _refuse("https.ssl.trustmanager.algorithm", STRING, "PKIX", _TLS, "PKIX"),
    _refuse("https.ssl.secure.random.implementation", STRING, None, _TLS),
    _refuse("https.ssl.engine.factory.class", STRING, None, _TLS),
    _refuse("http.proxy.enabled", BOOLEAN, False, "A proxy is used if http.proxy.host is set, and otherwise none; remove it."),
    _refuse("connector.egress.whitelist", STRING, None, _EGRESS, ""),
    _refuse("tasks.max.enforce", BOOLEAN, True, _TASKS, "true"),
    _refuse("config.action.reload", OneOf("restart", "none"), "restart", _RELOAD, "restart", "none"),
    _refuse("value.converter.generate.struct.for.nulls", BOOLEAN, False, _READING, *_BOTH),
    _refuse("value.converter.optional.for.proto2", BOOLEAN, True, _READING, *_BOTH),
    _refuse("value.converter.ignore.modern.dialects", BOOLEAN, True, _READING, *_BOTH),
    _refuse("value.converter.preserve.additional.properties", BOOLEAN, False, _READING, "false"),
    _refuse("value.converter.schemas.cache.config", Integer(minimum=0), 1_000, _CACHES, "1000"),
    _refuse("value.converter.schemas.cache.size", Integer(minimum=0), 1_000, _CACHES, "1000"),
    _refuse("value.converter.max.schemas.per.subject", Integer(minimum=0), 1_000, _CACHES, "1000"),
    _refuse("value.converter.basic.auth.credentials.source", OneOf("USER_INFO", "URL"), "URL",
        "Credentials are taken from value.converter.basic.auth.user.info and from the Dagster resource `schema_registry`; remove it.", "USER_INFO"),
    _refuse("value.converter.reference.subject.name.strategy", OneOf(*_REFERENCES), _REFERENCES[0], _IMPORTS, *_AS_NAMED),
    _refuse("key.converter.reference.subject.name.strategy", OneOf(*_REFERENCES), _REFERENCES[0], _IMPORTS, *_AS_NAMED),
    _refuse("value.converter.*", STRING, None, _CONVERTERS),
    _refuse("key.converter.*", STRING, None, _KEY_CONVERTER),
    _refuse("header.converter.*", STRING, None, "Header converters have no properties here; remove it."),
    _refuse("datapreview.schemas.enable", BOOLEAN, False, _PREVIEW, "false"),
    _refuse("producer.override.acks", STRING, "all", f"Fewer acknowledgements would lose records. {_PROMISES}", "all", "-1"),
    _refuse("producer.override.enable.idempotence", BOOLEAN, True, f"Without it records would be repeated. {_PROMISES}", "true"),
    _refuse("producer.override.transactional.id", STRING, None, _TRANSACTIONS),
    _refuse("producer.override.transaction.timeout.ms", Integer(minimum=1), 60_000, "It follows transaction.boundary.interval.ms; set that."),
    _refuse("producer.override.transaction.two.phase.commit.enable", BOOLEAN, False, _TRANSACTIONS, "false"),
    _refuse("producer.override.max.block.ms", Integer(minimum=0), 60_000, _BLOCKING, "9223372036854775807"),
    _refuse("producer.override.*.serializer", STRING, None, _SERIALIZERS),
    _refuse("producer.override.partitioner.class", STRING, None, f"{_JAVA_CLASS[:-1]}, or set partitioner.ignore.keys.", ""),
    _refuse("producer.override.partitioner.*", STRING, None, _JAVA),
    _refuse("producer.override.interceptor.classes", LIST, (), _JAVA_CLASS, ""),
    _refuse("producer.override.metric*", STRING, None, _JAVA),
    _refuse("producer.override.auto.include.jmx.reporter", BOOLEAN, True, _JAVA, *_BOTH),
    _refuse("producer.override.enable.metrics.push", BOOLEAN, True, "Set it in the `properties` of the resource `kafka`; remove it.", "true"),
    _refuse("producer.override.sasl.client.callback.handler.class", STRING, None, _JAVA_CLASS),
    _refuse("producer.override.sasl.login.callback.handler.class", STRING, None, _JAVA_CLASS,
        "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler",
        "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler"),
    _refuse("producer.override.sasl.kerberos.*", STRING, None, _KERBEROS),
    _refuse("producer.override.sasl.*", STRING, None, _JAVA),
    _refuse("producer.override.security.providers", STRING, None, _JAVA_CLASS),
    _refuse("producer.override.ssl.endpoint.identification.algorithm", OneOf("https"), "https",
        "A connector's producer always verifies host names; remove it, or set it in the `properties` of the resource `kafka`.", "https"),
    _refuse("producer.override.ssl.*", STRING, None, _TLS),
    _refuse("producer.override.socket.connection.setup.timeout.max.ms", Integer(minimum=1), 30_000, _JAVA, "30000"),
    _refuse("admin.override.*", STRING, None, _ADMIN),
    _refuse("consumer.override.*", STRING, None, "Kafka Connect has it for sinks only; remove it."),
    _refuse("errors.deadletterqueue.*", STRING, None, "Kafka Connect has dead letter queues for sinks only; remove it."),
    _refuse("report.errors.as", OneOf("Error string", "http_response"), "Error string", _REPORTS, "Error string"),
    Refusal(Property("reporter.*", STRING, None, LOW, _REPORTS), once=True),
    _refuse("config.providers", LIST, (), _PROVIDERS),
    _refuse("config.providers.*", STRING, None, _PROVIDERS),
    _refuse("use.open.api.spec", BOOLEAN, True, _V2, "false"),
    _refuse("open.api.spec.*", STRING, None, _V2),
    _refuse("gcp.credentials.json", PASSWORD, None, "Its key is not a property here: use auth.type=oauth2 with oauth2.grant.type=jwt-bearer, its private_key as oauth2.jwt.private.key and its client_email as oauth2.client.id."),
    _refuse("secret.manager.*", STRING, None, "Use the config providers instead: ${env:NAME}, ${file:path:key} or ${directory:path:file}."),
    _refuse("csfle.*", STRING, None, _CSFLE),
    _refuse("sr.service.account.id", STRING, None, _REGISTRY),
)

REFUSED: Mapping[str, Refusal] = {refusal.declared.name: refusal for refusal in _TABLE}
"""Name, or pattern, → why it is refused."""

_ALIASES = {alias: refusal for refusal in _TABLE for alias in refusal.declared.aliases}

REFUSED_VALUES: Mapping[tuple[str, str], str] = {
    ("oauth2.grant.type", "password"): GRANT_OF_USERS.removesuffix("."),
    ("oauth2.grant.type", "authorization_code"): _BY_A_PERSON,
    ("oauth2.grant.type", "implicit"): _BY_A_PERSON,
    **{
        (f"{part}.converter.{part}.subject.name.strategy", f"{package}associatednamestrategy"): _ASSOCIATED
        for part in ("value", "key") for package in ("", STRATEGIES)
    },
    ("producer.override.sasl.mechanism", "gssapi"): "Kerberos needs a librdkafka that was built with it; use another mechanism, or the resource `kafka`",
    **{("connector.class", name.lower()): f"This is {whose}; `http-source migrate` rewrites its configuration" for name, whose in CLASSES.items()},
    ("http.offset.mode", "snapshot_pagination"): "This is HTTP Source V2's; use CURSOR_PAGINATION with http.cursor.end=restart",
    ("http.offset.mode", "timestamp_pagination"): "Windows of time are http.offset.mode=TIME_WINDOW with the http.window properties",
    ("http.offset.mode", "odata_pagination"): "Use CURSOR_PAGINATION with http.next.page.json.pointer=/@odata.nextLink and url=${offset}",
    ("transaction.boundary", "connector"): "The connector sees no other boundaries than its pages; use poll or interval",
    ("https.ssl.protocol", "ssl"): "SSL is broken; use TLSv1.3 or TLSv1.2",
    ("https.ssl.protocol", "tlsv1"): "TLS 1.0 is broken; use TLSv1.3 or TLSv1.2",
    ("https.ssl.protocol", "tlsv1.1"): "TLS 1.1 is broken; use TLSv1.3 or TLSv1.2",
}
"""Property and value in lower case → why the value is refused although the original takes it."""


def refusal_of(name: str) -> Refusal | None:
    """What is known of a property that is not taken, or None. The name itself counts before patterns, and of these the first that fits."""
    if exact := REFUSED.get(name) or _ALIASES.get(name) or ELSEWHERE.get(name):
        return exact
    patterns = ((known, refusal) for known, refusal in (*REFUSED.items(), *ELSEWHERE.items()) if "*" in known)
    return next((refusal for known, refusal in patterns if fnmatchcase(name, known)), None)
