"""HMAC of a template: what is signed, with which key, and how it is sent; against digests made with openssl's names and by hand."""

import hashlib
import hmac
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping

import pytest
import requests

from http_source.assembly.redaction import redactor
from http_source.config.lists import parse_headers
from http_source.edges.auth.hmac_signer import HmacSigner
from http_source.edges.auth.hmac_template import key_of
from http_source.foreign.redactor import Redactor
from http_source.model import Request
from http_source_tests.config.samples import findings, load, mistakes
from http_source_tests.edges.clients import anywhere, patient
from http_source_tests.edges.grants import credentials_of
from http_source_tests.servers import Asked, Reply, api

KEYED: Mapping[str, object] = {"auth.type": "hmac", "hmac.secret": "s3cret", "hmac.template": "${target}"}
NOW = 1_764_431_454.25


def signed(properties: Mapping[str, object], method: str = "GET", url: str = "https://a.example:8443/p/q?x=%20&y", body: bytes | None = None
           ) -> Mapping[str, str]:
    """The headers of a request that is signed at a moment that stands still."""
    options = load({**KEYED, **properties}).config.auth
    signer = HmacSigner(options, key_of(options), parse_headers(options.hmac_headers, "|"), redact=Redactor(), clock=lambda: NOW,
                        nonce=lambda: "n0nce")
    request = requests.Request(method, url).prepare()
    request.body = body
    return signer(request).headers


def digest_of(text: str, key: bytes = b"s3cret") -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def test_a_request_is_signed_as_its_template_says() -> None:
    """Blanks at the ends of a property are trimmed, so a line break at the end is written."""
    template = r"${method}\n${host}\n${path}\n${query}\n${timestamp}\n${nonce}\n${bodySha256}\n$${a}\n"
    headers = signed({"hmac.template": template, "hmac.headers": "Authorization:HMAC id:${timestamp}:${signature}|X-Nonce:${nonce}"})
    text = f"GET\na.example:8443\n/p/q\nx=%20&y\n1764431454\nn0nce\n{hashlib.sha256(b'').hexdigest()}\n${{a}}\n"
    assert headers["Authorization"] == f"HMAC id:1764431454:{digest_of(text)}"
    assert headers["X-Nonce"] == "n0nce"


def test_a_body_of_any_bytes_is_signed_as_it_is_sent() -> None:
    body = '{"a": "ü\u2028"}'.encode() + b"\xff"
    headers = signed({"hmac.template": "${body}", "hmac.headers": "X-S:${signature}|X-H:${bodyMd5Base64} ${bodySha1}"}, "POST", body=body)
    assert headers["X-S"] == hmac.new(b"s3cret", body, hashlib.sha256).hexdigest()
    assert headers["X-H"] == f"{b64encode(hashlib.md5(body).digest()).decode()} {hashlib.sha1(body).hexdigest()}"


def test_variables_in_what_is_put_in_are_not_replaced() -> None:
    headers = signed({"hmac.template": "${target}|${body}"}, "POST", "https://a.example/$%7Bnonce%7D", b"${nonce}\\n")
    assert headers["X-Signature"] == digest_of("/$%7Bnonce%7D|${nonce}\\n")


@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA384", "SHA512"])
@pytest.mark.parametrize("encoding", ["hex", "base64", "base64url"])
def test_each_algorithm_and_encoding(algorithm: str, encoding: str) -> None:
    raw = hmac.new(b"s3cret", b"/p/q?x=%20&y", algorithm).digest()
    written = {"hex": raw.hex(), "base64": b64encode(raw).decode(), "base64url": urlsafe_b64encode(raw).decode().rstrip("=")}
    assert signed({"hmac.algorithm": algorithm, "hmac.encoding": encoding})["X-Signature"] == written[encoding]


@pytest.mark.parametrize(("encoding", "secret"), [("text", "\u00fc"), ("hex", "c3bc"), ("base64", "w7w=")])
def test_the_key_is_read_as_it_is_written(encoding: str, secret: str) -> None:
    headers = signed({"hmac.secret": secret, "hmac.secret.encoding": encoding})
    assert headers["X-Signature"] == digest_of("/p/q?x=%20&y", "ü".encode())


@pytest.mark.parametrize(
    ("written", "expected"),
    [("seconds", "1764431454"), ("milliseconds", "1764431454250"), ("iso8601", "2025-11-29T15:50:54Z"), ("basic", "20251129T155054Z"),
     ("http", "Sat, 29 Nov 2025 15:50:54 GMT")],
)
def test_the_time_is_written_in_each_format(written: str, expected: str) -> None:
    headers = {"hmac.headers": "Date:${timestamp}|X-Signature:${signature}", "hmac.template": "${timestamp}"}
    found = signed({**headers, "hmac.timestamp.format": written})
    assert (found["Date"], found["X-Signature"]) == (expected, digest_of(expected))


def test_each_request_and_where_a_redirect_leads_are_signed_anew() -> None:
    def answer(asked: Asked) -> Reply:
        return Reply(b"", 302, {"Location": "/b?c"}) if asked.target == "/a" else Reply()

    properties = {**KEYED, "hmac.template": "${target} ${nonce}", "hmac.headers": "X-S:${signature}|X-N:${nonce}"}
    with api(answer) as server, patient(auth=credentials_of(properties)) as client:
        for _ in range(2):
            client.fetch(Request("GET", f"{server.url}/a"), anywhere)
    assert [asked.target for asked in server.asked] == ["/a", "/b?c"] * 2
    assert all(asked.headers["X-S"] == digest_of(f"{asked.target} {asked.headers['X-N']}") for asked in server.asked)
    assert len({asked.headers["X-N"] for asked in server.asked}) == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hmac.secret", ""), ("hmac.template", "fixed"), ("hmac.template", "${method} ${Body}"), ("hmac.template", "${offset}"),
        ("hmac.headers", "X-S"), ("hmac.headers", "Host:${signature}"), ("hmac.headers", "X-S:${nonce}"),
        ("hmac.headers", "X-S:${signature}|X-B:${body}"), ("hmac.template", "${method} ${timestamp"), ("hmac.template", "${method}${"),
        ("hmac.template", r"${method}\q"), ("hmac.template", "${method}\\"), ("hmac.template", r"${method}\\\n\r"),
        ("hmac.headers", "X-S:${signature}|X-T:${timestamp"), ("hmac.headers", r"X-S:CORP\new:${signature}"),
    ],
)
def test_what_cannot_be_signed_or_sent_is_a_mistake(name: str, value: str) -> None:
    assert set(mistakes({**KEYED, name: value})) == {name}


def test_what_cannot_be_signed_is_told_with_what_to_write() -> None:
    said = " ".join(finding.message for finding in findings({**KEYED, "hmac.template": r"${method} \q ${timestamp"}))
    assert "unknown escape \\q. It takes \\n" in said.replace("\\\\", "\\")
    assert "There is ${timestamp without a } after it." in said


def test_all_mistakes_in_headers_are_told_at_once() -> None:
    said = [finding.message for finding in findings({**KEYED, "hmac.headers": "X-A|X B:1|X-C:${signatur}|Host:a"})]
    for words in ("Header 1 ", "Header 2 ", "The header Host ", "${signatur}", "holds ${signature}"):
        assert any(words in each for each in said), words


@pytest.mark.parametrize("name", ["nonce", "timestamp"])
def test_what_is_signed_and_not_sent_is_doubted(name: str) -> None:
    (doubted,) = findings({**KEYED, "hmac.template": f"${{method}}${{{name}}}"})
    assert (doubted.property, doubted.warning) == ("hmac.template", True)
    assert f"${{{name}}}, which no header holds" in doubted.message
    assert findings({**KEYED, "hmac.template": f"${{{name}}}", "hmac.headers": f"X-S:${{signature}}|X-T:${{{name}}}"}) == ()


def test_a_backslash_is_written_as_two() -> None:
    headers = signed({"hmac.template": r"a\\b\\n${method}", "hmac.headers": r"X-Signature:CORP\\new\shop ${signature}"})
    assert headers["X-Signature"] == r"CORP\new\shop " + digest_of(r"a\b\nGET")


@pytest.mark.parametrize(("encoding", "secret"), [("hex", "xyz"), ("hex", "abc"), ("base64", "a"), ("base64", "ü")])
def test_a_key_that_is_not_encoded_as_it_says_is_a_mistake_that_does_not_show_it(encoding: str, secret: str) -> None:
    (finding,) = findings({**KEYED, "hmac.secret": secret, "hmac.secret.encoding": encoding})
    assert finding.property == "hmac.secret"
    assert f"Expected {encoding}" in finding.message
    assert not re.search(rf"\b{secret}\b", finding.message)


def test_an_unknown_variable_is_told_with_the_nearest() -> None:
    (finding,) = findings({**KEYED, "hmac.template": "${bodysha256}"})
    assert "${bodysha256}. Did you mean bodySha256?" in finding.message


def test_the_name_of_the_scheme_is_not_hidden_where_messages_have_it() -> None:
    redact = redactor(load({**KEYED, "hmac.headers": "Authorization:HMAC Credential=shop:${signature}"}).config)
    assert redact("hmac.template and Credential") == "hmac.template and Credential"


def test_a_header_that_is_signed_is_not_there_a_second_time() -> None:
    assert mistakes({**KEYED, "http.request.headers": "x-signature: a"}) == ["http.request.headers"]
