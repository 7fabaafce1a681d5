"""What the names of parameters, members and fields say of how an API pages."""

import pytest

from http_source.polling.chain_field import Order, field_for
from http_source.polling.given_url import take_apart
from http_source.polling.modes.cursor_pagination import HEADER, POINTER
from http_source.polling.parameter_roles import Role, role_of
from http_source.polling.signpost import Sign
from http_source.polling.token_names import names_for


@pytest.mark.parametrize(
    ("parameter", "role"),
    [
        ("page=1", Role.PAGE), ("pageNumber=0", Role.PAGE), ("page[number]=1", Role.PAGE), ("p=", Role.PAGE), ("page=abc", Role.OTHER),
        ("per_page=50", Role.SIZE), ("pageSize=50", Role.SIZE), ("page[size]=50", Role.SIZE), ("$top=50", Role.SIZE),
        ("maxResults=50", Role.SIZE), ("limit=50", Role.SIZE), ("sysparm_limit=9", Role.SIZE), ("limit=all", Role.OTHER),
        ("offset=0", Role.COUNT), ("$skip=0", Role.COUNT), ("startAt=0", Role.COUNT), ("page[offset]=0", Role.COUNT),
        ("start=0", Role.COUNT), ("start=2024-01-01", Role.AFTER), ("from=2024-01-01T00:00:00Z", Role.AFTER),
        ("since=x", Role.AFTER), ("updated_since=", Role.AFTER), ("created[gte]=1700000000", Role.AFTER), ("id_gt=0", Role.AFTER),
        ("starting_after=ch_1", Role.AFTER), ("updated_at_min=", Role.AFTER), ("since_id=1", Role.AFTER),
        ("cursor=", Role.TOKEN), ("pageToken=x", Role.TOKEN), ("$skiptoken=x", Role.TOKEN), ("page[cursor]=x", Role.TOKEN),
        ("sort=id", Role.OTHER), ("status=open", Role.OTHER),
    ],
)
def test_a_parameter_is_for_what_its_name_and_value_say(parameter: str, role: Role) -> None:
    name, _, value = parameter.partition("=")
    assert role_of(name, value) is role


@pytest.mark.parametrize(
    ("place", "value", "names"),
    [
        ("/nextPageToken", "t", ("pageToken", "nextPageToken")),
        ("/meta/next_cursor", "t", ("cursor", "next_cursor")),
        ("/nextToken", "t", ("nextToken", "token")),
        ("/NextMarker", "t", ("next_marker", "marker")),
        ("/continuationToken", "t", ("continuationToken", "cursor")),
        ("/scroll_id", "t", ("scroll_id", "scrollId")),
        ("/cursor", "t", ("cursor", "after")),
        ("/next", "2", ("page", "next")),
        ("/next", "t", ("next", "cursor")),
        ("/next_page", "2", ("page", "next_page")),
        ("X-Next-Page", "2", ("page", "next_page")),
        ("X-Continuation-Token", "t", ("continuation_token", "continuationToken")),
    ],
)
def test_a_token_is_tried_under_the_names_that_follow_from_its_own(place: str, value: str, names: tuple[str, str]) -> None:
    assert names_for(Sign(POINTER if place.startswith("/") else HEADER, place, value)) == names


RISING = [
    {"id": str(number), "uuid": f"u{9 - number}", "shop_id": "7", "created": f"2024-01-0{number}T00:00:00Z", "epoch": f"170000000{number}",
     "meta": {"updatedAt": f"2024-02-0{number}T00:00:00Z", "day": f"2024-02-0{number}"}}
    for number in range(1, 5)
]


@pytest.mark.parametrize(
    ("parameter", "value", "pointer"),
    [
        ("since_id", "0", "/id"), ("after", "", "/id"), ("since", "2024-01-01T00:00:00Z", "/meta/updatedAt"),
        ("created[gt]", "2024-01-01", "/created"), ("updated_since", "", "/meta/updatedAt"), ("epoch_gt", "1700000000", "/epoch"),
        ("", "", "/meta/updatedAt"),
    ],
)
def test_the_field_is_the_one_that_the_parameter_names_or_else_a_time_or_a_number(parameter: str, value: str, pointer: str) -> None:
    field = field_for(RISING, parameter, value)
    assert field
    assert (field.pointer, field.order) == (pointer, Order.RISING)


def test_values_that_fall_or_are_in_no_order_are_told_from_those_that_rise() -> None:
    for records, order in ((RISING[::-1], Order.FALLING), ([*RISING[2:], *RISING[:2]], Order.MIXED), (RISING[:1], Order.UNKNOWN)):
        field = field_for(records, "since_id", "0")
        assert field
        assert field.order is order


@pytest.mark.parametrize(("parameter", "value"), [("price_gt", "10"), ("since", "5")])
def test_a_field_that_no_record_has_fits_nothing(parameter: str, value: str) -> None:
    assert field_for([{"name": "a", "updated": "2024-01-01T00:00:00Z"}], parameter, value) is None
    assert field_for([], parameter, value) is None


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ("api_key=abc&limit=5", "api_key=${env:MY_ORDERS_API_KEY}&limit=5"),
        ("k=a1b2c3d4e5&k=f1b2c3d4e5", "k=${env:MY_ORDERS_K}&k=${env:MY_ORDERS_K_2}"),
        ("cursor=a1b2c3d4e5f6&since=2024-01-01T00:00:00%2B02:00", "cursor=a1b2c3d4e5f6&since=2024-01-01T00:00:00%2B02:00"),
        ("$filter=price%20gt%20100&v=2.1&flag", "$filter=price%20gt%20100&v=2.1&flag="),
        ("&&a=$%7B", "a=$%7B"),
    ],
)
def test_what_may_be_a_key_is_written_as_a_variable(query: str, written: str) -> None:
    url = take_apart(f"https://api.test/orders?{query}", "my-orders")
    assert url.query() == written
    assert not any(value in url.without_keys for value in url.environment.values())
