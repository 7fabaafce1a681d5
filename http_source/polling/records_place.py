"""Where in an answer the records are: in lines, or in an array at a JSON Pointer."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from jsonpointer import JsonPointer, JsonPointerException

from http_source.config.properties import ResponseFormat
from http_source.errors import PageRefused
from http_source.model import Response, header_of
from http_source.polling.lines import LineCutter
from http_source.polling.signpost import document_of, members_of

_LINES = frozenset({
    "application/jsonl", "application/jsonlines", "application/ndjson", "application/stream+json", "application/x-jsonlines",
    "application/x-ndjson", "application/jsonl+json",
})
_DEEPEST = 3
_USUAL = frozenset({
    "content", "data", "docs", "documents", "elements", "entries", "hits", "items", "list", "objects", "records", "resources",
    "results", "rows", "value", "values",
})


@dataclass(frozen=True, slots=True)
class Records:
    """The records of an answer.

    Attributes:
        pointer: where they are; empty for the whole answer.
        values: them, parsed.
        is_array: whether they are the elements of an array, and not one value that counts as one record.
    """

    pointer: str
    values: Sequence[Any]
    is_array: bool = True

    @property
    def objects(self) -> Sequence[dict[str, Any]]:
        """Those that have members."""
        return [value for value in self.values if isinstance(value, dict)]


def format_of(response: Response) -> ResponseFormat:
    """Lines where the answer says so, or where it is no JSON document but several, each on a line."""
    media_type = header_of(response.headers, "Content-Type").partition(";")[0].strip().lower()
    is_lines = media_type in _LINES or (document_of(response.body) is None and _has_lines(response.body))
    return ResponseFormat.NDJSON if is_lines else ResponseFormat.JSON


def _has_lines(body: bytes) -> bool:
    try:
        return len(LineCutter().cut(body).records) > 1
    except PageRefused:
        return False


def records_in(document: Any, noun: str = "") -> Records:
    """The array that most looks like the records: by its name, usual ones or the `noun` that the URL ends with; then by its objects.

    An array within another one is never looked at. Without any array the whole document is one record.
    """
    found = [(names, value) for names, value in members_of(document, _DEEPEST) if isinstance(value, list)]
    if not found:
        return Records("", [document], is_array=False)
    names, values = max(found, key=lambda each: _rank(each[0], each[1], {*_USUAL, noun.lower()}))
    return Records(JsonPointer.from_parts(names).path if names else "", values)


def records_at(document: Any, pointer: str) -> Records:
    """What a given pointer finds."""
    try:
        found = JsonPointer(pointer).resolve(document)
    except JsonPointerException:
        return Records(pointer, ())
    return Records(pointer, found) if isinstance(found, list) else Records(pointer, [found], is_array=False)


def _rank(names: tuple[str, ...], values: list[Any], usual: Container[str]) -> tuple[bool, bool, int]:
    objects = sum(isinstance(value, dict) for value in values)
    is_named = bool(names) and names[-1].lower() in usual
    return is_named and (objects > 0 or not values), objects > 0, objects or len(values)
