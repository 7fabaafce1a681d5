"""What a rule is."""

from collections.abc import Callable, Iterable

from http_source.config.properties import ConnectorConfig
from http_source.errors import Finding

Rule = Callable[[ConnectorConfig], Iterable[Finding]]
