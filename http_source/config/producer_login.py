"""Who a connector's producer signs in as, and the stores it shows a key from."""

from http_source.config.jaas import Login, read_login
from http_source.config.options.producer import ProducerOptions
from http_source.config.properties import TlsOptions, properties_of

LEVELS = {"gzip": "gzip_level", "lz4": "lz4_level", "zstd": "zstd_level"}
"""Kind of compression → the field of its level."""

_STORES = ("keystore_location", "keystore_type", "keystore_password", "key_password", "keystore_key", "keystore_chain",
           "truststore_location", "truststore_type", "truststore_password", "truststore_certificates")


def login_of(options: ProducerOptions) -> Login | None:
    """Who signs in; None when the connector does not say. Raises ValueError."""
    return read_login(options.jaas.reveal()) if options.jaas else None


def stores_of(options: ProducerOptions) -> TlsOptions:
    """The stores of the producer, for those who open stores."""
    defaults = {attribute: known.default for attribute, known in properties_of(TlsOptions).items()}
    return TlsOptions(**defaults | {name: getattr(options, name) for name in _STORES})
