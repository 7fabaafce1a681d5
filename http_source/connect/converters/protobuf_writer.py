"""Connect's schemas as .proto files. Source: Confluent's ProtobufData, `fromConnectSchema`."""

from collections.abc import Iterable, Sequence

from http_source.config.options.converter import ConverterOptions
from http_source.connect.converters import protobuf_marks as marks
from http_source.connect.converters import protobuf_names as naming
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf_file import FileWriter
from http_source.connect.converters.protobuf_messages import MessageWriter
from http_source.connect.schema import Schema, Type


def write_file(schema: Schema, options: ConverterOptions) -> str:
    """The file whose first message holds the values of a schema. Raises ConversionRefused."""
    if schema.type is not Type.STRUCT or marks.is_union(schema):
        return _wrapped(schema)
    file = FileWriter(options, naming.MessageNames(schema))
    parts = (schema.name or file.names.generate()).split(".")
    *package, name = (naming.legal_name(part, "", scrub=options.scrub_invalid_names) for part in parts)
    file.hidden = not {"google", "confluent"}.isdisjoint(package)
    message = MessageWriter(file, name).write([(each.name, each.schema) for each in schema.fields])
    return _file(".".join(package), file.imports, message)


def _wrapped(schema: Schema) -> str:
    """The well-known wrapper alone, so that it is the first message of its file."""
    if schema.type not in marks.SCALARS or (schema.name, schema.type) in marks.LOGICAL:
        raise ConversionRefused(f"Protobuf has no file for values that are {schema.name or schema.type}. "
            "Use the transform HoistField$Value to put them into a field.")
    scalar = marks.SCALARS[schema.type]
    package, _, name = marks.wrapper_of(scalar).rpartition(".")
    return _file(package, (), [f"message {name} {{", f"  {scalar} {marks.VALUE} = 1;", "}"])


def _file(package: str, imports: Iterable[str], message: Sequence[str]) -> str:
    head = [f"package {package};"] if package else []
    return "\n".join(['syntax = "proto3";', *head, *(f'import "{each}";' for each in sorted(imports)), *message, ""])
