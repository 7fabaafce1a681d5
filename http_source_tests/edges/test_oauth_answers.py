"""What a token server may answer, and what its user is told: the property to mend, and never a secret."""

import json
import logging
import socket
from typing import Any

import pytest

from http_source.errors import RequestFailed
from http_source_tests.edges.clients import impatient
from http_source_tests.edges.grants import CLIENT, answering, granted, granting, refusal, said, token
from http_source_tests.servers import Reply, drip, raw

SECRET = str(CLIENT["oauth2.client.secret"])


def failure_with(reply: Reply, properties: dict[str, object] | None = None) -> str:
    """The sentence about an answer; the request may be sent again, and nothing secret is in it."""
    with answering(reply, properties) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    sentence = str(failure.value)
    assert failure.value.retriable
    assert f"POST {grant.address} was answered {reply.status}" in sentence
    assert sentence.isprintable()
    assert not any(word in sentence for word in (SECRET, "t3nant", "t0ken"))
    return sentence


@pytest.mark.parametrize(
    ("error", "status", "names"),
    [
        ("invalid_client", 401, "`oauth2.client.secret`"),
        ("invalid_client", 400, "`oauth2.client.mode`"),
        ("invalid_scope", 400, "`oauth2.client.scope`"),
        ("unauthorized_client", 400, "`oauth2.client.id`"),
        ("unsupported_grant_type", 400, "`oauth2.client.id`"),
        ("invalid_target", 400, "`oauth2.token.parameters`"),
        ("invalid_request", 400, "`oauth2.token.parameters`"),
        ("access_denied", 403, "`oauth2.client.id`"),
        ("server_error", 500, "`oauth2.token.url`"),
        ("bad_verification_code", 200, "`oauth2.token.url`"),
    ],
)
def test_an_error_is_shown_with_its_description_and_the_property_to_mend(error: str, status: int, names: str) -> None:
    sentence = failure_with(refusal(error, status, error_description="It is wrong"))
    assert f'was answered {status} with the error "{error}": "It is wrong".' in sentence
    assert names in sentence


def test_b38_a_description_that_echoes_the_secret_is_cut_escaped_and_redacted() -> None:
    described = f"bad secret {SECRET}\n\x1b[31m" + "x" * 1_000
    sentence = failure_with(refusal("invalid_client", error_description=described))
    assert r'"bad secret [hidden]\n\x1b[31mxxx' in sentence
    assert len(sentence) < 600


@pytest.mark.parametrize(
    ("reply", "names"),
    [
        (Reply(b"", 401), "`oauth2.client.secret`"),
        (Reply(b"<html>no", 403), "`oauth2.client.id`"),
        (Reply(b"<html>no", 404), "`oauth2.token.url`"),
        (Reply(b"", 405), "`oauth2.token.url`"),
        (Reply(b"", 429), "busy"),
        (Reply(b"no", 500), "busy"),
        (Reply(b"", 503), "busy"),
        (said({"error": {"code": 7}}, 400), "`oauth2.token.parameters`"),
    ],
)
def test_any_other_status_names_what_to_mend(reply: Reply, names: str) -> None:
    assert names in failure_with(reply)


@pytest.mark.parametrize("status", [200, 201, 299, 300, 400, 401, 403, 404, 405, 409, 415, 418, 422, 429, 500, 502, 503, 504, 599])
@pytest.mark.parametrize(
    "body", [b"", b"<html>No", b"{}", b"[]", b'{"error": null}', b'{"error": "what_is_this"}', b'{"message": "s3cret"}', b"s3cret",
             b'{"error": "s3cret", "error_description": "s3cret\\n\\u202e"}', b"\xff"],
)
def test_each_answer_without_a_token_names_a_property(status: int, body: bytes) -> None:
    assert "`oauth2." in failure_with(Reply(body, status))


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_credentials_do_not_follow_a_redirect(status: int) -> None:
    reply = Reply(status=status, headers={"Location": "https://login.example.com/token?client_secret=s3cret"})
    assert 'a redirect to "https://login.example.com/token". Set `oauth2.token.url` to where it leads.' in failure_with(reply)


@pytest.mark.parametrize(
    "body", [b"", b"<!doctype html><html>Sign in", b"access_token=t0ken&token_type=bearer", b"null", b"[]", b'"t0ken"', b"{", b"{}",
             b"[" * 100_000, b"\xff\xfe\x00", b'{"access_token": 1' + b"0" * 5_000 + b"}"],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_object_is_told_without_quoting_it(body: bytes) -> None:
    assert "`oauth2.token.url`" in failure_with(Reply(body))


@pytest.mark.parametrize("value", [None, 7, True, ["t0ken"], {"t0ken": 1}])
def test_a_token_that_is_not_there_is_told_with_the_members_that_are(value: object) -> None:
    sentence = failure_with(said({"access_token": value, "id_token": "t0ken\n"}))
    assert 'the member "access_token" is missing or is not a text; the members are "access_token", "id_token".' in sentence
    assert "Set `oauth2.token.property`" in sentence


@pytest.mark.parametrize("value", ["", " ", "a b", "a\r\nX-Injected: 1", "a\n", "t\u00f6ken", "a\u2028b", "a\x00", "\ud800", "a\x7f"])
def test_a_token_that_cannot_stand_in_a_header_is_refused(value: str) -> None:
    """RFC 6750 §2.1: or an answer could add headers to our requests."""
    assert "`oauth2.token.property`" in failure_with(said({"access_token": value}))


@pytest.mark.parametrize("value", ["a", "mF_9.B5f-4.1JqM", "00D!AQ8A~x+/==", "x" * 8_000])
def test_any_other_token_is_taken_as_it_is(value: str) -> None:
    with granting(lambda _: token(value)) as grant:
        assert grant.token() == value


def test_a_token_may_stand_in_another_member() -> None:
    with granting(lambda _: said({"id_token": "t0ken", "access_token": "other"}), {"oauth2.token.property": "id_token"}) as grant:
        assert grant.token() == "t0ken"


@pytest.mark.parametrize("kind", ["mac", "MAC", "DPoP"])
def test_a_token_that_needs_a_key_is_refused_by_its_type(kind: str) -> None:
    """RFC 6749 §7.1: a client must not use a token whose type it does not understand."""
    with granting(lambda _: token(token_type=kind)) as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    assert f"with a token of the type {kind}, whose requests must be signed" in str(failure.value)
    assert "t0ken" not in str(failure.value)


@pytest.mark.parametrize("members", [{"token_type": "BearerToken"}, {"token_type": None}, {"scope": "other"}, {"scope": 7}, {"error": ""}])
def test_what_else_an_answer_says_does_not_matter(members: dict[str, Any]) -> None:
    """A server may give another scope than was asked for (RFC 6749 §3.3)."""
    with granting(lambda _: token(**members)) as grant:
        assert grant.token() == "t0ken"


@pytest.mark.parametrize(
    "said_life", ["3600", '"3600"', "3600.5", '"3600.9"', "0", "-1", '"-1"', "null", "true", '"soon"', '""', "NaN", "Infinity", "-Infinity",
                  '"nan"', "1e400", "1e18", "9" * 400, "[]", "{}", "0.0001"]
)
def test_a_life_that_makes_no_sense_does_not_keep_a_token_from_use(said_life: str) -> None:
    """However short it is, the token serves for a second, so that requests do not double."""
    with granting(lambda _: Reply(f'{{"access_token": "t0ken", "expires_in": {said_life}}}'.encode())) as grant:
        assert {grant.token() for _ in range(3)} == {"t0ken"}
    assert len(grant.asked) == 1


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def test_a_token_url_that_is_not_reached_is_told_in_the_specifications_words() -> None:
    with granted("http://127.0.0.1:1/token?tenant=t3nant") as grant, pytest.raises(RequestFailed) as failure:
        grant.token()
    asked = "POST http://127.0.0.1:1/token HTTP/1.1"
    assert str(failure.value).startswith(f"Unable to complete OAuth token request {asked} within 30 seconds: ")
    assert "refused the connection" in str(failure.value)
    assert "`url`" not in str(failure.value)
    assert "t3nant" not in str(failure.value)


def test_a_token_server_that_does_not_answer_in_time_is_told_without_properties_of_other_requests() -> None:
    with (
        raw(lambda connection: drip(connection, start=b"HTTP/1.1 200 OK\r\n\r\n", drop=b" ")) as url,
        granted(f"{url}/token", client=impatient()) as grant,
        pytest.raises(RequestFailed) as failure,
    ):
        grant.token()
    assert "HTTP/1.1 within 30 seconds: " in str(failure.value)
    assert "http.request.timeout.ms" not in str(failure.value)


def test_a_token_server_that_hangs_up_is_told_as_one_that_is_not_reached() -> None:
    with (
        raw(hang_up) as url,
        granted(f"{url}/token") as grant,
        pytest.raises(RequestFailed, match="Unable to complete OAuth token request POST"),
    ):
        grant.token()


def test_b38_a_token_is_hidden_once_it_is_known() -> None:
    """An API may repeat the token it was sent."""
    with granting(lambda _: token('to"ken/+')) as grant:
        assert grant.redact('to"ken/+') == 'to"ken/+'
        grant.token()
        echo = json.dumps({"sent": 'Bearer to"ken/+'})
        assert grant.redact(echo) == '{"sent": "Bearer [hidden]"}'


def test_no_log_has_a_secret_or_a_token_whatever_its_level(caplog: pytest.LogCaptureFixture) -> None:
    """requests-oauthlib would write both."""
    caplog.set_level(logging.DEBUG)
    with granting(lambda _: token(), {"oauth2.client.mode": "url"}) as grant:
        logging.getLogger(__name__).debug("This is heard.")
        grant.token()
    assert "This is heard." in caplog.text
    assert not any(secret in caplog.text for secret in (SECRET, "t0ken"))
