"""Apache Avro in Java judges what was added to a registered schema: it takes it, and reads what was written before and after."""

import json
from collections.abc import Iterator
from struct import pack
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.schema import OPTIONAL_STRING
from http_source_tests.connect.converters.avro_samples import options, values_of
from http_source_tests.connect.converters.avro_texts import growths, texts
from http_source_tests.connect.converters.test_avro_growth_laws import grown
from http_source_tests.real_servers.java_readers import JavaReaders, java_readers

pytestmark = pytest.mark.servers

AVRO = AvroFormat(options())
ITEM = {"type": "record", "name": "Item", "fields": [{"name": "n", "type": "int"}]}


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaReaders]:
    with java_readers(tmp_path_factory.mktemp("java")) as readers:
        yield readers


def holds(before: Any, after: Any) -> bool:
    """Whether all of a value is there, its numbers perhaps wider."""
    if isinstance(before, dict):
        return all(name in after and holds(each, after[name]) for name, each in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(holds, before, after))
    if before == after or before is None:
        return bool(before == after)
    wide, (kind, _, narrow) = after.partition(" ")[2], before.partition(" ")
    width = "f" if kind == "Float" else "d"
    return pack(width, float(wide)) == pack(width, float(narrow))


@settings(deadline=None)
@given(texts(reuse=True), st.data())
def test_b211_java_reads_values_of_the_text_before_by_the_one_after(java: JavaReaders, text: str, data: st.DataObject) -> None:
    known = AVRO.read_schema(text)
    schema = data.draw(growths(known))
    more = grown(schema, text)
    if more is not None:
        old = AVRO.encoder(known, text)(data.draw(values_of(known)))
        new = AVRO.encoder(schema, more)(data.draw(values_of(schema)))
        java.avro(new, more)
        assert holds(java.avro(old, text), java.avro(old, text, more))


def test_b255_a_field_that_one_use_of_a_record_brings_is_null_in_the_other(java: JavaReaders) -> None:
    text = json.dumps({"type": "record", "name": "shop.Order", "fields": [
        {"name": "first", "type": ITEM}, {"name": "last", "type": ["null", "Item"], "default": None}]})
    known = AVRO.read_schema(text)
    first, last = known.fields
    grown_first = first.schema.with_fields([*((each.name, each.schema) for each in first.schema.fields), ("by", OPTIONAL_STRING)])
    schema = known.with_fields([("first", grown_first), ("last", last.schema)])
    more = AVRO.grow(schema, text).text
    data = AVRO.encoder(schema, more)({"first": {"n": 1, "by": "x"}, "last": {"n": 2}})
    assert java.avro(data, more) == {"first": {"n": "Integer 1", "by": "String x"}, "last": {"n": "Integer 2", "by": None}}
