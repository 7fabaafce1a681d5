r"""Reads keys and certificates in PEM (RFC 7468), as Kafka's `PEM` stores have them: in a file or as the text of a property.

In a property the line ends are often blanks, or the two characters `\n`: both are read.
"""

import base64
import binascii
import re
from collections.abc import Iterator

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import Certificate

from http_source.config.stores.opened import Fault, Unusable, certificate

PEM_START = b"-----BEGIN "
_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40})-----((?:[^-]|-(?!----))*+)-----END \1-----")
_CERTIFICATES = frozenset({"CERTIFICATE", "X509 CERTIFICATE"})


def read_key(text: str, password: str | None) -> PrivateKeyTypes:
    """The private key of a text. Raises Unusable for none, for several, and for one that its password does not open."""
    keys = [(label, body) for label, body in _blocks(text) if label.endswith("PRIVATE KEY")]
    if not keys:
        raise Unusable(Fault.STORE, "There is no private key in it; one starts with -----BEGIN PRIVATE KEY----- or ENCRYPTED PRIVATE KEY.")
    if len(keys) > 1:
        raise Unusable(Fault.STORE, f"It holds {len(keys)} private keys, and nothing says which one to use; leave only that one in it.")
    return _key(*keys[0], password)


def read_certificates(text: str) -> tuple[Certificate, ...]:
    """All certificates of a text, in its order. Raises Unusable for a damaged one."""
    bodies = (body for label, body in _blocks(text) if label in _CERTIFICATES)
    return tuple(certificate(_decoded(body), f"number {number}") for number, body in enumerate(bodies, start=1))


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    return ((match[1], match[2]) for match in _BLOCK.finditer(text.replace("\\n", "\n")))


def _key(label: str, body: str, password: str | None) -> PrivateKeyTypes:
    encrypted = label.startswith("ENCRYPTED") or "ENCRYPTED" in body
    if encrypted and not password:
        raise Unusable(Fault.KEY_PASSWORD, "It must be set, since the private key is encrypted.")
    text = f"-----BEGIN {label}-----\n{_lines(body)}\n-----END {label}-----\n"
    try:
        return load_pem_private_key(text.encode(), password.encode() if encrypted and password else None)
    except UnsupportedAlgorithm:
        raise Unusable(Fault.STORE, "The private key is of a kind that is not supported; use an RSA or EC key in PKCS #8.") from None
    except (ValueError, TypeError):
        if encrypted:
            raise Unusable(Fault.KEY_PASSWORD, "The password of the private key is wrong, or the key is damaged.") from None
        raise Unusable(Fault.STORE, "The private key is damaged; replace it.") from None


def _lines(body: str) -> str:
    """A key's base64 in lines; with headers (RFC 1421), which OpenSSL once wrote, as it is."""
    return body.strip() if ":" in body else base64.encodebytes(_decoded(body)).decode().strip()


def _decoded(body: str) -> bytes:
    """Base64 with any white space; nothing for what is not base64, and then no key and no certificate."""
    try:
        return base64.b64decode(re.sub(r"\s", "", body), validate=True)
    except (binascii.Error, ValueError):
        return b""
