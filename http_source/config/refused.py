"""Properties and values that are known but not supported in this version: each is refused by name, with the reason and what to do.

A property with a value in `harmless` is accepted and ignored, since without it the connector does the same: configurations
exported from Confluent Cloud spell out such defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a property is not accepted.

    Attributes:
        reason: one sentence: why, and what to do.
        harmless: values that ask for what happens anyway.
    """

    reason: str
    harmless: tuple[str, ...] = ()

    def accepts(self, value: object) -> bool:
        """Whether a value is harmless, in any case and as JSON's boolean too."""
        return isinstance(value, str | bool) and str(value).strip().lower() in {each.lower() for each in self.harmless}


def _refuse(reason: str, *harmless: str) -> Refusal:
    return Refusal(reason, harmless)


_OAUTH2 = "OAuth 2 is not supported in this version; use auth.type=bearer with a token, and remove the oauth2 properties."
_TLS = "Key and trust stores are not supported in this version; remove it: https URLs are verified against the system's roots."
_REGISTRY = "Schema Registry is not used in this version, which writes schemaless JSON; remove it."
_JSON_ONLY = "Only JSON is written in this version; use output.data.format=JSON, and remove the converter's properties."
_TRANSFORMS = "Transforms are not supported in this version; remove them and transform the topic downstream."
_RESOURCE = "The Kafka client is set up by the Dagster resource `kafka`; set it there and remove it here."
_EXACTLY_ONCE = "Exactly once is not supported in this version, delivery is at least once; remove it."
_ERRORS = "No record is ever skipped in this version, since records are written as they were served; remove it."
_V2 = "This belongs to HTTP Source V2; the connector of this project is configured by `url` and the http.request properties."
_PROVIDERS = (
    "The config providers env, file and directory are always there; remove it. What they may read, the environment says: "
    "HTTP_SOURCE_CONFIG_ALLOWED_PATHS and HTTP_SOURCE_CONFIG_ENV_ALLOWLIST."
)
_SELF_MANAGED = "This belongs to the self-managed connector's license and is not needed; remove it."
_PREFIX_SERIALIZER = "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"

REFUSED: Mapping[str, Refusal] = {
    "kafka.service.account.id": _refuse("Service accounts are not supported in this version; set kafka.api.key and kafka.api.secret."),
    "oauth2.token.property": _refuse(_OAUTH2, "access_token"),
    "oauth2.client.mode": _refuse(_OAUTH2, "header"),
    "oauth2.client.scope": _refuse(_OAUTH2, "any"),
    "oauth2.*": _refuse(_OAUTH2),
    "api.key.*": _refuse("Use http.request.sensitive.headers to send an API key, and remove it."),
    "https.ssl.enabled": _refuse(_TLS, "false"),
    "https.ssl.protocol": _refuse("TLS 1.3 is preferred and TLS 1.2 the minimum in this version; remove it.", "TLSv1.3"),
    "https.ssl.*": _refuse(_TLS),
    "http.proxy.*": _refuse("Proxies are not supported in this version; remove it."),
    "sensitive.headers.list": _refuse("Plain Authorization headers are always refused; remove it.", "authorization"),
    "sensitive.headers.validation.enabled": _refuse("Plain Authorization headers are always refused; remove it.", "true"),
    "retry.backoff.policy": _refuse("Retries wait the constant retry.backoff.ms in this version; remove it.", "CONSTANT_VALUE"),
    "schema.context.name": _refuse(_REGISTRY, "default"),
    # Records of schemaless JSON have no decimals, defaults, names or schemas, so these change nothing in the original either.
    "value.converter.decimal.format": _refuse(_JSON_ONLY, "BASE64", "NUMERIC"),
    "value.converter.connect.meta.data": _refuse(_JSON_ONLY, "true", "false"),
    "value.converter.schemas.enable": _refuse(_JSON_ONLY, "false"),
    "value.converter.replace.null.with.default": _refuse(_JSON_ONLY, "true", "false"),
    "value.converter.ignore.default.for.nullables": _refuse(_JSON_ONLY, "true", "false"),
    "value.converter.reference.subject.name.strategy": _refuse(_JSON_ONLY, "DefaultReferenceSubjectNameStrategy"),
    "value.converter.value.schema.id.serializer": _refuse(_JSON_ONLY, _PREFIX_SERIALIZER),
    "value.converter.value.subject.name.strategy": _refuse(_JSON_ONLY, "TopicNameStrategy"),
    "value.converter*": _refuse(_JSON_ONLY),
    # Keys are null, so nothing about their schema can matter.
    "key.converter.key.schema.id.serializer": _refuse(_JSON_ONLY, _PREFIX_SERIALIZER),
    "key.converter.key.subject.name.strategy": _refuse(_JSON_ONLY, "TopicNameStrategy"),
    "key.converter*": _refuse("Keys are null in this version; remove the key converter's properties."),
    "header.converter*": _refuse("Records have no headers in this version; remove it."),
    "record.key.json.pointer": _refuse("Keys are null in this version; remove it."),
    "transforms": _refuse(_TRANSFORMS, ""),
    "predicates": _refuse(_TRANSFORMS, ""),
    "transforms.*": _refuse(_TRANSFORMS),
    "predicates.*": _refuse(_TRANSFORMS),
    "producer.override.*": _refuse(_RESOURCE),
    "admin.override.*": _refuse(_RESOURCE),
    "topic.creation.*": _refuse("Topics are not created in this version; create them with the settings you want, and remove it."),
    "errors.tolerance": _refuse(_ERRORS, "none"),
    "errors.*": _refuse(_ERRORS),
    "exactly.once.support": _refuse(_EXACTLY_ONCE, "requested"),
    "transaction.boundary": _refuse(_EXACTLY_ONCE, "poll"),
    "transaction.boundary.*": _refuse(_EXACTLY_ONCE),
    "offsets.storage.topic": _refuse("Offsets are stored by Dagster in this version; remove it."),
    "config.providers*": _refuse(_PROVIDERS),
    "http.api.base.url": _refuse(_V2),
    "apis.num": _refuse(_V2),
    "api1.*": _refuse(_V2),
    "confluent.*": _refuse(_SELF_MANAGED),
}
"""Name, or prefix with a `*`, → why it is refused. The first entry that fits counts."""

REFUSED_VALUES: Mapping[tuple[str, str], str] = {
    ("auth.type", "oauth2"): "OAuth 2 is not supported in this version; use bearer with a token, or basic",
    ("auth.type", "api_key"): "use none, and put the key into http.request.sensitive.headers as Name:key",
    ("kafka.auth.mode", "service_account"): "service accounts are not supported in this version; use KAFKA_API_KEY, or leave it out",
    ("output.data.format", "avro"): "Schema Registry formats are not supported in this version; use JSON",
    ("output.data.format", "json_sr"): "Schema Registry formats are not supported in this version; use JSON",
    ("output.data.format", "protobuf"): "Schema Registry formats are not supported in this version; use JSON",
}
"""Property and value in lower case → why the value is refused although the original takes it."""


def refusal_of(name: str) -> Refusal | None:
    """The refusal of a property, or None when nothing is known about it."""
    fitting = (refusal for known, refusal in REFUSED.items() if known == name or (known.endswith("*") and name.startswith(known[:-1])))
    return next(fitting, None)
