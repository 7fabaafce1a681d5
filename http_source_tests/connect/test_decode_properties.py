"""Over random schemas and records: what is decoded at once has the outcome of a close look."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.connect.decode import UNREAD, Decoder
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import Schema, Type
from http_source_tests.connect.names import scrubbed
from http_source_tests.connect.pages import Stream
from http_source_tests.connect.streams import KNOWN, RECORDS, STREAMS, values_of

SAMPLES = KNOWN.flatmap(lambda known: st.tuples(st.just(known), st.lists(values_of(known) | RECORDS, min_size=1, max_size=4)))
CLASHING = st.lists(
    st.dictionaries(st.sampled_from(["a-b", "a.b", "a_b", "c"]), st.sampled_from([None, [], {}, 1, [1], {"a-b": None}]), max_size=2),
    min_size=1, max_size=6,
)


def same(one: Any, other: Any, schema: Schema) -> bool:
    """Whether two values are written alike: missing is null."""
    if one is None or other is None:
        return one is other
    if schema.type is Type.STRUCT:
        return all(same(one.get(each.name), other.get(each.name), each.schema) for each in schema.fields)
    if schema.items is not None:
        return len(one) == len(other) and all(same(*each, schema.items) for each in zip(one, other, strict=True))
    if schema.values is not None:
        return one.keys() == other.keys() and all(same(one[key], other[key], schema.values) for key in one)
    return (type(one), str(one)) == (type(other), str(other))


def check(stream: Stream, records: list[Any], rename: Any = str) -> None:
    """Read each record at once with what the ones before have shown, and then closely."""
    for record in map(json.dumps, records):
        known = stream.schema
        (value,), lost = Decoder(known, stream.noticed, rename).read([record.encode()])
        before, stream.noticed.lossy = stream.noticed.lossy, set()
        try:
            stream.add(record)
        except PlaceRefused:
            assert value is UNREAD
            continue
        if value is not UNREAD:
            assert stream.schema is known
            assert value is None or (known is not None and same(value, stream.values[-1], known))
            assert bool(lost) is bool(stream.noticed.lossy)
        stream.noticed.lossy |= before


@given(SAMPLES)
def test_with_a_registered_schema(sample: tuple[Schema, list[Any]]) -> None:
    check(Stream(sample[0]), sample[1])


@pytest.mark.parametrize("rename", [str, scrubbed])
def test_with_what_records_before_have_shown(rename: Any) -> None:
    @given(STREAMS | st.lists(RECORDS, max_size=6) | CLASHING)
    def holds(records: list[Any]) -> None:
        check(Stream(rename=rename), records, rename)

    holds()
