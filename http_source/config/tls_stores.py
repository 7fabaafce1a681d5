"""What is given for TLS: which of the properties hold stores, and which versions are left."""

from http_source.config.properties import TlsOptions
from http_source.config.stores.store import CERTIFICATES, CHAIN, KEY

VERSIONS = ("TLSv1.2", "TLSv1.3")
"""Those that may be used, oldest first."""


def allowed_versions(options: TlsOptions) -> tuple[str, ...]:
    """The enabled versions up to the wanted one, oldest first. `TLS` wants the newest."""
    wanted = VERSIONS[: VERSIONS.index(options.protocol) + 1] if options.protocol in VERSIONS else VERSIONS
    enabled = {version.lower() for version in options.enabled_protocols}
    return tuple(version for version in wanted if version.lower() in enabled)


def given_keystores(options: TlsOptions) -> list[str]:
    """The properties that give a key store; of key and chain one."""
    inline = KEY if options.keystore_key else CHAIN
    given = {
        "https.ssl.keystorefile": options.keystore,
        "https.ssl.keystore.location": options.keystore_location,
        inline: options.keystore_key or options.keystore_chain,
    }
    return [name for name, value in given.items() if value]


def given_truststores(options: TlsOptions) -> list[str]:
    """The properties that give a trust store."""
    given = {
        "https.ssl.truststorefile": options.truststore,
        "https.ssl.truststore.location": options.truststore_location,
        CERTIFICATES: options.truststore_certificates,
    }
    return [name for name, value in given.items() if value]
