"""Values of one schema as those of the wider one that it was merged into."""

from dataclasses import replace
from typing import Any

import pytest

from http_source.connect.evolve import evolved
from http_source.connect.fit import fit
from http_source.connect.schema import (
    FLOAT64,
    INT32,
    INT64,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    Schema,
    array,
    map_of,
    struct,
)

ID = struct({"id": INT64})
COUNTED = struct({"id": INT64, "count": replace(INT64, default=7)})


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (ID, ID),
        (ID, struct({"id": INT64})),
        (ID, struct({"id": OPTIONAL_INT64}, name="shop.Order", optional=True)),
        (INT32, INT64),
        (array(ID), array(struct({"id": OPTIONAL_INT64}))),
        (TIMESTAMP, TIMESTAMP.as_optional()),
    ],
)
def test_values_that_fit_already_are_left_alone(source: Schema, target: Schema) -> None:
    assert fit(source, target) is None


@pytest.mark.parametrize(
    ("source", "target", "value", "fitted"),
    [
        (INT64, FLOAT64, 1, 1.0),
        (OPTIONAL_INT64, FLOAT64.as_optional(), None, None),
        (ID, struct({"id": INT64, "name": OPTIONAL_STRING}), {"id": 1}, {"id": 1, "name": None}),
        (ID, COUNTED, {"id": 1}, {"id": 1, "count": 7}),
        (COUNTED, ID, {"id": 1, "count": 2}, {"id": 1}),
        (COUNTED, COUNTED.with_fields([("count", INT64), ("id", FLOAT64)]), {"id": 1, "count": 2}, {"count": 2, "id": 1.0}),
        (array(ID), array(COUNTED), [{"id": 1}], [{"id": 1, "count": 7}]),
        (array(ID.as_optional()), array(COUNTED.as_optional()), [None], [None]),
        (map_of(STRING, INT64), map_of(STRING, FLOAT64), {"a": 1}, {"a": 1.0}),
        (struct({"in": ID}), struct({"in": COUNTED, "b": OPTIONAL_STRING}), {"in": {"id": 1}}, {"in": {"id": 1, "count": 7}, "b": None}),
    ],
)
def test_values_get_the_places_and_numbers_of_the_wider_schema(source: Schema, target: Schema, value: Any, fitted: Any) -> None:
    change = fit(source, target)
    assert change is not None
    assert repr(change(value)) == repr(fitted), "also in the order of the fields and in the types of the numbers"


def test_every_merge_of_two_shapes_fits_both() -> None:
    one, other = struct({"id": INT64, "a": STRING}), struct({"b": OPTIONAL_STRING, "id": FLOAT64})
    merged = evolved(one, other)
    values = [(one, {"id": 1, "a": "x"}), (other, {"b": None, "id": 1.5})]
    assert [(fit(schema, merged) or (lambda value: value))(value) for schema, value in values] == [
        {"id": 1.0, "a": "x", "b": None}, {"id": 1.5, "a": None, "b": None},
    ]
