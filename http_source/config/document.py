"""Reads a configuration file: strict JSON whose every mistake has a line, a column and a cure. Never quotes the file: it holds secrets."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from http_source.config.findings import shown
from http_source.errors import ConfigurationError, Finding
from http_source.foreign.text import Foreign, escape, readable

MAX_BYTES = 8 * 1024 * 1024
_OTHER_FORM = (
    "The file is not JSON: write the properties between { and }. `http-source migrate FILE` reads Java properties, and the YAML of a "
    "Kubernetes resource, and writes JSON."
)
_LONGEST_INTEGER, _LONGEST_REASON = 20, 1_000
_TYPOGRAPHIC = "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb"
_AFTER_A_WRAPPER = frozenset({"config", "name", "tasks", "type"})

Document = tuple[Mapping[str, object], list[Finding]]
"""A file's properties, and what is wrong with how they are written."""


def read_document(path: Path) -> Document:
    """The object in a file. Raises ConfigurationError with one finding when the file is none, too large, no UTF-8 or no JSON object."""
    try:
        return parse_document(_read(path))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError([Finding(escape(str(path)), _reason(error))]) from None


def parse_document(data: bytes) -> Document:
    """The object in a text. Raises ValueError with the sentence for the user, or RecursionError."""
    text = _decode(data)
    findings: list[Finding] = []
    try:
        document = json.loads(
            text, object_pairs_hook=lambda pairs: _object(pairs, findings), parse_int=_integer, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise ValueError(_syntax(text, error)) from None
    if not isinstance(document, dict):
        raise ValueError("The file is JSON but not an object; write the properties between { and }.")  # noqa: TRY004  (the one error here)
    return document, findings


def unwrap(document: Mapping[str, object]) -> Mapping[str, object]:
    """The properties of `{"name": …, "config": {…}}`, which Connect's REST interface takes and gives; anything else as it is."""
    inner = document.get("config")
    if not isinstance(inner, Mapping):
        return document
    outer = {name: value for name, value in document.items() if name not in _AFTER_A_WRAPPER}
    named = {"name": document["name"]} if "name" in document else {}
    return {**outer, **named, **inner}


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise ValueError("There is no such file; give the path of a connector's JSON file.")
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ValueError(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB; a connector's configuration never is.")
    return data


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"The file is not UTF-8 (byte {error.start + 1}); save it as UTF-8.") from None


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "The JSON is nested too deeply; properties are flat."
    words = readable(Foreign.of(error), str, _LONGEST_REASON)
    return f"The file cannot be read: {words}." if isinstance(error, OSError) else words


def _object(pairs: list[tuple[str, Any]], findings: list[Finding]) -> dict[str, Any]:
    counts = Counter(name for name, _ in pairs)
    findings.extend(
        Finding(shown(name), f"This is set {count} times; set it once.") for name, count in counts.items() if count > 1
    )
    return dict(pairs)


def _integer(text: str) -> int | str:
    """An integer as one, unless it is so long that converting it costs more than refusing it: then as the text it is."""
    return int(text) if len(text) <= _LONGEST_INTEGER else text


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"The file holds {word}, which is not JSON; write a number, or a text in quotes.")


def _syntax(text: str, error: json.JSONDecodeError) -> str:
    position = error.pos
    if (comma := _trailing_comma(text, position)) is not None:
        return f"{_place(text, comma)}: a comma before the closing brace or bracket; remove it."
    if position == len(text) - len(text.lstrip()) and position < len(text) and text[position] not in "{[":
        return _OTHER_FORM
    if text[position : position + 1] in {*_TYPOGRAPHIC}:
        return f"{_place(text, position)}: a typographic quotation mark; write the straight one, U+0022."
    start = text.rfind("\n", 0, position) + 1
    quote = re.search(f"[{_TYPOGRAPHIC}]", text[start:position])
    doubt = f", and the typographic quotation mark in column {quote.start() + 1} does not end a text" if quote else ""
    return f"{_place(text, position)}: {_cure(text, error)}{doubt}."


def _trailing_comma(text: str, position: int) -> int | None:
    """Where the comma is; some versions of Python point at it, others behind it."""
    comma = position if text[position : position + 1] == "," else len(text[:position].rstrip(" \t\r\n")) - 1
    closing = text[comma + 1 :].lstrip(" \t\r\n")[:1]
    return comma if comma >= 0 and text[comma] == "," and closing in {"}", "]"} else None


def _cure(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "the file is empty; write the properties between { and }"
    if "control character" in error.msg:
        return "a line break or control character inside a text; write it as \\n or \\u00XX"
    if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg:
        return "the text ends before it is whole; what was opened with {, [ or a quotation mark must be closed"
    words = readable(Foreign(error.msg), str)
    words = words[0].lower() + words[1:]
    if "delimiter" in error.msg:
        return f'{words}; a quotation mark inside a text is written \\"'
    return f"{words}; names and texts stand in straight quotation marks, comments are not allowed"


def _place(text: str, position: int) -> str:
    line = text.count("\n", 0, position) + 1
    return f"Line {line}, column {position - text.rfind(chr(10), 0, position)}"
