"""What transforms make, merged with the subject's newest schema."""

from dataclasses import replace

import pytest

from http_source.connect.evolve import evolved
from http_source.connect.record_refused import PlaceRefused, pointer
from http_source.connect.schema import (
    BOOLEAN,
    FLOAT32,
    FLOAT64,
    INT8,
    INT32,
    INT64,
    OPTIONAL_STRING,
    STRING,
    TIMESTAMP,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)

KNOWN = struct({"id": INT64, "name": STRING, "seen": replace(INT64, default=0)}, name="shop.Customer")


@pytest.mark.parametrize(
    "new",
    [
        KNOWN,
        struct({"name": STRING, "seen": INT64, "id": INT64}),
        struct({"id": INT32, "name": STRING}),
    ],
)
def test_b118_another_order_a_narrower_number_or_a_missing_default_is_no_new_version(new: Schema) -> None:
    assert evolved(KNOWN, new) is KNOWN


def test_b109_fields_that_come_or_go_become_optional_and_keep_their_places() -> None:
    assert evolved(KNOWN, struct({"at": TIMESTAMP, "id": INT64})) == struct(
        {"id": INT64, "name": OPTIONAL_STRING, "seen": replace(INT64, default=0), "at": TIMESTAMP.as_optional()}, name="shop.Customer",
    )


@pytest.mark.parametrize(
    ("known", "new", "merged"),
    [
        (INT8, INT32, INT32), (INT32, INT8, INT32), (INT64, FLOAT64, FLOAT64), (FLOAT64, INT64, FLOAT64),
        (FLOAT32, FLOAT64, FLOAT64), (INT8, FLOAT32, FLOAT64), (FLOAT32, FLOAT32.as_optional(), FLOAT32.as_optional()),
        (array(INT64), array(OPTIONAL_STRING.as_required()), None), (array(INT64), array(FLOAT64), array(FLOAT64)),
        (map_of(STRING, INT64), map_of(STRING, INT64.as_optional()), map_of(STRING, INT64.as_optional())),
        (decimal(2), decimal(3), None), (INT64, TIMESTAMP, None), (INT64, BOOLEAN, None), (struct({}), STRING, None),
    ],
)
def test_b110_types_widen_or_are_refused(known: Schema, new: Schema, merged: Schema | None) -> None:
    if merged is not None:
        assert evolved(known, new) == merged
        return
    with pytest.raises(PlaceRefused):
        evolved(known, new)


def test_b110_a_conflict_names_the_place_and_both_types() -> None:
    known = struct({"at": array(struct({"t": INT64}))})
    with pytest.raises(PlaceRefused, match=r"^INT64 \(org\..*Timestamp\) came where the type is INT64 ") as refused:
        evolved(known, struct({"at": array(struct({"t": TIMESTAMP}))}))
    assert pointer(refused.value.path) == "/at/*/t"


def test_the_latest_name_and_documentation_win() -> None:
    renamed = evolved(KNOWN, replace(KNOWN, name="shop.Buyer", version=2, doc="who buys", parameters={"owner": "shop"}))
    assert (renamed.name, renamed.version, renamed.doc, renamed.parameters) == ("shop.Buyer", 2, "who buys", {"owner": "shop"})
    assert evolved(renamed, replace(KNOWN, name=None)) is renamed


def test_a_default_widens_with_its_type() -> None:
    assert repr(evolved(replace(INT64, default=7), FLOAT64).default) == "7.0"
