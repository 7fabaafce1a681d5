"""Rules about answers: what is in them, and which of them are looked at."""

from collections.abc import Iterator

from http_source.config.findings import doubt
from http_source.config.properties import ConnectorConfig
from http_source.errors import Finding

REQUIRED = "http.response.data.required"


def check_required_data(config: ConnectorConfig) -> Iterator[Finding]:
    """What is required can be missing."""
    if config.offsets.data_required and not config.offsets.data_pointer:
        yield doubt(REQUIRED, "The whole answer is never missing; set http.response.data.json.pointer, or remove it.")
