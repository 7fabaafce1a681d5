"""What hides a connector's secrets in what others say: those of its properties, and what its type of authentication makes of them."""

from http_source.config.properties import ConnectorConfig
from http_source.config.redact import redactor as _redactor
from http_source.edges.auth import auth_of
from http_source.foreign.redactor import Redactor


def redactor(config: ConnectorConfig) -> Redactor:
    """The redactor that all messages about a connector go through."""
    return _redactor(config, auth_of(config.auth).hidden(config.auth))
