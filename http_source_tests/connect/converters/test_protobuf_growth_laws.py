"""Laws of registered Protobuf schemas that grow, with protoc as the judge."""

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.converters.protobuf_growth import is_wider
from http_source.connect.converters.protobuf_marks import is_union
from http_source.connect.converters.protobuf_text import parse_file
from http_source.connect.schema import FLOAT64, INT64, OPTIONAL_STRING, STRING, TIMESTAMP, Schema, Type, array, decimal, map_of, struct
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.protobuf_compiler import compiled, decode, needs_protoc
from http_source_tests.connect.converters.protobuf_texts import TEXTS

FORMS = st.sampled_from([ProtobufFormat(options(**{name: True})) for name in ("enhanced_protobuf", "optional_for_nullables")])
NEW = (
    INT64.as_optional(), OPTIONAL_STRING, TIMESTAMP.as_optional(), decimal(2, optional=True), array(struct({"x": FLOAT64}), optional=True),
    map_of(STRING, INT64), struct({"x": struct({"y": INT64})}, optional=True),
)  # fmt: skip
RANDOM = st.randoms(use_true_random=False)


@needs_protoc
@given(TEXTS)
@settings(max_examples=40)
def test_a_file_is_read_as_protoc_reads_it(text: str) -> None:
    ours, theirs = parse_file(text), _compiled(text)
    assert [*_known(ours.message_type)] == [*_known(theirs.message_type)]
    assert (ours.package, [*ours.dependency], ours.syntax) == (theirs.package, [*theirs.dependency], theirs.syntax or "proto2")


@given(TEXTS, FORMS)
@settings(max_examples=40)
def test_what_has_not_grown_is_the_same_text(text: str, form: ProtobufFormat) -> None:
    assert form.grow(form.read_schema(text), text).text == text


@needs_protoc
@given(TEXTS, FORMS, RANDOM)
@settings(max_examples=60)
def test_b211_new_fields_leave_every_other_character_and_every_other_part_as_it_is(text: str, form: ProtobufFormat, random: Random) -> None:
    grown = form.grow(_more(form.read_schema(text), random, wider=False), text).text
    rest = iter(grown)
    assert all(each in rest for each in text)
    before, after = _compiled(text), _compiled(grown)
    _take_away(after, before)
    assert after == before


@needs_protoc
@given(TEXTS, FORMS, RANDOM)
@settings(max_examples=40)
def test_a_grown_file_is_read_as_the_schema_for_which_it_grew(text: str, form: ProtobufFormat, random: Random) -> None:
    wanted = _more(form.read_schema(text), random, wider=True)
    grown = form.grow(wanted, text).text
    assert _compiled(grown).message_type
    assert _shape(form.read_schema(grown)) == _shape(wanted)
    assert form.grow(wanted, grown).text == grown


@needs_protoc
@given(TEXTS, FORMS, RANDOM)
@settings(max_examples=30)
def test_a_serialized_descriptor_grows_as_its_text_does(text: str, form: ProtobufFormat, random: Random) -> None:
    wanted = _more(form.read_schema(text), random, wider=True)
    grown = form.grow(wanted, b64encode(_compiled(text).SerializeToString()).decode()).text
    assert FileDescriptorProto.FromString(b64decode(grown)) == _compiled(form.grow(wanted, text).text)


@needs_protoc
@given(TEXTS, FORMS, RANDOM)
@settings(max_examples=30)
def test_old_bytes_are_read_with_the_grown_file(text: str, form: ProtobufFormat, random: Random) -> None:
    known = form.read_schema(text)
    grown = form.grow(_more(known, random, wider=False), text).text
    payload = form.encoder(known, text)(_value(known))
    assert str(decode(grown, payload)) == str(decode(text, payload))


def _compiled(text: str) -> FileDescriptorProto:
    return compiled(text).file[-1]


def _known(messages: Sequence[DescriptorProto]) -> Iterator[object]:
    """What a parser that knows no options and no other files can say of messages."""
    for each in messages:
        for field in each.field:
            yield (field.name, field.number, field.label, field.json_name, field.type_name.rpartition(".")[2], field.proto3_optional,
                field.oneof_index if field.HasField("oneof_index") else None, 0 if field.type_name else field.type)  # fmt: skip
        yield (each.name, str(each.oneof_decl), str(each.reserved_range), [*each.reserved_name], str(each.extension_range))
        yield [(enum.name, [(value.name, value.number) for value in enum.value]) for enum in each.enum_type]
        yield from _known(each.nested_type)


def _more(schema: Schema, random: Random, *, wider: bool) -> Schema:
    """The schema with new fields and wider numbers in some places."""
    if schema.items is not None:
        return replace(schema, items=_more(schema.items, random, wider=wider))
    if schema.values is not None and wider:
        return replace(schema, values=_more(schema.values, random, wider=wider))
    if schema.type is Type.STRUCT and not is_union(schema):
        fields = [(each.name, _more(each.schema, random, wider=wider)) for each in schema.fields]
        return schema.with_fields([*fields, *((f"new_{number}", random.choice(NEW)) for number in range(random.choice((0, 1, 3))))])
    types = [each for each in (Type.INT64, Type.FLOAT64) if wider and schema.name is None and is_wider(each, schema.type)]
    return replace(schema, type=random.choice([schema.type, *types]))


def _shape(schema: Schema) -> object:
    """Types and names, without what else Protobuf keeps or loses."""
    fields = [(each.name, _shape(each.schema)) for each in schema.fields]
    return schema.type, fields, *(each and _shape(each) for each in (schema.items, schema.keys, schema.values))


def _take_away(after: FileDescriptorProto, before: FileDescriptorProto) -> None:
    """Take what is new out of a descriptor."""
    del after.dependency[len(before.dependency) :]
    for new, old in zip(after.message_type, before.message_type, strict=True):
        _take_away_fields(new, old)


def _take_away_fields(after: DescriptorProto, before: DescriptorProto) -> None:
    del after.field[len(before.field) :]
    del after.oneof_decl[len(before.oneof_decl) :]
    del after.nested_type[len(before.nested_type) :]
    for new, old in zip(after.nested_type, before.nested_type, strict=True):
        _take_away_fields(new, old)


def _value(schema: Schema) -> Any:
    """A value without a null but for oneofs."""
    if schema.type is Type.STRUCT:
        return {each.name: _value(each.schema) for each in schema.fields if not is_union(each.schema)}
    if schema.items is not None:
        return [_value(schema.items)]
    if schema.keys is not None and schema.values is not None:
        return {_value(schema.keys): _value(schema.values)}
    return {Type.STRING: "x", Type.BYTES: b"x", Type.BOOLEAN: True, Type.FLOAT32: 0.5, Type.FLOAT64: 0.5}.get(schema.type, 7)
