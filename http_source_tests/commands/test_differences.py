"""What differs between two schemas, as a preview tells it."""

from dataclasses import replace

import pytest

from http_source.commands.differences import differences
from http_source.connect.schema import (
    DATE,
    FLOAT64,
    INT64,
    OPTIONAL_INT64,
    STRING,
    UNDECIDED,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (struct({"a": INT64}), struct({"a": INT64}), []),
        (struct({"a": INT64}, name="One"), struct({"a": INT64}, name="Other"), []),
        (struct({}), struct({"a": OPTIONAL_INT64}), ["+ /a: INT64, optional"]),
        (struct({"a": decimal(2)}), struct({}), ["- /a: Decimal(2)"]),
        (struct({"a": INT64}), struct({"a": FLOAT64}), ["~ /a: INT64 → FLOAT64"]),
        (struct({"a": DATE}), struct({"a": DATE.as_optional()}), ["~ /a: Date → Date, optional"]),
        (INT64, FLOAT64, ["~ the whole: INT64 → FLOAT64"]),
        (array(struct({"a/b": INT64})), array(struct({"a/b": OPTIONAL_INT64})), ["~ /*/a~1b: INT64 → INT64, optional"]),
        (map_of(STRING, INT64), map_of(STRING, FLOAT64), ["~ /*: INT64 → FLOAT64"]),
        (struct({}), struct({"o": struct({"a": array(INT64)})}), ["+ /o: STRUCT", "+ /o/a: ARRAY", "+ /o/a/*: INT64"]),
        (struct({"o": struct({"a": INT64})}), struct({}), ["- /o: STRUCT"]),
        (struct({"o": struct({"a": INT64})}), struct({"o": STRING}), ["~ /o: STRUCT → STRING"]),
        (struct({"a": UNDECIDED}), struct({"a": OPTIONAL_INT64}), ["~ /a: undecided → INT64, optional"]),
        (struct({}), struct({"a": array(UNDECIDED)}), ["+ /a: ARRAY"]),
        (struct({}), struct({"a": replace(STRING, name="shop.State")}), ["+ /a: STRING (State)"]),
        (struct({}), struct({"a": struct({"x": INT64}, name="io.confluent.connect.avro.Union")}), ["+ /a: union", "+ /a/x: INT64"]),
        (None, struct({"a": INT64}), ["+ the whole: STRUCT", "+ /a: INT64"]),
        (struct({"a": INT64}), None, ["- the whole: STRUCT"]),
        (None, None, []),
    ],
)
def test_differences_are_told_place_by_place(before: Schema | None, after: Schema | None, told: list[str]) -> None:
    assert [str(each) for each in differences(before, after)] == told
