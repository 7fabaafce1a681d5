"""Chains over records of different types, each with the schema it has alone: what one of them is, the others need not be."""

from typing import Any

import pytest

from http_source.connect.record import Record
from http_source.connect.schema import (
    OPTIONAL_FLOAT32,
    OPTIONAL_INT64,
    OPTIONAL_STRING,
    STRING,
    UNDECIDED,
    Schema,
    struct,
)
from http_source.connect.transforms.chain import Chain, read_chain
from http_source_tests.connect.transforms.cases import APACHE, chain_of
from http_source_tests.connect.transforms.served import INT64, items, of, schema_of, served

CONFLUENT = "io.confluent.connect.transforms."
MIXED = ({"id": 1, "n": 1}, {"id": "A", "n": 2}, {"id": [1], "n": 3}, {"id": 2**70, "n": 4}, {"id": None, "n": 5}, {"n": 6})
HUGE = 2**70


def chain(*stages: tuple[str, dict[str, str]]) -> Chain:
    given: dict[str, object] = {"transforms": ",".join(f"t{place}" for place in range(len(stages)))}
    for place, (kind, properties) in enumerate(stages):
        given |= {f"transforms.t{place}.type": kind} | {f"transforms.t{place}.{name}": value for name, value in properties.items()}
    made, findings = read_chain(given)
    assert made is not None, findings
    return made


def through(made: Chain, *values: Any) -> list[tuple[Any, Schema | None]]:
    """What becomes of records with such values, without those that are dropped."""
    return [(changed.value, changed.value_schema) for value in values if (changed := made(served(value))) is not None]


def test_b207_cast_to_string_makes_one_type_of_numbers_and_texts() -> None:
    typed = of({"id": OPTIONAL_STRING, "n": INT64})
    assert through(chain_of("Cast$Value", {"spec": "id:string"}), *MIXED[:2], *MIXED[3:5]) == [
        ({"id": "1", "n": 1}, typed), ({"id": "A", "n": 2}, typed), ({"id": str(HUGE), "n": 4}, typed), ({"id": None, "n": 5}, typed),
    ]


def test_b207_replace_field_takes_a_mixed_field_out() -> None:
    rest = of({"n": INT64}).as_required()
    assert through(chain_of("ReplaceField$Value", {"exclude": "id"}), *MIXED) == [({"n": each["n"]}, rest) for each in MIXED]


def test_b207_a_filter_leaves_out_the_records_of_another_type() -> None:
    condition = {"filter.condition": "$[?(@.id =~ /[A-Z]/)]", "filter.type": "include"}
    kept = chain((f"{CONFLUENT}Filter$Value", condition))
    assert [value for value, _ in through(kept, *MIXED)] == [MIXED[1]]


def test_a_field_that_a_transform_typed_has_its_type_in_the_record_without_a_value_too() -> None:
    stages = (f"{APACHE}Cast$Value", {"spec": "id:string"}), (f"{APACHE}ExtractField$Value", {"field": "id"})
    assert through(chain(*stages), {"id": None}, {"id": 5}, {}) == [(None, OPTIONAL_STRING), ("5", OPTIONAL_STRING), (None, UNDECIDED)]


@pytest.mark.parametrize("before", [
    ("ReplaceField$Value", {"renames": "n:m"}), ("Flatten$Value", {}), ("InsertField$Value", {"topic.field": "t"}),
    ("Cast$Value", {"spec": "n:string"}), ("MaskField$Value", {"fields": "n"}), ("SetSchemaMetadata$Value", {"schema.name": "N"}),
    ("TimestampConverter$Value", {"field": "n", "target.type": "Date"}),
    ("HeaderFrom$Value", {"fields": "n", "headers": "n", "operation": "move"}),
])
def test_a_field_that_a_record_lacks_is_null_behind_a_transform_that_rebuilds_the_record(before: tuple[str, dict[str, str]]) -> None:
    made = chain((APACHE + before[0], before[1]), (f"{APACHE}ExtractField$Value", {"field": "z"}))
    assert through(made, {"n": 1}) == [(None, UNDECIDED)]


class AsServed(float):
    """A number that prints the digits it was served with."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"{float(self):.2f}"


def test_a_number_that_keeps_its_digits_is_a_number_to_every_transform() -> None:
    value = {"a": AsServed(2.5), "b": AsServed(2.5), "c": AsServed(2.5)}
    cast = chain_of("Cast$Value", {"spec": "a:string,b:float32,c:int64"})
    assert through(cast, value) == [
        ({"a": "2.5", "b": 2.5, "c": 2}, of({"a": OPTIONAL_STRING, "b": OPTIONAL_FLOAT32, "c": OPTIONAL_INT64})),
    ]
    masked = chain_of("MaskField$Value", {"fields": "a"})
    assert through(masked, value) == [({**value, "a": 0.0}, schema_of(value))]
    path = {"filter.condition": "$[?(@.a == 2.5 && @.b < 3)]", "filter.type": "include"}
    assert through(chain((f"{CONFLUENT}Filter$Value", path)), value) == [(value, schema_of(value))]


def test_arrays_and_their_elements_pass_as_they_were_served() -> None:
    value = {"mixed": [1, 2.5, None], "rows": [{"a": 1}, {"a": None}, {}], "none": [None, []]}
    assert through(chain_of("Flatten$Value", {}), {"o": value})[0][0] == {f"o.{name}": inner for name, inner in value.items()}
    assert schema_of(value["mixed"]) == items(schema_of(2.5))


def test_a_default_stands_for_a_field_that_is_not_there_as_for_null() -> None:
    schema = struct({"a": INT64, "b": Schema(type=STRING.type, optional=True, default="z")})
    record = Record(topic="orders", value={"a": 1}, value_schema=schema)
    for name, properties in {"ReplaceField$Value": {"exclude": "c"}, "InsertField$Value": {"topic.field": "t"},
                             "Cast$Value": {"spec": "a:string"}, "MaskField$Value": {"fields": "a"}, "Flatten$Value": {}}.items():
        changed = chain_of(name, properties)(record)
        assert changed is not None
        assert changed.value["b"] == "z"
