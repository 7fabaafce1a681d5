"""Opens the stores that a configuration gives: start here to read keys and certificates.

A store that cannot be used raises StoreError with the property to correct. Nothing is guessed: of several keys none is taken, and a trust
store without certificates is refused rather than replaced by the system's roots.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from cryptography.x509 import Certificate

from http_source.config.findings import some
from http_source.config.properties import TlsOptions
from http_source.config.stores import pem, pkcs12
from http_source.config.stores.java_keys import decrypt_java_key
from http_source.config.stores.jks import KeyEntry, read_java_store
from http_source.config.stores.opened import ClientKey, Fault, Unusable, certificate, client_key, unwarned
from http_source.config.stores.source import Kind, Source, StoreError, StoreRole, find_source
from http_source.config.types import Secret

KEY, CHAIN, CERTIFICATES = "https.ssl.keystore.key", "https.ssl.keystore.certificate.chain", "https.ssl.truststore.certificates"
KEY_PASSWORD = "https.ssl.key.password"  # noqa: S105 - a property's name


def open_keystore(options: TlsOptions) -> ClientKey | None:
    """What the client shows to servers that ask for it; None without a key store. Raises StoreError."""
    if options.keystore_key or options.keystore_chain:
        return _inline_key(options.keystore_key, options.keystore_chain, _text(options.key_password))
    source = find_source(StoreRole.KEYSTORE, options)
    if source is None:
        return None
    with _blaming(source.property, path=source.path, password=f"https.ssl.{StoreRole.KEYSTORE}.password"):
        return _client_key(source, _text(options.key_password))


def open_truststore(options: TlsOptions) -> tuple[Certificate, ...] | None:
    """All certificates of the trust store, one at least; None without a trust store. Raises StoreError.

    As in Java, JKS and JCEKS need no password, but whether they were altered is checked only with one.
    """
    if options.truststore_certificates:
        with _blaming(CERTIFICATES):
            return _one_at_least(pem.read_certificates(options.truststore_certificates.reveal()))
    source = find_source(StoreRole.TRUSTSTORE, options)
    if source is None:
        return None
    with _blaming(source.property, path=source.path, password=f"https.ssl.{StoreRole.TRUSTSTORE}.password"):
        return _one_at_least(_certificates(source))


def open_signing_key(source: Source, stem: str, password: Secret | None, its_name: str) -> ClientKey:
    """The private key of a store whose properties begin so, with its certificates if there are some.

    The password is the key's, from the property of that name; without one the store's opens it as well. Raises StoreError.
    """
    with _blaming(source.property, path=source.path, password=f"{stem}.password", key_password=its_name):
        if source.kind is not Kind.PEM:
            return _client_key(source, _text(password))
        text = source.data.decode(errors="replace")
        key, certificates = pem.read_key(text, _text(password or source.password)), pem.read_certificates(text)
        return client_key(key, certificates) if certificates else ClientKey(key, ())


def read_signing_key(name: str, text: str, password: Secret | None, its_name: str) -> ClientKey:
    """The private key in a property's text as PEM. Raises StoreError."""
    with _blaming(name, key_password=its_name):
        return ClientKey(pem.read_key(text, _text(password)), ())


@contextmanager
def _blaming(store: str, *, path: str = "", password: str = "", key_password: str = KEY_PASSWORD) -> Iterator[None]:
    """Make of what is unusable a StoreError with the property at fault."""
    try:
        with unwarned():
            yield
    except Unusable as error:
        name = {Fault.STORE: store, Fault.PASSWORD: password, Fault.KEY_PASSWORD: key_password}[error.fault]
        raise StoreError(name, f"{path}: {error}" if path and error.fault is Fault.STORE else str(error)) from None


def _inline_key(key: Secret | None, chain: Secret | None, password: str | None) -> ClientKey:
    if not key or not chain:
        there, missing = (KEY, CHAIN) if key else (CHAIN, KEY)
        raise StoreError(missing, f"It must be set, since {there} is.")
    with _blaming(KEY):
        private = pem.read_key(key.reveal(), password)
    with _blaming(CHAIN):
        return client_key(private, pem.read_certificates(chain.reveal()))


def _client_key(source: Source, key_password: str | None) -> ClientKey:
    match source.kind:
        case Kind.PEM:
            text = source.data.decode(errors="replace")
            return client_key(pem.read_key(text, key_password or _text(source.password)), pem.read_certificates(text))
        case Kind.PKCS12:
            return pkcs12.read_client_key(source.data, _text(source.password))
        case Kind.CERTIFICATE:
            raise Unusable(Fault.STORE, "There is no private key in it, only a certificate; give a store that holds both.")
        case _:
            return _java_key(source, key_password)


def _java_key(source: Source, key_password: str | None) -> ClientKey:
    password = _text(source.password)
    if password is None:
        raise Unusable(Fault.PASSWORD, f"It must be set, since {source.property} needs it.")
    entry = _only(read_java_store(source.data, password).keys)
    try:
        return client_key(decrypt_java_key(entry.encrypted, key_password or password), entry.chain)
    except Unusable as error:
        if error.fault is Fault.KEY_PASSWORD and not key_password:
            raise Unusable(Fault.KEY_PASSWORD, "It must be set, since the key has another password than its store.") from None
        raise


def _only(keys: tuple[KeyEntry, ...]) -> KeyEntry:
    """The one key: which of several Java would take is not defined."""
    if not keys:
        raise Unusable(Fault.STORE, "There is no private key in it, so it may be a trust store; give the store with the client's key.")
    if len(keys) > 1:
        aliases = some([key.alias for key in keys])
        raise Unusable(Fault.STORE, f"It holds {len(keys)} private keys ({aliases}); leave only the one to use, with keytool -delete.")
    return keys[0]


def _certificates(source: Source) -> tuple[Certificate, ...]:
    match source.kind:
        case Kind.PEM:
            return pem.read_certificates(source.data.decode(errors="replace"))
        case Kind.PKCS12:
            return pkcs12.read_certificates(source.data, _text(source.password))
        case Kind.CERTIFICATE:
            return (certificate(source.data, "in it"),)
        case _:
            store = read_java_store(source.data, _text(source.password))
            return (*store.trusted, *(each for key in store.keys for each in key.chain))


def _one_at_least(certificates: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
    if not certificates:
        raise Unusable(Fault.STORE, "It contains no certificate. Add those to trust, such as your certificate authority's.")
    return certificates


def _text(secret: Secret | None) -> str | None:
    return None if secret is None else secret.reveal()
