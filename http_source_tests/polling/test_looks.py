"""What is said of an answer that is not the JSON that was expected."""

import gzip
import json
import math
from io import BytesIO

import pytest
import yaml
from fastavro import writer
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import OffsetOptions, ResponseFormat
from http_source.errors import PageRefused
from http_source.model import Position, Response
from http_source.polling.looks import look_of
from http_source.polling.page import PageReader
from http_source_tests.polling.samples import options

LOGIN = "Check that `url` is the API's address"
RECORDS = [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]


def refusal(body: bytes, form: ResponseFormat = ResponseFormat.JSON) -> str:
    reader = PageReader(options(OffsetOptions, format=form), redact=lambda text: text.replace("s3cret", "[hidden]"))
    with pytest.raises(PageRefused) as refused:
        reader.read(Response(200, "https://api.test/", body), Position(0))
    assert refused.value.retriable
    assert str(refused.value).isprintable()
    return str(refused.value)


@pytest.mark.parametrize(("body", "sentence"), [
    (b"<!DOCTYPE html><html><head><title>\n Sign in, s3cret\n</title>", f'HTML page with the title "Sign in, [hidden]". {LOGIN}'),
    (b"<html><body>Bad gateway</body></html>", f"It is an HTML page. {LOGIN}"),
    (b'<?xml version="1.0"?><items/>', "It is XML. Ask for JSON, for example by `Accept: application/json`"),
    (b"<items><item/></items>", "It is XML."),
    ("\n".join(map(json.dumps, RECORDS)).encode(), "(NDJSON): set `http.response.format=NDJSON`."),
    (b"1\r\n2\r\n", "(NDJSON): set `http.response.format=NDJSON`."),
    (b'{"id": 1}{"id": 2}', "Several JSON documents may follow one another"),
    (b"\x1e[1]\n\x1e[2]\n", "sequence of JSON texts (RFC 7464)"),
    (b'callback({"id": 1});', "Leave the parameter that names the function, such as `callback`, out."),
    (b"/**/jQuery123.cb([1])", "calls a function (JSONP)"),
    (b")]}',\n[1]", "prefix that keeps other sites' scripts from reading it"),
    (b"for (;;);{}", "prefix that keeps other sites' scripts from reading it"),
    (b"while(1);[]", "prefix that keeps other sites' scripts from reading it"),
    (json.dumps([math.nan]).encode(), "JSON has no NaN and no Infinity (RFC 8259 §6)"),
    (b'{"a": -Infinity}', "JSON has no NaN and no Infinity (RFC 8259 §6)"),
    (b'[{"a": 1},\n]', "JSON has no comma before a closing bracket"),
    (str(RECORDS).encode(), "Its texts are in single quotes"),
    (b"{id: 1}", "Its names are not in quotes"),
    (b"// items\n[1]", "It has comments"),
    (b'{"items": [1, 2', "If it ends within a value, the server, or a proxy before it, cut it off."),
    (b"event: item\ndata: {}\n\n", "server-sent events"),
    (b"data: {}\n\n", "server-sent events"),
    (yaml.safe_dump(RECORDS, explicit_start=True).encode(), "It looks like YAML."),
    (yaml.safe_dump({"items": RECORDS, "more": True}).encode(), "It looks like YAML."),
    (b"id,name\n1,a\n2,b\n", "It looks like CSV."),
    (b"id;name\r\n1;a\r\n", "It looks like CSV."),
    (gzip.compress(b"[]", mtime=0), "It is packed with gzip, which its Content-Encoding does not say."),
    (b"PK\x03\x04\x14\0", "It is a ZIP archive."),
    (b"%PDF-1.7\n", "It is a PDF document."),
    (b"PAR1\x15\x04", "It is a Parquet file."),
    (b"\x82\xa2id\x01\xa4name\xa1a\0", "binary data such as MessagePack, CBOR or Protobuf"),
    (b"\x0a\x03abc\x10\x01", "binary data such as MessagePack, CBOR or Protobuf"),
    (b'{"name": "M\xfcller"}', "decoded where Content-Type names it, as in `application/json; charset=windows-1252`"),
    (b"Service temporarily unavailable", LOGIN),
    (b'{"a": 01}', LOGIN),
])  # fmt: skip
def test_b229_what_is_not_json_is_named(body: bytes, sentence: str) -> None:
    assert sentence in refusal(body)


def test_b229_an_avro_file_is_named() -> None:
    file = BytesIO()
    writer(file, {"type": "record", "name": "Item", "fields": [{"name": "id", "type": "int"}]}, [{"id": 1}])
    assert "It is an Avro file." in refusal(file.getvalue())


@pytest.mark.parametrize(("body", "sentence"), [
    (json.dumps(RECORDS, indent=1).encode(), "one JSON document on several lines: set `http.response.format=JSON`."),
    (b"<html><title>Oops</title>", 'HTML page with the title "Oops"'),
    (b'1\n2\n{"name": "M\xfcller"}', LOGIN),
    (b'{"a": 1}\n{"name": "M\xfcller"}', "decoded where Content-Type names it"),
    (b"1\n2\nNaN", LOGIN),
    (b"id,name\n1,a\n", "It looks like CSV."),
])  # fmt: skip
def test_b229_what_is_not_lines_of_json_is_named(body: bytes, sentence: str) -> None:
    assert sentence in refusal(body, ResponseFormat.NDJSON)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_b229_any_bytes_are_read_or_refused_in_one_line(body: bytes) -> None:
    for form in ResponseFormat:
        reader = PageReader(options(OffsetOptions, format=form), redact=str)
        try:
            reader.read(Response(200, "https://api.test/", body), Position(0))
        except PageRefused as error:
            refused = str(error)
            continue
        refused = ""
    assert not refused or refused.isprintable()


@pytest.mark.parametrize("body", [
    b"id:1\r\n" * 10_000, b"a:" + b" \n" * 30_000, b"a:" + b" " * 60_000, b"a: b\n" + b" " * 60_000, b"<title" + b" " * 60_000,
    b"{" * 60_000, b"a" * 60_000, b"[" + b"'" * 60_000, b"{" + b", " * 30_000, b"/**/" + b" " * 60_000, b"x" + b" " * 60_000 + b"(",
    b"1" + b"," * 60_000, b"event:" + b"\r" * 60_000,
])  # fmt: skip
def test_no_body_keeps_it_busy(body: bytes) -> None:
    """What is quadratic or worse takes from seconds to ages with these, and holds every other thread meanwhile."""
    assert look_of(body, None)
