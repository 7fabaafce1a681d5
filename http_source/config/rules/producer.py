"""Rules about what a connector sets of its producer: a login that is whole, stores that open, and credentials given once."""

from collections.abc import Iterator

from http_source.config.findings import doubt, invalid
from http_source.config.options.producer import OVERRIDE, ProducerOptions
from http_source.config.producer_login import LEVELS, login_of, stores_of
from http_source.config.properties import ConnectorConfig, KafkaAuthMode
from http_source.config.rules.rule import Rule
from http_source.config.stores.source import StoreError
from http_source.config.stores.store import open_keystore, open_truststore
from http_source.errors import Finding
from http_source.foreign.redactor import HIDDEN

JAAS, MECHANISM, TOKEN_URL = f"{OVERRIDE}sasl.jaas.config", f"{OVERRIDE}sasl.mechanism", f"{OVERRIDE}sasl.oauthbearer.token.endpoint.url"
BOOTSTRAP = f"{OVERRIDE}bootstrap.servers"


def check_producer_login(config: ConnectorConfig) -> Iterator[Finding]:
    """Who signs in fits how it is done, and is said once."""
    options = config.producer
    try:
        login = login_of(options)
    except ValueError as error:
        yield invalid(JAAS, HIDDEN, str(error))
        return
    if login and options.mechanism not in login.mechanisms:
        yield Finding(MECHANISM, f"It must be {' or '.join(login.mechanisms)}, since the login module of {JAAS} is for that.")
    if login and options.mechanism == "OAUTHBEARER" and not options.token_url:
        yield Finding(TOKEN_URL, f"It must be set, since {MECHANISM}=OAUTHBEARER needs it.")
    if login and (config.kafka.api_key or config.kafka.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT):
        yield Finding(JAAS, "The kafka properties already give a login; remove one of them.")


def check_producer_brokers(config: ConnectorConfig) -> Iterator[Finding]:
    """The key of a service account, which the resource holds, is for the resource's brokers only."""
    if config.producer.bootstrap and config.kafka.auth_mode is KafkaAuthMode.SERVICE_ACCOUNT:
        yield Finding(BOOTSTRAP, "The key of kafka.service.account.id is for the brokers of the resource `kafka`; remove one of them.")


def check_producer_compression(config: ConnectorConfig) -> Iterator[Finding]:
    """A level is one of the compression that is used."""
    for kind, attribute in LEVELS.items():
        if getattr(config.producer, attribute) is not None and config.producer.compression_type != kind:
            name = f"{OVERRIDE}compression.{kind}.level"
            yield doubt(name, f"It is not used; set {OVERRIDE}compression.type={kind}, or remove it.")


def check_producer_stores(config: ConnectorConfig) -> Iterator[Finding]:
    """The stores open, and each is given once."""
    options = config.producer
    for location, texts in _twice(options):
        yield Finding(texts, f"{location} gives the same; remove one of them.")
    for opened in (open_keystore, open_truststore):
        try:
            opened(stores_of(options))
        except StoreError as error:
            prefix = "https.ssl."
            yield Finding(error.property.replace(prefix, f"{OVERRIDE}ssl."), str(error).replace(prefix, f"{OVERRIDE}ssl."))


def _twice(options: ProducerOptions) -> Iterator[tuple[str, str]]:
    """The properties of a store that is given as a file and as text."""
    inline = "keystore.key" if options.keystore_key else "keystore.certificate.chain" if options.keystore_chain else ""
    pairs = (
        (options.keystore_location and "keystore.location", inline),
        (options.truststore_location and "truststore.location", options.truststore_certificates and "truststore.certificates"),
    )
    return ((f"{OVERRIDE}ssl.{location}", f"{OVERRIDE}ssl.{text}") for location, text in pairs if location and text)


RULES: tuple[Rule, ...] = (
    check_producer_compression,
    check_producer_brokers,
    check_producer_login,
    check_producer_stores,
)
"""In the order of the properties."""
