"""Foreign words as they are shown: one line, bounded, and no secret, however it is encoded and wherever it was cut."""

import base64
import json
import logging
import ssl
import time
from urllib.parse import quote

import pytest
from confluent_kafka import KafkaError, KafkaException
from hypothesis import given
from hypothesis import strategies as st

from http_source.foreign.encodings import forms_of
from http_source.foreign.redactor import PIECE, Redactor
from http_source.foreign.text import LONGEST, LOOKED_AT, Foreign, readable

SECRETS = ('pa55"wörd/+%=&\\<x>', "0123456789abcdefghijklmnop", "user:S4sl-Plain-S3cret", "ÄÖÜßİşç∑", "x" * 3 + "9zQ7kP1vRt" * 30)
FORMS = sorted({form for secret in SECRETS for form in forms_of(secret)})
REDACT = Redactor(SECRETS)
PIECES = {form[at : at + PIECE].lower() for form in FORMS for at in range(len(form) - PIECE + 1)}
SPOILERS = st.sampled_from([
    "\r\n", "\x1b[31m", "\u202e", "\u2028", "\u2029", "\x00", "\ud800", "\u200b", "\x85", "\ufeff", "[hidden]", " ",
])
PARTS = st.one_of(
    st.text(max_size=20),
    SPOILERS,
    st.sampled_from(FORMS),
    st.builds(lambda form, cut: form[: cut % len(form)], st.sampled_from(FORMS), st.integers(0)),
    st.builds(lambda form, cut: form[cut % len(form) :], st.sampled_from(FORMS), st.integers(0)),
)


def leaks(shown: str) -> list[str]:
    """The pieces of secrets that are shown, in any encoding and in small letters or capitals."""
    lowered = shown.lower()
    return [piece for at in range(len(lowered) - PIECE + 1) if (piece := lowered[at : at + PIECE]) in PIECES]


@given(parts=st.lists(PARTS, max_size=12), longest=st.integers(1, 700))
def test_b220_no_piece_of_a_secret_is_shown_and_no_second_line(parts: list[str], longest: int) -> None:
    shown = readable(Foreign("".join(parts)), REDACT, longest)

    assert leaks(shown) == []
    assert shown.isprintable()
    assert len(shown) <= longest


@given(parts=st.lists(PARTS, max_size=6), cut=st.integers(0, 40), junk=st.binary(max_size=20))
def test_b220_bytes_that_are_no_utf_8_change_nothing_of_that(parts: list[str], cut: int, junk: bytes) -> None:
    data = "".join(parts).encode("utf-8", "surrogatepass")
    shown = readable(Foreign(data[:cut] + junk + data[cut:]), REDACT)

    assert leaks(shown) == []
    assert shown.isprintable()


@pytest.mark.parametrize("form", FORMS)
def test_b220_a_secret_that_a_cut_of_ours_or_of_a_server_halves_is_hidden(form: str) -> None:
    for cut in range(min(len(form), 80)):
        for said in (f"key: {form[:cut]}", f"{form[cut:]} is the key", "-" * (LONGEST - cut) + form):
            assert leaks(readable(Foreign(said), REDACT)) == []
    beyond = "-" * (LOOKED_AT - len(form) // 2) + form
    assert leaks(readable(Foreign(beyond), REDACT, 2 * LOOKED_AT)) == []


@pytest.mark.parametrize("megabyte", ["a" * 1_048_576, SECRETS[1][:-1] * 41_944, "\x1b[" * 524_288, "\u202e" * 1_048_576, '"\\' * 524_288],
                         ids=["letters", "a secret again and again", "escapes", "bidi", "quotes"])
def test_b220_a_megabyte_costs_no_more_than_sixteen_times_what_a_sixteenth_costs(megabyte: str) -> None:
    redact = Redactor(SECRETS)

    def seconds(text: str) -> float:
        began = time.process_time()
        readable(Foreign(text), redact)
        redact(text)
        return time.process_time() - began

    assert seconds(megabyte) < 16 * 4 * seconds(megabyte[: len(megabyte) // 16]) + 0.5


def test_a_line_that_was_wrapped_in_base64_is_hidden_in_each_part() -> None:
    wrapped = base64.encodebytes(b"user:" + SECRETS[4].encode()).decode()

    assert leaks(readable(Foreign(wrapped), REDACT, 1_000)) == []


def test_sasl_plain_is_hidden_as_it_is_sent_and_in_base64() -> None:
    sent = b"\0me\0" + SECRETS[1].encode()

    for said in (sent, base64.b64encode(sent), base64.urlsafe_b64encode(b"n,," + sent)):
        assert leaks(readable(Foreign(said), REDACT)) == []


def test_everybodys_words_are_shown_though_a_password_has_them() -> None:
    redact = Redactor(["my-password-17", "Invalid-x"])

    assert readable(Foreign("Invalid username or password"), redact) == "Invalid username or password"
    assert readable(Foreign("not my-password-17, but my-password-1"), redact) == "not [hidden], but [hidden]"


def test_a_value_that_is_shown_in_part_is_hidden_as_a_whole() -> None:
    redact = Redactor(shown_in_part=["application/vnd.shop+json"])

    assert readable(Foreign("application/vnd.shop+json, application/vnd.shop"), redact) == "[hidden], application/vnd.shop"


def test_what_is_added_later_is_hidden_and_so_are_pieces_of_tokens_that_were_learned() -> None:
    redact = Redactor()
    redact.add("brokers-pa55word")
    redact.learn("eyJhbGciOi.token.signature")

    assert readable(Foreign("pa55word eyJhbGciOi"), redact) == "[hidden] [hidden]"


def test_foreign_words_show_nothing_of_themselves() -> None:
    said = Foreign("open sesame")
    forms = (str(said), repr(said), format(said), f"{said}", f"{said!r:>3}", repr([said]), logged(said))

    assert [form for form in forms if "sesame" in form] == []


def logged(said: Foreign) -> str:
    return logging.LogRecord("name", logging.INFO, "path", 1, "it says %s", (said,), None).getMessage()


def test_foreign_words_are_not_stored() -> None:
    with pytest.raises(TypeError):
        json.dumps(Foreign("open sesame"))
    with pytest.raises(TypeError, match="not stored"):
        Foreign("open sesame").__reduce_ex__(4)


class Wordless(Exception):
    def __str__(self) -> str:
        raise ValueError("no words")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KafkaException(KafkaError(KafkaError.SASL_AUTHENTICATION_FAILED, "bad\r\nkey")), "bad\\r\\nkey"),
        (KafkaError(KafkaError.INVALID_CONFIG), "Broker: Configuration is invalid"),
        (FileNotFoundError(2, "No such file", "/secret/path"), "No such file"),
        (ssl.SSLError(1, "[SSL] words"), "[SSL] words"),
        (ValueError("one"), "one"),
        (TimeoutError(), "TimeoutError"),
        (Wordless(), "Wordless"),
    ],
)
def test_the_words_of_an_exception_are_those_for_people(error: object, words: str) -> None:
    assert readable(Foreign.of(error), Redactor()) == words


def test_what_a_text_says_can_be_asked_without_showing_it() -> None:
    said = Foreign(" two  lines.\n\nTunnel connection failed: 407")

    assert said.says("connection failed")
    assert readable(said.first_line(), Redactor()) == " two  lines."
    assert readable(said.joined(), Redactor()) == "two lines. Tunnel connection failed: 407"
    assert said == Foreign(" two  lines.\n\nTunnel connection failed: 407")
    assert quote(readable(None, Redactor())) == ""


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Cannot parse 'postgresql://dagster:pa55w0rd@db:5432/dagster'", "Cannot parse 'postgresql://[hidden]@db:5432/dagster'"),
        ("no route to http://me:p@ss@proxy:3128", "no route to http://[hidden]@proxy:3128"),
        ('invalid dsn: "host=db password=pa55w0rd dbname=dagster"', 'invalid dsn: "host=db password=[hidden] dbname=dagster"'),
        ("host=db sslpassword='pa55 w0rd' user=me", "host=db sslpassword=[hidden] user=me"),
        ("POST /token?client_secret=pa55w0rd&scope=any", "POST /token?client_secret=[hidden]&scope=any"),
        ("GET https://api.example.com/@me: no route", "GET https://api.example.com/@me: no route"),
    ],
)
def test_b220_logins_are_hidden_by_their_place_though_nobody_told_them(said: str, shown: str) -> None:
    assert readable(Foreign(said), Redactor()) == shown


@pytest.mark.parametrize("secret", ["hidden", "hidden-word", "[hidden]", "den]"])
def test_what_was_hidden_stays_as_it_is_however_often_it_is_looked_at(secret: str) -> None:
    redact = Redactor([secret])
    once = readable(Foreign(f"it is {secret}!"), redact)
    assert once == "it is [hidden]!"
    assert readable(Foreign(once), redact) == redact(once) == once
