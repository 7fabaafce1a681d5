"""Reads Java's own stores, JKS and JCEKS (`keytool -storetype`): the layout of `sun.security.provider.JavaKeyStore`.

Big-endian: magic, version, number of entries, the entries, and a SHA-1 digest of it all keyed with the password. Certificates are in the
clear, so a trust store can be read without its password, as Java does; then nobody has checked that it was not altered.
"""

import hashlib
import hmac
from dataclasses import dataclass, field

from cryptography.x509 import Certificate

from http_source.config.stores.opened import Fault, Unusable, certificate

JKS_MAGIC, JCEKS_MAGIC = b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce"
_VERSIONS = (1, 2)
_KEY, _CERTIFICATE = 1, 2
_DIGEST_SIZE = 20


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A private key under its alias, still encrypted (an EncryptedPrivateKeyInfo, RFC 5958 §3), and its certificates, its own first."""

    alias: str
    encrypted: bytes = field(repr=False)
    chain: tuple[Certificate, ...]


@dataclass(frozen=True, slots=True)
class JavaStore:
    """The entries of a store, in the order of the file."""

    keys: tuple[KeyEntry, ...]
    trusted: tuple[Certificate, ...]


def read_java_store(data: bytes, password: str | None) -> JavaStore:
    """Read a JKS or JCEKS store; without a password its digest is not checked. Raises Unusable."""
    reader = _Reader(data)
    magic, version, count = reader.take(4), reader.number(4), reader.number(4)
    if magic not in {JKS_MAGIC, JCEKS_MAGIC} or version not in _VERSIONS:
        raise Unusable(Fault.STORE, "This is not a JKS or JCEKS store of version 1 or 2; export it again with keytool.")
    entries = [_entry(reader, version) for _ in range(count)]
    if reader.left != _DIGEST_SIZE:
        raise _cut_off()
    if password is not None:
        _check_digest(data, password)
    keys = tuple(entry for entry in entries if isinstance(entry, KeyEntry))
    return JavaStore(keys, tuple(entry for entry in entries if isinstance(entry, Certificate)))


class _Reader:
    """Reads from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._place = 0

    @property
    def left(self) -> int:
        """Bytes not read yet."""
        return len(self._data) - self._place

    def take(self, size: int) -> bytes:
        if size > self.left:
            raise _cut_off()
        self._place += size
        return self._data[self._place - size : self._place]

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size))

    def text(self) -> str:
        """Java's modified UTF-8; what is not UTF-8 is only shown."""
        return self.take(self.number(2)).decode(errors="replace")


def _entry(reader: _Reader, version: int) -> KeyEntry | Certificate:
    tag, alias = reader.number(4), reader.text()
    reader.take(8)  # when it was made
    if tag == _CERTIFICATE:
        return _certificate(reader, version, alias)
    if tag == _KEY:
        encrypted = reader.take(reader.number(4))
        return KeyEntry(alias, encrypted, tuple(_certificate(reader, version, alias) for _ in range(reader.number(4))))
    # A secret key is a serialized Java object without a length: what follows it cannot be found.
    raise Unusable(Fault.STORE, f"The entry {alias!r:.80} is neither a key pair nor a certificate; remove it with keytool -delete.")


def _certificate(reader: _Reader, version: int, alias: str) -> Certificate:
    if version > 1:
        reader.text()  # its type: there is only X.509
    return certificate(reader.take(reader.number(4)), f"under the alias {alias!r:.80}")


def _check_digest(data: bytes, password: str) -> None:
    """Java's integrity check, which is keyed with the password and this phrase."""
    digest = hashlib.sha1(password.encode("utf-16-be") + b"Mighty Aphrodite" + data[:-_DIGEST_SIZE], usedforsecurity=False).digest()
    if not hmac.compare_digest(digest, data[-_DIGEST_SIZE:]):
        raise Unusable(Fault.PASSWORD, "The password is wrong, or the store was altered.")


def _cut_off() -> Unusable:
    return Unusable(Fault.STORE, "The store ends too early or is too long; copy it again, whole.")
