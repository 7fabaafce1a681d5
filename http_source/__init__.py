"""Polls HTTP APIs into Kafka topics: Confluent Cloud's HTTP Source connector, self-hosted on Dagster.

The public names. Each is imported when it is first used, so that importing the package loads nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = [
    "ConfigurationError",
    "ConnectorData",
    "Finding",
    "HttpAuthResource",
    "HttpSourceConnector",
    "HttpSourceError",
    "HttpSourceTranslator",
    "KafkaResource",
    "SchemaRegistryResource",
    "TlsResource",
    "build_http_source",
    "load_connectors",
]

if TYPE_CHECKING:
    from http_source.errors import ConfigurationError, Finding, HttpSourceError
    from http_source.orchestration.build import build_http_source, load_connectors
    from http_source.orchestration.component import HttpSourceConnector
    from http_source.orchestration.http_resources import HttpAuthResource, TlsResource
    from http_source.orchestration.resources import KafkaResource, SchemaRegistryResource
    from http_source.orchestration.translator import ConnectorData, HttpSourceTranslator
else:
    _MODULES = {
        **dict.fromkeys(("ConfigurationError", "Finding", "HttpSourceError"), "http_source.errors"),
        **dict.fromkeys(("build_http_source", "load_connectors"), "http_source.orchestration.build"),
        "HttpSourceConnector": "http_source.orchestration.component",
        **dict.fromkeys(("HttpAuthResource", "TlsResource"), "http_source.orchestration.http_resources"),
        **dict.fromkeys(("KafkaResource", "SchemaRegistryResource"), "http_source.orchestration.resources"),
        **dict.fromkeys(("ConnectorData", "HttpSourceTranslator"), "http_source.orchestration.translator"),
    }

    def __getattr__(name: str) -> object:
        """Import a public name (PEP 562). Raises AttributeError for any other."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return value

    def __dir__() -> list[str]:
        """The public names too, for completion, and for `dg`, which looks for components here."""
        return sorted({*globals(), *__all__})
