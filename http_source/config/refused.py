"""Properties and values that are known but not supported in this version: each is refused by name, with the reason and what to do.

A property with a value in `harmless` is accepted and ignored, since without it the connector does the same: configurations
exported from Confluent Cloud spell out such defaults.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from http_source.config.property import LOW, MEDIUM, Importance, Property
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


_REGISTRY = "Schema Registry is not used in this version, which writes schemaless JSON; remove it."
_JSON_ONLY = "Only JSON is written in this version; use output.data.format=JSON, and remove the converter's properties."
_NO_KEYS = "Keys are null in this version; remove the key converter's properties."
_TRANSFORMS = "Transforms are not supported in this version; remove them and transform the topic downstream."
_RESOURCE = "The Kafka client is set up by the Dagster resource `kafka`; set it there and remove it here."
_EXACTLY_ONCE = "Exactly once is not supported in this version, delivery is at least once; remove it."
_ERRORS = "No record is ever skipped in this version, since records are written as they were served; remove it."
_TOPICS = "Topics are not created in this version; create them with the settings you want, and remove it."
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
_PREFIX_SERIALIZER = "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"
_SUBJECTS = OneOf("TopicNameStrategy", "RecordNameStrategy", "TopicRecordNameStrategy")
_REFERENCES = OneOf("DefaultReferenceSubjectNameStrategy", "QualifiedReferenceSubjectNameStrategy")
_SERIALIZERS = OneOf(_PREFIX_SERIALIZER, "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer")
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


def _converter() -> Iterator[Refusal]:
    """Records of schemaless JSON have no decimals, defaults, names or schemas, so most of these change nothing in the original either."""
    for name, default in _CONVERTER_FLAGS.items():
        aliases = (name,) if name in _SHORT_NAMES else ()
        yield _refuse(f"value.converter.{name}", BOOLEAN, default, _JSON_ONLY, *_BOTH, aliases=aliases)


_SHORT_NAMES = ("replace.null.with.default", "ignore.default.for.nullables")
"""Flags that Confluent's templates know without their prefix, too."""

_CONVERTER_FLAGS: Mapping[str, bool] = {
    "connect.meta.data": True,
    "replace.null.with.default": True,
    "ignore.default.for.nullables": False,
    "scrub.invalid.names": False,
    "enhanced.avro.schema.support": False,
    "allow.optional.map.keys": False,
    "flatten.singleton.unions": False,
    "discard.type.doc.default": False,
    "enhanced.protobuf.schema.support": False,
    "generate.index.for.unions": True,
    "int.for.enums": False,
    "optional.for.nullables": False,
    "generate.struct.for.nulls": False,
    "wrapper.for.nullables": False,
    "wrapper.for.raw.primitives": True,
    "optional.for.proto2": True,
    "flatten.unions": False,
    "object.additional.properties": True,
    "use.optional.for.nonrequired": False,
    "ignore.modern.dialects": True,
    "preserve.additional.properties": False,
    "generalized.sum.type.support": False,
    "auto.register.schemas": True,
    "use.latest.version": False,
    "latest.compatibility.strict": True,
    "id.compatibility.strict": True,
    "normalize.schemas": False,
}

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
    _refuse("schema.context.name", STRING, "default", _REGISTRY, "default", importance=MEDIUM),
    _refuse("value.converter", STRING, None, _JSON_ONLY, "org.apache.kafka.connect.json.JsonConverter"),
    _refuse("value.converter.schemas.enable", BOOLEAN, False, _JSON_ONLY, "false", aliases=("schemas.enable",)),
    _refuse("value.converter.decimal.format", OneOf("BASE64", "NUMERIC"), "BASE64", _JSON_ONLY, "BASE64", "NUMERIC",
        aliases=("json.output.decimal.format",)),
    *_converter(),
    _refuse("value.converter.value.schema.id.serializer", _SERIALIZERS, _PREFIX_SERIALIZER, _JSON_ONLY, _PREFIX_SERIALIZER),
    _refuse("value.converter.value.subject.name.strategy", _SUBJECTS, "TopicNameStrategy", _JSON_ONLY, "TopicNameStrategy",
        aliases=("value.subject.name.strategy", "subject.name.strategy")),
    _refuse("value.converter.reference.subject.name.strategy", _REFERENCES, "DefaultReferenceSubjectNameStrategy", _JSON_ONLY,
        "DefaultReferenceSubjectNameStrategy"),
    _refuse("value.converter*", STRING, None, _JSON_ONLY),
    # Keys are null, so nothing about their schema can matter.
    _refuse("key.converter.key.schema.id.serializer", _SERIALIZERS, _PREFIX_SERIALIZER, _NO_KEYS, _PREFIX_SERIALIZER),
    _refuse("key.converter.key.subject.name.strategy", _SUBJECTS, "TopicNameStrategy", _NO_KEYS, "TopicNameStrategy",
        aliases=("key.subject.name.strategy",)),
    _refuse("key.converter*", STRING, None, _NO_KEYS),
    _refuse("header.converter*", STRING, "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        "Records have no headers in this version; remove it.", "org.apache.kafka.connect.storage.SimpleHeaderConverter"),
    _refuse("record.key.json.pointer", STRING, None, "Keys are null in this version; remove it."),
    _refuse("datapreview.schemas.enable", BOOLEAN, False, _PREVIEW, "false"),
    _refuse("transforms", LIST, (), _TRANSFORMS, ""),
    _refuse("predicates", LIST, (), _TRANSFORMS, ""),
    _refuse("transforms.*", STRING, None, _TRANSFORMS),
    _refuse("predicates.*", STRING, None, _TRANSFORMS),
    _refuse("producer.override.*", STRING, None, _RESOURCE),
    _refuse("admin.override.*", STRING, None, _RESOURCE),
    _refuse("topic.creation.groups", LIST, (), _TOPICS, ""),
    _refuse("topic.creation.default.partitions", Integer(minimum=-1), None, _TOPICS),
    _refuse("topic.creation.default.replication.factor", Integer(minimum=-1), None, _TOPICS),
    _refuse("topic.creation.*", STRING, None, _TOPICS),
    _refuse("errors.tolerance", OneOf("none", "all"), "none", _ERRORS, "none"),
    _refuse("errors.retry.timeout", Integer(minimum=-1), 0, _ERRORS),
    _refuse("errors.retry.delay.max.ms", Integer(minimum=0), 60_000, _ERRORS),
    _refuse("errors.log.enable", BOOLEAN, False, _ERRORS, *_BOTH),
    _refuse("errors.log.include.messages", BOOLEAN, False, _ERRORS, "false"),
    _refuse("errors.deadletterqueue.*", STRING, None, "Kafka Connect has dead letter queues for sinks only; remove it."),
    _refuse("behavior.on.error", OneOf("FAIL", "IGNORE"), "FAIL", _ERRORS, "FAIL"),
    _refuse("reporter.*", STRING, None, _ERRORS),
    _refuse("exactly.once.support", OneOf("requested", "required"), "requested", _EXACTLY_ONCE, "requested"),
    _refuse("transaction.boundary", OneOf("poll", "interval", "connector"), "poll", _EXACTLY_ONCE, "poll"),
    _refuse("transaction.boundary.interval.ms", Integer(minimum=1), None, _EXACTLY_ONCE),
    _refuse("offsets.storage.topic", STRING, None, "Offsets are stored by Dagster in this version; remove it."),
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
    ("output.data.format", "avro"): "Schema Registry formats are not supported in this version; use JSON",
    ("output.data.format", "json_sr"): "Schema Registry formats are not supported in this version; use JSON",
    ("output.data.format", "protobuf"): "Schema Registry formats are not supported in this version; use JSON",
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
