"""Values as Protobuf: what a plain client reads, what is refused, and round trips of random schemas and values."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.converters.protobuf_text import message_in
from http_source.connect.schema import (
    BOOLEAN,
    DATE_NAME,
    DECIMAL_NAME,
    FLOAT64,
    INT32,
    INT64,
    STRING,
    TIME_NAME,
    TIMESTAMP_NAME,
    Schema,
    Type,
    array,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import RECORDS, options, values_of
from http_source_tests.connect.converters.protobuf_compiler import decode, needs_protoc

MODES = st.sampled_from([options(), options(optional_for_nullables=True), options(wrapper_for_nullables=True)])
PLAIN = ProtobufFormat(options())


@needs_protoc
@given(RECORDS, st.data())
@settings(max_examples=15)
def test_a_client_with_protocs_own_reading_of_the_file_reads_the_same_values(schema: Schema, data: st.DataObject) -> None:
    form = ProtobufFormat(data.draw(MODES))
    value = data.draw(values_of(schema))
    written, payload = _written(form, schema, value)
    assert _plain(decode(written, payload), schema) == _expected(value, schema)


@given(RECORDS, st.data())
@settings(max_examples=40)
def test_what_is_written_is_read_with_the_schema_registered(schema: Schema, data: st.DataObject) -> None:
    form = ProtobufFormat(data.draw(MODES))
    value = data.draw(values_of(schema))
    written, payload = _written(form, schema, value)
    message = GetMessageClass(message_in(written)).FromString(payload)
    assert _plain(message, schema) == _expected(value, schema)


@given(RECORDS, MODES)
@settings(max_examples=40)
def test_a_schema_read_back_is_written_as_the_very_same_text(schema: Schema, chosen: Any) -> None:
    form = ProtobufFormat(chosen)
    text = _text(form, schema)
    known = form.read_schema(text)
    assert form.write_schema(known).text == text
    assert form.read_schema(form.write_schema(known).text) == known


@given(RECORDS, MODES)
@settings(max_examples=40)
def test_what_is_read_back_is_the_schema_but_for_what_protobuf_has_no_place_for(schema: Schema, chosen: Any) -> None:
    form = ProtobufFormat(chosen)
    assert _bare(form.read_schema(_text(form, schema))) == _bare(schema)


@given(RECORDS, RECORDS, MODES)
@settings(max_examples=30)
def test_a_growing_schema_keeps_every_number_and_type(schema: Schema, more: Schema, chosen: Any) -> None:
    form = ProtobufFormat(chosen)
    known = form.read_schema(_text(form, schema))
    before = {(each.name, each.number, each.type) for each in message_in(_text(form, schema)).fields}
    new = [(f"new_{each.name}", each.schema.as_optional()) for each in more.fields]
    grown = known.with_fields([*((each.name, each.schema) for each in known.fields), *new])
    after = message_in(_grown(form, grown, _text(form, schema))).fields
    assert before <= {(each.name, each.number, each.type) for each in after}
    assert len({each.number for each in after}) == len(grown.fields)


@pytest.mark.parametrize(("schema", "value", "path"), [
    (struct({"a": INT64}), {"a": None}, "/a"),
    (struct({"a": INT64}), {"a": 2**63}, "/a"),
    (struct({"a": INT32}), {"a": True}, "/a"),
    (struct({"a": BOOLEAN}), {"a": 1}, "/a"),
    (struct({"a": FLOAT64}), {"a": "x"}, "/a"),
    (struct({"a": STRING}), {"a": b"x"}, "/a"),
    (struct({"a": array(STRING.as_optional())}), {"a": ["x", None]}, "/a/*"),
    (struct({"a": struct({"b": INT64})}), {"a": {"b": "x"}}, "/a/b"),
    (struct({"a": map_of(STRING, INT64)}), {"a": {"x": "y"}}, "/a/*/value"),
    (struct({"a": INT64}), {"a": 1, "b": 2}, ""),
    (struct({"a": INT64}), [1], ""),
])  # fmt: skip
def test_refuses_a_value_that_does_not_fit_by_its_place(schema: Schema, value: object, path: str) -> None:
    encode = ProtobufFormat(options(scrub_invalid_names=True)).encoder(schema)
    with pytest.raises(ConversionRefused) as refused:
        encode(value)
    assert refused.value.path == path


def test_the_same_map_in_another_order_is_the_same_bytes() -> None:
    encode = PLAIN.encoder(struct({"a": map_of(STRING, INT64)}))
    assert encode({"a": {"x": 1, "y": 2}}) == encode({"a": {"y": 2, "x": 1}})


def test_a_null_in_a_map_stays_one_or_is_refused_but_is_never_another_value() -> None:
    schema = struct({"a": map_of(STRING, struct({"x": INT64}, optional=True))})
    assert "repeated ConnectDefault2Entry a = 1;" in PLAIN.write_schema(schema).text
    assert PLAIN.encoder(schema)({"a": {"k": None}}) == b"\n\x03\n\x01k"
    registered = PLAIN.read_schema('syntax = "proto3"; message A { map<string, B> a = 1; message B { int64 x = 1; } }')
    with pytest.raises(ConversionRefused, match="null came in a map"):
        PLAIN.encoder(registered)({"a": {"k": None}})


def test_an_absent_number_and_zero_are_one_unless_the_options_keep_them_apart() -> None:
    schema = struct({"a": INT64.as_optional()})
    assert PLAIN.encoder(schema)({"a": None}) == PLAIN.encoder(schema)({"a": 0}) == b""
    for apart in (options(optional_for_nullables=True), options(wrapper_for_nullables=True)):
        encode = ProtobufFormat(apart).encoder(schema)
        assert encode({"a": None}) == b""
        assert encode({"a": 0}) != b""


def test_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(ConversionRefused, match="cannot hold"):
        PLAIN.encoder(struct({"a": STRING}))({"a": "\ud800"})


def _text(form: ProtobufFormat, schema: Schema) -> str:
    try:
        return form.write_schema(schema).text
    except ConversionRefused:
        assume(condition=False)
        raise


def _grown(form: ProtobufFormat, schema: Schema, text: str) -> str:
    try:
        return form.grow(schema, text).text
    except ConversionRefused as refused:
        assume("JSON form" not in str(refused) and "no arrays of arrays" not in str(refused))
        raise


def _written(form: ProtobufFormat, schema: Schema, value: Any) -> tuple[str, bytes]:
    text = _text(form, schema)
    try:
        return text, form.encoder(schema)(value)
    except ConversionRefused as refused:
        assume("null came in an array" not in str(refused))
        raise


def _bare(schema: Schema) -> Schema:
    """Without what Protobuf does not keep: names, null, numbers; and maps without a `map<…>` are arrays of their entries."""
    parameters = {name: each for name, each in schema.parameters.items() if not name.startswith("io.confluent")}
    name = schema.name if schema.parameters.keys() & {"scale"} or schema.type in (Type.INT32, Type.INT64) else None
    items, keys, values = (each and _bare(each) for each in (schema.items, schema.keys, schema.values))
    bare = replace(schema, optional=False, name=name, parameters=parameters, default=None, items=items, keys=keys, values=values)
    bare = bare.with_fields((each.name, _bare(each.schema)) for each in schema.fields)
    if bare.keys and bare.values and bare.values.type in (Type.ARRAY, Type.MAP):
        return array(struct({"key": bare.keys, "value": bare.values}))
    return bare


def _expected(value: Any, schema: Schema) -> Any:
    """The value with Protobuf's zero for every null."""
    if schema.type is Type.STRUCT:
        return {each.name: _expected((value or {}).get(each.name), each.schema) for each in schema.fields}
    if schema.items:
        return [_expected(each, schema.items) for each in value or ()]
    if schema.keys and schema.values:
        return {key: _expected(each, schema.values) for key, each in (value or {}).items()}
    return _zero(schema) if value is None else value


def _zero(schema: Schema) -> Any:
    if schema.name in (DECIMAL_NAME, DATE_NAME, TIME_NAME, TIMESTAMP_NAME):
        return None
    return {Type.BOOLEAN: False, Type.STRING: "", Type.BYTES: b""}.get(schema.type, 0)


def _plain(message: Any, schema: Schema) -> Any:
    """What a client makes of a message that was read."""
    if schema.type is Type.STRUCT:
        return {each.name: _field(message, each.name, each.schema) for each in schema.fields}
    if isinstance(message, Message) and schema.name in _LOGICAL:
        return _LOGICAL[schema.name](message, schema)
    return getattr(message, "value") if isinstance(message, Message) else message  # noqa: B009 - a wrapper, of which types know nothing


def _field(message: Any, name: str, schema: Schema) -> Any:
    value = getattr(message, name)
    if schema.items:
        return [_plain(each, schema.items) for each in value]
    if schema.keys and schema.values:
        return {key: _plain_value(each, schema.values) for key, each in _entries(value)}
    if schema.name in _LOGICAL and not message.HasField(name):
        return None
    return _plain(value, schema)


def _entries(value: Any) -> Iterable[tuple[Any, Any]]:
    return value.items() if hasattr(value, "items") else ((each.key, each) for each in value)


def _plain_value(value: Any, schema: Schema) -> Any:
    is_entry = isinstance(value, Message) and value.DESCRIPTOR.name.endswith("Entry")
    return _field(value, "value", schema) if is_entry else _plain(value, schema)


_LOGICAL: dict[str | None, Any] = {
    DECIMAL_NAME: lambda each, _: Decimal(int.from_bytes(each.value, signed=True)).scaleb(-each.scale),
    DATE_NAME: lambda each, _: datetime(each.year, each.month, each.day, tzinfo=UTC).date(),
    TIME_NAME: lambda each, _: datetime(1, 1, 1, each.hours, each.minutes, each.seconds, each.nanos // 1_000, tzinfo=UTC).time(),
    TIMESTAMP_NAME: lambda each, _: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=each.seconds, microseconds=each.nanos // 1_000),
}
