"""What in an answer looks like the way to the next page, by the names that APIs give it."""

import json
import re
from collections.abc import Iterator
from typing import Any

from jsonpointer import JsonPointer

from http_source.config.properties import OffsetOptions, ResponseFormat
from http_source.errors import PageRefused
from http_source.model import Response, header_of
from http_source.polling.link import next_page

_NEXT = re.compile(
    "(odata)?next(page|records|results|continuation)?(token|link|url|uri|href|cursor|marker|key)?"
    "|(continuation|pagination)(token|key)?|cursor|scrollid"
)
_LEADS = ("href", "url", "link")
"""Members that hold the URL where the next page is an object."""

_DEEPEST = 3
_LONGEST = 200
_NOTHING = ("", "0")


def signpost_of(response: Response, options: OffsetOptions, known: str) -> str:
    """The property, with its value, that would find the next page in an answer; empty where nothing looks like one.

    Not counted are what the configuration names already, and the text `known`: the offset that the mode itself goes on with.
    """
    if not options.next_is_link and _links_on(response):
        return "http.next.page.header=Link"
    found = (pointer for pointer in _pointers(response, options, known) if pointer not in options.next_page_pointers)
    pointer = min(found, key=lambda each: ("next" not in each.lower(), each.count("/")), default="")
    return pointer and f"http.next.page.json.pointer={pointer}"


def _links_on(response: Response) -> bool:
    try:
        return bool(next_page(header_of(response.headers, "Link"), response.url))
    except PageRefused:
        return False


def _pointers(response: Response, options: OffsetOptions, known: str) -> Iterator[str]:
    if options.format is not ResponseFormat.JSON:
        return
    for names, value in _leaves(_document(response.body), ()):
        pointer = JsonPointer.from_parts(names).path
        if value not in (*_NOTHING, known) and len(pointer) <= _LONGEST and pointer.isprintable():
            yield pointer


def _document(body: bytes) -> Any:
    """Numbers as they are written: one may have more digits than Python reads."""
    try:
        return json.loads(body.decode("utf-8-sig"), parse_int=str, parse_float=str)
    except ValueError:
        return None


def _leaves(value: Any, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """The texts and numbers below that are named like a next page; there is none within an array, such as that of the records."""
    if isinstance(value, str) and _is_named_next(names):
        yield names, value.strip()
    if isinstance(value, dict) and len(names) < _DEEPEST:
        for name, member in value.items():
            yield from _leaves(member, (*names, name))


def _is_named_next(names: tuple[str, ...]) -> bool:
    named = names[:-1] if len(names) > 1 and names[-1].lower() in _LEADS else names
    return bool(named) and bool(_NEXT.fullmatch(re.sub(r"[^a-z]", "", named[-1].lower())))
