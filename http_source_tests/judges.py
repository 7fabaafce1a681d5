"""What the formats' own libraries, which share no code with us, say of schemas: what is one, and which one reads another one's records."""

import json
import warnings
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException, IgnoredLogicalType
from avro.name import Names
from avro.schema import make_avsc_object, parse
from jsonschema import Draft7Validator, SchemaError, validators

from http_source_tests.connect.converters.protobuf_compiler import PROTOC, compiled


def fault_in(format_: str, text: str, imports: Mapping[str, str]) -> str | None:
    """What Apache's Avro, jsonschema or protoc says against a schema, None when it is one; `imports` are texts by the names used for them.

    Without protoc nobody judges a .proto file.
    """
    try:
        _JUDGES[format_](text, imports)
    except (AvroException, SchemaError, ValueError, AssertionError) as fault:
        return str(fault) or type(fault).__name__
    return None


def _judge_avro(text: str, imports: Mapping[str, str]) -> None:
    names = Names()
    with warnings.catch_warnings():
        # What a logical type does not allow makes it a plain type, as the specification says.
        warnings.simplefilter("ignore", IgnoredLogicalType)
        for each in (*imports.values(), text):
            make_avsc_object(json.loads(each), names)


def _judge_json(text: str, _imports: Mapping[str, str]) -> None:
    schema = json.loads(text)
    validators.validator_for(schema, default=Draft7Validator).check_schema(schema)


def _judge_protobuf(text: str, imports: Mapping[str, str]) -> None:
    if PROTOC is not None:
        compiled(text, imports)


def unread_avro(texts: Sequence[str]) -> Iterator[str]:
    """Why a schema does not read what one before it wrote, for each such pair, as Apache's Avro judges."""
    for writer, reader in combinations([parse(text) for text in texts], 2):
        judged = ReaderWriterCompatibilityChecker().get_compatibility(reader, writer)  # type: ignore[no-untyped-call]
        if judged.compatibility is not SchemaCompatibilityType.compatible:
            yield f"{writer} → {reader}: {judged.messages}"


_JUDGES = {"AVRO": _judge_avro, "JSON": _judge_json, "PROTOBUF": _judge_protobuf}
