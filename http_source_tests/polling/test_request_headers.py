"""Headers of requests: variables in them, and what no header can hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.assembly.redaction import redactor
from http_source.config.properties import RequestOptions
from http_source.config.types import Secret
from http_source.errors import PageRefused
from http_source.model import Offset
from http_source.polling.request import RequestBuilder
from http_source_tests.config.samples import ENTITIES, load
from http_source_tests.polling.samples import builder, options

URL = "https://api.test/a"


def headers_of(plain: str | None = None, sensitive: str | None = None, entity: str = "users") -> RequestBuilder:
    request = options(RequestOptions, url=URL, headers=plain, sensitive_headers=None if sensitive is None else Secret(sensitive))
    return builder(request, entity)


def test_b201_variables_are_replaced_in_headers_and_in_sensitive_ones() -> None:
    headers = headers_of("X-Since: after ${offset}|X-Entity:${entityName}", "X-Key: ${entityName}/${offset}").build("a b&c").headers
    assert dict(headers) == {"Accept": "application/json", "X-Since": "after a b&c", "X-Entity": "users", "X-Key": "users/a b&c"}


def test_b201_headers_without_the_offset_are_prepared_once() -> None:
    requests = headers_of("X-Entity:${entityName}", "X-Key: k")
    assert requests.build(1).headers is requests.build(2).headers


@pytest.mark.parametrize("offset", ["a\r\nX-Evil: b", "a\x00", "a\tb", "ü", "€", "a\x7f", " a", "a ", " "])
@pytest.mark.parametrize("headers", [("X-Since: ${offset}", None), (None, "X-Since: ${offset}")])
def test_b201_a_header_that_cannot_be_sent_fails_the_entity_and_is_named(headers: tuple[str | None, str | None], offset: str) -> None:
    with pytest.raises(PageRefused, match=r"The header X-Since cannot be sent: with the offset ") as refusal:
        headers_of(*headers).build(offset)
    assert not refusal.value.retriable
    assert "Evil" not in str(refusal.value)


def test_b201_an_entity_that_no_header_can_hold_fails_alone_and_names_the_header() -> None:
    with pytest.raises(PageRefused, match=r"The header X-Entity cannot be sent: with the entity's name "):
        headers_of("X-Entity: ${entityName}", entity="ünï").build(1)
    assert headers_of("X-Entity: ${entityName}").build(1).headers["X-Entity"] == "users"


@given(st.integers() | st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E)))
def test_b201_every_other_offset_arrives_as_it_is(offset: Offset) -> None:
    assert headers_of("X-Since: ${offset}").build(offset).headers["X-Since"] == str(offset)


def test_b201_what_stands_around_a_variable_in_a_header_is_still_hidden_in_answers() -> None:
    redact = redactor(load({"http.request.sensitive.headers": "X-Key: s3cret-one ${offset} s3cret-two"}).config)
    assert redact("no key s3cret-one 17 s3cret-two") == "no key [hidden] 17 [hidden]"


def test_b201_validate_warns_of_a_first_request_that_cannot_be_sent() -> None:
    headers: dict[str, object] = {"http.request.headers": "X-Entity: ${entityName}", "entity.names": "a,ü", "topic.name.pattern": "t"}
    (warning,) = load(headers, ENTITIES).warnings
    assert warning.property == "http.request.headers"
    assert "The header X-Entity cannot be sent" in warning.message
