"""When records go to the format without a look at how the subject would grow: only where it would not."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.options.converter import ConverterOptions
from http_source.config.property import properties_of
from http_source.connect.adapt import Adapter
from http_source.connect.converters.format import ConversionRefused
from http_source.connect.converters.json import JsonConverter
from http_source.connect.covers import covers
from http_source.connect.fitting import fitting
from http_source.connect.infer import infer
from http_source.connect.merge import Merge
from http_source.connect.noticed import Noticed
from http_source.connect.record_refused import PlaceRefused
from http_source.connect.schema import (
    DATE,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    UNDECIDED,
    Schema,
    Type,
    array,
    decimal,
    map_of,
    struct,
)
from http_source.connect.served import exact, plain
from http_source_tests.connect.pages import REFUSE
from http_source_tests.connect.streams import KNOWN, RECORDS, values_of
from http_source_tests.connect.unions import CARD, aliased, enum, letting_by, oneof, union

KNOWN_ORDER = struct({"id": INT64, "note": OPTIONAL_STRING, "at": TIMESTAMP.as_optional()}, name="shop.Order")
SERVED = infer({"id": 1, "note": "x"}).as_required()


def with_field(schema: Schema, name: str, given: Schema) -> Schema:
    """As a transform leaves a record's schema that has given one field its type."""
    return schema.with_fields({**{each.name: each.schema for each in schema.fields}, name: given}.items())


@pytest.mark.parametrize(
    "given",
    [
        SERVED, infer({"note": None, "new": [1]}), infer({"id": "x"}), with_field(SERVED, "at", TIMESTAMP), with_field(SERVED, "id", INT8),
        with_field(SERVED, "note", STRING), replace(SERVED, name="shop.Order"),
    ],
)
def test_a_schema_covers_what_was_served_and_what_transforms_gave_if_it_has_that(given: Schema) -> None:
    assert covers(KNOWN_ORDER, given, str)


@pytest.mark.parametrize(
    "given",
    [
        with_field(SERVED, "at", INT64), with_field(SERVED, "id", FLOAT64), with_field(SERVED, "id", STRING),
        with_field(SERVED, "new", OPTIONAL_INT64), replace(SERVED, name="shop.Bill"), replace(SERVED, version=2),
        with_field(SERVED, "new", replace(infer({"x": 1}), name="shop.New")), with_field(SERVED, "new", with_field(infer({}), "x", INT64)),
    ],
)
def test_a_schema_does_not_cover_another_type_a_new_field_or_another_name_that_a_transform_gave(given: Schema) -> None:
    assert not covers(KNOWN_ORDER, given, str)


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (KNOWN_ORDER, KNOWN_ORDER), (SERVED, KNOWN_ORDER), (infer(1), INT64), (infer(1), FLOAT64), (infer([1]), array(INT64)),
        (infer([1]), array(array(STRING))), (infer("x"), enum("x")), (TIMESTAMP, TIMESTAMP), (UNDECIDED, STRING),
    ],
)
def test_values_are_written_as_they_are_where_the_format_tells_by_their_types(given: Schema, known: Schema) -> None:
    assert fitting(given, known, Adapter(REFUSE, str)) is None


@pytest.mark.parametrize(
    ("given", "known"),
    [
        (infer("x"), TIMESTAMP), (infer(1), DATE), (infer(1.5), decimal(2)),
        (infer({"a": 1}), map_of(STRING, INT64)), (infer({"a": 1}), letting_by({"a": INT64})), (infer({}), union({"card": CARD})),
        (infer({"v": 1}), struct({"v": union({"a": INT64, "b": STRING})})), (infer({"a": 1}), struct({"a": aliased(INT64, "b")})),
        (infer([1]), array(CARD)), (infer([1]), array(decimal(2))), (infer([1]), array(array(TIMESTAMP))),
        (infer({"card": {}}), struct({"pay": oneof({"card": CARD})})),
    ],
)
def test_values_are_adapted_where_they_are_something_else_to_the_format(given: Schema, known: Schema) -> None:
    assert fitting(given, known, Adapter(REFUSE, str)) is not None


def encoder(known: Schema) -> Callable[[Any], bytes]:
    """A format's: one that checks what all of them check."""
    options = ConverterOptions(**{name: each.default for name, each in properties_of(ConverterOptions).items()})
    return JsonConverter(options).encoder(known)


TYPED = st.sampled_from([INT8, INT32, INT64, FLOAT64, STRING, TIMESTAMP, decimal(2)]).map(Schema.as_optional)
MEMBERS = st.sampled_from(["a", "b", "c"])


def typed(given: Schema, fields: dict[str, Schema]) -> Schema:
    """The schema of a record after a Cast of null fields, which tells types that no value shows."""
    if given.type is not Type.STRUCT:
        return given
    return given.with_fields([(each.name, fields.get(each.name, each.schema) if each.schema.type is Type.UNDECIDED else each.schema)
                              for each in given.fields])


@given(KNOWN.flatmap(lambda known: st.tuples(st.just(known), values_of(known) | RECORDS)), st.dictionaries(MEMBERS, TYPED, max_size=2))
def test_what_is_written_without_a_look_would_not_have_let_the_subject_grow(sample: tuple[Schema, Any], fields: dict[str, Schema]) -> None:
    known, served = sample[0], json.dumps(sample[1]).encode()
    quick, closely = plain(served), exact(served)
    given = typed(infer(quick), fields)
    if quick is None or not covers(known, given, str):
        return
    encode, adapt = encoder(known), Adapter(REFUSE, str).compose(known)
    fit = fitting(given, known, Adapter(REFUSE, str, exact=False))
    try:
        payload = encode(quick if fit is None else fit(quick, Noticed()))
    except (ConversionRefused, PlaceRefused):
        return
    assert Merge().record(closely, given, known) is known
    assert encode(adapt(closely, Noticed())) == payload
