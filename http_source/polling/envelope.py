"""The one-pass way to an array of records and a token: a decoder whose type is made from the two pointers.

Each level of the pointers is a struct with one field a token; everything beside is passed over unread, and the records stay
`msgspec.Raw`, read-only slices of the body.
"""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import UNSET, DecodeError, Raw, UnsetType, defstruct
from msgspec.json import Decoder

from http_source.model import Value

Tokens = tuple[str, ...]


class Envelope:
    """Opens bodies that hold an array at `data`; safe to share between threads. Raises ValueError for tokens no field can be named."""

    def __init__(self, data: Tokens, token: Tokens | None) -> None:
        leaves: dict[Tokens, Any] = {data: list[Raw] | None} | ({} if token is None else {token: Raw})
        self._decoder: Decoder[Any] = Decoder(_shape(leaves))
        self._data = tuple(_field(each) for each in data)
        self._token = None if token is None else tuple(_field(each) for each in token)

    def open(self, body: bytes) -> tuple[list[Raw], Raw] | None:
        """The records, none for null, and the token's JSON text, empty when missing; None when nothing is at the data pointer.

        Raises msgspec.DecodeError when the body is not JSON, or holds something else than an array or null at the data pointer.
        """
        page = self._decoder.decode(body)
        records = _follow(page, self._data)
        token = UNSET if self._token is None else _follow(page, self._token)
        return None if records is UNSET else (records or [], Raw(b"") if token is UNSET else token)


def envelope_of(data: Tokens, token: Tokens | None) -> Envelope | None:
    """The envelope for two pointers.

    None where there cannot be one: a pointer leads through the other, or through a name with a quote, a backslash or a control character.
    """
    shorter = 0 if token is None else min(len(data), len(token))
    if token is not None and data[:shorter] == token[:shorter]:
        return None
    try:
        return Envelope(data, token)
    except ValueError:
        return None


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
