"""castorm's configurations ask here for what they asked for there, or say what they do not."""

import pytest

from http_source_tests.migration.moves import CASTORM, is_valid, moved, remarks

TIMESTAMP, POINTER = "http.request.params", "http.response.record.offset.pointer"
UNWRAP = {
    "transforms": "v,Drop", "transforms.v.type": "org.apache.kafka.connect.transforms.ExtractField$Value", "transforms.v.field": "value",
    "transforms.Drop.type": "org.apache.kafka.connect.transforms.DropHeaders", "transforms.Drop.headers": "h",
}


def test_a_named_offset_becomes_the_one_of_chaining() -> None:
    draft = moved(CASTORM)
    assert is_valid(draft)
    assert draft.properties == {
        "name": "orders", "connector.class": "HttpSource", "url": "https://api.example.com/orders",
        "http.request.parameters": "after=${offset}&size=100", "http.response.data.json.pointer": "/orders",
        "http.offset.mode": "CHAINING", "http.initial.offset": "2026-01-01T00:00:00Z", "http.offset.json.pointer": "/changed",
        "request.interval.ms": "60000", "catchup.interval.ms": "30000", "topic.name.pattern": "orders", "output.data.format": "JSON",
        "record.key.json.pointer": "/id",
    }
    assert "ISO 8601 in UTC" in remarks(draft)["http.offset.json.pointer"]


@pytest.mark.parametrize("template", ["${timestamp}", "${offset.timestamp}", "${ offset.timestamp?url }", "${offset.timestamp?c}"])
def test_every_spelling_of_an_offset_becomes_the_variable(template: str) -> None:
    draft = moved(CASTORM, {TIMESTAMP: f"after={template}"})
    assert draft.properties["http.request.parameters"] == "after=${offset}"
    assert is_valid(draft)


def test_an_offset_in_milliseconds_starts_in_milliseconds() -> None:
    draft = moved(CASTORM, {TIMESTAMP: "after=${offset.timestamp?datetime.iso?long}"})
    assert draft.properties["http.initial.offset"] == "1767225600000"
    assert "milliseconds since 1970" in remarks(draft)["http.offset.json.pointer"]


def test_a_form_that_cannot_be_made_here_is_left_to_a_person() -> None:
    draft = moved(CASTORM, {TIMESTAMP: "jql=updated>=\"${offset.timestamp?datetime.iso?string['yyyy/MM/dd HH:mm']}\""})
    assert draft.is_open
    assert any("?string['yyyy/MM/dd HH:mm'] of the old request is not done" in each.message for each in draft.remarks if each.open)


def sent_in(body: str, **more: str) -> list[str]:
    """What is left to a person when a body has it."""
    draft = moved(CASTORM, {TIMESTAMP: None, "http.request.method": "POST", "http.request.body": body, **more})
    return [each.message for each in draft.remarks if each.open]


@pytest.mark.parametrize("body", [
    '{"search_after":[${offset.timestamp?datetime.iso?long}]}', '{"a\\"":"${offset.timestamp}","after": ${timestamp?date.xs?long?c}}',
])
def test_a_number_that_was_made_of_a_text_for_a_body_in_json_is_left_to_a_person(body: str) -> None:
    (told,) = sent_in(body)
    assert "stands without quotes" in told
    assert "?long" in told


@pytest.mark.parametrize("body", ['{"after":"${offset.timestamp?datetime.iso?long}"}', '{"after":${offset.timestamp?c}}'])
def test_an_offset_that_stays_what_the_record_has_is_put_into_a_body(body: str) -> None:
    assert sent_in(body) == []


def test_a_number_of_milliseconds_stays_one_in_a_body() -> None:
    parser = "com.github.castorm.kafka.connect.http.response.timestamp.EpochMillisTimestampParser"
    assert sent_in('{"after":${offset.timestamp?datetime.iso?long}}', **{"http.response.record.timestamp.parser": parser}) == []


def test_two_named_offsets_in_requests_are_left_to_a_person() -> None:
    draft = moved(CASTORM, {TIMESTAMP: "after=${offset.timestamp}&id=${offset.key}"})
    assert [each.message for each in draft.remarks if each.open] == [
        "There is one offset here, and timestamp is it; key cannot be put into requests as well."
    ]


def test_an_offset_of_another_name_may_begin_empty() -> None:
    draft = moved(CASTORM, {TIMESTAMP: "token=${offset.cursor}", "http.offset.initial": "cursor=", POINTER: "cursor=/next"})
    assert (draft.properties["http.initial.offset"], draft.properties["http.offset.json.pointer"]) == ("", "/next")
    assert is_valid(draft)


def test_without_an_offset_in_requests_every_list_is_said_to_come_whole() -> None:
    draft = moved(CASTORM, {TIMESTAMP: None})
    assert draft.properties["http.offset.mode"] == "SIMPLE_INCREMENTING"
    assert "each one brings the whole list" in remarks(draft)["http.offset.mode"]
    assert remarks(draft)["http.offset.initial"] == "Left out: no request uses it."


@pytest.mark.parametrize(("order", "written"), [("DESC", "DESCENDING"), ("ASC", "ASCENDING"), ("IMPLICIT", None), (None, None)])
def test_an_order_is_moved_where_one_is_said(order: str | None, written: str | None) -> None:
    draft = moved(CASTORM, {"http.response.list.order.direction": order})
    assert draft.properties.get("http.chaining.order") == written
    assert ("http.response.list.order.direction" in remarks(draft)) is (written is None)


def test_a_single_slash_is_the_whole_document() -> None:
    draft = moved(CASTORM, {"http.response.list.pointer": "/", "http.response.record.pointer": "/"})
    assert "http.response.data.json.pointer" not in draft.properties
    assert "transforms" not in draft.properties


def test_a_part_of_a_record_is_taken_out_by_transforms() -> None:
    draft = moved(CASTORM, {"http.response.record.pointer": "/_source/a~1b"})
    assert draft.properties["transforms"] == "part1,part2"
    assert [draft.properties[f"transforms.part{number}.field"] for number in (1, 2)] == ["_source", "a/b"]
    assert is_valid(draft)


def test_transforms_that_take_values_out_of_their_envelope_are_left_out() -> None:
    draft = moved(CASTORM, UNWRAP)
    assert draft.properties["transforms"] == "Drop"
    assert "there is nothing to take them out of" in remarks(draft)["transforms.v.type"]
    assert "http.response.record.mapper" not in remarks(draft)
    assert is_valid(draft)


def test_an_envelope_that_nobody_takes_off_is_said_to_be_gone() -> None:
    assert "have no envelope" in remarks(moved(CASTORM))["http.response.record.mapper"]


def test_headers_have_another_separator_and_credentials_another_property() -> None:
    draft = moved(CASTORM, {"http.request.headers": "Accept: application/json, Authorization: Bearer t0ken"})
    assert draft.properties["http.request.headers"] == "Accept: application/json"
    assert draft.properties["http.request.sensitive.headers"] == "Authorization: Bearer ${env:ORDERS_AUTHORIZATION}"
    assert draft.variables["ORDERS_AUTHORIZATION"].reveal() == "t0ken"
    assert is_valid(draft)


@pytest.mark.parametrize(
    ("interval", "catchup", "timer", "written"),
    [
        ("30000", "1000", None, ("30000", "1000")), ("0", "0", None, ("100", "0")), ("1000", "30000", None, ("1000", None)),
        ("60000", None, "x.FixedIntervalTimer", ("60000", None)), (None, None, None, ("60000", "30000")),
    ],
)
def test_timers_become_intervals(interval: str | None, catchup: str | None, timer: str | None, written: tuple[str, str | None]) -> None:
    draft = moved(CASTORM, {"http.timer.interval.millis": interval, "http.timer.catchup.interval.millis": catchup, "http.timer": timer})
    assert (draft.properties["request.interval.ms"], draft.properties.get("catchup.interval.ms")) == written
    assert is_valid(draft)


def test_a_user_signs_in_where_the_type_says_so() -> None:
    basic = moved(CASTORM, {"http.auth.type": "Basic", "http.auth.user": "u", "http.auth.password": "5ec4e7"})
    none = moved(CASTORM, {"http.auth.type": "None", "http.auth.user": "u", "http.auth.password": "5ec4e7"})
    assert basic.properties["connection.password"] == "${env:ORDERS_CONNECTION_PASSWORD}"
    assert "connection.user" not in none.properties
    assert is_valid(basic)


def test_names_of_earlier_versions_are_those_of_the_last() -> None:
    old = {
        "http.response.list.pointer": None, POINTER: None, "http.response.items.pointer": "/issues",
        "http.response.item.key.pointer": "/id", "http.response.item.timestamp.pointer": "/updated",
        "http.throttle.interval.millis": "5000", TIMESTAMP: "after=${timestamp_iso}", "http.offset.initial": "timestamp_iso=2020-05-08",
    }
    draft = moved(CASTORM, old)
    names = ("http.response.data.json.pointer", "http.offset.json.pointer", "record.key.json.pointer", "request.interval.ms")
    assert [draft.properties[name] for name in names] == ["/issues", "/updated", "/id", "5000"]
    assert is_valid(draft)


def test_answers_to_skip_are_pages_without_records() -> None:
    draft = moved(CASTORM, {"http.response.policy.codes.skip": "300..305, 404"})
    assert draft.properties["http.response.empty.status.codes"] == "300-305,404"
    assert is_valid(draft)


def test_endpoints_are_entities() -> None:
    draft = moved(CASTORM, {
        "endpoint.include.list": "a,b", "kafka.topic.template": "true", "http.request.url": "https://api.example.com/${endpoint}",
    })
    names = ("entity.names", "url", "topic.name.pattern")
    assert [draft.properties[name] for name in names] == ["a,b", "https://api.example.com/${entityName}", "orders${entityName}"]
    assert is_valid(draft)


def test_every_property_that_is_left_out_is_named() -> None:
    parser = "http.response.record.timestamp.parser"
    given = {
        f"{parser}.pattern": "yyyy", f"{parser}.zone": "UTC", "http.record.schema.key.property.name": "k",
        "http.auth": "x.BasicHttpAuthenticator",
        "http.record.sorter": "x.OrderDirectionSourceRecordSorter", "http.client.connection.ttl.millis": "1000", "something.else": "x",
    }
    assert given.keys() <= remarks(moved(CASTORM, given)).keys()


def test_a_login_in_the_address_becomes_what_signs_requests() -> None:
    draft = moved(CASTORM, {"http.request.url": "https://me:p%40ss-w0rd@api.example.com/orders"})
    assert draft.properties["url"] == "https://api.example.com/orders"
    assert (draft.properties["auth.type"], draft.properties["connection.user"]) == ("basic", "me")
    assert draft.properties["connection.password"] == "${env:ORDERS_CONNECTION_PASSWORD}"
    assert "The user and the password in it are now" in str(draft.remarks)
