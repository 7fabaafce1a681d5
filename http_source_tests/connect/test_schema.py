from dataclasses import replace

import pytest

from http_source.connect import schema as connect
from http_source.connect.schema import (
    BYTES,
    INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    Field,
    Schema,
    Type,
    array,
    decimal,
    map_of,
    struct,
)


def test_schemas_of_equal_parts_are_equal_and_hash_alike() -> None:
    one, other = (struct({"id": INT64, "price": decimal(2)}, name="x.Y") for _ in range(2))
    assert one == other
    assert {one: "found"}[other] == "found"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (STRING, OPTIONAL_STRING),
        (decimal(2), decimal(3)),
        (STRING, replace(STRING, default="")),
        (struct({"a": INT64, "b": INT64}), struct({"b": INT64, "a": INT64})),
        (array(INT64), array(STRING)),
        (map_of(STRING, INT64), map_of(STRING, STRING)),
    ],
)
def test_schemas_that_differ_in_any_part_are_not_equal(one: Schema, other: Schema) -> None:
    assert one != other


def test_the_fields_of_a_struct_are_numbered_in_their_order() -> None:
    assert struct({"b": INT64, "a": STRING}).fields == (Field("b", 0, INT64), Field("a", 1, STRING))


def test_a_field_is_found_by_its_name() -> None:
    of_two = struct({"b": INT64, "a": STRING})
    assert of_two.field("a") == Field("a", 1, STRING)
    assert of_two.field("c") is None


def test_optional_and_required_lead_back_to_each_other() -> None:
    assert STRING.as_optional() == OPTIONAL_STRING
    assert OPTIONAL_STRING.as_required() == STRING
    assert STRING.as_required() is STRING


def test_logical_schemas_have_the_names_and_types_of_connect() -> None:
    assert (TIMESTAMP.type, TIMESTAMP.name) == (Type.INT64, "org.apache.kafka.connect.data.Timestamp")
    assert (connect.DATE.type, connect.DATE.name) == (Type.INT32, "org.apache.kafka.connect.data.Date")
    assert (connect.TIME.type, connect.TIME.name) == (Type.INT32, "org.apache.kafka.connect.data.Time")
    price = decimal(2, optional=True)
    assert (price.type, price.name, price.parameters) == (BYTES.type, "org.apache.kafka.connect.data.Decimal", {"scale": "2"})
    assert price.optional
