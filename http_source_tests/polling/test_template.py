"""Templates: a value arrives at its place as the one value it is."""

import json
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.variables import ENTITY
from http_source.polling.template import body_template, parameter_template, url_template

sendable = st.text(st.characters(exclude_categories=["Cs"]))


@given(sendable)
def test_b58_a_server_decodes_the_very_value_that_was_put_into_a_query(value: str) -> None:
    query = parameter_template("a=${offset}", {ENTITY: "e"}).render(value)
    assert parse_qsl(query + "&z=1", keep_blank_values=True) == [("a", value), ("z", "1")]


@given(sendable)
def test_b59_no_value_brings_a_blank_or_control_character_into_a_url(value: str) -> None:
    for template in (url_template("https://api.test/${offset}", {ENTITY: "e"}), parameter_template("a=${offset}", {ENTITY: "e"})):
        assert template.render(value).isascii()
        assert template.render(value).isprintable()
        assert " " not in template.render(value)


@given(sendable.filter(lambda value: not value.lower().startswith(("http://", "https://", "/", "?"))))
def test_a_server_decodes_the_very_value_that_was_put_into_a_path(value: str) -> None:
    segments = urlsplit(url_template("https://api.test/a/${offset}/z", {ENTITY: "e"}).render(value)).path.split("/")
    assert [unquote(segment) for segment in segments] == ["", "a", value, "z"]


@given(sendable)
def test_b58_a_body_stays_the_same_json_with_the_value_inside(value: str) -> None:
    body = body_template('{"a": "x${offset}y", "\\"b\\\\": ["${entityName}"]}', {ENTITY: value}).render(value)
    assert json.loads(body) == {"a": f"x{value}y", '"b\\': [value]}


@given(st.integers())
def test_a_number_outside_a_json_string_goes_in_as_it_is(value: int) -> None:
    assert json.loads(body_template('{"after": [${offset}], "text": "${offset}"}', {ENTITY: "e"}).render(value)) == {
        "after": [value],
        "text": str(value),
    }


def test_a_place_behind_another_variable_is_recognized() -> None:
    assert body_template('{"a": "${entityName}", "b": ${offset}}', {ENTITY: "e"}).render('"x"') == '{"a": "e", "b": "x"}'


def test_what_a_query_may_hold_unambiguously_stays_readable() -> None:
    assert parameter_template("t=${offset}", {ENTITY: "e"}).render("A=/?:@,!$'()*-._~z") == "t=A=/?:@,!$'()*-._~z"


def test_b60_a_value_is_never_expanded_again() -> None:
    assert body_template("${offset} ${entityName}", {ENTITY: "${offset}"}).render("${entityName}") == "${entityName} ${offset}"
    assert url_template("https://api.test/x?a=${entityName}", {ENTITY: "${offset}"}).render("b") == "https://api.test/x?a=$%7Boffset%7D"


@pytest.mark.parametrize(
    ("url", "offset", "rendered"),
    [
        ("${offset}", "https://api.test/v1?a=%20b&c=d e", "https://api.test/v1?a=%20b&c=d%20e"),
        ("${offset}", "http://api.test/x\r\nHost: y", "http://api.test/x%0D%0AHost:%20y"),
        ("${offset}", "orders?$skiptoken=a b%3D", "orders?$skiptoken=a%20b%3D"),
        ("https://api.test/accounts${offset}", "?$select=name&$skip=5", "https://api.test/accounts?$select=name&$skip=5"),
        ("https://api.test${offset}", "/v1/items?page=2", "https://api.test/v1/items?page=2"),
        ("https://api.test/items/${offset}", "a/b?c#d e", "https://api.test/items/a%2Fb%3Fc%23d%20e"),
        ("https://api.test/${entityName}?next=${offset}", "/a?b&c", "https://api.test/e?next=/a?b%26c"),
        ("https://api.test/items?next=${offset}", "/9j+A&B", "https://api.test/items?next=/9j%2BA%26B"),
        ("https://api.test/items?next=${offset}", "https://api.test/b?c=d&e", "https://api.test/items?next=https://api.test/b?c=d%26e"),
    ],
)
def test_a_url_takes_urls_and_fragments_as_they_are_and_encodes_the_rest(url: str, offset: str, rendered: str) -> None:
    assert url_template(url, {ENTITY: "e"}).render(offset) == rendered


def test_an_entity_in_a_path_keeps_its_slashes() -> None:
    assert (
        url_template("https://api.test/repos/${entityName}/commits", {ENTITY: "apache/kafka?"}).render("")
        == "https://api.test/repos/apache/kafka%3F/commits"
    )


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://api.test/a b/%7Ex/%zz", "https://api.test/a%20b/%7Ex/%25zz"),
        ("https://api.test/é?q={a}|b&c[]=1", "https://api.test/%C3%A9?q=%7Ba%7D%7Cb&c[]=1"),
        ("https://bücher.test:8443/ü", "https://bücher.test:8443/%C3%BC"),
    ],
)
def test_what_the_user_wrote_is_encoded_only_where_no_url_can_hold_it(written: str, sent: str) -> None:
    assert url_template(written, {ENTITY: "e"}).render("") == sent


def test_a_parameter_the_user_wrote_keeps_plus_and_percent_and_never_becomes_two() -> None:
    assert parameter_template("q=a+b%20c d&e#f", {ENTITY: "e"}).render("") == "q=a+b%20c%20d%26e%23f"
