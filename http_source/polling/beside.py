"""The top-level names of answers: they tell an answer that leaves out an empty array from another kind, such as an error."""

from collections.abc import Set as AbstractSet
from hashlib import blake2b

from msgspec import DecodeError, Raw
from msgspec.json import Decoder

UNKNOWN = ""
"""Of positions that no answer with the array came for yet, since names are kept."""

STRANGE = "?"
"""Of those whose last answer had other names and no array, until one has it again."""

_DECODER = Decoder(dict[str, Raw])
_NO_OBJECT = "-"
_DIGITS = 8
_MOST = 32


def names_in(body: bytes) -> str:
    """Fingerprints of the names, of 8 hexadecimal digits each, as a position stores them; a dash for an answer that is not an object.

    Of very many, such as an object has that is keyed by ids, the first 32.
    """
    try:
        names = list(_DECODER.decode(body.removeprefix(b"\xef\xbb\xbf")))
    except (DecodeError, RecursionError):
        return _NO_OBJECT
    return "".join(sorted(blake2b(name.encode(), digest_size=_DIGITS // 2).hexdigest() for name in names[:_MOST]))


def are_known(names: str, seen: str) -> bool:
    """Whether all names were seen beside the array before."""
    return names != _NO_OBJECT and seen not in {UNKNOWN, STRANGE} and _each(names) <= _each(seen)


def _each(names: str) -> AbstractSet[str]:
    return {names[start : start + _DIGITS] for start in range(0, len(names), _DIGITS)}
