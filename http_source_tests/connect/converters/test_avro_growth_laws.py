"""Laws of what is added to a registered text: nothing else changes, and what was written before is read as it was."""

import json
from io import BytesIO
from typing import Any

from fastavro import parse_schema, schemaless_reader
from fastavro.schema import UnknownType
from hypothesis import assume, given
from hypothesis import strategies as st

from http_source.connect.converters.avro import AvroFormat
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.schema import Schema
from http_source_tests.connect.converters.avro_samples import options, values_of
from http_source_tests.connect.converters.avro_texts import growths, texts
from http_source_tests.connect.converters.test_avro_reader import nameless

AVRO = AvroFormat(options())
WIDER = {"int": ("long", "double"), "long": ("double",), "float": ("double",)}


def grown(schema: Schema, text: str) -> str | None:
    """The text with the additions; None where it has no room for them, which the refusal says, with the place."""
    try:
        return AVRO.grow(schema, text).text
    except ConversionRefused as refused:
        if "cannot grow" in str(refused) and refused.path:
            return None
        raise


def is_kept(old: Any, new: Any) -> bool:
    """Whether all that was there still is, in its order."""
    if isinstance(new, list) and not isinstance(old, list):
        return len(new) == 2 and "null" in new and any(is_kept(old, each) for each in new)
    if isinstance(old, dict) and isinstance(new, dict):
        kept = [key for key in new if key in old]
        return kept == [key for key in old if key in new] and all(_is_kept_key(key, old, new) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(new) >= len(old) and all(is_kept(each, other) for each, other in zip(old, new, strict=False))
    return old == new or new in WIDER.get(old if isinstance(old, str) else "", ())


def _is_kept_key(key: str, old: Any, new: Any) -> bool:
    if key == "connect.type":
        return key in new or new["type"] != old["type"] or old["type"] == "int"
    return key in new and (is_kept(old[key], new[key]) if key in ("type", "fields", "items", "values") else old[key] == new[key])


def bare(avro: Any) -> Any:
    """The types alone: fastavro refuses some logical types that do not hold, and an integer as the default of a double."""
    if isinstance(avro, list):
        return [bare(each) for each in avro]
    if not isinstance(avro, dict):
        return avro
    return {key: bare(each) if key in ("type", "fields", "items", "values") else each
            for key, each in avro.items() if key not in ("logicalType", "default")}


def is_read_by_fastavro(text: str) -> bool:
    """Whether fastavro knows all names: it looks for one in its namespace alone, and Java for one without a namespace, too."""
    try:
        parse_schema(bare(json.loads(text)))
    except UnknownType:
        return False
    return True


@given(texts(reuse=True))
def test_b211_a_text_that_has_everything_stays_as_it_is(text: str) -> None:
    assert AVRO.grow(AVRO.read_schema(text), text).text == text


@given(texts(reuse=True), st.data())
def test_b211_all_that_was_there_stays_in_its_order(text: str, data: st.DataObject) -> None:
    more = grown(data.draw(growths(AVRO.read_schema(text))), text)
    assert more is None or is_kept(json.loads(text), json.loads(more))


@given(texts(reuse=False), st.data())
def test_b211_what_was_added_is_read_again(text: str, data: st.DataObject) -> None:
    schema = data.draw(growths(AVRO.read_schema(text)))
    more = grown(schema, text)
    assert more is None or nameless(AVRO.read_schema(more)) == schema


@given(texts(reuse=True), st.data())
def test_b255_a_text_that_has_grown_takes_the_values_of_every_use_of_a_type(text: str, data: st.DataObject) -> None:
    assume(is_read_by_fastavro(text))
    schema = data.draw(growths(AVRO.read_schema(text)))
    more = grown(schema, text)
    if more is not None:
        value = data.draw(values_of(schema))
        encoded = AVRO.encoder(schema, more)(value)
        out = BytesIO(encoded)
        schemaless_reader(out, parse_schema(bare(json.loads(more))), None)
        assert out.tell() == len(encoded)
