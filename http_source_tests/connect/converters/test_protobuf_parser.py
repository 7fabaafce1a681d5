""".proto files as people write them: what is read, and where a file that cannot be read is wrong."""

from contextlib import suppress
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.protobuf import ProtobufFormat
from http_source.connect.converters.protobuf_text import message_in, parse_file
from http_source_tests.connect.converters.avro_samples import options
from http_source_tests.connect.converters.protobuf_compiler import compiled, needs_protoc
from http_source_tests.connect.converters.protobuf_texts import TEXTS

ODD = {
    "words as names": 'syntax = "proto3"; message A { message message { int32 int32 = 1; } A . message option = 1; int32 to = 3; }',
    "other numbers and texts": "message A { optional int32 a = 0x1F [default = -8]; optional string s = 017 [default='a' \"\\x7d\\n}\"]; }",
    "no spaces": 'syntax = "proto3"; message A { map<string,A.B>m=1;message B{}.A . B b=2;}; ;',
    "extensions": "message A { extensions 100 to 199, 300 to max [verification = UNVERIFIED]; extend A { optional int32 z = 100; } }",
    "own options": """syntax = "proto3"; import "google/protobuf/descriptor.proto";
        extend google.protobuf.FieldOptions { repeated string note = 50001; } extend google.protobuf.MessageOptions { Own own = 50002; }
        message A { int32 a = 1 [(note) = "];", (note) = "{", json_name = "\\141b"]; option (.own) = { a: [1, 2] b { c: "}" } }; }
        message Own { repeated int32 a = 1; B b = 2; message B { string c = 1; } }""",
    "enums": """syntax = "proto3"; message A { E e = 1; }
        enum E { option allow_alias = true; X = 0; Y = 0; Z = -1; reserved 5, 7 to max; reserved "Q"; }""",
    "names of oneofs": """syntax = "proto3"; message A { reserved "a", "b"; reserved 1, 3 to 5;
        optional int32 c = 2; int32 _c = 6; oneof X_c { int32 d = 7; } }""",
    "services": """syntax = "proto3"; message A { repeated int32 p = 4 [packed = false]; }
        service S { option deprecated = true; rpc Do (stream A) returns (A) { option idempotency_level = IDEMPOTENT; } }""",
}  # fmt: skip


@needs_protoc
@pytest.mark.parametrize("case", ODD)
def test_an_odd_file_is_read_as_protoc_reads_it(case: str) -> None:
    text = ODD[case]
    ours, theirs = parse_file(text).message_type, compiled(text).file[-1].message_type
    for one, other in zip(ours, theirs, strict=True):
        assert [(each.name, each.number, each.label, each.json_name) for each in one.field] == [
            (each.name, each.number, each.label, each.json_name) for each in other.field]
        assert (str(one.reserved_range), [*one.reserved_name], str(one.oneof_decl)) == (
            str(other.reserved_range), [*other.reserved_name], str(other.oneof_decl))
        assert [(each.start, each.end) for each in one.extension_range] == [(each.start, each.end) for each in other.extension_range]
    assert message_in(text).name == theirs[0].name


@pytest.mark.parametrize(("text", "place"), [
    ("message A {", "line 1, column 11"), ("\nmessage A { int32 a = ; }", "line 2, column 22"), ("message A { int32 a 1; }", "column 20"),
    ("message 1 {}", "column 8"), ("message A { /* }", "column 12"), ("message A { int32 a = 08; }", "column 22"),
    ("import a;", "column 7"), ("what is this", "column 0"), ("message A {} }", "column 13"), ('package "x";', "column 8"),
    ('syntax = "proto3', "column 9"), ("message A { oneof x { int32 a = 1; ", "column 35"), ("message A { reserved 1 to x; }", "column 26"),
    ('message A { int32 a = 1 [json_name = "\\xff"]; }', "column 37"), ("enum E { A = 0", "column 14"),
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_the_place(text: str, place: str) -> None:
    with pytest.raises(ConversionRefused, match=place):
        parse_file(text)


@pytest.mark.parametrize("text", ["message A { int32 a = 9999999999; }", "message A { " * 5_000, "\0", "{", "syntax = 'proto9';", ""])
def test_what_is_not_a_file_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(ConversionRefused):
        ProtobufFormat(options()).read_schema(text)


@given(TEXTS, st.randoms(use_true_random=False))
def test_a_damaged_file_is_read_or_refused_and_nothing_else_happens(text: str, random: Random) -> None:
    start, end = sorted(random.choices(range(len(text)), k=2))
    damaged = text[:start] + random.choice(["", "{", '"', "=", "x", "[", "/*", "\\", text[start:end]]) + text[min(end, start + 5) :]
    with suppress(ConversionRefused):
        ProtobufFormat(options()).read_schema(damaged)
