"""How values become bytes, and where their schemas are kept."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import LOW, MEDIUM, prop
from http_source.config.types import BOOLEAN, PASSWORD, STRING, Integer, OneOf, Secret

STRATEGIES = "io.confluent.kafka.serializers.subject."
"""How the names of Confluent's classes of strategies begin."""


class DecimalFormat(StrEnum):
    """How JSON shows Connect's Decimal."""

    BASE64 = "BASE64"
    NUMERIC = "NUMERIC"


class SubjectStrategy(StrEnum):
    """What the subject of a schema is named after."""

    TOPIC = "TopicNameStrategy"
    RECORD = "RecordNameStrategy"
    TOPIC_RECORD = "TopicRecordNameStrategy"


class IdSerializer(StrEnum):
    """Where a record carries the id of its schema."""

    PREFIX = "io.confluent.kafka.serializers.schema.id.PrefixSchemaIdSerializer"
    HEADER = "io.confluent.kafka.serializers.schema.id.HeaderSchemaIdSerializer"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConverterOptions:
    """Value converter: how a value with a schema is written in each format."""

    schemas_enable: bool = prop("value.converter.schemas.enable", BOOLEAN, False, LOW,
        'JSON: wraps each value as `{"schema": …, "payload": …}`, with the schema inferred.', aliases=("schemas.enable",))
    decimal_format: DecimalFormat = prop("value.converter.decimal.format", OneOf(*DecimalFormat), DecimalFormat.BASE64, LOW,
        "JSON and JSON_SR: a Decimal is written as base64 of its bytes, or with NUMERIC as a number.", aliases=("json.output.decimal.format",))
    replace_null: bool = prop("value.converter.replace.null.with.default", BOOLEAN, True, LOW,
        "JSON: a null in a field that has a default is written as the default.", aliases=("replace.null.with.default",))
    ignore_default: bool = prop("value.converter.ignore.default.for.nullables", BOOLEAN, False, LOW,
        "AVRO, JSON_SR and PROTOBUF: a null in an optional field stays null, whatever default it has.", aliases=("ignore.default.for.nullables",))
    connect_meta_data: bool = prop("value.converter.connect.meta.data", BOOLEAN, True, LOW,
        "AVRO: the schema carries Connect's own properties (`connect.name`, `connect.version` …).")
    scrub_invalid_names: bool = prop("value.converter.scrub.invalid.names", BOOLEAN, False, LOW,
        "AVRO and PROTOBUF: letters that a name may not have are replaced; with false such a name is refused.")
    enhanced_avro: bool = prop("value.converter.enhanced.avro.schema.support", BOOLEAN, False, LOW,
        "AVRO: enums are written as enums, and branches of unions carry full names.")
    optional_map_keys: bool = prop("value.converter.allow.optional.map.keys", BOOLEAN, False, LOW,
        "AVRO: a map whose keys may be null is written as a map.")
    flatten_singleton_unions: bool = prop("value.converter.flatten.singleton.unions", BOOLEAN, False, LOW,
        "AVRO and JSON_SR: a registered union of one type is read as that type.")
    discard_type_doc_default: bool = prop("value.converter.discard.type.doc.default", BOOLEAN, False, LOW,
        "AVRO: docs are taken from and written to fields; those of types are not kept as parameters.")
    enhanced_protobuf: bool = prop("value.converter.enhanced.protobuf.schema.support", BOOLEAN, False, LOW,
        "PROTOBUF: packages are kept in the names of schemas.")
    index_for_unions: bool = prop("value.converter.generate.index.for.unions", BOOLEAN, True, LOW,
        "PROTOBUF: the names of unions get a number.")
    int_for_enums: bool = prop("value.converter.int.for.enums", BOOLEAN, False, LOW, "PROTOBUF: enums are integers.")
    optional_for_nullables: bool = prop("value.converter.optional.for.nullables", BOOLEAN, False, LOW,
        "PROTOBUF: optional fields are `optional`, so that null and zero differ, and a field may become nullable later.")
    wrapper_for_nullables: bool = prop("value.converter.wrapper.for.nullables", BOOLEAN, False, LOW,
        "PROTOBUF: optional fields use the well-known wrappers, such as StringValue, so that null and zero differ.")
    wrapper_for_raw_primitives: bool = prop("value.converter.wrapper.for.raw.primitives", BOOLEAN, True, LOW,
        "PROTOBUF: a value that is not a struct is written in a well-known wrapper.")
    flatten_unions: bool = prop("value.converter.flatten.unions", BOOLEAN, False, LOW, "PROTOBUF: unions are flattened.")
    additional_properties: bool = prop("value.converter.object.additional.properties", BOOLEAN, True, LOW,
        "JSON_SR: the schema allows properties that it does not name.")
    optional_for_nonrequired: bool = prop("value.converter.use.optional.for.nonrequired", BOOLEAN, False, LOW,
        "JSON_SR: properties that a registered schema does not require are optional.")
    sum_type_support: bool = prop("value.converter.generalized.sum.type.support", BOOLEAN, False, LOW,
        "AVRO, JSON_SR and PROTOBUF: unions carry the generalized names.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryOptions:
    """Schema Registry: which subjects are used and how schemas are registered. The Dagster resource `schema_registry` says where it is."""

    context: str = prop("schema.context.name", STRING, "default", MEDIUM,
        "The registry's context: subjects are kept apart from those of other contexts.")
    url: str | None = prop("value.converter.schema.registry.url", STRING, None, LOW,
        "Takes the place of the Dagster resource's address.")
    user_info: Secret | None = prop("value.converter.basic.auth.user.info", PASSWORD, None, LOW,
        "`user:password` for the registry, instead of the Dagster resource's.")
    auto_register: bool = prop("value.converter.auto.register.schemas", BOOLEAN, True, LOW,
        "New schemas are registered; with false they must exist in the registry.")
    use_latest: bool = prop("value.converter.use.latest.version", BOOLEAN, False, LOW,
        "Records are written with the subject's newest schema; needs auto.register.schemas=false.")
    latest_strict: bool = prop("value.converter.latest.compatibility.strict", BOOLEAN, True, LOW,
        "With use.latest.version: the newest schema must be compatible with the inferred one.")
    id_strict: bool = prop("value.converter.id.compatibility.strict", BOOLEAN, True, LOW,
        "With use.schema.id: that schema must be compatible with the inferred one.")
    schema_id: int = prop("value.converter.use.schema.id", Integer(minimum=-1), -1, LOW,
        "Records are written with the schema of this id; -1 chooses none.")
    normalize: bool = prop("value.converter.normalize.schemas", BOOLEAN, False, LOW,
        "The registry compares schemas without regard to the order of their properties.")
    value_subject: SubjectStrategy = prop("value.converter.value.subject.name.strategy", OneOf(*SubjectStrategy, package=STRATEGIES), SubjectStrategy.TOPIC, LOW,
        "What the subject of values is named after; the full name of Confluent's class is accepted, too.", aliases=("value.subject.name.strategy", "subject.name.strategy"))
    key_subject: SubjectStrategy = prop("key.converter.key.subject.name.strategy", OneOf(*SubjectStrategy, package=STRATEGIES), SubjectStrategy.TOPIC, LOW,
        "What the subject of keys is named after; the full name of Confluent's class is accepted, too.", aliases=("key.subject.name.strategy",))
    value_id: IdSerializer = prop("value.converter.value.schema.id.serializer", OneOf(*IdSerializer), IdSerializer.PREFIX, LOW,
        "Whether a value begins with its schema's id, or has it in a header.")
    key_id: IdSerializer = prop("key.converter.key.schema.id.serializer", OneOf(*IdSerializer), IdSerializer.PREFIX, LOW,
        "Whether a key begins with its schema's id, or has it in a header.")
