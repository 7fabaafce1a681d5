"""The two small languages inside texts: header lists (`Name:value|Name:value`) and parameter lists (`name=value&name=value`).

Their separators are properties and taken literally. A message names an item by its place and never quotes its value, which may be a secret.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

Pairs = tuple[tuple[str, str], ...]

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A name of RFC 9110 §5.1."""

_FIELD_VALUE = re.compile(r"[\x20-\x7e]*")
_COMPUTED = frozenset({"content-length"})
_OWNED_BY_THE_CONNECTION = frozenset(
    {"connection", "host", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


def parse_headers(text: str, separator: str) -> Pairs:
    """The headers to send, in order.

    `Content-Length` is left out: the specification's own example sets it, and only the request's real body may say how long it is
    (RFC 9110 §8.6). Raises ValueError for a name that is no token (RFC 9110 §5.1) or comes twice, a value that is not printable ASCII,
    and headers that belong to the connection.
    """
    return tuple((name, value) for name, value in _headers(text, separator) if name.lower() not in _COMPUTED)


def fault_of_headers(text: str, separator: str) -> str:
    """Why a header list cannot be sent; empty where it can."""
    return _fault(lambda: _headers(text, separator))


def faults_of_headers(text: str, separator: str) -> Sequence[str]:
    """The same for each header by itself, or for the list where each can be sent."""
    alone = [_fault(partial(_header, number, item)) for number, item in _items(text, separator)]
    return list(filter(None, alone)) or list(filter(None, [fault_of_headers(text, separator)]))


def fault_of_parameters(text: str, separator: str) -> str:
    """Why a parameter list cannot be sent; empty where it can."""
    return _fault(lambda: parse_parameters(text, separator))


def sets_content_length(text: str, separator: str) -> bool:
    """Whether `parse_headers` leaves a header out. Raises ValueError as it does."""
    return any(name.lower() in _COMPUTED for name, _ in _headers(text, separator))


def parse_parameters(text: str, separator: str) -> Pairs:
    """The query parameters, in order and not encoded; one without `=` has an empty value. Raises ValueError for one without a name."""
    return tuple(_parameter(number, item) for number, item in _items(text, separator))


def without_equals_sign(text: str, separator: str) -> Sequence[int]:
    """Which parameters have no `=`, counted as in messages."""
    return [number for number, item in _items(text, separator) if "=" not in item]


def no_equals_sign(number: int) -> str:
    """The sentence about one of them."""
    return f"Parameter {number} has no =, so it is sent with an empty value; write name=value, or name= where that is meant."


def _headers(text: str, separator: str) -> Pairs:
    headers = tuple(_header(number, item) for number, item in _items(text, separator))
    for name, count in Counter(name.lower() for name, _ in headers).items():
        if count > 1:
            raise ValueError(f"The header {name} is given {count} times; give it once, its values joined by commas")
    return headers


def _header(number: int, item: str) -> tuple[str, str]:
    name, colon, value = item.partition(":")
    name, value = name.strip(" \t"), value.strip(" \t")
    if not colon:
        raise ValueError(f"Header {number} has no colon; write Name:value, and the separator only between two headers")
    if not TOKEN.fullmatch(name):
        raise ValueError(f"Header {number} has no valid name; write letters, digits and hyphens before the colon (RFC 9110)")
    if name.lower() in _OWNED_BY_THE_CONNECTION:
        raise ValueError(f"The header {name} belongs to the connection and is set by the client; remove it")
    if not _FIELD_VALUE.fullmatch(value):
        raise ValueError(f"The value of header {number} has line breaks, control characters or non-ASCII text; write printable ASCII")
    return name, value


def _fault(read: Callable[[], object]) -> str:
    try:
        read()
    except ValueError as error:
        return str(error)
    return ""


def _parameter(number: int, item: str) -> tuple[str, str]:
    name, _, value = item.partition("=")
    if not name.strip():
        raise ValueError(f"Parameter {number} has no name; write name=value")
    return name, value


def _items(text: str, separator: str) -> Iterator[tuple[int, str]]:
    return ((number, item) for number, item in enumerate(text.split(separator), start=1) if item.strip(" \t"))
