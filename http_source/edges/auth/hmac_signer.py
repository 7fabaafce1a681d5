"""Fills in what is signed, and the headers that carry the signature."""

import hashlib
import hmac
import secrets
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from http_source.config.lists import Pairs
from http_source.config.properties import AuthOptions, HmacEncoding, TimestampFormat
from http_source.edges.auth.authentication import Unchanging
from http_source.edges.auth.hmac_template import HASHES, VARIABLE
from http_source.foreign.redactor import Redactor

if TYPE_CHECKING:
    from requests.models import PreparedRequest

_ENCODE: Mapping[HmacEncoding, Callable[[bytes], str]] = {
    HmacEncoding.HEX: bytes.hex,
    HmacEncoding.BASE64: lambda digest: b64encode(digest).decode(),
    HmacEncoding.BASE64URL: lambda digest: urlsafe_b64encode(digest).decode().rstrip("="),
}
_WRITE: Mapping[TimestampFormat, Callable[[float], str]] = {
    TimestampFormat.SECONDS: lambda now: str(int(now)),
    TimestampFormat.MILLISECONDS: lambda now: str(int(now * 1000)),
    TimestampFormat.ISO8601: lambda now: datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    TimestampFormat.BASIC: lambda now: datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ"),
    TimestampFormat.HTTP: lambda now: format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True),
}


class HmacSigner(Unchanging):
    """Signs each request by itself, and tells `redact`. `clock` gives seconds since the epoch, `nonce` another text each time."""

    def __init__(  # noqa: PLR0913 - time and chance are given by tests only
        self, options: AuthOptions, key: bytes, headers: Pairs,
        *, redact: Redactor, clock: Callable[[], float] = time.time, nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._options = options
        self._headers = headers
        self._hashes = _hashes_in(options.hmac_template or "", *(text for _, text in headers))
        self._redact = redact
        self._clock = clock
        self._nonce = nonce
        # Whoever shows the attributes of an object finds a function, and no key.
        self._digest: Callable[[bytes], bytes] = lambda text: hmac.digest(key, text, options.hmac_algorithm.lower())

    def __call__(self, request: "PreparedRequest") -> "PreparedRequest":
        """Sign the request."""
        values = self._values(request)
        signature = _ENCODE[self._options.hmac_encoding](self._digest(_filled(self._options.hmac_template or "", values)))
        self._redact.sign(signature)
        for name, text in self._headers:
            request.headers[name] = _filled(text, {**values, "signature": signature.encode()}).decode()
        return request

    def _values(self, request: "PreparedRequest") -> Mapping[str, bytes]:
        url, body = request.url or "", request.body if isinstance(request.body, bytes) else str(request.body or "").encode()
        path, _, query = request.path_url.partition("?")
        texts = {
            "method": request.method or "", "url": url, "host": urlsplit(url).netloc, "path": path, "query": query,
            "target": request.path_url, "nonce": self._nonce(), "timestamp": _WRITE[self._options.hmac_timestamp_format](self._clock()),
        }
        return {"body": body, **{name: text.encode() for name, text in texts.items()}, **_digests(body, self._hashes)}


def _hashes_in(*texts: str) -> Sequence[str]:
    """The digests of the body that the texts name."""
    named = {(match[1] or "").removeprefix("body").removesuffix("Base64") for text in texts for match in VARIABLE.finditer(text)}
    return [each for each in HASHES if each in named]


def _digests(body: bytes, hashes: Sequence[str]) -> Mapping[str, bytes]:
    digests = {each: hashlib.new(each.lower(), body, usedforsecurity=False).digest() for each in hashes}
    hexadecimal = {f"body{each}": digest.hex().encode() for each, digest in digests.items()}
    return hexadecimal | {f"body{each}Base64": b64encode(digest) for each, digest in digests.items()}


def _filled(text: str, values: Mapping[str, bytes]) -> bytes:
    """The text with its variables, of which a body may be any bytes."""
    pieces, end = list[bytes](), 0
    for match in VARIABLE.finditer(text):
        written = {"$${": b"${", "\\n": b"\n", "\\\\": b"\\"}.get(match[0]) or values.get(match[1] or "", b"")
        pieces += (text[end:match.start()].encode(), written)
        end = match.end()
    return b"".join((*pieces, text[end:].encode()))
