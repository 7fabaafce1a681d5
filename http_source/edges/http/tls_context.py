"""TLS options → the SSLContext of all https connections of a connector: whom it trusts, what it shows, and by which versions."""

import secrets
import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from http_source.config.properties import TlsOptions
from http_source.config.stores.opened import ClientKey, pem_of
from http_source.config.stores.source import StoreError
from http_source.config.stores.store import open_keystore, open_truststore
from http_source.config.tls_stores import allowed_versions, given_keystores
from http_source.edges.http.tls_peer import TellingSocket
from http_source.errors import ConfigurationError, Finding

_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


def build_context(options: TlsOptions) -> ssl.SSLContext:
    """A context that verifies certificates and host names, always.

    It trusts the trust store's certificates and no others; without a trust store, the system's roots. Whoever uses it must add none:
    requests adds its own to any context, unless its adapter's `cert_verify` is kept from it.
    Raises ConfigurationError when a store cannot be used.
    """
    try:
        trusted, client = open_truststore(options), open_keystore(options)
        context = ssl.create_default_context(cadata=pem_of(trusted) if trusted else None)
        if client is not None:
            _load(context, client, name=given_keystores(options)[0])
    except StoreError as error:
        raise ConfigurationError([Finding(error.property, str(error))]) from None
    _verify_as_java_does(context)
    versions = [_VERSIONS[version] for version in allowed_versions(options)]
    context.minimum_version, context.maximum_version = versions[0], versions[-1]
    context.sslsocket_class = TellingSocket
    return context


def _verify_as_java_does(context: ssl.SSLContext) -> None:
    """By RFC 5280, but not by the letter, and by subject alternative names alone (RFC 9525 §6.4.4, stricter than Java)."""
    # A certificate in a trust store is trusted as it is, without the one above it.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    # Python sets it since 3.13. Private authorities made with keytool or openssl lack key identifiers and key usages that it asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.hostname_checks_common_name = False


def _load(context: ssl.SSLContext, client: ClientKey, *, name: str) -> None:
    """Give the context its key, which it takes from a file only: one of its own, encrypted, and gone before anything is sent."""
    password = secrets.token_urlsafe()
    key = client.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    with TemporaryDirectory(prefix="http-source-") as folder:
        file = Path(folder, "client.pem")
        file.touch(mode=0o600, exist_ok=False)
        file.write_bytes(key + pem_of(client.chain).encode())
        try:
            context.load_cert_chain(file, password=password)
        except ssl.SSLError as error:
            raise StoreError(name, f"OpenSSL does not take the client's key: {_reason(error)}. Use a stronger one.") from None


def _reason(error: ssl.SSLError) -> str:
    return (error.reason or "the reason is unknown").lower().replace("_", " ")
