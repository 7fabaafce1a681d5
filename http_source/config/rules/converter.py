"""Rules about formats, converters and the Schema Registry."""

import re
from collections.abc import Iterator

from http_source.config.extras import REGISTRY, lacking
from http_source.config.findings import doubt, invalid
from http_source.config.options.converter import ConverterOptions, SubjectStrategy
from http_source.config.options.output import CONVERTERS, JSON_CONVERTER, PLAIN_CONVERTERS, MixedScalars, OutputFormat
from http_source.config.properties import ConnectorConfig, OutputOptions, RegistryOptions, properties_of
from http_source.config.rules.rule import Rule
from http_source.config.topic_names import is_topic
from http_source.errors import Finding

_PREFIX = "value.converter."
_UNFIT_FOR_CONTEXTS = re.compile(r"[\s:\x00-\x1f\x7f-\x9f]")
_OF_VALUES = (f"{_PREFIX}value.", f"{_PREFIX}use.schema.id", f"{_PREFIX}id.")
"""How the properties begin that say something of the schemas of values, and nothing of those of keys."""

_FORMAT = re.compile(r"AVRO|JSON_SR|PROTOBUF|JSON")


def check_converter(config: ConnectorConfig) -> Iterator[Finding]:
    """`value.converter` names the converter that `output.data.format` means."""
    wanted = CONVERTERS[config.output.data_format]
    if config.output.converter not in (None, wanted):
        yield Finding("value.converter", f"It contradicts output.data.format={config.output.data_format}, which is {wanted}; remove one.")


def check_packages(config: ConnectorConfig) -> Iterator[Finding]:
    """What asks the registry, and judges its schemas, is installed."""
    output = config.output
    if output.data_format is not OutputFormat.JSON:
        yield from lacking("output.data.format", f"output.data.format={output.data_format}", REGISTRY)
    elif output.needs_registry:
        yield from lacking("key.converter", f"key.converter={output.key_converter}", REGISTRY)


def check_registration(config: ConnectorConfig) -> Iterator[Finding]:
    """A schema that is chosen is not registered as well (as in Confluent's serializers)."""
    options = config.registry
    chosen = [name for name, is_set in (("use.latest.version", options.use_latest), ("use.schema.id", options.schema_id >= 0)) if is_set]
    for name in chosen:
        if options.auto_register:
            yield Finding(f"{_PREFIX}{name}", f"It needs {_PREFIX}auto.register.schemas=false: a schema is either chosen or registered.")
    if len(chosen) > 1:
        yield Finding(f"{_PREFIX}use.schema.id", f"It contradicts {_PREFIX}use.latest.version=true; remove one.")


def check_strictness(config: ConnectorConfig) -> Iterator[Finding]:
    """How much a chosen schema must hold is of interest where one is chosen."""
    options = config.registry
    if not options.latest_strict and not options.use_latest:
        yield doubt(f"{_PREFIX}latest.compatibility.strict", f"It does nothing without {_PREFIX}use.latest.version=true; remove it.")
    if not options.id_strict and options.schema_id < 0:
        yield doubt(f"{_PREFIX}id.compatibility.strict", f"It does nothing without {_PREFIX}use.schema.id; remove it.")


def check_subjects(config: ConnectorConfig) -> Iterator[Finding]:
    """What has no schema, or none with a name, has no subject: it would fail with the first page."""
    output, transformed = config.output, bool(config.transforms.names)
    schemaless = output.data_format is OutputFormat.JSON and not config.converter.schemas_enable
    if schemaless and output.key_converter not in PLAIN_CONVERTERS and not transformed:
        yield invalid("key.converter", output.key_converter, "Keys of values without a schema have none either; use AVRO, JSON_SR or "
                      "PROTOBUF as output.data.format, or a converter without a registry")
    if output.data_format is OutputFormat.JSON_SR and config.registry.value_subject is not SubjectStrategy.TOPIC and not transformed:
        yield invalid(f"{_PREFIX}value.subject.name.strategy", config.registry.value_subject, "Inferred JSON Schemas have no name; use "
                      "TopicNameStrategy, or name the schema with the transform SetSchemaMetadata")


def check_flags(config: ConnectorConfig) -> Iterator[Finding]:
    """A flag of another format than the connector's does nothing; a default that is written out is no matter."""
    format_ = config.output.data_format
    # Keys are written with the same flags.
    formats = {format_, *(each for each, converter in CONVERTERS.items() if converter == config.output.key_converter)}
    for field, known in properties_of(ConverterOptions).items():
        if formats.isdisjoint(_formats_of(known.doc)) and getattr(config.converter, field) != known.default:
            yield doubt(known.name, f"It does nothing with output.data.format={format_}; remove it.")
    if config.output.mixed_scalars is MixedScalars.STRING and formats == {OutputFormat.JSON} and not config.converter.schemas_enable:
        yield doubt("output.data.mixed.scalars", f"It does nothing with output.data.format={format_}; remove it.")


def check_keys(config: ConnectorConfig) -> Iterator[Finding]:
    """What says how keys are written has keys to write, and a converter that looks at it."""
    keyed, converter = config.output.key_pointer is not None or config.transforms.names, config.output.key_converter
    for name in _changed(config.output, config.registry):
        if name.startswith("key.converter") and not keyed:
            yield doubt(name, "It does nothing, since records have no key; set record.key.json.pointer, or make keys with a transform.")
        elif name == "key.converter.schemas.enable" and converter != JSON_CONVERTER:
            yield doubt(name, f"It does nothing with key.converter={converter}; set {JSON_CONVERTER}, or remove it.")
        elif name.startswith("key.converter.key.") and converter in PLAIN_CONVERTERS:
            yield doubt(name, f"It does nothing with key.converter={converter}, which keeps no schemas in a registry; remove it.")


def check_context(config: ConnectorConfig) -> Iterator[Finding]:
    """A context is a name that subjects can begin with (`:.name:subject`)."""
    context = config.registry.context
    if _UNFIT_FOR_CONTEXTS.search(context.strip(":")):
        yield invalid("schema.context.name", context, "A context has no blanks, colons and control characters; expected letters, digits, "
                      "dots, underscores and hyphens")


def check_registry_use(config: ConnectorConfig) -> Iterator[Finding]:
    """What is set for the registry is for a format that keeps schemas there."""
    if config.output.data_format is not OutputFormat.JSON:
        return
    for name in _changed(config.registry):
        if not name.startswith("key.converter") and (name.startswith(_OF_VALUES) or not config.output.needs_registry):
            yield doubt(name, "It does nothing with output.data.format=JSON, which keeps no schemas in a registry; remove it.")


def check_reporter(config: ConnectorConfig) -> Iterator[Finding]:
    """The topic of records that are left out is one Kafka takes, and there are such records."""
    topic = config.errors.reporter_topic
    if topic is None:
        return
    if not is_topic(topic.replace("${connector}", "connector")):
        yield invalid("reporter.error.topic.name", topic, "A topic has letters, digits, dots, underscores and hyphens, at most 249")
    if not config.errors.tolerant:
        yield doubt("reporter.error.topic.name", "Nothing is reported there, since errors.tolerance is none; set all, or remove it.")


def _changed(*groups: OutputOptions | RegistryOptions) -> Iterator[str]:
    """The properties whose values are not their defaults."""
    for group in groups:
        for field, known in properties_of(type(group)).items():
            if getattr(group, field) != known.default:
                yield known.name


def _formats_of(doc: str) -> frozenset[str]:
    """The formats that a flag's description begins with: it is told there once, for people and for this rule."""
    return frozenset(_FORMAT.findall(doc.partition(":")[0])) or frozenset(CONVERTERS)


RULES: tuple[Rule, ...] = (
    check_converter,
    check_packages,
    check_flags,
    check_registration,
    check_subjects,
    check_keys,
    check_context,
    check_registry_use,
    check_reporter,
    check_strictness,
)
"""In the order of the properties."""
