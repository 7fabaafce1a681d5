"""A JSON value's text as an offset, digit for digit."""

import json
import re
from collections.abc import Container
from decimal import Decimal

from http_source.config.json_body import fault_of_json
from http_source.errors import PageRefused

LONGEST_OFFSET = 65_536
"""Bytes of an offset in UTF-8: a longer one fits no URL and would swell every stored position."""

STRING, INTEGER, FRACTION, NULL, NOTHING = "a string", "an integer", "a number that is not an integer", "null", "nothing"
_EMPTY = frozenset({"", "null", "false", '""'})
_ZERO = re.compile(r"-?0(\.0+)?([eE][+-]?[0-9]+)?")
ARRAY, OBJECT = "an array", "an object"
COMPOSITE = frozenset({ARRAY, OBJECT})
_KINDS = {"": NOTHING, "{": OBJECT, "[": ARRAY, '"': STRING, "t": "a boolean", "f": "a boolean", "n": NULL}


def is_empty(value: str) -> bool:
    """Whether a JSON text stands for nothing: missing, null, false, or a string, array or object without anything in it."""
    return value in _EMPTY or (value[0] in "[{" and not value[1:-1].strip())


def is_zero(value: str) -> bool:
    """Whether a JSON text is the number 0, however it is written."""
    return bool(_ZERO.fullmatch(value))


def is_same(one: str, other: str) -> bool:
    """Whether two JSON texts are the same value: blanks and the order of members count for nothing, digits do."""
    try:
        return _canonical(one) == _canonical(other)
    except ValueError:
        return False


def _canonical(value: str) -> str:
    return repr(json.loads(value, parse_int=Decimal, parse_float=Decimal, object_pairs_hook=lambda members: sorted(dict(members).items())))


def kind_of(value: str) -> str:
    """What a JSON text is, in words; `value` is valid JSON without blanks around it, or empty."""
    return _KINDS.get(value[:1]) or (INTEGER if value.lstrip("-").isdigit() else FRACTION)


def text_of(value: str, accepted: Container[str], finder: str) -> str:
    """A string's text, or another value as it is written.

    `finder` names the property and the place for the message. Raises PageRefused for other kinds than the accepted ones, for what is
    longer than 64 KB, and for text that cannot be sent.
    """
    kind = kind_of(value)
    if kind not in accepted:
        raise _refused(f"{finder} finds {kind}, where a string or {'an integer' if FRACTION not in accepted else 'a number'} is needed")
    return sendable(str(json.loads(value)) if kind == STRING else value, finder)


def without_quotes(text: str) -> str:
    """What a JSON string says, where that is no JSON itself; any other text as it is."""
    try:
        said = json.loads(text) if text.startswith('"') else text
    except ValueError:
        return text
    return said if fault_of_json(said) else text


def sendable(text: str, finder: str) -> str:
    """The text. Raises PageRefused for what is longer than 64 KB, and for text that cannot be sent."""
    if fault := fault_of(text):
        raise _refused(f"{finder} finds {fault}")
    return text


def fault_of(text: str) -> str:
    """Why a text can be no offset; empty when it can."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        return "text with half of a surrogate pair, which no request can carry"
    return f"a text of {size} bytes, where at most {LONGEST_OFFSET} are taken" if size > LONGEST_OFFSET else ""


def integer_of(text: str, finder: str) -> int:
    """The integer a text holds. Raises PageRefused when it has more digits than Python reads (`sys.set_int_max_str_digits`)."""
    try:
        return int(text)
    except ValueError:
        raise _refused(f"{finder} finds an integer of {len(text)} digits, which is too long for an offset") from None


def _refused(reason: str) -> PageRefused:
    return PageRefused(f"{reason}. Nothing of the page is produced: point it to the value that the next request needs.", retriable=False)
