"""Cuts the records, and the next-page token, out of a response body as they are: nothing is parsed, so every value arrives byte-exact.

The fast way is one pass of a decoder made for all pointers. What it refuses goes the exact way, and only what that refuses too is an
error. Both give the same slices, and the same verdict on every body, also on its encoding and its depth.
"""

import codecs
import json
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec import DecodeError

from http_source.config.properties import OffsetOptions
from http_source.errors import PageRefused
from http_source.foreign.text import Foreign, Redact, escape, readable
from http_source.model import Value
from http_source.polling.envelope import envelope_of
from http_source.polling.looks import is_packed, look_of
from http_source.polling.nesting import DEEPEST, is_too_deep, may_be_too_deep
from http_source.polling.pointer import JsonText, tokens_of
from http_source.polling.scalar import is_empty, is_zero

CHECKED_AT_ONCE = 65_536
"""Bytes per step of the UTF-8 check: the text of a whole page would cost several times its size in memory."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NAMES_SHOWN = 20
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Cut:
    """What a body holds.

    Attributes:
        records: the slices of the records, in order; none for `null` and empty arrays.
        token: the JSON text at the first of `http.next.page.json.pointer` that leads to something; empty when none does.
        error: the JSON text at `http.response.error.json.pointer`; empty when that is no error.
        missing: a sentence when `http.response.data.json.pointer` leads nowhere, naming the keys that are there; else empty.
    """

    records: Sequence[Value] = ()
    token: str = ""
    error: str = ""
    missing: str = ""


class Cutter:
    """Cuts bodies at the pointers of the options; one for all entities and threads."""

    def __init__(self, options: OffsetOptions, redact: Redact | None = None) -> None:
        self._data = tokens_of(options.data_pointer)
        self._error = bool(options.error_pointer)
        self._beside = tuple(map(tokens_of, options.next_page_pointers))
        if options.error_pointer:
            self._beside += (tokens_of(options.error_pointer),)
        self._envelope = envelope_of(self._data, self._beside)
        self._redact = redact

    def cut(self, body: bytes) -> Cut:
        """The records, the token and the error.

        Raises PageRefused, to be asked again, when the body is not one JSON document in UTF-8 (RFC 8259) or is nested too deeply.
        """
        if not body:
            raise PageRefused("The answer is empty, where JSON was expected. A server without records answers 204 or an empty array.")
        content = body.removeprefix(codecs.BOM_UTF8)
        try:
            check_utf8(content)
            found = self._fast(content)
            if (found is None or may_be_too_deep(content, found.records)) and is_too_deep(content):
                words = f"The answer is nested more than {DEEPEST} levels deep, the most that is read."
                raise PageRefused(words + start_of(body, self._redact))
            return found or self._exact(content)
        except ValueError as error:
            look = look_of(content, self._redact, is_utf8=not isinstance(error, UnicodeDecodeError))
            raise PageRefused(f"The answer is not JSON: {reason_of(error, content)}. {look}" + start_of(body, self._redact)) from None

    def _fast(self, body: bytes) -> Cut | None:
        """One pass; None where the answer has another shape than expected or may not be JSON."""
        if self._envelope is None:
            return None
        try:
            found = self._envelope.open(body)
        except (DecodeError, RecursionError):
            return None
        return None if found is None else self._cut(found[0], [str(each, "utf-8") for each in found[1]])

    def _exact(self, body: bytes) -> Cut:
        text = JsonText(body.decode())
        place = text.find(self._data)
        found = [text.find(each) for each in self._beside]
        beside = ["" if each is None else text[each] for each in found]
        if place is None:
            missing = _missing(text, self._data)
            return self._cut((), beside, missing if self._redact is None else self._redact(missing))
        return self._cut(_records(text, place), beside)

    def _cut(self, records: Sequence[Value], beside: Sequence[str], missing: str = "") -> Cut:
        if not self._error:
            return Cut(records, _first(beside), "", missing)
        *tokens, error = beside
        return Cut(records, _first(tokens), "" if is_empty(error) or is_zero(error) else error, missing)


def _first(texts: Sequence[str]) -> str:
    """The first that stands for something; empty when none does."""
    return next((text for text in texts if not is_empty(text)), "")


def _records(text: JsonText, place: slice) -> Sequence[bytes]:
    """An array's elements; no record for null; else the one value there is."""
    if text[place] == "null":
        return ()
    if not text[place].startswith("["):
        return (text[place].encode(),)
    return tuple(text[element].encode() for _, element in text.children(place))


def _missing(text: JsonText, tokens: tuple[str, ...]) -> str:
    """Names the last place on the way that is there, and its keys, never its values."""
    ancestors = ((depth, text.find(tokens[:depth])) for depth in reversed(range(len(tokens))))
    depth, place = next((depth, place) for depth, place in ancestors if place is not None)
    names = [escape(name[:LONGEST_NAME]) for name, _ in text.children(place)] if text[place].startswith("{") else []
    there = f"the keys there are {', '.join(names[:NAMES_SHOWN])}" if names else "there are no keys there"
    where = "".join(f"/{token}" for token in tokens[:depth]) or "the whole answer"
    return f"`http.response.data.json.pointer` finds no {tokens[depth]!r} in {where}, so there are no records; {there}."


def start_of(body: bytes, redact: Redact | None) -> str:
    """A sentence with the beginning of what is not JSON, with a leading blank; empty where nothing may be shown."""
    shown = readable(Foreign(body), redact)
    return f' It starts with "{shown}".' if shown else ""


def check_utf8(body: bytes) -> None:
    """Raise UnicodeDecodeError for what is not UTF-8: the decoder passes over the bytes of a string unread, and they would reach Kafka."""
    if body.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(body)
    for start in range(0, len(body), CHECKED_AT_ONCE):
        try:
            decoder.decode(view[start : start + CHECKED_AT_ONCE], final=start + CHECKED_AT_ONCE >= len(body))
        except UnicodeDecodeError:
            body.decode()  # raises again, with the offset in the whole body


def reason_of(error: ValueError, body: bytes) -> str:
    """Why a body is not JSON, as the end of a sentence."""
    if is_packed(body):
        return "it is compressed data"
    if body.startswith(_UTF16) or b"\0" in body[:4]:
        return "it seems to be UTF-16 or UTF-32, where JSON is UTF-8 (RFC 8259 §8.1)"
    if isinstance(error, json.JSONDecodeError):
        return f"{readable(Foreign(error.msg), str)} at byte {len(error.doc[: error.pos].encode())}"
    if isinstance(error, UnicodeDecodeError):
        return f"the byte at {error.start} is not UTF-8 ({readable(Foreign(error.reason), str)})"
    return readable(Foreign.of(error), str)
