"""Files and mappings → configurations, with all that belongs to them: the door through which every configuration comes."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from http_source.config.load import Judges, LoadedConfig
from http_source.config.load import load_config as _load_config
from http_source.config.load import look_config as _look_config
from http_source.config.neighbors import connector_files, taken
from http_source.config.overlay import overlay as _overlay
from http_source.config.properties import ConnectorConfig, KnownConfig
from http_source.edges.auth import RULES as AUTH_RULES
from http_source.errors import ConfigurationError, Finding
from http_source.polling.modes import check_mode
from http_source.polling.request import check_first_request

__all__ = ["LoadedConfig", "load_config", "load_folder", "look_config", "look_folder", "overlay"]


class Named(Protocol):
    """A configuration that was read."""

    @property
    def name(self) -> str:
        """The connector's."""


Read = TypeVar("Read", bound=Named)


def _judge_plugins(plugins: Mapping[str, object]) -> Iterator[Finding]:
    if not plugins:
        return
    # Imported here, since it takes a while that configurations without them need not wait.
    from http_source.connect.topic_creation import read_topic_creation  # noqa: PLC0415
    from http_source.connect.transforms.chain import read_chain  # noqa: PLC0415

    yield from read_chain(plugins)[1]
    yield from read_topic_creation(plugins)[1]


_JUDGES = Judges(_judge_plugins, (check_mode, check_first_request, *AUTH_RULES))

load_config = partial(_load_config, judges=_JUDGES)
"""Read and judge a configuration: see `config.load`. Raises ConfigurationError with all mistakes, and never anything else."""

look_config = partial(_look_config, judges=_JUDGES)
"""The same for looking only, without the connector's secrets: see `config.load`."""


def overlay(config: ConnectorConfig, given: Mapping[str, object]) -> ConnectorConfig:
    """A configuration with other values in the place of some of its own: see `config.overlay`. Raises ConfigurationError."""
    return _overlay(config, given, _JUDGES.rules)


def load_folder(folder: Path) -> Mapping[Path, LoadedConfig | ConfigurationError]:
    """Every configuration file of a folder, or its mistakes; connectors that cannot be told apart are mistakes of each of them."""
    return _read_folder(folder, load_config)


def look_folder(folder: Path, read: Callable[[Path], KnownConfig] = look_config) -> Mapping[Path, KnownConfig | ConfigurationError]:
    """The same for looking only; `read` may remember what it read."""
    return _read_folder(folder, read)


def _read_folder(folder: Path, read: Callable[[Path], Read]) -> Mapping[Path, Read | ConfigurationError]:
    found = {file: _attempt(read, file) for file in connector_files(folder)}
    names = {file: each.name for file, each in found.items() if not isinstance(each, ConfigurationError)}
    return found | {file: ConfigurationError([finding]) for file, finding in taken(names).items()}


def _attempt(read: Callable[[Path], Read], file: Path) -> Read | ConfigurationError:
    try:
        return read(file)
    except ConfigurationError as error:
        return error
