"""Variables where they are replaced, where they are not, and what only looks like one."""

from collections.abc import Mapping

import pytest

from http_source.assembly.loading import load_config
from http_source.config.placeholders import PLAIN_TEXTS
from http_source.config.properties import PROPERTIES
from http_source.config.types import STRING, Secret
from http_source.errors import ConfigurationError, Finding
from http_source_tests.config.samples import ENTITIES, VALID, findings, load, mistakes, warnings
from http_source_tests.polling.samples import builder

CANARY = "canary-5ec4e7"
PLAIN, SENSITIVE = "http.request.headers", "http.request.sensitive.headers"
OAUTH: dict[str, object] = {
    "auth.type": "oauth2", "oauth2.token.url": "https://id.example.com/t", "oauth2.client.id": "i", "oauth2.client.secret": "s",
}
BEARER: dict[str, object] = {"auth.type": "bearer"}
POST: dict[str, object] = {"http.request.method": "POST", "http.request.parameters": None}


def found(properties: Mapping[str, object], **environment: str) -> tuple[Finding, ...]:
    """The findings where config providers give something."""
    try:
        return load_config({**VALID, **properties}, environment=environment).warnings
    except ConfigurationError as error:
        return error.findings


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("url", "https://example.com/${foo}"), ("http.request.parameters", "a=${offset}&b=${foo}"), (PLAIN, "X-A: ${foo}"),
        (SENSITIVE, "X-A: ${foo}"), ("topic.name.pattern", "t${foo}"),
    ],
)
def test_b201_an_unknown_variable_is_a_mistake_in_every_template(name: str, text: str) -> None:
    (finding,) = findings({name: text})
    assert (finding.property, finding.warning) == (name, False)
    assert "There is an unknown template variable" in finding.message


def test_b201_an_unknown_variable_in_the_body_is_a_mistake() -> None:
    assert mistakes({**POST, "http.request.body": '{"a": "${foo}", "b": ${offset}}'}) == ["http.request.body"]


@pytest.mark.parametrize("name", ["url", "http.request.parameters", "http.request.headers"])
def test_the_borders_of_a_window_are_a_mistake_where_no_window_is(name: str) -> None:
    texts = {"url": "https://api.test/${windowStart}", "http.request.headers": "X-From: ${windowEnd}"}
    assert name in mistakes({name: texts.get(name, "a=${windowStart}&b=${offset}")})


@pytest.mark.parametrize("name", [each for each in PLAIN_TEXTS if PROPERTIES[each].type.name == "password"])
def test_b201_a_variable_in_a_secret_is_a_mistake_that_does_not_show_it(name: str) -> None:
    for text in (f"{CANARY}${{{CANARY}}}", f"${{{CANARY}}}"):
        (finding, *_) = (each for each in findings({name: text}) if each.property == name and not each.warning)
        assert CANARY not in finding.message


@pytest.mark.parametrize(
    ("changes", "name", "text"),
    [
        (BEARER, "bearer.token", "a${offset}"),
        (OAUTH, "oauth2.token.parameters", "audience=${offset}"),
        (OAUTH, "oauth2.client.headers", "X-A: ${entityName}"),
        (OAUTH, "oauth2.client.id", "${offset}"),
    ],
)
def test_b201_a_known_variable_that_is_not_replaced_there_is_named(changes: dict[str, object], name: str, text: str) -> None:
    (finding,) = findings({**changes, name: text})
    variable = "${entityName}" if "entityName" in text else "${offset}"
    assert finding == Finding(name, f"{variable} is not replaced in it and would be sent as it is; remove it, or write ${variable} "
                                    "for this text.")


def test_b201_the_offset_is_not_replaced_in_a_topic() -> None:
    (finding,) = findings({"topic.name.pattern": "a-${offset}"})
    assert finding.message == "${offset} is not replaced in it. It takes ${entityName}."


def test_b201_an_unknown_variable_in_a_sensitive_header_is_not_shown_but_what_was_meant_is() -> None:
    (finding,) = findings({SENSITIVE: "X-Key: k${offest}"})
    assert finding.message == (
        "There is an unknown template variable. Did you mean ${offset}? It takes ${offset} and ${entityName}."
    )


def test_b201_a_misspelled_reference_in_a_secret_says_how_one_is_written() -> None:
    (finding,) = findings({**BEARER, "bearer.token": "x${TOKEN}"})
    assert "A reference is ${env:NAME}" in finding.message
    assert "TOKEN" not in finding.message


def test_b201_a_variable_of_a_shell_instead_of_a_secret_says_how_it_is_written() -> None:
    (finding,) = findings({**BEARER, "bearer.token": "${TOKEN}"})
    assert finding.message == "It is ${TOKEN}, which nothing replaces; write ${env:TOKEN} for the environment variable."


def test_b201_an_opening_brace_in_a_secret_is_no_variable() -> None:
    assert load({**BEARER, "bearer.token": "a${b"}).config.auth.bearer_token == Secret("a${b")


def test_b201_two_dollar_signs_write_a_brace_in_every_place() -> None:
    request = load({
        "url": "https://example.com/$${offset}?x=${offset}", "http.request.parameters": "p=$${foo}",
        PLAIN: "X-A: $${entityName}", SENSITIVE: "X-B: $${x} ${offset}", **OAUTH, "oauth2.client.secret": "a$${b}c",
    })
    assert request.warnings == ()
    assert request.config.auth.client_secret == Secret("a${b}c")
    sent = builder(request.config.request, "e").build(7)
    assert sent.url == "https://example.com/$%7Boffset%7D?x=7&p=$%7Bfoo%7D"
    assert (sent.headers["X-A"], sent.headers["X-B"]) == ("${entityName}", "${x} 7")


def test_b201_two_dollar_signs_write_a_brace_in_a_body() -> None:
    request = load({**POST, "http.request.body": '{"query": "$${offset}", "after": ${offset}}'}).config.request
    assert builder(request, "e").build(7).body == b'{"query": "${offset}", "after": 7}'


@pytest.mark.parametrize("name", ["url", "http.request.parameters", PLAIN, SENSITIVE])
def test_b201_a_variable_that_is_written_as_text_needs_no_offset(name: str) -> None:
    text = {"url": "https://example.com/", "http.request.parameters": "a=", PLAIN: "A: ", SENSITIVE: "A: "}[name] + "$${offset}"
    others: dict[str, object] = {"http.request.parameters": None, "http.initial.offset": None}
    assert warnings({**others, name: text}) == ["url"]
    assert mistakes({**others, name: text.replace("$$", "$")}) == ["http.initial.offset"]


def test_b201_an_escaped_reference_is_no_reference() -> None:
    config = load_config({**VALID, **BEARER, "bearer.token": "$${env:T}", PLAIN: "X-A: $${env:T}"}, environment={}).config
    assert config.auth.bearer_token == Secret("${env:T}")
    assert builder(config.request, "e").build(1).headers["X-A"] == "${env:T}"


@pytest.mark.parametrize("given", ["a${foo}", "$${offset}", "${", "${env:B}", "a$${x}${y}", "${}"])
def test_b201_what_a_provider_gives_is_not_looked_at_and_arrives_as_it_is(given: str) -> None:
    """Those who make passwords know nothing of variables."""
    everywhere = {"oauth2.client.secret": "${env:A}", PLAIN: "X-A: ${env:A}", "http.request.parameters": "o=${offset}&a=${env:A}"}
    config = load_config({**VALID, **OAUTH, **everywhere}, environment={"A": given}).config
    assert config.auth.client_secret == Secret(given)
    sent = builder(config.request, "e").build(7)
    assert sent.headers["X-A"] == given
    assert sent.url.partition("&a=")[2] == given.replace("{", "%7B").replace("}", "%7D")


def test_b201_a_variable_in_a_secret_of_a_provider_stays_and_one_in_a_whole_body_is_replaced() -> None:
    """As in Connect, a body may come from a file; a secret is never a template."""
    properties = {**VALID, **BEARER, **POST, "bearer.token": "${env:A}", "http.request.body": '{"a": "${env:A}"}'}
    config = load_config(properties, environment={"A": "${offset}"}).config
    assert config.auth.bearer_token == Secret("${offset}")
    assert builder(config.request, "e").build(7).body == b'{"a": "7"}'


def test_b201_a_variable_around_a_reference_is_judged() -> None:
    (finding,) = found({**BEARER, "bearer.token": "${env:A}${offset}"}, A=CANARY)
    assert finding.message.startswith("${offset} is not replaced in it")


def test_b201_entities_are_told_apart_by_a_header() -> None:
    changes: dict[str, object] = {"url": "https://example.com/", "entity.names": "a,b", PLAIN: "X-Entity: ${entityName}"}
    assert findings(changes, ENTITIES) == ()
    (finding,) = findings({PLAIN: "X-Entity: ${entityName}"})
    assert (finding.property, PLAIN in finding.message) == ("entity.names", True)


def test_every_text_that_is_sent_as_it_is_is_looked_at() -> None:
    sent = {name for name, known in PROPERTIES.items() if known.type is STRING and name.startswith(("connection.u", "oauth2.", "api.key."))}
    assert sent <= set(PLAIN_TEXTS)
