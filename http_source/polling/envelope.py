"""The one-pass way to an array of records and what stands beside it: a decoder whose type is made from the pointers.

Each level of the pointers is a struct with one field a token; everything beside is passed over unread, and the records stay
`msgspec.Raw`, read-only slices of the body.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from msgspec import UNSET, DecodeError, Raw, UnsetType, defstruct
from msgspec.json import Decoder

from http_source.model import Value

Tokens = tuple[str, ...]

_MISSING = Raw(b"")


class Envelope:
    """Opens bodies that hold an array at `data`; safe to share between threads. Raises ValueError for tokens no field can be named."""

    def __init__(self, data: Tokens, beside: Sequence[Tokens] = ()) -> None:
        leaves: dict[Tokens, Any] = {data: list[Raw] | None} | {each: Raw for each in beside if not _leads_through(data, each)}
        self._decoder: Decoder[Any] = Decoder(_shape(leaves))
        self._data = tuple(map(_field, data))
        self._beside = tuple(tuple(map(_field, each)) for each in beside)

    def open(self, body: bytes) -> tuple[list[Raw], Sequence[Raw]] | None:
        """The records, none for null, and the JSON text at each pointer beside, empty when missing; None when the records are missing.

        Raises msgspec.DecodeError when the body is not JSON, or holds something else than an array or null at the data pointer.
        """
        page = self._decoder.decode(body)
        records = _follow(page, self._data)
        return None if records is UNSET else (records or [], [_follow(page, each) or _MISSING for each in self._beside])


def envelope_of(data: Tokens, beside: Sequence[Tokens] = ()) -> Envelope | None:
    """The envelope for the records' pointer and those of what stands beside them.

    None where there cannot be one: a pointer leads through another, or through a name with a quote, a backslash or a control character.
    Only a pointer to a member of the records' array does no harm, since no array has one.
    """
    leaves = {each for each in beside if not _leads_through(data, each)}
    if data in leaves or any(_share_a_way(*pair) for pair in combinations({data, *leaves}, 2)):
        return None
    try:
        return Envelope(data, beside)
    except ValueError:
        return None


def _leads_through(array: Tokens, other: Tokens) -> bool:
    """Whether a pointer leads to a member, and not an element, of what is an array."""
    return len(other) > len(array) and other[: len(array)] == array and not other[len(array)].isdigit()


def _share_a_way(one: Tokens, other: Tokens) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def _shape(leaves: Mapping[Tokens, Any]) -> Any:
    """The type that has each leaf at its tokens; null may stand for every level."""
    if () in leaves:
        return leaves[()]
    levels: dict[str, dict[Tokens, Any]] = {}
    for tokens, leaf in leaves.items():
        levels.setdefault(tokens[0], {})[tokens[1:]] = leaf
    fields = [(_field(token), _shape(below) | UnsetType, UNSET) for token, below in levels.items()]
    return defstruct("Level", fields, rename={_field(token): token for token in levels}) | None


def _field(token: str) -> str:
    """A field's name for any token."""
    return "t" + token.encode().hex()


def _follow(page: object, names: Tokens) -> Any:
    for name in names:
        page = getattr(page, name, UNSET)
    return page


def leaf_of(tokens: Tokens) -> Callable[[Value], str | None] | None:
    """Reads the JSON text at a pointer out of a document in one pass; None of a document that has to be read another way.

    None where no such reader can be made.
    """
    try:
        decoder, names = Decoder(_shape({tokens: Raw})), tuple(_field(each) for each in tokens)
    except ValueError:
        return None

    def read(document: Value) -> str | None:
        try:
            found = _follow(decoder.decode(document), names)
        except (DecodeError, RecursionError):
            return None
        return None if found is UNSET else bytes(found).decode()

    return read
