"""What a store gives, whatever its kind, and how a reader says that it cannot."""

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate


class Fault(StrEnum):
    """What of a store has to be corrected."""

    STORE = "store"
    PASSWORD = "password"  # noqa: S105 - not a password, but which one
    KEY_PASSWORD = "key password"  # noqa: S105


class Unusable(ValueError):
    """A store that gives nothing: the part at fault, and sentences without a byte of its content."""

    def __init__(self, fault: Fault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class ClientKey:
    """A private key and its certificates: the key's own first, each signed with the next one's key."""

    key: PrivateKeyTypes = field(repr=False)
    chain: tuple[Certificate, ...]


def pem_of(certificates: Iterable[Certificate]) -> str:
    """Certificates as one text, as OpenSSL reads it."""
    return "".join(each.public_bytes(Encoding.PEM).decode() for each in certificates)


@contextmanager
def unwarned() -> Iterator[None]:
    """Reads without a warning what OpenSSL works with and cryptography will refuse one day, such as a serial number below one."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        yield


def client_key(key: PrivateKeyTypes, certificates: Iterable[Certificate]) -> ClientKey:
    """The key with its own certificate and those above it; others are left out. Raises Unusable when none is its own."""
    certificates = tuple(certificates)
    if not certificates:
        raise Unusable(Fault.STORE, "It holds a key without a certificate; add the key's certificate.")
    own = next((each for each in certificates if _belongs(each, key)), None)
    if own is None:
        raise Unusable(Fault.STORE, "None of its certificates belongs to its key; add the certificate that was issued for this key.")
    return ClientKey(key, tuple(_upwards(own, certificates)))


def certificate(der: bytes, whose: str) -> Certificate:
    """A certificate whose names and dates can be read. Raises Unusable, naming whose it is."""
    try:
        read = load_der_x509_certificate(der)
        # Read here, where the store can still be named: cryptography decodes them no sooner than they are asked for.
        _ = read.subject, read.issuer, read.not_valid_after_utc, read.not_valid_before_utc
    except (ValueError, InvalidVersion):
        raise Unusable(Fault.STORE, f"The certificate {whose} is damaged; replace it.") from None
    return read


def _belongs(each: Certificate, key: PrivateKeyTypes) -> bool:
    try:
        return each.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False


def _upwards(own: Certificate, certificates: Iterable[Certificate]) -> Iterator[Certificate]:
    """From a certificate to its root, as far as the certificates reach; each is given once, so a circle ends."""
    by_subject = {each.subject: each for each in certificates if each.subject != own.subject}
    issuer = own.issuer
    yield own
    while (above := by_subject.pop(issuer, None)) is not None:
        yield above
        issuer = above.issuer
