"""Bodies: JSON stays JSON or is not sent, anything else is left alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.config.properties import OffsetMode, OffsetOptions, RequestOptions
from http_source.errors import PageRefused
from http_source.model import Offset
from http_source.polling.standing import initial_position, read_offset
from http_source_tests.config.samples import load, warnings
from http_source_tests.polling.samples import builder, options

POST: dict[str, object] = {"http.request.method": "POST", "http.request.parameters": None}
CHAINING: dict[str, object] = {"http.offset.mode": "CHAINING", "http.offset.json.pointer": "/id"}
BODY = "http.request.body"
FORM = "Content-Type: application/x-www-form-urlencoded"
TYPOGRAPHIC = "{\u201csize\u201d: 100, \u201csort\u201d: [{\u201c@time\u201d: \u201casc\u201d}], \u201csearch_after\u201d: [${offset}]}"


def sent(body: str, offset: Offset, headers: str | None = None, entity: str = "users") -> bytes:
    request = options(RequestOptions, url="https://api.test/a", method="POST", body=body, headers=headers)
    return builder(request, entity).build(offset).body or b""


@pytest.mark.parametrize("offset", ["abc", "eyJhIjo", "007", "1,2", '1, "x": 2', "NaN", "True", '"a', "1]", "2024-01-01"])
@pytest.mark.parametrize("body", ['{"search_after": [${offset}]}', '{"after": ${offset}}'])
def test_b202_a_text_outside_a_json_string_is_refused_before_it_is_sent(body: str, offset: str) -> None:
    with pytest.raises(PageRefused, match=r'outside a JSON string in `http\.request\.body`\. Write "\$\{offset\}" there') as refusal:
        sent(body, offset)
    assert not refusal.value.retriable
    assert offset not in str(refusal.value)


@pytest.mark.parametrize("offset", [-7, "7", "1647948000000", "1.5", '"quoted"', "null", "[1, 2]"])
def test_b202_what_is_json_goes_in_as_it_is(offset: Offset) -> None:
    assert sent('{"after": ${offset}}', offset) == f'{{"after": {offset}}}'.encode()


def test_b202_a_number_may_be_of_any_length() -> None:
    assert sent('{"after": ${offset}}', "9" * 5_000) == b'{"after": ' + b"9" * 5_000 + b"}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_b202_any_text_may_stand_in_quotes(offset: str) -> None:
    assert json.loads(sent('{"after": "${offset}"}', offset)) == {"after": offset}


@pytest.mark.parametrize(
    ("initial", "first"),
    [("null", "null"), ('"abc"', '"abc"'), ("abc", '"abc"'), ('"7"', '"7"'), ("7", "7"), ('["a", 1]', '["a", 1]'), ("ü", '"ü"')],
)
def test_where_offsets_keep_their_types_a_text_gets_its_quotes_outside_a_string(initial: str, first: str) -> None:
    """As GraphQL wants it: null for the first page, and a text for each other."""
    request = options(RequestOptions, url="https://api.test/a", method="POST", body='{"after": ${offset}}')
    requests = builder(request, as_string=False, initial=initial)
    start = initial_position(options(OffsetOptions, mode=OffsetMode.CURSOR_PAGINATION, as_string=False, initial=initial))
    assert requests.at(start).body == f'{{"after": {first}}}'.encode()
    assert requests.build("YXJyYXk=").body == b'{"after": "YXJyYXk="}'


def test_within_a_string_and_in_a_url_the_quotes_of_a_text_offset_are_none_of_it() -> None:
    typed: dict[str, Any] = {"mode": OffsetMode.CURSOR_PAGINATION, "as_string": False, "initial": '"a b"'}
    request = options(RequestOptions, url="https://api.test/${offset}", method="POST", body='{"after": "x${offset}"}')
    first = builder(request, **typed).at(initial_position(options(OffsetOptions, **typed)))
    assert (first.url, first.body) == ("https://api.test/a%20b", b'{"after": "xa b"}')
    assert read_offset(options(OffsetOptions, **typed), '"a b"') == "a b"
    assert read_offset(options(OffsetOptions, **typed), ["a", 1]) == '["a", 1]'


def test_b202_an_empty_offset_outside_a_string_says_what_helps() -> None:
    with pytest.raises(PageRefused, match=r"the offset is empty.*`http\.initial\.offset`, or `http\.empty\.offset\.omit=true`"):
        sent('{"after": ${offset}}', "")
    assert sent('{"search_after": [${offset}]}', "") == b'{"search_after": []}'


def test_b202_an_entity_outside_a_string_is_refused_before_it_is_sent() -> None:
    with pytest.raises(PageRefused, match=r"the entity's name or the offset is outside a JSON string"):
        sent('{"type": ${entityName}, "after": ${offset}}', 7)
    assert sent('{"type": ${entityName}}', 7, entity="12") == b'{"type": 12}'


def test_b202_a_number_that_a_body_makes_something_else_of_is_refused() -> None:
    with pytest.raises(PageRefused, match="outside a JSON string"):
        sent('{"after": -${offset}}', -7)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ("after=${offset}&x=1", FORM),
        ("<after>${offset}</after>", "content-type: text/xml; charset=utf-8"),
        ('{"after": ${offset}}', FORM),
        ('{"index": "a"}\n{"after": ${offset}}\n', None),
        (TYPOGRAPHIC, None),
    ],
)
def test_b202_a_body_that_is_no_json_as_it_is_written_is_left_alone(body: str, headers: str | None) -> None:
    assert sent(body, "abc", headers).decode() == body.replace("${offset}", "abc")


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/vnd.api+json", "text/json"])
def test_b202_a_content_type_of_json_is_known_in_its_forms(kind: str) -> None:
    with pytest.raises(PageRefused):
        sent('{"after": ${offset}}', "abc", f"content-type: {kind}")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ('{"a": 1,}', "line 1, column "), ("{'a': ${offset}}", "line 1, column 2"), ('{"a": ${offset},\n "b" 1}', "line 2, column 6"),
        ("a=${offset}", "line 1, column 1"), ('{"a": NaN, "b": ${offset}}', "NaN"), ('["${offset}"', "line 1, column 13"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_b202_validate_warns_of_a_body_that_is_no_json_with_its_place(body: str, place: str) -> None:
    (warning,) = (each for each in load({**POST, BODY: body}).warnings if each.property == BODY)
    assert warning.message.startswith("It is not JSON, as its Content-Type says (")
    assert place in warning.message


def test_b202_the_quotation_marks_of_the_specification_s_page_are_named() -> None:
    (warning,) = load({**POST, BODY: TYPOGRAPHIC}).warnings
    assert "It has typographic quotation marks; JSON takes straight ones, U+0022." in warning.message


@pytest.mark.parametrize("headers", [FORM, "Content-Type: application/x-ndjson", "Content-Type: text/xml"])
def test_b202_another_content_type_is_left_alone(headers: str) -> None:
    assert warnings({**POST, BODY: "a=${offset}", "http.request.headers": headers}) == []
    assert warnings({**POST, BODY: "a=${offset}", "http.request.sensitive.headers": headers}) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"http.initial.offset": "abc"}, "the offset is a text"), ({"http.initial.offset": ""}, "the offset is empty")],
)
def test_b202_validate_warns_of_a_first_offset_that_makes_no_json(changes: dict[str, object], words: str) -> None:
    (warning,) = load({**POST, **CHAINING, BODY: '{"after": ${offset}}', **changes}).warnings
    assert warning.property == BODY
    assert warning.message.startswith("An entity's first request would fail. ")
    assert words in warning.message


def test_b202_a_first_request_that_leaves_the_offset_out_needs_no_warning() -> None:
    changes = {**POST, **CHAINING, BODY: '{"after": ${offset}}', "http.initial.offset": None, "http.empty.offset.omit": True}
    assert load(changes).warnings == ()
