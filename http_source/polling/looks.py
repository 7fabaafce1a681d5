"""What an answer looks like that is not the JSON that was expected, and what to do then."""

import re
from collections.abc import Mapping

from msgspec import DecodeError
from msgspec.json import decode

from http_source.foreign.text import Foreign, Redact, readable

CHECK_URL = "Check that `url` is the API's address, not a page for people such as a login."
_ASK = "Ask for JSON, for example by `Accept: application/json` in `http.request.headers`, or by the API's own parameter."
_CHARSET = (
    "JSON is UTF-8 (RFC 8259 §8.1). Another charset is decoded where Content-Type names it, as in `application/json; charset=windows-1252`."
)
_JSON = ("{", "[")
_LOOKED_AT = 65_536
_TAIL = 64

_PACKED = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04")
_BEGINNINGS: Mapping[bytes, str] = {
    b"\x1f\x8b": "It is packed with gzip, which its Content-Encoding does not say. Have it served unpacked, or with that header.",
    b"\x28\xb5\x2f\xfd": "It is packed with zstd, which its Content-Encoding does not say. Have it served unpacked, or with that header.",
    b"PK\x03\x04": f"It is a ZIP archive. {_ASK}",
    b"%PDF": f"It is a PDF document. {_ASK}",
    b"PAR1": f"It is a Parquet file. {_ASK}",
    b"Obj\x01": f"It is an Avro file. {_ASK}",
    b"\x1e": "It is a sequence of JSON texts (RFC 7464), which is not read. Ask for an array, or for one document a line.",
}
_HTML = re.compile(r"<!doctype html|<html|<head|<body|<title", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_TEXTS: Mapping[re.Pattern[str], str] = {
    re.compile(r"<[?!A-Za-z]"): f"It is XML. {_ASK}",
    re.compile(r"\)\]\}'|(while|for) ?\((1|;;)\);|\{\} ?&&|&&&START&&&"):
        "It begins with a prefix that keeps other sites' scripts from reading it, so this address is made for a website. Set `url` to the "
        "API's own.",
    re.compile(r"(/\*\*/)?\s*[A-Za-z_$][\w$.]*\s*\(\s*[\[{]"):
        "It calls a function (JSONP). Leave the parameter that names the function, such as `callback`, out.",
    re.compile(r"((event|id|retry):[^\n]*\n)*data:"):
        "It is a stream of events (server-sent events), which has no pages. Set `url` to an address that answers with pages.",
    re.compile(r"---\s"): f"It looks like YAML. {_ASK}",
    re.compile(r"[A-Za-z_][\w-]*:(?:[ \t]+\S[^\n]*|[ \t\r]*)\n[ \t]*(?:- |[A-Za-z_][\w-]*:\s)"): f"It looks like YAML. {_ASK}",
    re.compile(r"[\[{][\[{\s]*'"): "Its texts are in single quotes, where JSON has double ones (RFC 8259 §7). Have the API write JSON.",
    re.compile(r"[\[{\s]*(//|/\*)"): "It has comments, which JSON does not have. Have the API write JSON.",
    re.compile(r"[\[\s]*\{\s*[A-Za-z_$][\w$]*\s*:"):
        "Its names are not in quotes, where JSON has double ones (RFC 8259 §4). Have the API write JSON.",
}
_NO_TEXT = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")
_NO_NUMBER = re.compile(r"[\[:,]\s*-?(NaN|Infinity)\b")
_LAST_COMMA = re.compile(r",\s*[\]}]")
_SEPARATOR = re.compile(r"[,;\t|]")


def is_packed(body: bytes) -> bool:
    """Whether it begins as compressed data does, whose zeros are no UTF-16."""
    return body.startswith(_PACKED)


def look_of(body: bytes, redact: Redact | None, *, is_utf8: bool = True, in_lines: bool = False) -> str:
    """One or two sentences for a body that is not one JSON document, or none `in_lines`: what it is if that can be seen, and what to do.

    The title of an HTML page is shown where there is something to take secrets out of it.
    """
    for beginning, sentence in _BEGINNINGS.items():
        if body.startswith(beginning):
            return sentence
    text = body[:_LOOKED_AT].decode("utf-8", "replace").lstrip()
    if _HTML.match(text):
        return f"It is an HTML page{_titled(text, redact)}. {CHECK_URL}"
    if not is_utf8 and text.startswith(_JSON):
        return _CHARSET
    return _by_its_text(text) or _by_its_lines(text, in_lines=in_lines) or _by_its_mistake(text, body[-_TAIL:].rstrip()) or CHECK_URL


def _titled(text: str, redact: Redact | None) -> str:
    found = _TITLE.search(text) if redact else None
    return f' with the title "{readable(Foreign(" ".join(found[1].split())), redact)}"' if found and redact else ""


def _by_its_text(text: str) -> str:
    if not text.startswith((*_JSON, '"')) and _NO_TEXT.search(text):
        return f"It is not text, but binary data such as MessagePack, CBOR or Protobuf. {_ASK}"
    return next((sentence for pattern, sentence in _TEXTS.items() if pattern.match(text)), "")


def _by_its_lines(text: str, *, in_lines: bool) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    if not in_lines and len(lines) > 1 and all(map(_is_json, lines[:2])):
        return "It has one JSON document a line (NDJSON): set `http.response.format=NDJSON`."
    if text.startswith(_JSON) and re.search(r"[\]}]\s*[\[{]", text):
        return "Several JSON documents may follow one another in it, which is read with one a line only. Have the API write an array."
    separators = [_SEPARATOR.findall(line) for line in lines[:2]]
    if len(separators) > 1 and separators[0] and separators[0] == separators[1] and not text.startswith(_JSON):
        return f"It looks like CSV. {_ASK}"
    return ""


def _by_its_mistake(text: str, end: bytes) -> str:
    """Of what is JSON but for one thing; the patterns may also be found in texts, so nothing is said for sure."""
    if not text.startswith(_JSON):
        return ""
    if _NO_NUMBER.search(text):
        return "JSON has no NaN and no Infinity (RFC 8259 §6): have the API write null or a text instead."
    if _LAST_COMMA.search(text):
        return "JSON has no comma before a closing bracket, and there may be one. Have the API write JSON."
    return "" if end.endswith((b"}", b"]")) else "If it ends within a value, the server, or a proxy before it, cut it off."


def _is_json(line: str) -> bool:
    try:
        decode(line)
    except (DecodeError, RecursionError, UnicodeError):
        return False
    return True
