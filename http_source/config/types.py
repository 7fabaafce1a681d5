"""Kafka Connect's types by Connect's rules (`ConfigDef`): what a value in a file may be and what it becomes.

A type has a `name`, a text of `valid_values`, and `parse`, which raises ValueError with the second half of Connect's sentence
"Invalid value … for configuration …: …". The message does not repeat the value, which may be
a secret; only a JSON Pointer, which is none, is corrected.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Generic, NoReturn, Protocol, TypeVar

from jsonpointer import JsonPointer, JsonPointerException

from http_source.config.integers import is_integer, no_integer, read_integer
from http_source.config.lists import TOKEN
from http_source.config.meant import kind_of, pointer_of
from http_source.config.moments import read_moment

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
S = TypeVar("S", bound=str)
Network = IPv4Network | IPv6Network

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
HIGHEST_STATUS = 999
LONGEST_CORRECTED = 80
BLANKS = "".join(map(chr, range(0x21)))
_DATA_URI = re.compile(r"data:[^,;:]{0,100}[;:]base64,?", re.IGNORECASE)
_BETWEEN_POINTERS = re.compile(r",[ \t]*(?=/)")
_RANGE = re.compile(r"([1-9][0-9]{2})\s*(-?)\s*([1-9][0-9]{2})?")


class Type(Protocol[T_co]):
    """Reads and checks one property's value."""

    @property
    def name(self) -> str:
        """Connect's word for the type."""

    @property
    def valid_values(self) -> str:
        """What is accepted, for the reference; empty when every value of the type is."""

    def parse(self, value: object) -> T_co:
        """The checked value of a text, integer, boolean or list. Raises ValueError."""


class Secret:
    """A text that is never shown: `str`, `repr` and formats give `[hidden]`; JSON and pickle refuse it."""

    __slots__ = ("__text",)

    def __init__(self, value: str) -> None:
        # In a closure: what lists an object's attributes, as debuggers and error reporters do, finds a function and no text.
        self.__text: Callable[[], str] = lambda: value

    def reveal(self) -> str:
        """The text itself, for the moment it is sent."""
        return self.__text()

    def __repr__(self) -> str:
        return "[hidden]"

    def __format__(self, spec: str) -> str:
        return format("[hidden]", spec)

    def __bool__(self) -> bool:
        return bool(self.__text())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(*(each.encode("utf-8", "surrogatepass") for each in (self.__text(), other.reveal())))

    def __hash__(self) -> int:
        return hash((Secret, self.__text()))

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("A secret is not pickled: it would be stored in clear text. Read it from the configuration again.")


def text_of(secret: Secret | None) -> str:
    """What a secret says; empty for one that is not set."""
    return secret.reveal() if secret else ""


@dataclass(frozen=True, slots=True)
class StatusRanges:
    """HTTP status codes as inclusive ranges: `404 in ranges`."""

    ranges: tuple[tuple[int, int], ...]

    def __contains__(self, status: int) -> bool:
        return any(first <= status <= last for first, last in self.ranges)

    def meets(self, first: int, last: int) -> bool:
        """Whether any status from the first to the last, both included, is in the ranges."""
        return any(low <= last and high >= first for low, high in self.ranges)

    def __str__(self) -> str:
        return ",".join(_range_text(first, last) for first, last in self.ranges)


def _range_text(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}-" if last == HIGHEST_STATUS else f"{first}-{last}"


NO_STATUS = StatusRanges(())


@dataclass(frozen=True, slots=True)
class Simple(Generic[T]):
    """A type without options: a name and the function that reads it."""

    name: str
    valid_values: str
    parse: Callable[[object], T]


@dataclass(frozen=True, slots=True)
class Integer:
    """An integer of 32 bits, or of 64 where the maximum says so, within inclusive bounds."""

    minimum: int = INT_MIN
    maximum: int = INT_MAX

    @property
    def name(self) -> str:
        """Connect's word."""
        return "int" if self.maximum <= INT_MAX else "long"

    @property
    def valid_values(self) -> str:
        """The interval as Connect writes it."""
        return f"[{self.minimum},...]" if self.maximum == INT_MAX else f"[{self.minimum},...,{self.maximum}]"

    def parse(self, value: object) -> int:
        """The integer of `10` or `"10"`. Raises ValueError for fractions, exponents, booleans and what is out of bounds."""
        number = _integer(value, self.name)
        if number < self.minimum:
            raise ValueError(f"Value must be at least {self.minimum}")
        if number > self.maximum:
            raise ValueError(f"Value must be no more than {self.maximum}")
        return number


@dataclass(frozen=True, slots=True, init=False)
class OneOf(Generic[S]):
    """One of a few words in any case, a Java `package` before it or not; gives it as declared, so an enumeration's member stays one."""

    words: tuple[S, ...]
    package: str
    others: tuple[tuple[str, S], ...]

    def __init__(self, *words: S, package: str = "", others: Iterable[tuple[str, S]] = ()) -> None:
        """`others` are names that others have for some of the words; they are not taken, and answered with the word."""
        for name, given in (("words", words), ("package", package), ("others", tuple(others))):
            object.__setattr__(self, name, given)

    @property
    def name(self) -> str:
        """Connect's word."""
        return "string"

    @property
    def valid_values(self) -> str:
        """The words."""
        return ", ".join(self.words)

    def parse(self, value: object) -> S:
        """The declared word. Raises ValueError with all of them."""
        text = _text(value).lower().removeprefix(self.package.lower())
        if found := {word.lower(): word for word in self.words}.get(text):
            return found
        question = "".join(f"; did you mean {meant}?" for name, meant in self.others if name == text)
        raise ValueError(f"String must be one of (case insensitive): {self.valid_values}{question}")


def _text(value: object) -> str:
    """A text, trimmed as Java does; Connect's REST interface turns JSON's numbers and booleans into text as well."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"Expected value to be a string, but it was {kind_of(value)}")  # noqa: TRY004  (Connect's one error)
    if not value.isascii() and re.search("[\ud800-\udfff]", value):
        raise ValueError("Expected text, but it holds half of a surrogate pair (\\ud800 to \\udfff), which no encoding can carry")
    return value.strip(BLANKS)


def _integer(value: object, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = value.strip(BLANKS) if isinstance(value, str) else ""
    if not is_integer(text):
        raise ValueError(no_integer(text, name))
    return read_integer(text)


def _boolean(value: object) -> bool:
    text = str(value).strip(BLANKS).lower() if isinstance(value, str | bool) else ""
    if text not in {"true", "false"}:
        raise ValueError("Expected value to be either true or false")
    return text == "true"


def _list(value: object) -> tuple[str, ...]:
    if isinstance(value, list | tuple):
        return tuple(_text(item) for item in value)
    text = _text(value)
    return tuple(item.strip(BLANKS) for item in text.split(",")) if text else ()


def _pointer(value: object) -> str:
    text = _text(value)
    try:
        JsonPointer(text)
    except JsonPointerException:
        question = f"; did you mean {pointer_of(text)}?" if text.isprintable() and len(text) <= LONGEST_CORRECTED else ""
        raise ValueError(f"Expected a JSON Pointer (RFC 6901), which is empty or starts with /{question}") from None
    return text


def _pointers(value: object) -> tuple[str, ...]:
    """A comma may stand in a pointer, but behind one that separates two the next begins."""
    text = _text(value)
    return tuple(map(_pointer, _BETWEEN_POINTERS.split(text))) if text else ()


def _header_name(value: object) -> str:
    text = _text(value)
    if not TOKEN.fullmatch(text):
        raise ValueError("Expected the name of a header, of letters, digits and hyphens (RFC 9110), such as Link")
    return text


def _status_ranges(value: object) -> StatusRanges:
    text = _text(value)
    return StatusRanges(tuple(_status_range(item.strip()) for item in text.split(","))) if text else NO_STATUS


def _status_range(text: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text)
    if match is None or (match[3] and not match[2]):
        raise ValueError("Expected status codes from 100 to 999 and ranges of them, such as 404,408,500- or 400-500")
    first = int(match[1])
    last = int(match[3] or (HIGHEST_STATUS if match[2] else first))
    if last < first:
        raise ValueError(f"The range {first}-{last} ends before it starts; did you mean {last}-{first}?")
    return first, last


def _data_uri(value: object) -> Secret:
    """The base64 text of a data URI in either spelling of the specification (`text/plain;base64,` and `text/plain:base64`), or bare."""
    text = _text(value)
    prefix = _DATA_URI.match(text)
    content = re.sub(r"\s", "", text[prefix.end() :] if prefix else text)
    try:
        stored = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("Expected data:text/plain;base64, and the file in base64, as `base64 -w0 FILE` prints it") from None
    if not stored:
        raise ValueError("The file in it is empty; expected data:text/plain;base64, and the file in base64")
    return Secret(content)


def _networks(value: object) -> tuple[Network, ...]:
    return tuple(_network(text) for text in _list(value))


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise ValueError("Expected networks such as 10.0.0.0/8 or fd00::/8, with commas between them") from None


STRING = Simple("string", "", _text)
BOOLEAN = Simple("boolean", "true, false", _boolean)
LIST = Simple("list", "", _list)
PASSWORD = Simple("password", "", lambda value: Secret(_text(value)))
DATA_URI = Simple("password", "a data URI: data:text/plain;base64,…", _data_uri)
NETWORKS = Simple("list", "networks in CIDR notation", _networks)
POINTER = Simple("string", "a JSON Pointer (RFC 6901)", _pointer)
POINTERS = Simple("string", "JSON Pointers (RFC 6901), with a comma between two", _pointers)
HEADER_NAME = Simple("string", "the name of a header", _header_name)
MOMENT = Simple("string", "a date and time with a zone, a date, or (milli)seconds since 1970", lambda value: read_moment(_text(value)))
STATUS_RANGES = Simple("string", "status codes and inclusive ranges", _status_ranges)
