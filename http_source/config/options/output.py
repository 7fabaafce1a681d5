"""Where the records go, and how the work is cut into Dagster runs."""

from dataclasses import dataclass
from enum import StrEnum

from http_source.config.property import HIGH, LOW, MEDIUM, REQUIRED, prop
from http_source.config.types import BOOLEAN, LIST, POINTER, STRING, Integer, OneOf
from http_source.config.variables import ENTITY, filled

SIMPLE_CONVERTERS = "org.apache.kafka.connect.converters."
STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
SIMPLE_HEADER_CONVERTER = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"


class OutputFormat(StrEnum):
    """How values are written."""

    AVRO = "AVRO"
    JSON_SR = "JSON_SR"
    PROTOBUF = "PROTOBUF"
    JSON = "JSON"


CONVERTERS = {
    OutputFormat.AVRO: "io.confluent.connect.avro.AvroConverter",
    OutputFormat.JSON_SR: "io.confluent.connect.json.JsonSchemaConverter",
    OutputFormat.PROTOBUF: "io.confluent.connect.protobuf.ProtobufConverter",
    OutputFormat.JSON: JSON_CONVERTER,
}
"""Format → Connect's converter of it."""

PLAIN_CONVERTERS = (
    STRING_CONVERTER,
    JSON_CONVERTER,
    *(f"{SIMPLE_CONVERTERS}{kind}Converter" for kind in ("Boolean", "ByteArray", "Double", "Float", "Integer", "Long", "Short")),
)
"""Converters that keep no schema anywhere."""


class MixedScalars(StrEnum):
    """What happens where a field holds texts and other scalars."""

    REFUSE = "refuse"
    STRING = "string"


class Tolerance(StrEnum):
    """What happens to a record that cannot be converted."""

    NONE = "none"
    ALL = "all"


class OnError(StrEnum):
    """HTTP Source V2's words for the same."""

    FAIL = "FAIL"
    IGNORE = "IGNORE"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputOptions:
    """Output: where the records go and in which format."""

    topic_name_pattern: str = prop("topic.name.pattern", STRING, REQUIRED, HIGH,
        "The topic; `${entityName}` in it gives each entity its own.")
    data_format: OutputFormat = prop("output.data.format", OneOf(*OutputFormat), REQUIRED, HIGH,
        "JSON writes each record's bytes as they were served; the others write it with a schema that is inferred and kept in the Schema Registry.", aliases=("data.format",))
    converter: str | None = prop("value.converter", OneOf(*CONVERTERS.values()), None, LOW,
        "The converter of `output.data.format`, for configurations that name it as well; another one is refused.")
    mixed_scalars: MixedScalars = prop("output.data.mixed.scalars", OneOf(*MixedScalars), MixedScalars.REFUSE, LOW,
        "A field that held a text first and now holds a number or a boolean (AVRO, JSON_SR, PROTOBUF): `refuse` refuses the record, `string` writes the value as text, with the characters it was served with. In arrays such values are always written as texts.")
    key_pointer: str | None = prop("record.key.json.pointer", POINTER, None, MEDIUM,
        "JSON Pointer, relative to a record, to the value that becomes its key; a record without it has no key.")
    key_converter: str = prop("key.converter", OneOf(*PLAIN_CONVERTERS, *list(CONVERTERS.values())[:3]), STRING_CONVERTER, LOW,
        "How keys are written, which come from `record.key.json.pointer` and transforms.")
    key_schemas_enable: bool = prop("key.converter.schemas.enable", BOOLEAN, True, LOW,
        'JsonConverter as `key.converter`: wraps each key as `{"schema": …, "payload": …}`.')
    header_converter: str = prop("header.converter", OneOf(SIMPLE_HEADER_CONVERTER, *PLAIN_CONVERTERS), SIMPLE_HEADER_CONVERTER, LOW,
        "How headers are written, which come from transforms.")

    @property
    def needs_registry(self) -> bool:
        """Whether schemas of keys or values are kept in a Schema Registry."""
        return self.data_format is not OutputFormat.JSON or self.key_converter not in PLAIN_CONVERTERS

    def topic_of(self, entity: str) -> str:
        """The topic of an entity."""
        return filled(self.topic_name_pattern, {ENTITY: entity})


@dataclass(frozen=True, slots=True, kw_only=True)
class TransformOptions:
    """Transforms: what is done to each record before it is converted. The classes and their properties: docs/transforms.md."""

    names: tuple[str, ...] = prop("transforms", LIST, (), MEDIUM,
        "Aliases of the transforms, in order; `transforms.<alias>.type` names the class of each, `transforms.<alias>.…` its properties, `transforms.<alias>.predicate` and `.negate` which records it is for.")
    predicates: tuple[str, ...] = prop("predicates", LIST, (), MEDIUM,
        "Aliases of the predicates; `predicates.<alias>.type` names the class of each, `predicates.<alias>.…` its properties.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorOptions:
    """Errors: what happens to a record that cannot be transformed or converted. A failed request is another matter: see Retries."""

    tolerance: Tolerance = prop("errors.tolerance", OneOf(*Tolerance), Tolerance.NONE, MEDIUM,
        "With `none` such a record fails its page and so its entity; with `all` it is left out, counted and reported, and the position moves on.")
    behavior: OnError = prop("behavior.on.error", OneOf(*OnError), OnError.FAIL, LOW,
        "HTTP Source V2's words: IGNORE is errors.tolerance=all.")
    retry_timeout_ms: int = prop("errors.retry.timeout", Integer(minimum=-1), 0, MEDIUM,
        "A page that cannot be converted for a reason that may pass, such as a Schema Registry that is down, is kept in memory (one for each entity) and converted again for this many milliseconds without a new request; after that, or at once with 0, its request counts as failed (see `max.retries`). -1 never gives up.")
    retry_delay_max_ms: int = prop("errors.retry.delay.max.ms", Integer(minimum=1), 60_000, MEDIUM,
        "The longest pause between two such attempts: the first is 300 ms, each further one twice as long, less a random part of at most a quarter.")
    reporter_topic: str | None = prop("reporter.error.topic.name", STRING, None, LOW,
        "The topic that gets each record that was left out, as it was served, with Connect's dead letter headers (`__connect.errors.…`); `${connector}` stands for the connector's name.")
    log: bool = prop("errors.log.enable", BOOLEAN, True, LOW, "Logs which records of a page were left out, and why, in the log of the run.")
    log_messages: bool = prop("errors.log.include.messages", BOOLEAN, False, LOW,
        "Logs the beginning of such a record, too.")

    @property
    def tolerant(self) -> bool:
        """Whether records may be left out."""
        return self.tolerance is Tolerance.ALL or self.behavior is OnError.IGNORE


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """Runs and checkpoints: how the work is split into Dagster runs."""

    flush_interval_ms: int = prop("offset.flush.interval.ms", Integer(minimum=0), 10_000, LOW,
        "The shortest time between two checkpoints of an entity; a crash repeats at most what was fetched since the last one.")
    max_seconds: int = prop("run.max.seconds", Integer(minimum=0), 3_600, LOW,
        "A run hands over to the next one after this time; with 0 it polls each entity once and ends.")
    linger_ms: int = prop("run.linger.ms", Integer(minimum=0), 60_000, LOW,
        "A run with nothing due for longer than this ends, so that long intervals do not keep a process.")
