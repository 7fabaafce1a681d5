"""Bodies in other charsets than UTF-8."""

import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_source.polling.charset import in_utf8

TEXT = '{"name": "Müller & Söhne"}'
JAPANESE = '["こんにちは"]'


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        *((charset, TEXT) for charset in ("ISO-8859-1", "latin1", "windows-1252", "cp850", "UTF-16", "utf-16le", "UTF-32BE", "macroman")),
        *((charset, JAPANESE) for charset in ("Shift_JIS", "euc-jp", "ISO-2022-JP", "utf-16")),
        ("gb18030", '["你好"]'), ("Big5", '["你好"]'), ("koi8-r", '["привет"]'), ("EUC-KR", '["안녕"]'), ("hz-gb-2312", '["你好"]'),
    ],
)
@pytest.mark.parametrize("form", ["application/json; charset={}", 'text/plain;Charset="{}"; x=y'])
def test_b229_a_charset_that_is_named_is_decoded(charset: str, text: str, form: str) -> None:
    assert in_utf8(text.encode(charset), form.format(charset)) == text.encode()


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("content_type", ["", "application/json", "application/json; charset=utf-8"])
def test_b229_utf_16_and_utf_32_are_seen_by_their_bytes(charset: str, content_type: str) -> None:
    assert in_utf8(TEXT.encode(charset), content_type) == TEXT.encode()


@pytest.mark.parametrize("said", ["", "text/html; charset=ISO-8859-1", "application/json; charset=utf-16", "x; charset=Shift_JIS"])
@given(st.recursive(st.text() | st.integers(), st.lists))
def test_b229_json_in_utf_8_stays_as_it_is_whatever_is_said_of_it(said: str, value: object) -> None:
    body = json.dumps(value, ensure_ascii=False).encode()
    assert in_utf8(body, said) == body


@pytest.mark.parametrize("charset", ["utf-8", "us-ascii", "base64", "rot13", "unicode_escape", "idna", "punycode", "zlib", "nonsense", ""])
def test_b229_what_is_not_a_charset_of_texts_decodes_nothing(charset: str) -> None:
    assert in_utf8(b'["\\u0041 \xe9"]', f"application/json; charset={charset}") == b'["\\u0041 \xe9"]'


@pytest.mark.parametrize("body", [b"", b"\0", b"[\0\xd8", codecs.BOM_UTF16_LE + b"x", b'["\x81\xff]', codecs.BOM_UTF8 + b"[1]"])
@pytest.mark.parametrize("content_type", ["", "x; charset=shift_jis", "x; charset=utf-16"])
def test_b229_what_cannot_be_decoded_stays_as_it_is(body: bytes, content_type: str) -> None:
    assert in_utf8(body, content_type) == body


@given(st.binary(max_size=40), st.text(max_size=30))
def test_b229_no_bytes_and_no_content_type_break_it(body: bytes, content_type: str) -> None:
    for said in (content_type, f"text/plain; charset={content_type}"):
        assert isinstance(in_utf8(body, said), bytes)
