"""Opens PKCS #12 stores (RFC 7292) of keytool, OpenSSL and others with cryptography, and says what it leaves unsaid."""

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12KeyAndCertificates, load_pkcs12
from cryptography.x509 import Certificate

from http_source.config.stores.der import is_cut_off
from http_source.config.stores.opened import ClientKey, Fault, Unusable, client_key

_KEY_BAGS = tuple(bytes.fromhex(f"060b2a864886f70d010c0a010{kind}") for kind in (1, 2))
"""A plain and an encrypted key (RFC 7292 §4.2.1, §4.2.2). Both stand in the clear, as all writers have it."""


def read_client_key(data: bytes, password: str | None) -> ClientKey:
    """The key and its chain. Raises Unusable when there is no key, or more than one, of which cryptography would take any."""
    store = _opened(data, password)
    keys = sum(map(data.count, _KEY_BAGS))
    if store.key is None:
        raise Unusable(Fault.STORE, "There is no private key in it; export the client's key together with its certificate.")
    if keys > 1:
        raise Unusable(Fault.STORE, f"It holds {keys} private keys, and nothing says which one to use; export that one alone.")
    return client_key(store.key, _certificates(store))


def read_certificates(data: bytes, password: str | None) -> tuple[Certificate, ...]:
    """All its certificates, with Java's mark for trusted ones or without, as `openssl pkcs12 -nokeys` leaves them. Raises Unusable."""
    return _certificates(_opened(data, password))


def _certificates(store: PKCS12KeyAndCertificates) -> tuple[Certificate, ...]:
    own = (store.cert,) if store.cert else ()
    return tuple(each.certificate for each in (*own, *store.additional_certs))


def _opened(data: bytes, password: str | None) -> PKCS12KeyAndCertificates:
    if is_cut_off(data):
        raise Unusable(Fault.STORE, "The store ends too early; copy it again, whole.")
    try:
        return load_pkcs12(data, None if password is None else password.encode())
    except UnsupportedAlgorithm:
        raise Unusable(Fault.STORE, "It is encrypted in a way that is not supported; export it again with keytool or openssl.") from None
    except (ValueError, TypeError):
        # cryptography tells a wrong password and a damaged store by the same exception.
        reason = "It must be set, since the store is encrypted." if password is None else "The password is wrong, or the store is damaged."
        raise Unusable(Fault.PASSWORD, reason) from None
