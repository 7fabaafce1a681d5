"""Secrets in clear text are refused; references are not, and come back as references."""

import pytest

from http_source.rest.references import clear_secrets, has_reference, without_clear_secrets

CLEAR = [
    ("connection.password", "hunter2"),
    ("connection.password", "pre${env:P}"),
    ("connection.password", "$${env:P}"),
    ("connection.password", "${vault:path:key}"),
    ("bearer.token", "abc"),
    ("http.request.sensitive.headers", "X-A: ${env:A}|X-B: plain"),
    ("http.request.headers", "Accept: text/plain|Authorization: Bearer abc"),
    ("http.request.headers", "X-Api-Key: 12"),
    ("http.request.parameters", "limit=5&api_key=abc"),
    ("url", "https://example.com/a?token=abc"),
    ("url", "https://me:word@example.com/a"),
    ("http.initial.offset", "https://example.com/?api_key=abc"),
    ("http.request.body", '{"query": "x", "client_secret": "abc"}'),
    ("http.request.body", "grant=x&password=abc"),
    ("oauth2.token.parameters", "audience=x"),
    ("oauth2.token.parameters", "audience=${env:A}&client_secret=abc"),
    ("value.converter.basic.auth.user.info", "me:word"),
    ("value.converter.basic.auth.user.info", "${env:USER}:word"),
    ("producer.override.sasl.jaas.config",
     'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="word";'),
    ("https.ssl.keystorefile", "data:text/plain;base64,AAAA"),
    ("https.ssl.truststore.certificates", "-----BEGIN PRIVATE KEY-----"),
    ("key.converter.basic.auth.user.info", "me:word"),
    ("confluent.license", "abc"),
]

FINE = [
    ("connection.password", "${env:P}"),
    ("connection.password", " ${file:/run/secrets/a.properties:key} "),
    ("connection.password", ""),
    ("connection.user", "me"),
    ("http.request.sensitive.headers", "X-A: ${env:A}|Authorization: Bearer ${directory:/run/secrets:b}"),
    ("http.request.headers", "Accept: text/plain|Authorization: Bearer ${env:T}"),
    ("http.request.parameters", "limit=5&api_key=${env:K}&cursor_token=${offset}"),
    ("url", "https://example.com/a?since=${offset}&access_token=${env:T}"),
    ("http.request.body", '{"query": "token", "client_secret": "${env:S}"}'),
    ("value.converter.basic.auth.user.info", "me:${env:P}"),
    ("value.converter.basic.auth.user.info", "${env:BOTH}"),
    ("producer.override.sasl.jaas.config",
     'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="${env:P}";'),
    ("producer.override.sasl.jaas.config", "${env:JAAS}"),
    ("https.ssl.truststore.certificates", "-----BEGIN CERTIFICATE-----"),
    ("https.ssl.truststorefile", "data:text/plain;base64,AAAA"),
    ("auth.type", "basic"),
    ("transforms.mask.replacement", "secret"),
]


@pytest.mark.parametrize(("name", "value"), CLEAR)
def test_a_secret_in_clear_text_is_found(name: str, value: str) -> None:
    (finding,) = clear_secrets({"name": "my orders", name: value})
    assert finding.property == name
    assert "${env:MY_ORDERS_" in finding.message
    assert value not in finding.message


@pytest.mark.parametrize(("name", "value"), FINE)
def test_a_reference_or_what_anybody_may_read_is_taken(name: str, value: str) -> None:
    assert list(clear_secrets({"name": "orders", name: value})) == []


def test_lists_are_split_as_their_separators_say() -> None:
    given = {"http.request.sensitive.headers": "X-A: ${env:A};X-B: plain", "http.request.headers.separator": ";"}
    assert [finding.property for finding in clear_secrets(given)] == ["http.request.sensitive.headers"]


def test_template_variables_are_no_references() -> None:
    assert not has_reference("${offset} ${entityName}")


def test_of_a_file_written_by_hand_others_read_no_secret_and_what_they_send_back_is_refused() -> None:
    shown = without_clear_secrets({"name": "orders", "connection.password": "hunter2", "bearer.token": "${env:T}"})
    assert shown == {"name": "orders", "connection.password": "[hidden]", "bearer.token": "${env:T}"}
    assert [finding.property for finding in clear_secrets(shown)] == ["connection.password"]
