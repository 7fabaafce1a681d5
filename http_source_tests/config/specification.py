"""The connector's properties as its specification prints them (section "Configuration Properties"), as data."""

from typing import NamedTuple


class Specified(NamedTuple):
    """One property.

    Attributes:
        default: as text; empty where the source names none, be it in the property's list or in its prose.
        valid_values: an interval as Connect prints it, or words with commas; empty where every value of the type is valid.
    """

    name: str
    type: str
    importance: str = ""
    default: str = ""
    valid_values: str = ""


SPECIFICATION = (
    Specified("name", "string", "high"),
    Specified("kafka.auth.mode", "string", "high", "KAFKA_API_KEY", "SERVICE_ACCOUNT, KAFKA_API_KEY"),
    Specified("kafka.api.key", "password", "high"),
    Specified("kafka.service.account.id", "string", "high"),
    Specified("kafka.api.secret", "password", "high"),
    Specified("topic.name.pattern", "string", "high"),
    Specified("schema.context.name", "string", "medium", "default"),
    Specified("url", "string", "high"),
    Specified("http.request.method", "string", "high", "GET", "GET, POST"),
    Specified("http.request.headers", "string", "medium"),
    Specified("http.request.parameters", "string", "medium"),
    Specified("http.request.body", "string", "medium"),
    Specified("http.initial.offset", "string", "high"),
    Specified("http.offset.mode", "string", "high", "SIMPLE_INCREMENTING", "SIMPLE_INCREMENTING, CHAINING, CURSOR_PAGINATION"),
    Specified("http.response.data.json.pointer", "string", "high"),
    Specified("http.offset.json.pointer", "string", "medium"),
    Specified("use.http.offset.json.pointer.as.string", "boolean", "medium", "true"),
    Specified("http.next.page.json.pointer", "string", "medium"),
    Specified("request.interval.ms", "int", "medium", "15000", "[100,...]"),
    Specified("entity.names", "list", "medium"),
    Specified("max.retries", "int", "medium", "10"),
    Specified("retry.backoff.ms", "int", "medium", "3000", "[100,...]"),
    Specified("retry.on.status.codes", "string", "medium", "400-"),
    Specified("http.request.headers.separator", "string", "medium", "|"),
    Specified("http.request.sensitive.headers", "password", "high"),
    Specified("http.request.parameters.separator", "string", "medium", "&"),
    Specified("auth.type", "string", "high", "none", "none, basic, oauth2, bearer"),
    Specified("connection.user", "string", "medium"),
    Specified("connection.password", "password", "medium"),
    Specified("bearer.token", "password", "medium"),
    Specified("oauth2.token.url", "string", "medium"),
    Specified("oauth2.client.id", "string", "medium"),
    Specified("oauth2.client.secret", "password", "medium"),
    Specified("oauth2.token.property", "string", "medium", "access_token"),
    Specified("oauth2.client.scope", "string", "medium"),
    Specified("oauth2.client.mode", "string", "medium", "", "header, url"),
    Specified("https.ssl.enabled", "boolean", "medium", "false"),
    Specified("https.ssl.keystorefile", "password", "low"),
    Specified("https.ssl.keystore.password", "password", "high"),
    Specified("https.ssl.key.password", "password", "high"),
    Specified("https.ssl.truststorefile", "password", "high"),
    Specified("https.ssl.truststore.password", "password", "high"),
    Specified("https.ssl.protocol", "string", "medium", "TLSv1.3"),
    Specified("output.data.format", "string", "high", "", "AVRO, JSON_SR, PROTOBUF, JSON"),
    Specified("tasks.max", "int", "high", "", "[1,...]"),
    Specified("auto.restart.on.user.error", "boolean", "medium", "true"),
    Specified("value.converter.connect.meta.data", "boolean", "low"),
    Specified(
        "key.converter.key.schema.id.serializer", "string", "low", "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"
    ),
    Specified("key.converter.key.subject.name.strategy", "string", "low", "TopicNameStrategy"),
    Specified("value.converter.decimal.format", "string", "low", "BASE64", "BASE64, NUMERIC"),
    Specified(
        "value.converter.reference.subject.name.strategy",
        "string",
        "low",
        "DefaultReferenceSubjectNameStrategy",
        "DefaultReferenceSubjectNameStrategy, QualifiedReferenceSubjectNameStrategy",
    ),
    Specified(
        "value.converter.value.schema.id.serializer", "string", "low", "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"
    ),
    Specified("value.converter.value.subject.name.strategy", "string", "low", "TopicNameStrategy"),
)
