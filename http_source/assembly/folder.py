"""The folder of configurations that Dagster serves, as commands and `serve` see it: without the connectors' secrets."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from http_source.assembly.loading import look_config, look_folder
from http_source.config.properties import KnownConfig
from http_source.errors import ConfigurationError

Found = Mapping[str, KnownConfig | ConfigurationError]
"""Connectors by name; those with mistakes by the name of their file."""


def folder() -> Path:
    """Where `http_source.definitions` finds the connectors, too."""
    return Path(os.environ.get("HTTP_SOURCE_CONNECTORS", "connectors"))


def look() -> Found:
    """Every file by its connector's name, one with mistakes by its own."""
    return {name: each for name, (_, each) in look_files().items()}


def look_files(read: Callable[[Path], KnownConfig] = look_config) -> Mapping[str, tuple[Path, KnownConfig | ConfigurationError]]:
    """The same with the files; `read` may remember what it read."""
    files = look_folder(folder(), read)
    found: dict[str, tuple[Path, KnownConfig | ConfigurationError]] = {
        each.name: (file, each) for file, each in files.items() if isinstance(each, KnownConfig)
    }
    for file, each in files.items():
        if isinstance(each, ConfigurationError):
            found[file.name if file.stem in found else file.stem] = (file, each)
    return found
