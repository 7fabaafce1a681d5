"""Rule 9: which branch of a registered union a record is; none is ever added, and none grows."""

from typing import Any

import pytest

from http_source.connect.record_refused import PlaceRefused, pointer
from http_source.connect.schema import (
    BOOLEAN,
    BYTES,
    FLOAT32,
    FLOAT64,
    INT32,
    INT64,
    STRING,
    Schema,
    array,
    decimal,
    map_of,
    struct,
)
from http_source_tests.connect.pages import TEXTS, read
from http_source_tests.connect.unions import CARD, CASH, aliased, enum, oneof, union

PAID = union({"card": CARD, "cash": CASH}, optional=True)
ORDER = struct({"paid": PAID})


def chosen(schema: Schema, served: Any, **options: Any) -> Any:
    """The value of a field with that schema; the schema is never another one."""
    known = struct({"v": schema})
    stream = read(f'{{"v": {served}}}' if isinstance(served, str) else {"v": served}, known=known, **options)
    assert stream.schema is known
    return stream.values[0]["v"]


@pytest.mark.parametrize(
    ("served", "branch"),
    [
        ({"number": "4", "note": "x"}, "card"), ({"number": "4"}, "card"), ({"number": "4", "note": None}, "card"), ({"amount": 7}, "cash"),
    ],
)
def test_b209_an_object_is_the_branch_that_has_every_field_and_needs_no_other(served: Any, branch: str) -> None:
    assert chosen(PAID, served) == {branch: served}


def test_b209_of_several_that_fit_it_is_the_one_without_an_absent_field() -> None:
    both = union({"long": CARD, "short": struct({"number": STRING})})
    assert chosen(both, {"number": "4"}) == {"short": {"number": "4"}}
    assert chosen(both, {"number": "4", "note": "x"}) == {"long": {"number": "4", "note": "x"}}


def test_b209_an_object_that_several_fit_as_well_is_refused_with_their_names() -> None:
    with pytest.raises(PlaceRefused, match=r"fits several branches of the registered union: card, other\. Register branches of which each"):
        chosen(union({"card": CARD, "other": CARD}), {"number": "4"})


@pytest.mark.parametrize(
    "served",
    [
        {"number": "4", "new": 1}, {"number": "4", "new": None}, {"note": "x"}, {"number": None}, {"number": 4}, {}, {"amount": "7"}, "x",
        [1],
    ],
)
def test_b209_what_no_branch_holds_is_refused_since_none_grows_and_none_is_added(served: Any) -> None:
    with pytest.raises(PlaceRefused, match=r"no branch of the registered union \(card, cash\), and none is ever added") as refused:
        read({"paid": served}, known=ORDER)
    assert pointer(refused.value.path) == "/paid"


@pytest.mark.parametrize("hint", ["card", "shop.Card", "Card"])
def test_b209_a_name_for_the_branch_counts_where_none_fits_directly(hint: str) -> None:
    assert chosen(PAID, {hint: {"number": "4"}}) == {"card": {"number": "4"}}


def test_b209_a_name_for_a_branch_does_not_count_where_one_fits_directly() -> None:
    assert chosen(union({"card": CARD, "any": map_of(STRING, CARD)}), {"card": {"number": "4"}}) == {"any": {"card": {"number": "4"}}}


@pytest.mark.parametrize(
    ("inner", "place", "reason"),
    [(None, "/v", "null came where the type is STRUCT"), ({"number": 4}, "/v/number", "an integer came"), ({}, "/v/number", "is required")],
)
def test_b209_what_is_wrong_in_the_branch_that_is_named_is_what_is_reported(inner: Any, place: str, reason: str) -> None:
    with pytest.raises(PlaceRefused, match=reason) as refused:
        chosen(PAID, {"card": inner})
    assert pointer(refused.value.path) == place


@pytest.mark.parametrize(
    ("branches", "served", "branch"),
    [
        ([STRING, FLOAT64, INT64], "1", 2), ([STRING, FLOAT64, INT64], "1.5", 1), ([STRING, FLOAT64], "1", 1),
        ([FLOAT64, INT32], str(2**40), 0), ([FLOAT32, FLOAT64], "0.1", 1), ([FLOAT32, FLOAT64], "0.5", 0), ([FLOAT32, STRING], "0.1", 0),
        ([FLOAT32, FLOAT64], "1e300", 1), ([FLOAT64, decimal(0)], str(2**53 + 1), 1),
        ([INT32, INT64], str(2**40), 1), ([BYTES, STRING], '"AAH/"', 1), ([BYTES, INT64], '"AAH/"', 0), ([INT64, BOOLEAN], "true", 1),
        ([enum("A", "B"), STRING], '"A"', 0), ([enum("A", "B"), STRING], '"C"', 1),
        ([array(INT64), array(STRING)], '["x"]', 1), ([array(STRING), array(INT64)], "[1]", 1),
    ],
)
@pytest.mark.parametrize("mixed", [{}, {"mixed": TEXTS}])
def test_b209_a_scalar_is_the_first_branch_that_holds_it_exactly(
    branches: list[Schema], served: str, branch: int, mixed: dict[str, Any]
) -> None:
    """Never as a text of another scalar, whatever becomes of mixed ones elsewhere."""
    (name,) = chosen(union({str(place): each for place, each in enumerate(branches)}), served, **mixed)
    assert name == str(branch)


def test_b209_a_branch_takes_fields_by_their_aliases_and_scrubbed_names() -> None:
    known = union({"card": struct({"a_b": aliased(STRING, "old")})})
    assert chosen(known, {"old": "x"}) == {"card": {"a_b": "x"}}
    assert chosen(known, {"a-b": "x"}, rename=lambda name: name.replace("-", "_")) == {"card": {"a_b": "x"}}


def test_b209_null_is_no_branch() -> None:
    assert chosen(PAID, None) is None


@pytest.mark.parametrize("served", [{"card": {"number": "4"}}, {"pay": {"card": {"number": "4"}}}, {"card": {"number": "4"}, "cash": None}])
def test_b209_a_member_of_a_oneof_is_served_under_its_own_name_or_below_the_oneofs(served: Any) -> None:
    known = struct({"id": INT64, "pay": oneof({"card": CARD, "cash": CASH})})
    stream = read({"id": 1} | served, {"id": 2}, known=known)
    assert stream.schema is known
    assert stream.values == [{"id": 1, "pay": {"card": {"number": "4"}}}, {"id": 2}]


def test_b209_two_members_of_a_oneof_in_one_record_are_refused_with_their_names() -> None:
    with pytest.raises(PlaceRefused, match=r"the fields 'card' and 'cash' would both be 'pay'"):
        read({"card": {"number": "4"}, "cash": {"amount": 1}}, known=struct({"pay": oneof({"card": CARD, "cash": CASH})}))


def test_b209_a_member_of_a_oneof_does_not_grow() -> None:
    with pytest.raises(PlaceRefused, match="the schema does not have this field") as refused:
        read({"card": {"number": "4", "new": 1}}, known=struct({"pay": oneof({"card": CARD})}))
    assert pointer(refused.value.path) == "/card/new"
