"""AdjustPrecisionAndScale and SetMaximumPrecision."""

from dataclasses import replace
from decimal import Decimal

import pytest

from http_source.connect.record import Record
from http_source.connect.schema import INT64, Schema, decimal, struct
from http_source.connect.transforms.chain import TransformFailed
from http_source_tests.connect.transforms.confluent_cases import Given, made, mistakes

HUGE = Decimal("123456789012345678901234567890123456789012345678901234567890.123")


def of(scale: int, precision: int | None = None) -> Schema:
    """A decimal's schema."""
    plain = decimal(scale, optional=True)
    return plain if precision is None else replace(plain, parameters={**plain.parameters, "connect.decimal.precision": str(precision)})


def row(number: Decimal | None, schema: Schema) -> Record:
    return Record(topic="t", value={"d": number, "n": 1}, value_schema=struct({"d": schema, "n": INT64}, name="Row"))


PRECISION = {"precision.mode": "max", "precision.value": "4"}
SCALE = {"scale.mode": "max", "scale.value": "2"}

ADJUSTED: list[tuple[Given, tuple[str, Schema], tuple[str, Schema]]] = [
    ({}, ("1.5", of(1)), ("1.5", of(1))),
    (PRECISION, ("1.5", of(1, 3)), ("1.5", of(1, 3))),
    (PRECISION, ("1.5", of(1)), ("1.5", of(1, 4))),
    (PRECISION, ("123.45", of(2, 9)), ("123.50", of(2, 4))),
    ({"precision.mode": "undefined"}, ("1.5", of(1)), ("1.5", of(1, 38))),
    ({"precision.mode": "undefined"}, ("1.5", of(1, 99)), ("1.5", of(1, 99))),
    ({"precision.mode": "undefined", "precision.undefined.value": "99"}, ("1.5", of(1, 99)), ("1.5", of(1, 38))),
    (SCALE, ("1.239", of(3, 9)), ("1.23", of(2, 9))),
    (SCALE, ("-1.231", of(3, 9)), ("-1.24", of(2, 9))),
    (SCALE, ("1.5", of(1, 9)), ("1.5", of(1, 9))),
    (SCALE, ("1.5", of(1)), ("1.50", of(2))),
    (SCALE, (str(HUGE), of(3, 90)), (str(HUGE)[:-1], of(2, 90))),
    ({"scale.mode": "undefined", "scale.value": "2"}, ("1", of(127, 9)), ("1.00", of(2, 9))),
    ({"scale.mode": "undefined", "scale.value": "2"}, ("1.239", of(3, 9)), ("1.239", of(3, 9))),
    ({"scale.mode": "undefined", "scale.value": "2", "scale.undefined.value": "3"}, ("1.239", of(3, 9)), ("1.23", of(2, 9))),
    ({"scale.zero.mode": "value", "scale.value": "2"}, ("7", of(0, 9)), ("7.00", of(2, 9))),
    ({"scale.negative.mode": "zero"}, ("1.2E+3", of(-2, 9)), ("1200", of(0, 9))),
    ({"scale.negative.mode": "value", "scale.value": "1"}, ("1.2E+3", of(-2, 9)), ("1200.0", of(1, 9))),
    (PRECISION | SCALE, ("12.3456", of(4, 9)), ("12.35", of(2, 4))),
    (PRECISION | SCALE, ("0", of(4, 9)), ("0.00", of(2, 4))),
]
MAXIMUM: list[tuple[Schema, Schema]] = [(of(2), of(2, 20)), (of(2, 64), of(2, 20)), (of(2, 20), of(2, 20)), (of(2, 5), of(2, 5))]


@pytest.mark.parametrize(("given", "before", "after"), ADJUSTED)
def test_precision_and_scale_are_adjusted(given: Given, before: tuple[str, Schema], after: tuple[str, Schema]) -> None:
    record, expected = row(Decimal(before[0]), before[1]), row(Decimal(after[0]), after[1])
    result = made("AdjustPrecisionAndScale$Value", given)(record)
    assert result == expected
    assert (result is record) == (before == after)
    assert result is not None
    assert result.value["d"].as_tuple() == Decimal(after[0]).as_tuple()


@pytest.mark.parametrize(("before", "after"), MAXIMUM)
def test_a_higher_precision_is_lowered_in_the_schema_only(before: Schema, after: Schema) -> None:
    record = row(Decimal("1.50"), before)
    result = made("SetMaximumPrecision$Value", {"precision.max": 20})(record)
    assert result == row(Decimal("1.50"), after)
    assert (result is record) == (before == after)


@pytest.mark.parametrize(("name", "given"), [("AdjustPrecisionAndScale$Value", SCALE), ("SetMaximumPrecision$Value", {"precision.max": 3})])
def test_nulls_stay_and_what_has_no_schema_is_refused(name: str, given: Given) -> None:
    transform = made(name, given)
    result = transform(row(None, of(4)))
    assert result is not None
    assert result.value == {"d": None, "n": 1}
    without = transform(replace(row(None, of(4)), value={"n": 1}))
    assert without is not None
    assert without.value == {"n": 1}
    tombstone = Record(topic="t")
    assert transform(tombstone) is tombstone
    with pytest.raises(TransformFailed, match="an object without one; use a format with a schema"):
        transform(Record(topic="t", value={"d": Decimal("1.5")}))
    with pytest.raises(TransformFailed, match="takes a struct, but the schema says INT64"):
        transform(Record(topic="t", value=1, value_schema=INT64))


def test_values_out_of_range_are_refused_before_the_first_record() -> None:
    assert "no more than 64" in mistakes("SetMaximumPrecision$Key", {"precision.max": 65})
    assert "none, undefined, max" in mistakes("AdjustPrecisionAndScale$Key", {"scale.mode": "min"})
