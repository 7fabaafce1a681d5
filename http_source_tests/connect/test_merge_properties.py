"""Over random streams of pages: the same schema in any split, calm versions, and every value kept."""

import json
from collections.abc import Iterable
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.decode import Decoder
from http_source.connect.schema import Schema, Type
from http_source.connect.seen import is_undecided
from http_source_tests.connect.pages import page, sketch

NAMES = st.sampled_from(["a", "b", "c", "Ü", "a.b", "@x", "", "*"])
SCALARS = [
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-9, 9) | st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.text(max_size=3),
]

Values = st.SearchStrategy[Any]


def sometimes_null(values: Values) -> Values:
    return st.none() | values


def lists(values: Values) -> Values:
    return st.lists(values, max_size=3)


def objects(fields: dict[str, Values]) -> Values:
    """Objects of some of these fields, in any order."""
    some = st.fixed_dictionaries({}, optional=fields)
    return st.builds(lambda found, seed: dict(Random(seed).sample(list(found.items()), len(found))), some, st.integers(0, 9))


# What an API serves: a strategy of strategies, so that the values of one place have types that merge.
PLACES = st.recursive(
    st.sampled_from([*SCALARS, st.just([]), st.just({}), st.just(None)]),
    lambda inner: inner.map(lists) | st.dictionaries(NAMES, inner, max_size=4).map(objects),
    max_leaves=8,
).map(sometimes_null)
STREAMS = st.dictionaries(NAMES, PLACES, max_size=5).map(objects).flatmap(lambda records: st.lists(sometimes_null(records), max_size=8))


def versions(pages: Iterable[list[bytes]]) -> list[Schema]:
    """The schemas registered on the way, each page read after a restart: nothing but the newest schema is left of those before."""
    found: list[Schema] = []
    for each in pages:
        schema = Decoder(last(found)).read(each).decoder.schema
        if schema is not None and schema != last(found):
            found.append(schema)
    return found


def last(found: list[Schema]) -> Schema | None:
    return found[-1] if found else None


def split(records: list[Any], cuts: Iterable[int]) -> list[list[bytes]]:
    edges = [0, *sorted({cut % (len(records) + 1) for cut in cuts}), len(records)]
    return [page(*map(json.dumps, records[start:end])) for start, end in pairwise(edges)]


def reads(new: Schema, old: Schema) -> bool:
    """Whether a reader with the new schema reads what the old one wrote: Avro's rules of resolution, for the types that occur."""
    if old.optional and not new.optional:
        return False
    if new.type is not old.type:
        return (old.type, new.type) == (Type.INT64, Type.FLOAT64)
    if new.items is not None and old.items is not None:
        return reads(new.items, old.items)
    before = {each.name: each.schema for each in old.fields}
    after = {each.name: each.schema for each in new.fields}
    return before.keys() <= after.keys() and all(
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
        return left_out and value.keys() == named.keys() and all(same(value[name], original.get(name), named[name]) for name in named)
    if schema.type is Type.ARRAY:
        return len(value) == len(original) and all(same(*pair, schema.items) for pair in zip(value, original, strict=True))
    return bool(value == (float(original) if schema.type is Type.FLOAT64 else original)) and type(value) is not dict


@given(STREAMS, st.lists(st.integers(0, 9)))
def test_a_stream_ends_in_the_same_schema_however_it_is_split_and_restarted(records: list[Any], cuts: list[int]) -> None:
    assert last(versions(split(records, cuts))) == last(versions(split(records, [])))


@given(STREAMS, st.lists(st.integers(0, 9)))
def test_a_decoder_that_lives_ends_in_the_schema_that_restarts_end_in(records: list[Any], cuts: list[int]) -> None:
    decoder, pages = Decoder(), split(records, cuts)
    for each in pages:
        decoder = decoder.read(each).decoder
    assert decoder.schema == last(versions(pages))


@given(STREAMS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_changes_no_type(records: list[Any], random: Random) -> None:
    shuffled = random.sample(records, len(records))
    assert unordered(Decoder().read(page(*map(json.dumps, shuffled))).decoder.schema) == unordered(
        Decoder().read(page(*map(json.dumps, records))).decoder.schema
    )


@given(STREAMS)
def test_each_version_reads_what_the_one_before_wrote(records: list[Any]) -> None:
    found = versions(split(records, range(len(records))))
    assert all(reads(new, old) for old, new in pairwise(found))


@given(STREAMS, st.randoms(use_true_random=False))
def test_b118_what_was_read_once_is_no_new_version_in_any_order_with_any_field_null_or_missing(records: list[Any], random: Random) -> None:
    known = Decoder().read(page(*map(json.dumps, records))).decoder
    thinned = [{name: random.choice([value, None]) for name, value in random.sample(list(record.items()), len(record))
                if random.random() < 0.8} for record in records if record is not None]
    assert known.read(page(*map(json.dumps, random.sample(thinned, len(thinned))), None)).decoder is known


@given(STREAMS, st.lists(st.integers(0, 9)))
def test_every_record_reads_with_the_last_schema_as_it_was_served(records: list[Any], cuts: list[int]) -> None:
    schema = last(versions(split(records, cuts)))
    reading = Decoder(schema).read(page(*map(json.dumps, records)))
    assert reading.decoder.schema == schema
    assert all(same(value, record, schema) for value, record in zip(reading.values, records, strict=True))
