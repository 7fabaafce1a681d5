"""Rules about TLS: stores that open, given once, and versions of which one is left. All of it is tried before the first request."""

from collections.abc import Iterator
from datetime import UTC, datetime

from cryptography.x509 import Certificate

from http_source.config.findings import LONGEST_SHOWN, did_you_mean, doubt, invalid
from http_source.config.properties import ConnectorConfig, TlsOptions
from http_source.config.rules.rule import Rule
from http_source.config.stores.source import Kind, StoreError, StoreRole, find_source
from http_source.config.stores.store import KEY_PASSWORD, open_keystore, open_truststore
from http_source.config.tls_stores import VERSIONS, allowed_versions, given_keystores, given_truststores
from http_source.config.variables import OFFSET, filled
from http_source.errors import Finding
from http_source.foreign.text import Foreign, readable

ENABLED, PROTOCOL, PROTOCOLS = "https.ssl.enabled", "https.ssl.protocol", "https.ssl.enabled.protocols"
KEYSTORE_PASSWORD, TRUSTSTORE_PASSWORD = "https.ssl.keystore.password", "https.ssl.truststore.password"
_BROKEN = frozenset({"sslv2", "sslv2hello", "sslv3", "tlsv1", "tlsv1.0", "tlsv1.1"})


def check_tls_use(config: ConnectorConfig) -> Iterator[Finding]:
    """What is set for TLS meets an https address."""
    address = filled(config.request.url, {OFFSET: config.offsets.initial or ""}).lower()
    is_for_tokens = (config.auth.token_url or "").lower().startswith("https://")
    if not address.startswith("http://"):
        return
    if config.tls.enabled:
        yield Finding(ENABLED, "It is true, but url starts with http://; write https:// there, or set this to false.")
    elif (stores := [*given_keystores(config.tls), *given_truststores(config.tls)]) and not is_for_tokens:
        yield doubt(stores[0], "It is not used, since url starts with http://; write https:// there if the server has it.")


def check_tls_versions(config: ConnectorConfig) -> Iterator[Finding]:
    """Only versions that are not broken, and one of them at least (RFC 8996)."""
    enabled, known = config.tls.enabled_protocols, {version.lower() for version in VERSIONS}
    unknown = next((version for version in enabled if version.lower() not in known), None)
    if not enabled:
        yield invalid(PROTOCOLS, enabled, "Expected TLSv1.2, TLSv1.3, or both with a comma between them")
    elif unknown is not None and unknown.lower() in _BROKEN:
        yield invalid(PROTOCOLS, enabled, f"{unknown} is broken and must not be used (RFC 8996); expected TLSv1.2, TLSv1.3, or both")
    elif unknown is not None:
        yield invalid(PROTOCOLS, enabled, f"Expected TLSv1.2, TLSv1.3, or both{did_you_mean(unknown, VERSIONS).replace(' D', '; d', 1)}")
    elif not allowed_versions(config.tls):
        yield Finding(PROTOCOL, f"It is {config.tls.protocol}, but {PROTOCOLS} has only TLSv1.3, so no version is left; set TLSv1.3 here.")


def check_keystore(config: ConnectorConfig) -> Iterator[Finding]:
    """The key store opens, and its certificate is of today."""
    given = given_keystores(config.tls)
    passwords = {KEYSTORE_PASSWORD: config.tls.keystore_password, KEY_PASSWORD: config.tls.key_password}
    if not given:
        yield from (_unused(name, StoreRole.KEYSTORE) for name, password in passwords.items() if password)
    elif len(given) > 1:
        yield _given_twice(given)
    else:
        try:
            client = open_keystore(config.tls)
        except StoreError as error:
            yield Finding(error.property, str(error))
        else:
            yield from _doubts_of_date(given[0], client.chain[0]) if client else ()
            yield from _doubts_of_key_password(config.tls)


def check_truststore(config: ConnectorConfig) -> Iterator[Finding]:
    """The trust store opens, and has a certificate."""
    given = given_truststores(config.tls)
    if not given and config.tls.truststore_password:
        yield _unused(TRUSTSTORE_PASSWORD, StoreRole.TRUSTSTORE)
    if len(given) > 1:
        yield _given_twice(given)
        return
    try:
        open_truststore(config.tls)
    except StoreError as error:
        yield Finding(error.property, str(error))


def _given_twice(given: list[str]) -> Finding:
    return Finding(given[1], f"{given[0]} gives a {'key' if 'keystore' in given[0] else 'trust'} store as well; remove one of them.")


def _unused(name: str, role: StoreRole) -> Finding:
    return doubt(name, f"It is not used, since there is no {role.removesuffix('store')} store; set https.ssl.{role}file, or remove it.")


def _doubts_of_date(name: str, certificate: Certificate) -> Iterator[Finding]:
    now = datetime.now(UTC)  # noqa: TID251 - whether a certificate is valid is a question about this very moment
    whose = readable(Foreign(certificate.subject.rfc4514_string()), str, LONGEST_SHOWN)
    if certificate.not_valid_after_utc < now:
        date = certificate.not_valid_after_utc.date()
        yield doubt(name, f"The client's certificate ({whose}) expired on {date}, so servers refuse it; replace it.")
    if certificate.not_valid_before_utc > now:
        date = certificate.not_valid_before_utc.date()
        yield doubt(name, f"The client's certificate ({whose}) is not valid before {date}, so servers refuse it until then.")


def _doubts_of_key_password(options: TlsOptions) -> Iterator[Finding]:
    """PKCS #12 has one password for all: Java refuses another one for the key, and here it is in vain."""
    if not options.key_password or options.key_password == options.keystore_password or options.keystore_key:
        return
    source = find_source(StoreRole.KEYSTORE, options)
    if source and source.kind is Kind.PKCS12:
        yield doubt(KEY_PASSWORD, f"It is not used, since a PKCS12 store has one password, {KEYSTORE_PASSWORD}; remove it.")


RULES: tuple[Rule, ...] = (
    check_tls_use,
    check_keystore,
    check_truststore,
    check_tls_versions,
)
"""In the order of the properties."""
