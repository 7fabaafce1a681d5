"""Bodies in other charsets than UTF-8, which is the only one of JSON (RFC 8259 §8.1), and which some APIs use all the same."""

import codecs
import json
import re

_CHARSET = re.compile(r"""charset\s*=\s*["']?([\w.:+-]+)""", re.IGNORECASE | re.ASCII)
_ESCAPING = ("iso2022", "iso-2022", "hz")
_KNOWN = re.compile(
    r"(iso.?)?8859|latin|l\d+$|cp\d|windows|ibm\d|utf.?(16|32)|koi8|mac|gb|hz|big5|euc|shift|sjis|ms.?kanji|iso.?2022|tis.?620|johab|ptcp|kz",
    re.IGNORECASE,
)


def in_utf8(body: bytes, content_type: str) -> bytes:
    """The body in UTF-8: as it is wherever it is UTF-8 already, whatever its Content-Type says.

    Else it is decoded by the charset that Content-Type names, or that its first bytes show (UTF-16, UTF-32); where that fails it stays as
    it is.
    """
    charset = _declared(content_type) if "charset" in content_type.lower() else ""
    shown = json.detect_encoding(body) if body[:4].count(0) or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else ""
    if not shown.startswith(("utf-16", "utf-32")) and (not charset or _is_utf8(body, charset)):
        return body
    try:
        return body.decode(shown or charset).removeprefix("\ufeff").encode()
    except (UnicodeError, LookupError):
        return body


def _declared(content_type: str) -> str:
    """The charset that is named, if it is one of texts that Python knows: its other codecs do other things."""
    found = _CHARSET.search(content_type)
    return found[1] if found and _KNOWN.match(found[1]) else ""


def _is_utf8(body: bytes, charset: str) -> bool:
    """Whether a body is UTF-8 whatever its charset is said to be; a charset that writes other letters in ASCII is believed."""
    if body.isascii():
        return not charset.lower().startswith(_ESCAPING)
    try:
        codecs.utf_8_decode(body, "strict", True)  # noqa: FBT003 - the codec's signature
    except UnicodeDecodeError:
        return False
    return True
