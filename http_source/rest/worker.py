"""What `serve` serves: the connectors of a folder, and Dagster's instance beside it. Nothing is remembered from one request to the next."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from http_source.assembly.folder import look_files
from http_source.config.document import read_document, unwrap
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError
from http_source.orchestration.identity import Connector
from http_source.orchestration.served_folder import served
from http_source.orchestration.status import Instance
from http_source.rest.answers import Refused


@dataclass(frozen=True, slots=True)
class Kept:
    """A connector's file, with what it says or what is wrong with it."""

    name: str
    file: Path
    config: KnownConfig | ConfigurationError

    @property
    def document(self) -> Mapping[str, str]:
        """The properties exactly as the file has them, values as texts, `name` among them; nothing of a file that cannot be read."""
        try:
            document, _ = read_document(self.file)
        except ConfigurationError:
            return {"name": self.name}
        return {"name": self.name, **{name: _text(value) for name, value in unwrap(document).items()}}


@dataclass(frozen=True, slots=True)
class Worker:
    """What answers.

    Attributes:
        address: this process's `host:port`, which clients call the worker.
        started: since when it answers, in seconds since the epoch.
    """

    instance: Instance
    address: str
    started: float = field(default_factory=time.time)

    def connectors(self) -> Mapping[str, Kept]:
        """All connectors as their files are now, by name."""
        return {name: Kept(name, file, config) for name, (file, config) in look_files().items()}

    def kept(self, name: str) -> Kept:
        """One of them. Raises Refused (404) for a name that no file has."""
        found = self.connectors().get(name)
        if found is None:
            raise Refused(404, f"Connector {name} not found")
        return found

    def connector(self, name: str) -> Connector:
        """One that can be looked at and moved. Raises Refused: 404 for a name that no file has, 400 for a file with mistakes."""
        config = self.kept(name).config
        if isinstance(config, ConfigurationError):
            raise Refused(400, f"The file of {name} has mistakes, so it is not started:\n{config}")
        return served(config, len(self.connectors()) - 1)


def _text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
