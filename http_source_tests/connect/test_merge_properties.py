"""Over random streams of records: the schema is a fold over them, its versions are calm, and every value is kept."""

import json
from collections.abc import Iterable
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema, Type
from http_source.connect.seen import is_undecided
from http_source_tests.connect.pages import Stream, read, sketch
from http_source_tests.connect.streams import KNOWN, RECORDS, STREAMS


def versions(records: Iterable[Any]) -> list[Schema]:
    """The schemas on the way, each record read after a restart: nothing but the newest schema is left of those before."""
    found: list[Schema] = []
    for each in records:
        schema = Stream(found[-1] if found else None).add(each).schema
        if schema is not None and (not found or schema is not found[-1]):
            found.append(schema)
    return found


def reads(new: Schema, old: Schema) -> bool:
    """Whether a reader with the new schema reads what the old one wrote: Avro's rules of resolution, for the types that occur."""
    if old.optional and not new.optional:
        return False
    if new.type is not old.type:
        return (old.type, new.type) in ((Type.INT64, Type.FLOAT64), (Type.INT8, Type.INT64)) or new.type.startswith(("INT", "FLOAT"))
    if new.items is not None and old.items is not None:
        return reads(new.items, old.items)
    if new.values is not None and old.values is not None:
        return reads(new.values, old.values)
    before = {each.name: each.schema for each in old.fields}
    after = {each.name: each.schema for each in new.fields}
    return list(after)[: len(before)] == list(before) and all(
        reads(after[name], before[name]) if name in before else after[name].optional for name in after
    )


def unordered(schema: Schema | None) -> Any:
    return json.dumps(sketch(schema), sort_keys=True)


def same(value: Any, original: Any, schema: Schema | None) -> bool:
    """Whether a value says what the JSON said: whole numbers may have become doubles, and what tells no type may be gone."""
    if schema is None or original is None or value is None:
        return value is None and (original is None or is_undecided(original))
    if schema.type is Type.STRUCT:
        named = {each.name: each.schema for each in schema.fields}
        left_out = all(is_undecided(original[name]) for name in original.keys() - named.keys())
        return left_out and value.keys() <= named.keys() and all(same(value.get(name), original.get(name), named[name]) for name in named)
    if schema.type is Type.ARRAY:
        return len(value) == len(original) and all(same(*pair, schema.items) for pair in zip(value, original, strict=True))
    return bool(value == (float(original) if schema.type is Type.FLOAT64 else original)) and type(value) is not dict


def grown(known: Schema | None, record: Any) -> Schema | None:
    """What becomes of a schema with a record; the same one if it is refused."""
    stream = Stream(known)
    try:
        stream.add(record)
    except PlaceRefused:
        """It leaves nothing behind."""
    return stream.schema


@given(STREAMS)
def test_a_stream_ends_in_the_same_schema_though_the_process_restarts_before_each_record(records: list[Any]) -> None:
    assert versions(records)[-1:] == [each for each in [read(*records).schema] if each is not None]


@given(STREAMS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_no_type(records: list[Any], random: Random) -> None:
    assert unordered(read(*random.sample(records, len(records))).schema) == unordered(read(*records).schema)


@given(STREAMS)
def test_each_version_reads_what_the_one_before_wrote(records: list[Any]) -> None:
    assert all(reads(new, old) for old, new in pairwise(versions(records)))


@given(KNOWN, RECORDS)
def test_a_registered_schema_loses_no_field_and_no_order_whatever_comes(known: Schema, record: Any) -> None:
    new = grown(known, record)
    assert new is known or (new is not None and new != known and reads(new, known))


@given(KNOWN, RECORDS)
def test_the_same_record_again_is_no_new_version_and_gives_the_very_same_schema(known: Schema, record: Any) -> None:
    once = grown(known, record)
    assert grown(once, record) is once


@given(STREAMS, st.randoms(use_true_random=False))
def test_b118_what_was_read_once_is_no_new_version_in_any_order_with_any_field_null_or_missing(records: list[Any], random: Random) -> None:
    stream = read(*records)
    known = stream.schema
    thinned = [{name: random.choice([value, None]) for name, value in random.sample(list(record.items()), len(record))
                if random.random() < 0.8} for record in records if record is not None]
    if known is not None:
        assert stream.add(*random.sample(thinned, len(thinned)), None).schema is known


@given(STREAMS)
def test_every_record_is_written_with_the_last_schema_as_it_was_served(records: list[Any]) -> None:
    schema = read(*records).schema
    stream = read(*records, known=schema)
    assert stream.schema is schema
    assert all(same(value, record, schema) for value, record in zip(stream.values, records, strict=True))
