"""What in an answer looks like the way to the next page, by the names that APIs give it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from jsonpointer import JsonPointer

from http_source.config.properties import OffsetOptions, ResponseFormat
from http_source.errors import PageRefused
from http_source.model import Response, header_of
from http_source.polling.link import next_page
from http_source.polling.modes.cursor_pagination import HEADER, POINTER
from http_source.polling.pointer import tokens_of

LINK = "Link"

_NEXT = re.compile(
    "(odata)?next(page|records|results|continuation)?(token|link|url|uri|href|cursor|marker|key)?"
    "|odatadeltalink|(continuation|pagination)(token|key)?|cursor|scrollid"
)
_LEADS = ("href", "url", "link")
"""Members that hold the URL where the next page is an object."""

_EXTENSION = re.compile("x-(ms-)?")
_TOKEN = re.compile("(token|cursor|marker|key|continuation|scrollid)$")
_DEEPEST = 3
_LONGEST = 200
_NOTHING = ("", "0")


@dataclass(frozen=True, slots=True)
class Sign:
    """What looks like the way to the next page.

    Attributes:
        finder: the property that would find it.
        place: that property's value: a pointer, or the name of a header.
        value: what is there: a URL or a token.
    """

    finder: str
    place: str
    value: str

    def __str__(self) -> str:
        return f"{self.finder}={self.place}"

    @property
    def name(self) -> str:
        """What it is called, by its member or header."""
        return self.place if self.finder == HEADER else _own_name(tokens_of(self.place))

    @property
    def is_url(self) -> bool:
        """Whether it is a URL, or what a URL begins with where it is relative; tokens in base64 may begin with a slash."""
        is_path = self.value.startswith("/") and not _TOKEN.search(_letters(self.name))
        return self.is_absolute or self.value.startswith("?") or is_path

    @property
    def is_absolute(self) -> bool:
        """Whether it is a URL with its host."""
        return self.value.lower().startswith(("http://", "https://"))


def signpost_of(response: Response, options: OffsetOptions, known: str) -> str:
    """The property, with its value, that would find the next page in an answer; empty where nothing looks like one.

    Not counted are what the configuration names already, and the text `known`: the offset that the mode itself goes on with.
    """
    named = {*options.next_page_pointers, (options.next_page_header or "").lower()}
    signs = signs_of(response, options.format)
    return next((str(sign) for sign in signs if sign.value != known and not named & {sign.place, sign.place.lower()}), "")


def signs_of(response: Response, response_format: ResponseFormat) -> Sequence[Sign]:
    """All that looks like the way to the next page, the plainest first: `Link`, then the answer, then other headers."""
    pointers = _pointers(document_of(response.body)) if response_format is ResponseFormat.JSON else ()
    found = sorted(pointers, key=lambda sign: ("next" not in sign.place.lower(), sign.place.count("/")))
    return [*_link(response), *found, *_headers(response)]


def document_of(body: bytes) -> Any:
    """A JSON document, None where it is none. Numbers are as they are written: one may have more digits than Python reads."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None


def _link(response: Response) -> Iterator[Sign]:
    try:
        url = next_page(header_of(response.headers, LINK), response.url)
    except PageRefused:
        return
    if url:
        yield Sign(HEADER, LINK, url)


def _headers(response: Response) -> Iterator[Sign]:
    for name, value in response.headers.items():
        if value.strip() not in _NOTHING and _is_named_next((_EXTENSION.sub("", name.lower(), count=1),)):
            yield Sign(HEADER, name, value.strip())


def members_of(value: Any, deepest: int, names: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """A document and the members of its objects, to so many levels, with the names that lead to each; nothing within arrays."""
    yield names, value
    if isinstance(value, dict) and len(names) < deepest:
        for name, member in value.items():
            yield from members_of(member, deepest, (*names, name))


def _pointers(document: Any) -> Iterator[Sign]:
    """The texts and numbers that are named like a next page."""
    for names, value in members_of(document, _DEEPEST):
        if isinstance(value, str) and value.strip() not in _NOTHING and _is_named_next(names):
            pointer = JsonPointer.from_parts(names).path
            if len(pointer) <= _LONGEST and pointer.isprintable():
                yield Sign(POINTER, pointer, value.strip())


def _is_named_next(names: tuple[str, ...]) -> bool:
    return bool(names) and bool(_NEXT.fullmatch(_letters(_own_name(names))))


def _own_name(names: tuple[str, ...]) -> str:
    return names[-2] if len(names) > 1 and names[-1].lower() in _LEADS else names[-1]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name.lower())
