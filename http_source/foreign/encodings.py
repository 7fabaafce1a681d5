"""The encodings in which servers and libraries repeat what they were sent."""

import base64
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_SHIFTS = (0, 2, 3)
"""Characters of base64 that bytes before a value have a part in, by how many bytes beyond a multiple of three there are."""


def forms_of(value: str) -> Iterator[str]:
    """The value as it is and in each encoding; some may be the same."""
    data = value.encode("utf-8", "surrogatepass")
    yield value
    yield from _base64(data)
    yield data.hex()
    yield quote(data, safe="")
    yield quote(data)
    yield quote_plus(data)
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield html.escape(value)
    yield from (_escaped(value, letters) for letters in ("<>&", "<>&+'\"`"))


def _base64(data: bytes) -> Iterator[str]:
    """Alone, and within what is encoded together with it (`user:password`); in both alphabets (RFC 4648 §4, §5)."""
    alone = base64.b64encode(data).decode()
    within = (base64.b64encode(b"\0" * shift + data).decode()[start : (shift + len(data)) * 8 // 6] for shift, start in enumerate(_SHIFTS))
    for form in (alone, *within):
        yield form
        yield form.translate(_URL_SAFE)


_URL_SAFE = str.maketrans("+/", "-_")


def _escaped(value: str, letters: str) -> str:
    return "".join(f"\\u{ord(each):04x}" if each in letters else each for each in value)
