"""What differs between two schemas, as a preview tells it."""

import pytest

from http_source.commands.differences import differences
from http_source.connect.schema import (
    DATE,
    FLOAT64,
    INT64,
    OPTIONAL_INT64,
    STRING,
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
    ],
)
def test_differences_are_told_place_by_place(before: Schema, after: Schema, told: list[str]) -> None:
    assert [str(each) for each in differences(before, after)] == told
