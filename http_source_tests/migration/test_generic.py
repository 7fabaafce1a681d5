"""Each API of HTTP Source V2 becomes a connector of its own."""

import pytest

from http_source.errors import ConfigurationError
from http_source_tests.migration.moves import V2, drafts, is_valid, moved, remarks

CURSOR = {"api1.http.offset.mode": "CURSOR_PAGINATION", "api1.http.next.page.json.pointer": "/next", "api1.http.initial.offset": None}
MODE, PARAMETERS = "api1.http.offset.mode", "api1.http.request.parameters"


def test_an_api_becomes_a_connector_that_does_what_v2_does_without_being_told() -> None:
    draft = moved(V2)
    assert is_valid(draft)
    assert draft.properties == {
        "name": "shop", "connector.class": "HttpSource", "url": "https://api.example.com/v1/orders",
        "http.request.parameters": "start=${offset}", "http.offset.mode": "SIMPLE_INCREMENTING", "http.initial.offset": "0",
        "request.interval.ms": "60000", "max.retries": "5", "retry.backoff.policy": "EXPONENTIAL_WITH_JITTER",
        "topic.name.pattern": "orders", "output.data.format": "JSON_SR",
    }
    assert draft.remarks == []


def test_two_apis_become_two_connectors_with_what_is_said_for_both() -> None:
    two = {"apis.num": "2", "api2.http.api.path": "/refunds", "api2.topics": "refunds", "auth.type": "BEARER", "bearer.token": "5ec4e7"}
    first, second = drafts(V2, two)
    assert [each.properties["name"] for each in (first, second)] == ["shop-api1", "shop-api2"]
    assert [each.properties["bearer.token"] for each in (first, second)] == ["${env:SHOP_BEARER_TOKEN}"] * 2
    assert second.properties["url"] == "https://api.example.com/v1/refunds"


def test_one_variable_never_stands_for_the_secrets_of_two_apis() -> None:
    two = {"apis.num": "2", "api2.http.api.path": "/refunds", "api2.topics": "refunds"}
    keys = {f"api{number}.http.request.sensitive.headers": f"X-Key: key-{number}" for number in (1, 2)}
    first, second = drafts(V2, {**two, **keys})
    assert {secret.reveal() for draft in (first, second) for secret in draft.variables.values()} == {"key-1", "key-2"}
    assert not set(first.variables) & set(second.variables)


def test_groups_beyond_their_number_are_left_out_with_a_word() -> None:
    assert remarks(moved(V2, {"api2.http.api.path": "/x"}))["api2"] == "Left out: apis.num=1 leaves it out in HTTP Source V2, too."


def test_parameters_of_the_path_are_put_in() -> None:
    draft = moved(V2, {"api1.http.api.path": "/sites/{site}/${unit}", "api1.http.path.parameters": "site: berlin|unit:${offset}"})
    assert draft.properties["url"] == "https://api.example.com/v1/sites/berlin/${offset}"


def test_a_token_that_is_a_parameter_stays_one() -> None:
    draft = moved(V2, {**CURSOR, PARAMETERS: "page=${offset}"})
    assert draft.properties["url"] == "https://api.example.com/v1/orders"
    assert is_valid(draft)


def test_a_parameter_that_is_only_named_is_written_out() -> None:
    draft = moved(V2, {**CURSOR, PARAMETERS: "size=10", "api1.http.cursor.pagination.parameter.name": "page_token"})
    assert draft.properties["http.request.parameters"] == "size=10&page_token=${offset}"
    assert draft.properties["http.empty.offset.omit"] == "true"
    assert is_valid(draft)


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({PARAMETERS: "size=10&q=a b"}, "https://api.example.com/v1/orders?size=10&q=a%20b"),
        ({PARAMETERS: None, "api1.http.api.path": "/orders${offset}", "api1.http.initial.offset": "?$filter=day ge 1"},
            "https://api.example.com/v1/orders?$filter=day%20ge%201"),
    ],
)
def test_a_token_that_is_a_url_is_the_next_request(changes: dict[str, str | None], first: str) -> None:
    draft = moved(V2, {**CURSOR, **changes})
    assert (draft.properties["url"], draft.properties["http.initial.offset"]) == ("${offset}", first)
    assert "is taken for the URL of the next request" in remarks(draft)["is.next.page.token.absolute.url"]
    assert is_valid(draft)


def test_a_snapshot_is_read_again_from_its_beginning() -> None:
    draft = moved(V2, {**CURSOR, MODE: "SNAPSHOT_PAGINATION", PARAMETERS: "page=${offset}", "api1.http.offset.json.pointer": "/id"})
    names = ("http.offset.mode", "http.cursor.end", "record.key.json.pointer")
    assert [draft.properties[name] for name in names] == ["CURSOR_PAGINATION", "restart", "/id"]
    assert is_valid(draft)


def test_a_snapshot_without_pages_is_one_list_again_and_again() -> None:
    draft = moved(V2, {MODE: "SNAPSHOT_PAGINATION", PARAMETERS: None, "api1.http.offset.json.pointer": "/id"})
    assert draft.properties["http.offset.mode"] == "SIMPLE_INCREMENTING"
    assert is_valid(draft)


@pytest.mark.parametrize(("pointer", "said"), [
    ("/id", "with that key as record.key.json.pointer"), (None, "set record.key.json.pointer to"),
])
def test_what_is_said_of_a_snapshots_key_is_what_was_written(pointer: str | None, said: str) -> None:
    draft = moved(V2, {MODE: "SNAPSHOT_PAGINATION", PARAMETERS: None, "api1.http.offset.json.pointer": pointer})
    assert draft.properties.get("record.key.json.pointer") == pointer
    assert said in remarks(draft)["http.offset.mode"]


@pytest.mark.parametrize(
    ("written", "length"), [({"api1.http.timestamp.interval": "3600"}, "3600000"), ({"api1.timestamp.interval.format": "Days",
        "api1.http.timestamp.interval": "2"}, "172800000"), ({}, "86400000")],
)
def test_windows_of_time_are_the_mode_for_windows(written: dict[str, str | None], length: str) -> None:
    draft = moved(V2, {
        **CURSOR, **written, "api1.enable.cursor.pagination.with.timestamp.mode": "true",
        "api1.initial.start.timestamp.value": "1767225600000",
        PARAMETERS: "from=${startTime}&until=${end_timestamp}&page=${offset}", "api1.is.next.page.token.absolute.url": "false",
        "api1.http.initial.offset": "",
    })
    names = ("http.offset.mode", "http.window.offset.mode", "http.window.start", "http.window.length.ms", "http.window.format")
    wanted = ["TIME_WINDOW", "CURSOR_PAGINATION", "2026-01-01T00:00:00Z", length, "epoch-ms"]
    assert [draft.properties[name] for name in names] == wanted
    assert draft.properties["http.request.parameters"] == "from=${windowStart}&until=${windowEnd}&page=${offset}"
    assert is_valid(draft)


def test_an_api_that_is_asked_for_each_record_of_another_is_not_written() -> None:
    two = {"apis.num": "2", "api2.http.api.path": "/orders/${id}", "api2.topics": "t"}
    parent, child = drafts(V2, {**two, "api.chaining.parent.child.relationship": "api1::api2"})
    assert (parent.unmoved, child.is_open) == ("", True)
    assert "It sends a request for each record of api1" in child.unmoved


def test_a_path_that_is_missing_is_left_to_a_person() -> None:
    assert moved(V2, {"api1.http.api.path": None}).is_open


def test_a_configuration_without_an_api_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="There is no API"):
        moved({"connector.class": "HttpSourceV2", "http.api.base.url": "http://h"})
