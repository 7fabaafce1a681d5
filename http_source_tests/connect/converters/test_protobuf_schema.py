"""Connect's schemas as .proto files. Expected text after Confluent's ProtobufData."""

from dataclasses import replace

import pytest

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    DATE,
    FLOAT32,
    FLOAT64,
    INT8,
    INT16,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIME,
    TIMESTAMP,
    Schema,
    Type,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.converters.avro_samples import options

PLAIN = ProtobufFormat(options())
HEAD = 'syntax = "proto3";\n'


def test_numbers_fields_from_one_in_their_order() -> None:
    schema = struct({"id": INT64, "name": OPTIONAL_STRING, "ok": BOOLEAN, "at": FLOAT64, "half": FLOAT32, "n": INT32, "raw": BYTES})
    written = PLAIN.write_schema(schema)
    assert written.text == HEAD + """message ConnectDefault1 {
  int64 id = 1;
  string name = 2;
  bool ok = 3;
  double at = 4;
  float half = 5;
  int32 n = 6;
  bytes raw = 7;
}
"""
    assert (written.record_name, written.indexes, written.references) == ("ConnectDefault1", b"\x00", ())


def test_puts_nested_messages_into_the_one_that_has_the_field() -> None:
    inner = struct({"x": struct({"y": INT64})})
    assert PLAIN.write_schema(struct({"a": inner, "b": array(struct({"z": STRING}))})).text == HEAD + """message ConnectDefault1 {
  ConnectDefault2 a = 1;
  repeated ConnectDefault4 b = 2;
  message ConnectDefault2 {
    ConnectDefault3 x = 1;
    message ConnectDefault3 {
      int64 y = 1;
    }
  }
  message ConnectDefault4 {
    string z = 1;
  }
}
"""


def test_writes_logical_types_as_well_known_messages() -> None:
    schema = struct({"price": decimal(2), "day": DATE, "at": TIMESTAMP, "hour": TIME, "small": INT8, "short": INT16})
    assert PLAIN.write_schema(schema).text == HEAD + """import "confluent/meta.proto";
import "confluent/type/decimal.proto";
import "google/protobuf/timestamp.proto";
import "google/type/date.proto";
import "google/type/timeofday.proto";
message ConnectDefault1 {
  confluent.type.Decimal price = 1 [(confluent.field_meta) = { params: [{ key: "scale", value: "2" }] }];
  google.type.Date day = 2;
  google.protobuf.Timestamp at = 3;
  google.type.TimeOfDay hour = 4;
  int32 small = 5 [(confluent.field_meta) = { params: [{ key: "connect.type", value: "int8" }] }];
  int32 short = 6 [(confluent.field_meta) = { params: [{ key: "connect.type", value: "int16" }] }];
}
"""


def test_optional_for_nullables_marks_optional_fields() -> None:
    written = ProtobufFormat(options(optional_for_nullables=True)).write_schema(struct({"a": OPTIONAL_INT64, "b": INT64}))
    assert written.text == HEAD + "message ConnectDefault1 {\n  optional int64 a = 1;\n  int64 b = 2;\n}\n"


def test_wrapper_for_nullables_wraps_optional_fields() -> None:
    written = ProtobufFormat(options(wrapper_for_nullables=True)).write_schema(struct({"a": OPTIONAL_INT64, "b": INT64}))
    assert written.text == HEAD + """import "google/protobuf/wrappers.proto";
message ConnectDefault1 {
  google.protobuf.Int64Value a = 1;
  int64 b = 2;
}
"""


def test_writes_maps_where_protobuf_has_them_and_entries_elsewhere() -> None:
    schema = struct({"labels": map_of(STRING, INT64), "by_price": map_of(FLOAT64, STRING), "lists": map_of(STRING, array(STRING))})
    assert PLAIN.write_schema(schema).text == HEAD + """message ConnectDefault1 {
  map<string, int64> labels = 1;
  repeated ConnectDefault2Entry by_price = 2;
  repeated ConnectDefault3Entry lists = 3;
  message ConnectDefault2Entry {
    double key = 1;
    string value = 2;
  }
  message ConnectDefault3Entry {
    string key = 1;
    repeated string value = 2;
  }
}
"""


def test_takes_the_package_from_the_name_of_the_struct() -> None:
    written = PLAIN.write_schema(struct({"a": INT64}, name="io.acme.Order"))
    assert written.text == HEAD + "package io.acme;\nmessage Order {\n  int64 a = 1;\n}\n"
    assert written.record_name == "io.acme.Order"


def test_leads_past_a_package_that_hides_the_well_known_types() -> None:
    text = PLAIN.write_schema(struct({"at": TIMESTAMP, "price": decimal(1)}, name="io.google.confluent.Order")).text
    assert ".google.protobuf.Timestamp at" in text
    assert "(.confluent.field_meta)" in text


def test_names_a_message_apart_from_its_own_field() -> None:
    text = PLAIN.write_schema(struct({"Item": struct({"x": INT64}, name="Item")})).text
    assert "  ItemMessage Item = 1;" in text


def test_never_takes_a_name_for_a_message_that_a_field_has() -> None:
    text = PLAIN.write_schema(struct({"ConnectDefault2": INT64, "a": struct({"x": INT64})})).text
    assert "  ConnectDefault3 a = 2;" in text


def test_writes_a_value_that_is_no_struct_in_its_wrapper() -> None:
    written = PLAIN.write_schema(STRING)
    assert written.text == HEAD + "package google.protobuf;\nmessage StringValue {\n  string value = 1;\n}\n"
    assert PLAIN.read_schema(written.text) == STRING
    assert PLAIN.encoder(STRING)("hi") == b"\n\x02hi"


@pytest.mark.parametrize("schema", [array(STRING), map_of(STRING, STRING), TIMESTAMP, decimal(2)])
def test_refuses_a_value_without_a_message_and_says_how_to_get_one(schema: Schema) -> None:
    with pytest.raises(ConversionRefused, match="HoistField"):
        PLAIN.write_schema(schema)


@pytest.mark.parametrize("items", [array(STRING), map_of(STRING, STRING)])
def test_refuses_arrays_of_arrays_and_of_maps_by_their_place(items: Schema) -> None:
    with pytest.raises(ConversionRefused, match="no arrays of arrays") as refused:
        PLAIN.write_schema(struct({"a": struct({"b": array(items)})}))
    assert refused.value.path == "/a/b"


def test_refuses_what_is_nested_deeper_than_clients_read() -> None:
    schema = INT64
    for _ in range(64):
        schema = struct({"a": schema})
    assert PLAIN.write_schema(schema).record_name == "ConnectDefault1"
    with pytest.raises(ConversionRefused, match="nested deeper than 64 levels"):
        PLAIN.write_schema(struct({"a": schema}))


def test_a_default_is_no_part_of_the_file_but_of_the_values() -> None:
    schema = struct({"a": replace(OPTIONAL_STRING, default="x")})
    assert "default" not in PLAIN.write_schema(schema).text
    assert PLAIN.encoder(schema)({"a": None}) == b"\n\x01x"
    assert ProtobufFormat(options(ignore_default=True)).encoder(schema)({"a": None}) == b""


def test_writes_a_union_as_a_oneof_and_an_enum_as_an_enum() -> None:
    mark = "io.confluent.connect.protobuf"
    union = struct({"text": OPTIONAL_STRING, "number": OPTIONAL_INT64}, name=f"{mark}.Union.payload", optional=True)
    enum = Schema(type=Type.STRING, name="Color", parameters={f"{mark}.Enum": "Color", f"{mark}.Enum.RED": "0", f"{mark}.Enum.BLUE": "2"})
    schema = struct({"payload_0": union, "color": enum})
    assert PLAIN.write_schema(schema).text == HEAD + """message ConnectDefault1 {
  oneof payload {
    string text = 1;
    int64 number = 2;
  }
  Color color = 3;
  enum Color {
    RED = 0;
    BLUE = 2;
  }
}
"""
    assert PLAIN.encoder(schema)({"payload_0": {"text": None, "number": 7}, "color": "BLUE"}) == b"\x10\x07\x18\x02"
    with pytest.raises(ConversionRefused, match="not a symbol of the enum Color, which has RED, BLUE"):
        PLAIN.encoder(schema)({"payload_0": None, "color": "GREEN"})
