"""Properties and values that are known but not supported in this version: each is refused by name, with the reason and what to do.

A property with a value in `harmless` is accepted and ignored, since without it the connector does the same: configurations
exported from Confluent Cloud spell out such defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from http_source.config.property import LOW, Importance, Property
from http_source.config.types import BOOLEAN, LIST, PASSWORD, STRING, Integer, OneOf, Type


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a property is not accepted.

    Attributes:
        declared: what it is in the original; a name with a `*` stands for all that fit (as file names do in a shell). Its `doc` says
            why it is refused, and what to do.
        harmless: values that ask for what happens anyway.
    """

    declared: Property
    harmless: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, and what to do."""
        return self.declared.doc

    def accepts(self, value: object) -> bool:
        """Whether a value is harmless, in any case and as JSON's boolean or number too."""
        return isinstance(value, str | bool | int) and str(value).strip().lower() in {each.lower() for each in self.harmless}


_REGISTRY = "The Dagster resource `schema_registry` says whose rights are used; remove it."
_CONVERTERS = "No converter of values that is supported has such a property; remove it."
_READING = "It acts where Connect reads values, which a source does not do; remove it."
_CACHES = "A thousand schemas are remembered, always; remove it."
_KEY_CONVERTER = "Key converters take only the properties of subject and schema id; remove it."
_ADMIN = "Topics are looked up and created with the producer's settings; use producer.override, or the `properties` of the resource `kafka`."
_PROMISES = "It would break what the connector promises about its records; remove it."
_TRANSACTIONS = "It is made of the connector's name and task, so that exactly one run has it; remove it, and see exactly.once.support."
_JAVA = "It is a setting of Java's client, which librdkafka does not have; remove it."
_KERBEROS = (
    "Kerberos needs a librdkafka that was built with it, which confluent-kafka's own is not; remove it, or build one and use the "
    "`properties` of the resource `kafka`."
)
_JAVA_CLASS = "It names a class of Java's, and no Java runs here; remove it."
_SERIALIZERS = "Keys and values are written by key.converter and output.data.format; remove it."
_BLOCKING = "Set the size of its buffer by producer.override.buffer.memory; what is full is waited for, and nothing fails for it. Remove it."
_REPORTS = "Records that are left out go to reporter.error.topic.name as they were served; remove it."
_TLS = "OpenSSL's own choice is used, and is kept current by the system; remove it."
_V2 = "This belongs to HTTP Source V2; the connector of this project is configured by `url` and the http.request properties."
_PROVIDERS = (
    "The config providers env, file and directory are always there; remove it. What they may read, the environment says: "
    "HTTP_SOURCE_CONFIG_ALLOWED_PATHS and HTTP_SOURCE_CONFIG_ENV_ALLOWLIST."
)
_SELF_MANAGED = "This belongs to the self-managed connector's license and is not needed; remove it."
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
    _refuse("http.proxy.enabled", BOOLEAN, False, "A proxy is used when http.proxy.host is set, and else none; remove it."),
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
    _refuse("reporter.*", STRING, None, _REPORTS),
    _refuse("config.providers", LIST, (), _PROVIDERS),
    _refuse("config.providers.*", STRING, None, _PROVIDERS),
    _refuse("http.api.base.url", STRING, None, _V2),
    _refuse("apis.num", Integer(minimum=1), 1, _V2),
    _refuse("api.chaining.parent.child.relationship", STRING, None, _V2),
    _refuse("api[0-9]*.*", STRING, None, _V2),
    _refuse("use.open.api.spec", BOOLEAN, True, _V2, "false"),
    _refuse("open.api.spec.*", STRING, None, _V2),
    _refuse("oauth2.jwt.*", STRING, None, "Tokens are asked for with the client credentials grant only; remove it."),
    _refuse("gcp.credentials.json", PASSWORD, None, "Google's service account keys are not supported; use auth.type=oauth2 or bearer."),
    _refuse("secret.manager.*", STRING, None, "Use the config providers instead: ${env:NAME}, ${file:path:key} or ${directory:path:file}."),
    _refuse("csfle.*", STRING, None, _CSFLE),
    _refuse("sr.service.account.id", STRING, None, _REGISTRY),
    _refuse("confluent.*", STRING, None, _SELF_MANAGED),
)

REFUSED: Mapping[str, Refusal] = {refusal.declared.name: refusal for refusal in _TABLE}
"""Name, or pattern, → why it is refused. The name itself counts before patterns, and of these the first that fits."""

_ALIASES = {alias: refusal for refusal in _TABLE for alias in refusal.declared.aliases}

REFUSED_VALUES: Mapping[tuple[str, str], str] = {
    ("producer.override.sasl.mechanism", "gssapi"): "Kerberos needs a librdkafka that was built with it; use another mechanism, or the resource `kafka`",
    ("transaction.boundary", "connector"): "The connector sees no other boundaries than its pages; use poll or interval",
    ("https.ssl.protocol", "ssl"): "SSL is broken; use TLSv1.3 or TLSv1.2",
    ("https.ssl.protocol", "tlsv1"): "TLS 1.0 is broken; use TLSv1.3 or TLSv1.2",
    ("https.ssl.protocol", "tlsv1.1"): "TLS 1.1 is broken; use TLSv1.3 or TLSv1.2",
}
"""Property and value in lower case → why the value is refused although the original takes it."""


def refusal_of(name: str) -> Refusal | None:
    """The refusal of a property, or None when nothing is known about it."""
    if exact := REFUSED.get(name) or _ALIASES.get(name):
        return exact
    return next((refusal for known, refusal in REFUSED.items() if "*" in known and fnmatchcase(name, known)), None)
